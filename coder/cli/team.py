"""Manages the team and its assignments, withdraws articles and reopens codings."""

import sys
from getpass import getpass

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.foreign import first_line
from coder.messages.catalogue import Message, first_few, say
from coder.model import ROLES
from coder.service.review.gold_session import reopen
from coder.service.team import members

_USES = {
    "add": "NAME --role coder",
    "role": "NAME --role supervisor",
    "rename": "OLD NEW",
}


def run_people(options: Options, out: Output) -> None:
    """List the team, or change one member."""
    what = options.what
    name = options.name
    new = options.new
    if what:
        use = f"coder people {what} {_USES.get(what, 'NAME')}"
        if not name or (what == "rename" and not new):
            raise CoderError("cli.people.name", use=use)
        if what == "role" and not options.role:
            raise CoderError("cli.people.role", use=use)
        uses_of_extras = (
            (options.role, ("add", "role")),
            (new, ("rename",)),
            (options.password_file, ("add", "rename")),
        )
        for extra, uses in uses_of_extras:
            if extra and what not in uses:
                raise CoderError("cli.people.too_much", what=what, use=use)
        project = options.project
        match what:
            case "add":
                project.add_person(
                    name, options.role or ROLES[0], _password(options, name)
                )
            case "retire":
                members.retire(project, name)
            case "return":
                members.bring_back(project, name)
            case "role":
                members.change_role(project, name, options.role)
            case "rename":
                members.rename(project, name, new, _password(options, new))
        out.say(
            f"cli.people.done_{what}", name=name, new=new, role=options.role or ROLES[0]
        )
    people = options.project.people()
    out.document(people)
    retired = Message("cli.people.retired")
    rows = [(p.name, p.role, retired if p.retired else "") for p in people]
    out.table("cli.people.head", rows)


def _password(options: Options, name: str) -> str:
    """Return the password from the file's first line, or typed twice; raises CoderError
    if unavailable.
    """
    if options.password_file is not None:
        return first_line(options.password_file, "cli.people.unreadable")
    if not options.project.store.has_logins:
        return ""
    if not sys.stdin.isatty():
        raise CoderError("cli.people.password", name=name)
    first = getpass(say("en", "cli.people.ask", name=name))
    if not first or first != getpass(say("en", "cli.people.ask_again")):
        raise CoderError("cli.people.not_the_same")
    return first


def run_assign(options: Options, out: Output) -> None:
    """Assign articles to coders: balanced, and reproducible for a seed; or take
    assignments back.
    """
    if options.undo:
        taken, kept = members.unassign(
            options.project, options.coders, options.stage, options.articles
        )
        out.document({"taken_back": taken, "kept": kept})
        out.say(
            "cli.assign.taken_back",
            assignments=Message("counts.assignments", n=len(taken)),
        )
        if kept:
            count = Message("counts.assignments", n=len(kept))
            out.say("cli.assign.kept", assignments=count, which=first_few(kept))
        return
    project = options.project
    made = members.assign(
        project,
        options.coders,
        options.per_article,
        options.stage,
        options.seed,
        options.blind_sample,
        overlap=options.overlap,
        strata=options.strata,
        articles=options.articles,
    )
    [whole] = members.stage_loads(project, options.stage)
    strata = []
    if options.strata:
        strata = members.stage_loads(project, options.stage, options.strata)
    out.document(
        {
            "assignments": made,
            "stage": whole._asdict(),
            "strata": [row._asdict() for row in strata],
        }
    )
    whole = whole._replace(stratum=options.stage)
    out.table("cli.assign.head", [*strata, whole])
    out.say("cli.assign.made", assignments=Message("counts.assignments", n=made))


def run_reopen(options: Options, out: Output) -> None:
    """Reopen a submitted coding, or an article's closed gold, as a supervisor."""
    opened = reopen(options.project, options.person, options.article, options.coder)
    out.document({"reopened": opened})
    out.say("cli.reopen.opened", coding=opened)


def run_withdraw(options: Options, out: Output) -> None:
    """Withdraw articles, or one coder's coding, from work and figures, or undo that; or
    list them.
    """
    articles = options.articles
    person = options.person
    if articles and not person:
        raise CoderError("cli.withdraw.whose")
    if not articles and (options.undo or options.reason or options.coder):
        raise CoderError("cli.withdraw.which")
    if options.coder:
        _withdraw_coding(options, out)
    elif options.undo:
        done = members.undo_withdrawal(options.project, person, articles)
        out.document({"taken_back": done})
        out.say("cli.withdraw.undone", articles=", ".join(done))
    elif articles:
        done = members.withdraw(options.project, person, articles, options.reason)
        out.document({"withdrawn": done})
        out.say("cli.withdraw.done", articles=", ".join(done))
    else:
        _list_withdrawn(options, out)


def _withdraw_coding(options: Options, out: Output) -> None:
    if len(options.articles) > 1:
        raise CoderError("cli.withdraw.one_article")
    of = options.project, options.person, options.articles[0], options.coder
    if options.undo:
        done = members.undo_coding_withdrawal(*of)
        out.document({"taken_back": [done]})
        out.say("cli.withdraw.undone", articles=done)
    else:
        done = members.withdraw_coding(*of, options.reason)
        out.document({"withdrawn": [done]})
        out.say("cli.withdraw.done", articles=done)


def _list_withdrawn(options: Options, out: Output) -> None:
    with options.project.store.read() as queries:
        articles = queries.withdrawn()
        codings = queries.set_aside()
    rows = [(article, "", reason) for article, reason in articles.items()]
    rows += [(article, coder, reason) for (article, coder), reason in codings.items()]
    rows.sort()
    documents = []
    for article, coder, reason in rows:
        coding = {"coding": coder} if coder else {}
        documents.append({"article": article, **coding, "reason": reason})
    out.document(documents)
    if not rows:
        out.say("cli.withdraw.none")
        return
    whole = Message("cli.withdraw.whole_article")
    cells = [(article, coder or whole, reason) for article, coder, reason in rows]
    out.table("cli.withdraw.head", cells)
