"""Properties of characters, worked out once for each character that is met; made for str.translate."""

from __future__ import annotations

from collections.abc import Callable


class Lookup(dict[int, str]):
    """Code point → what a function says of that character."""

    def __init__(self, describe: Callable[[str], str]) -> None:
        self._describe = describe

    def __missing__(self, code_point: int) -> str:
        found = self[code_point] = self._describe(chr(code_point))
        return found
