"""Strangers' files in: one module per format, found through `registry`."""
