"""A supervisor opens a submitted coding again, or an article's closed gold."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.service.review.gold_session import reopen


def run(options: Options, out: Output) -> None:
    """Open it again."""
    opened = reopen(options.project, options.person, options.article, options.coder)
    out.document({"reopened": opened})
    out.say("cli.reopen.opened", coding=opened)
