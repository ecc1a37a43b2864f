"""The version of the comparison, for those who need no more of it: numpy takes a while to load."""

VERSION = 4
"""To be raised with whatever makes the comparison of the same codings another one."""
