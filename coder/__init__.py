"""Human coders turn Arabic news into event data in a terminal."""

__version__ = "0.1.0"
