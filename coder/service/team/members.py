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


def retire(project: Project, name: str) -> None:
    """They get nothing more to do and cannot work any more; all that they did stays and counts."""
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_retires")
        work.record("people", "person.retired", {}, {("retired", name): {"person": name}})
        work.grant(name)


def take_back(project: Project, name: str) -> None:
    """Who had retired is a member of the team again, in the role they had."""
    if not project.anybody(name).retired:
        raise CoderError("team.not_retired", name=name)
    with project.store.begin(project.actor) as work:
        work.record("people", "person.returned", {("retired", name): {"person": name}}, {})
        work.grant(name)


def change_role(project: Project, name: str, role: str) -> None:
    """Another role from now on; what they did in the earlier one stays."""
    person = project.person(name)
    project.expect_role(role)
    if person.role == role:
        raise CoderError("team.has_role", name=name, role=role)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_changes")
        work.record("people", "person.role", _row(name, person.role), _row(name, role))
        work.grant(name)


def rename(project: Project, old: str, new: str, password: str = "") -> None:
    """Another name for who has done nothing yet, else CoderError; password: of the new login, if any."""
    person = project.person(old)
    project.expect_new_name(new)
    with project.store.begin(project.actor) as work:
        queries, stands = work.queries.with_withdrawn(), ""
        if any(original(head.coder) == old for head in queries.coding_heads()):
            stands = "team.has_codings"
        elif queries.assignments(old):
            stands = "team.has_articles"
        elif queries.has_acted(old):
            stands = "team.has_acted"
        if stands:
            raise CoderError("team.keeps_name", old=old, new=new, what=Message(stands), role=person.role)
        work.grant(old, nothing=True)
        work.record("people", "person.renamed", _row(old, person.role), _row(new, person.role))
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _expect_another_supervisor(queries: Queries, person: Person, problem: str) -> None:
    """Raises CoderError, whose sentence has the key `problem`, where nobody else is a supervisor."""
    others = (p for p in queries.people() if p.name != person.name and not p.retired)
    if person.role == "supervisor" and not any(p.role == "supervisor" for p in others):
        raise CoderError(problem, name=person.name)
