"""Datasets out: one module per format, found through `registry`."""
