"""Who codes what: balanced, and the same for the same seed."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.team.assignment import assign


def run(options: Options, out: Output) -> None:
    """Assign."""
    wanted = (options.coders, options.per_article, options.stage, options.seed, options.blind_sample)
    made = assign(options.project, *wanted)
    out.document({"assignments": made})
    out.say("cli.assign.made", assignments=Message("counts.assignments", n=made))
