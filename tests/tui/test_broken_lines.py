"""How texts are broken into lines, each drawn by itself."""

from __future__ import annotations

from coder.text.display import isolate
from coder.tui.widgets.rows import wrapped


def test_a_text_on_several_lines_keeps_its_direction_on_each() -> None:
    value = " ".join(["مستوطنات غلاف غزة"] * 4)
    lines = wrapped(f"place · {isolate(value)}", 40, 0)
    assert len(lines) > 1
    assert all(line.startswith("\u2067") for line in lines[1:])
    assert wrapped("one two three four", 10, 0) == ["one two", "three four"]


def test_a_range_that_no_line_holds_is_broken_between_its_days() -> None:
    assert wrapped("01/01/2023..30/11/2023+", 20, 1) == ["01/01/2023..", "30/11/2023+"]
    assert wrapped("1..2", 20, 1) == ["1..2"]


def test_only_ranges_of_numbers_are_broken_at_their_dots() -> None:
    for text in (
        "لا......................",
        "see../a/path/that/is/longer/than/a/line..goes",
    ):
        assert "".join(wrapped(text, 12, 0)) == text
