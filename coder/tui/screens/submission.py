"""Submitting a coding from its screen."""

from __future__ import annotations

from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.service.coding.session import next_article
from coder.tui.screens.coding_view import CodingView
from coder.tui.screens.missing import Missing, MissingScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.record_lines import type_in_words


def submit(screen: CodingView) -> None:
    """All that is missing on a page; from there one goes to a thing, or submits when no error is left."""
    if not screen.is_active:
        return  # the page is open: the key came together with one before
    if screen.session.submitted:
        screen.say("read_only")
        return

    def answered(answer: Missing | bool | None) -> None:
        if isinstance(answer, Missing):
            _go_to(screen, answer.problem)
        elif answer:
            _submit(screen)

    screen.app.push_screen(MissingScreen(_missing(screen), screen.lang), answered)


def _missing(screen: CodingView) -> list[Missing]:
    """Errors, then warnings, then how many candidates are undecided."""
    by_weight = sorted(screen.problems, key=lambda p: p.severity != "error")
    found = [Missing(_in_words(screen, problem), problem) for problem in by_weight]
    if left := len(screen.session.undecided()):
        found.append(Missing(say(screen.lang, "candidates_left", n=left), None))
    return found


def _in_words(screen: CodingView, problem: Problem) -> str:
    """How grave it is, which event it is about, and what is wrong."""
    event = screen.session.coding.event(problem.event_id or "")
    where = say(screen.lang, "article")
    if event is not None:
        name = type_in_words(event, screen.codebook, screen.lang)
        where = say(screen.lang, "event_named", n=event.id.removeprefix("e"), name=name.strip("…")).strip()
    return listed(say(screen.lang, problem.severity), where, problem.message.of(screen.lang))


def _go_to(screen: CodingView, problem: Problem | None) -> None:
    """To the field of a problem, or to the first undecided candidate."""
    if problem is None:
        first = screen.session.undecided()[0]
        screen.set_class(False, "record")
        screen.pane.focus()
        screen.set_current(next((m for m in screen.marks if m.id == first.id), screen.current))
        return
    screen.event_id = problem.event_id or ""
    screen.refresh_form()
    names = [row.field.id for row in screen.form_rows]
    screen.field_index = names.index(problem.field) if problem.field in names else 0
    screen.refresh_form()
    screen.set_class(True, "record")
    screen.form.focus()


def _submit(screen: CodingView) -> None:
    """Written, then on to the next article that is not submitted, or to the end of the work."""
    try:
        screen.session.submit()
    except CoderError as error:
        screen.complain(error)
        return
    try:
        following = next_article(screen.project, screen.coder)
    except CoderError:
        screen.refresh_work()
        screen.say("all_done")
    else:
        screen.open_article(screen.project.article(following))
        screen.set_class(False, "record")
        screen.pane.focus()
        screen.say("was_submitted")
