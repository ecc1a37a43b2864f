"""The codebook's rules over all submitted codings and gold."""

from coder.cli.commands import Exit, Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.upkeep.integrity import check


def run(options: Options, out: Output) -> Exit:
    """Check everything."""
    lang = options.project.config.language
    found = [(c, p) for c, p in check(options.project) if not options.errors or p.severity == "error"]
    rows = []
    for coding, problem in found:
        where = "/".join(part for part in (coding.id, problem.event_id, problem.field) if part)
        rows.append({"where": where, "rule": problem.rule, "severity": problem.severity,
                     "message": problem.message.of(lang)})  # fmt: skip
    out.document(rows)
    for row in rows:
        out.line(f"{row['severity']} {row['rule']} {row['where']}: {row['message']}")
    errors = sum(p.severity == "error" for _, p in found)
    warnings = Message("counts.warnings", n=len(found) - errors)
    out.say("cli.check.counts", errors=Message("counts.errors", n=errors), warnings=warnings)
    return Exit.FOUND if errors else Exit.DONE
