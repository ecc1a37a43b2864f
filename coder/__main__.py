"""`python -m coder` is `coder`."""

from coder.cli.main import entry

entry()
