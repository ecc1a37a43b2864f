"""What the page before submitting a coding lists."""

from __future__ import annotations

from coder.codebook.validate import Problem
from coder.tui.screens.desk import Desk
from coder.tui.screens.missing import Missing
from coder.tui.sentences import listed, say
from coder.tui.widgets.record_lines import type_in_words


def missing(desk: Desk) -> list[Missing]:
    """Errors, then warnings, then how many candidates are undecided."""
    by_weight = sorted(desk.record.problems, key=lambda p: p.severity != "error")
    found = [Missing(_in_words(desk, problem), problem) for problem in by_weight]
    if left := len(desk.session.undecided()):
        found.append(Missing(say(desk.lang, "candidates_left", n=left), None))
    return found


def _in_words(desk: Desk, problem: Problem) -> str:
    """How grave it is, which event it is about, and what is wrong."""
    event = desk.session.coding.event(problem.event_id or "")
    where = say(desk.lang, "article")
    if event is not None:
        name = type_in_words(event, desk.codebook, desk.lang)
        where = say(desk.lang, "event_named", n=event.id.removeprefix("e"), name=name.strip("…")).strip()
    return listed(say(desk.lang, problem.severity), where, problem.message.of(desk.lang))
