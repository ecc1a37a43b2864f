"""What becomes of the members of a team: retired, back again, in another role, under another name.

The name is the key of everything that a person did, and the journal never changes: who has done something
keeps their name.
"""

from __future__ import annotations

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.project.opened import Project
from coder.store.convert import Rows
from coder.store.merge import original
from coder.store.queries import Person, Queries

_SUBJECT = "people"


def retire(project: Project, name: str) -> None:
    """They get nothing more to do and cannot work any more; all that they did stays and counts."""
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_retires")
        work.record(_SUBJECT, "person.retired", {}, {("retired", name): {"person": name}})
        work.grant(name)


def take_back(project: Project, name: str) -> None:
    """Who had retired is a member of the team again, in the role they had."""
    if not project.anybody(name).retired:
        raise CoderError("team.not_retired", name=name)
    with project.store.begin(project.actor) as work:
        work.record(_SUBJECT, "person.returned", {("retired", name): {"person": name}}, {})
        work.grant(name)


def change_role(project: Project, name: str, role: str) -> None:
    """Another role from now on; what they did in the earlier one stays."""
    person = project.person(name)
    project.expect_role(role)
    if person.role == role:
        raise CoderError("team.has_role", name=name, role=role)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_changes")
        work.record(_SUBJECT, "person.role", _row(name, person.role), _row(name, role))
        work.grant(name)


def rename(project: Project, old: str, new: str, password: str = "") -> None:
    """Another name for who has done nothing yet; raises CoderError where anything stands under the old one.

    password: of the new name's login, where the database has logins; the old one may do nothing any more.
    """
    person = project.person(old)
    project.expect_new_name(new)
    with project.store.begin(project.actor) as work:
        if what := _stands_under(work.queries.with_withdrawn(), old):
            raise CoderError("team.keeps_name", old=old, new=new, what=what, role=person.role)
        work.grant(old, nothing=True)
        work.record(_SUBJECT, "person.renamed", _row(old, person.role), _row(new, person.role))
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _expect_another_supervisor(queries: Queries, person: Person, problem: str) -> None:
    """Raises CoderError, whose sentence has the key `problem`, where nobody else is a supervisor."""
    others = (p for p in queries.people() if p.name != person.name and not p.retired)
    if person.role == "supervisor" and not any(p.role == "supervisor" for p in others):
        raise CoderError(problem, name=person.name)


def _stands_under(queries: Queries, name: str) -> Message | None:
    """What there is under a name; None for nothing."""
    if any(original(head.coder) == name for head in queries.coding_heads()):
        return Message("team.has_codings")
    if queries.assignments(name):
        return Message("team.has_articles")
    return Message("team.has_acted") if queries.has_acted(name) else None
