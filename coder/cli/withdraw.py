"""A supervisor takes articles out of work and figures; without articles: those that were, and why.

A withdrawn article, and all that was done on it, stays in the database and in the journal. It is given to
nobody any more, stands in no queue and in no figure, teaches nothing, and is not exported unless by
`coder export --withdrawn`. --undo brings it back as it was.

example: coder withdraw 004 --reason "the same report as 003" --as salma
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.project.opened import open_project
from coder.service.project.withdrawal import take_back, withdraw


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("articles", nargs="*", metavar="ARTICLE", help="an article's id or its beginning")
    parser.add_argument("--reason", default="", metavar="WORDS", help="why")
    parser.add_argument("--undo", action="store_true", help="take withdrawn articles back")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the supervisor")


def run(options: Namespace, out: Output) -> Exit:
    """Withdraw, take back or list."""
    if options.articles and not options.name:
        raise CoderError("Only a supervisor withdraws articles.", hint="Say who you are: --as NAME")
    if not options.articles and (options.undo or options.reason):
        raise CoderError("An article is missing.", hint="Name one: coder withdraw ARTICLE … --as NAME")
    project = open_project(options.project, person=options.name)
    if options.undo:
        done = take_back(project, options.name, options.articles)
        out.document({"taken_back": done})
        out.line(f"taken back: {', '.join(done)}")
    elif options.articles:
        done = withdraw(project, options.name, options.articles, options.reason)
        out.document({"withdrawn": done})
        out.line(f"withdrawn: {', '.join(done)}")
    else:
        with project.store.read() as queries:
            gone = sorted(queries.withdrawn().items())
        out.document([{"article": article, "reason": reason} for article, reason in gone])
        if gone:
            out.table(("article", "reason"), gone)
        else:
            out.line("no article is withdrawn")
    project.close()
    return Exit.DONE
