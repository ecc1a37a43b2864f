"""Submitting a coding from its screen."""

from __future__ import annotations

from coder.errors import CoderError
from coder.service.coding import next_article
from coder.tui.screens.coding_view import CodingView


def submit(screen: CodingView) -> None:
    """First press: what is missing, and there; second press without errors: submitted, and on."""
    errors = [p for p in screen.problems if p.severity == "error"]
    warnings = [p for p in screen.problems if p.severity == "warning"]
    if screen.session.submitted:
        screen.say("read_only")
    elif errors:
        _go_to(screen, errors[0].event_id or "", errors[0].field)
        screen.say("errors_left", n=len(errors), first=errors[0].message.of(screen.lang))
    elif not screen.asked_to_submit:
        screen.asked_to_submit = True
        if warnings:
            screen.say("warnings_left", n=len(warnings), first=warnings[0].message.of(screen.lang))
        else:
            screen.say("ready")
    else:
        screen.session.submit()
        screen.asked_to_submit = False
        _go_on(screen)


def _go_to(screen: CodingView, event_id: str, field: str | None) -> None:
    screen.event_id = event_id
    screen.refresh_form()
    names = [row.field.id for row in screen.form_rows]
    screen.field_index = names.index(field) if field in names else 0
    screen.refresh_form()
    screen.set_class(True, "record")
    screen.form.focus()


def _go_on(screen: CodingView) -> None:
    """To the next article that is not submitted, or to the end of the work."""
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
