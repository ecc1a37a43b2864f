"""Keys that go to the next highlight of a sort."""

from __future__ import annotations

from coding_by_keys import Open, go_to

from coder.model import REJECTED
from coder.service.edits.span_edits import Confirm
from coder.text.segment import sentences


async def test_the_next_trigger_sentence_undecided_and_fitting(opened: Open) -> None:
    async with opened() as (screen, pilot):
        marks, extents = screen.highlights.marks, sentences(screen.session.article.text)
        first = screen.highlights.current
        await pilot.press("ctrl+down")
        triggers = [m for m in marks if m.kind == "trigger" and m != first]
        assert screen.highlights.current == triggers[0]
        await pilot.press("ctrl+up")
        assert screen.highlights.current == first
        await pilot.press("ctrl+left")
        second = next(m for m in marks if m.start >= extents[0][1])
        assert screen.highlights.current == second
        await pilot.press("left", "ctrl+left", "ctrl+right")
        assert screen.highlights.current == second
        await pilot.press("home", "a", "=")
        assert screen.highlights.current == screen.highlights.marks[1]
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "p", "home", ".")
        current = screen.highlights.current
        assert (
            current is not None
            and screen.deciding.fits(current)
            and current.state != REJECTED
        )


async def test_a_trigger_to_which_a_decision_led_is_the_next_one_and_skipped_only_then(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        marks = screen.highlights.marks
        behind = next(n for n, mark in enumerate(marks) if n and mark.kind == "trigger")
        await pilot.press(*["left"] * (behind - 1), "x")
        assert screen.highlights.current == marks[behind]
        await pilot.press("ctrl+down")
        assert screen.highlights.current == marks[behind]
        assert "الفعل الدالّ التالي" in screen.bars["message"].row[0].text
        await pilot.press("ctrl+down")
        following = next(mark for mark in marks[behind + 1 :] if mark.kind == "trigger")
        assert screen.highlights.current == following
        await pilot.press("ctrl+up")  # reached by going there, it is none that is next
        assert screen.highlights.current == marks[behind]
        await pilot.press("ctrl+down")
        assert screen.highlights.current == following


async def test_pages_end_at_the_last_highlight_and_at_the_first(opened: Open) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        marks = screen.highlights.marks
        for key, end in (("pagedown", marks[-1]), ("pageup", marks[0])):
            for _ in range(len(marks)):
                await pilot.press(key)
            assert screen.highlights.current == end


async def test_undecided_triggers_come_before_those_that_only_repeat_an_act(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):

        def here() -> tuple[str, int, int]:
            assert screen.highlights.current is not None
            return screen.highlights.current.stretch

        triggers = [
            m.stretch for m in screen.highlights.marks[1:] if m.kind == "trigger"
        ]
        await pilot.press("ctrl+down", "a", "home", "ctrl+down")
        assert here() == triggers[1]
        for candidate in screen.session.undecided():
            if candidate.kind == "trigger":
                screen.session.do(Confirm([candidate]))
        screen.refresh_work()
        await pilot.press("home", "ctrl+down")
        assert here() == triggers[0]
