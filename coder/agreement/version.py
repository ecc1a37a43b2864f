"""The version of the comparison, in a module that does not import numpy, which is slow to load."""

VERSION = 6
"""To be increased with every change that alters the comparison of the same codings."""
