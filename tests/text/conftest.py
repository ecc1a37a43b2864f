"""Laws are tried without a time limit, so that a busy machine fails no test."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
