"""What becomes of members of the team: the entry in the journal and, where there are logins, their rights."""

from __future__ import annotations

from coder.store.convert import Rows
from coder.store.engine import is_postgres
from coder.store.work import Work

_SUBJECT = "people"


def retire(work: Work, name: str) -> None:
    """They are in the team no more, and their login may do nothing."""
    work.record(_SUBJECT, "person.retired", {}, {("retired", name): {"person": name}})
    _grant(work, name)


def take_back(work: Work, name: str) -> None:
    """They are in the team again, with their rights."""
    work.record(_SUBJECT, "person.returned", {("retired", name): {"person": name}}, {})
    _grant(work, name)


def change_role(work: Work, name: str, old: str, new: str) -> None:
    """They have another role, and its rights."""
    work.record(_SUBJECT, "person.role", _row(name, old), _row(name, new))
    _grant(work, name)


def rename(work: Work, old: str, new: str, role: str) -> None:
    """The person of one name, who has done nothing yet, has another; the old name's login may do nothing."""
    _grant(work, old, nothing=True)
    work.record(_SUBJECT, "person.renamed", _row(old, role), _row(new, role))


def _row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _grant(work: Work, name: str, *, nothing: bool = False) -> None:
    if is_postgres(work.connection.engine.url):
        from coder.store.logins import grant_team  # psycopg: needed here only

        grant_team(work.connection, name, nothing=nothing)
