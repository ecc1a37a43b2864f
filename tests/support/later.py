"""Modules that take long to load, for tests that not every process runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """A module that is loaded when something of it is used.

    pytest asks everything in a test module for private names, to find out whether it is
    a fixture: these are not there (`importlib.util.LazyLoader` would load the module to
    answer).
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(import_module(self._name), name)
