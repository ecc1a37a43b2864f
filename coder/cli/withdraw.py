"""A supervisor takes articles out of work and figures; without articles: those that were, and why."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.team.withdrawal import take_back, withdraw


def run(options: Options, out: Output) -> None:
    """Withdraw, take back or list."""
    articles, person = options.articles, options.person
    if articles and not person:
        raise CoderError("cli.withdraw.whose")
    if not articles and (options.undo or options.reason):
        raise CoderError("cli.withdraw.which")
    if options.undo:
        done = take_back(options.project, person, articles)
        out.document({"taken_back": done})
        out.say("cli.withdraw.undone", articles=", ".join(done))
    elif articles:
        done = withdraw(options.project, person, articles, options.reason)
        out.document({"withdrawn": done})
        out.say("cli.withdraw.done", articles=", ".join(done))
    else:
        with options.project.store.read() as queries:
            gone = sorted(queries.withdrawn().items())
        out.document([{"article": article, "reason": reason} for article, reason in gone])
        if gone:
            out.table("cli.withdraw.head", gone)
        else:
            out.say("cli.withdraw.none")
