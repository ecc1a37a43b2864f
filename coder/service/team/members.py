"""What becomes of the members of a team: retired, back again, in another role, under another name.

The name is the key of everything that a person did, and the journal never changes: who has done something
keeps their name.
"""

from __future__ import annotations

from coder.errors import CoderError
from coder.service.project.opened import Project
from coder.store import membership
from coder.store.merge import original
from coder.store.queries import Person, Queries


def retire(project: Project, name: str) -> None:
    """They get nothing more to do and cannot work any more; all that they did stays and counts."""
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "retired")
        membership.retire(work, name)


def take_back(project: Project, name: str) -> None:
    """Who had retired is a member of the team again, in the role they had."""
    if not project.anybody(name).retired:
        raise CoderError(f"{name} has not retired.", hint="See `coder people`.")
    with project.store.begin(project.actor) as work:
        membership.take_back(work, name)


def change_role(project: Project, name: str, role: str) -> None:
    """Another role from now on; what they did in the earlier one stays."""
    person = project.person(name)
    project.expect_role(role)
    if person.role == role:
        raise CoderError(f"{name} is a {role} already.", hint="See `coder people`.")
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "given another role")
        membership.change_role(work, name, person.role, role)


def rename(project: Project, old: str, new: str, password: str = "") -> None:
    """Another name for who has done nothing yet; raises CoderError where anything stands under the old one.

    password: of the new name's login, where the database has logins; the old one loses its rights.
    """
    person = project.person(old)
    project.expect_new_name(new)
    with project.store.begin(project.actor) as work:
        if what := _stands_under(work.queries.with_withdrawn(), old):
            raise CoderError(
                f"{old} keeps this name: {what}, and the journal is never changed.",
                hint=f"Nothing was changed. Add {new}: coder people add {new} --role {person.role}. "
                f"Retire {old}: coder people retire {old}. Then give what {old} leaves open "
                f"to {new} and the others: coder assign --coders {new},… --per-article N",
            )
        membership.rename(work, old, new, person.role)
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _expect_another_supervisor(queries: Queries, person: Person, what: str) -> None:
    if person.role != "supervisor":
        return
    if not any(p.role == "supervisor" and not p.retired and p.name != person.name for p in queries.people()):
        raise CoderError(
            f"{person.name} is the only supervisor and cannot be {what}.",
            hint="Nothing was changed. First add another: coder people add NAME --role supervisor",
        )


def _stands_under(queries: Queries, name: str) -> str:
    """What there is under a name, in words; "" for nothing."""
    if any(original(head.coder) == name for head in queries.coding_heads()):
        return "codings stand under it"
    if queries.assignments(name):
        return "articles are assigned to it"
    if queries.has_acted(name):
        return "the journal has what was done under it"
    return ""
