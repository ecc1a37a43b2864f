"""Creates, checks, verifies and backs up projects."""

from pathlib import Path

from coder.cli.commands import Exit, Options
from coder.cli.output import Output, note_wrong_codings
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.service.project.config import DEFAULT_DATABASE


def run_init(options: Options, out: Output) -> None:
    """Create a project in a folder, with a fixed codebook revision."""
    from coder.codebook.shipped import codebook
    from coder.service.project.opened import create_project

    project = create_project(
        options.folder,
        codebook=codebook(options.codebook),
        database=options.database,
        language=options.language,
        group=options.group,
    )
    name = project.codebook.ref
    out.document(
        {
            "folder": str(options.folder),
            "codebook": name,
            "database": project.store.name,
        }
    )
    out.say("cli.init.made", folder=options.folder, codebook=name)
    out.note("cli.init.next")
    project.close()


def run_check(options: Options, out: Output) -> Exit:
    """Check all submitted codings and gold against the codebook's rules."""
    from coder.service.project.wrong_codings import WrongCoding
    from coder.service.upkeep.rule_check import check

    lang = options.project.config.shown_in
    out.lang = lang
    wrong = list[WrongCoding]()
    problems = check(
        options.project,
        anew=options.all,
        warn=wrong.append,
        progress=out.progress("check"),
    )
    problems = [
        each for each in problems if not options.errors or each.severity == "error"
    ]
    rows = []
    for p in problems:
        where = "/".join(part for part in (p.coding, p.event_id, p.field) if part)
        rows.append(
            {
                "where": where,
                "rule": p.rule,
                "severity": p.severity,
                "message": p.words[lang],
            }
        )
    out.document(rows)
    for row in rows:
        out.line(say(lang, f"cli.check.{row['severity']}", **row))
    errors = sum(p.severity == "error" for p in problems)
    counts = Message("counts.errors", n=errors)
    if not options.errors:
        warnings = Message("counts.warnings", n=len(problems) - errors)
        counts = Message("cli.check.counts", errors=counts, warnings=warnings)
    out.line(counts.of(lang))
    note_wrong_codings(out, [each.id for each in wrong])
    return Exit.FOUND if errors else Exit.DONE


def run_verify(options: Options, out: Output) -> Exit:
    """Verify the project's integrity: replay the journal, check hashes, offsets, quotes
    and references.
    """
    from coder.service.upkeep.integrity import verify

    report = verify(options.project, out.progress("verify"))
    findings = [
        {"check": f.check, "where": f.where, "what": f.what, "hint": f.hint}
        for f in report.findings
    ]
    out.document({"entries": report.entries, "findings": findings})
    for finding in report.findings:
        out.line(f"{finding.check} {finding.where}: {finding.what}")
        out.line(f"  hint: {finding.hint}")
    entries = Message("counts.entries", n=report.entries)
    count = Message("counts.findings", n=len(findings))
    out.say("cli.verify.counts", entries=entries, findings=count)
    return Exit.FOUND if findings else Exit.DONE


def run_backup(options: Options, out: Output) -> Exit:
    """Make a consistent copy of the project while it is in use, or restore a project
    from one.
    """
    from coder.service.delivery.project_copy import (
        backup,
        find_earlier_restore,
        restore,
    )
    from coder.service.upkeep.integrity import verify

    if options.restore and options.portable:
        raise CoderError("cli.not_with", one="--restore", other="--portable")
    if options.database != DEFAULT_DATABASE and not options.restore:
        raise CoderError("cli.only_with", one="--database", other="--restore")
    if not options.restore:
        backup(options.project, options.file, portable=options.portable)
        size = options.file.stat().st_size
        out.document({"file": str(options.file), "bytes": size})
        out.say("cli.backup.made", file=options.file, size=size)
        return Exit.DONE
    folder = options.folder_of_project or Path.cwd()
    project = find_earlier_restore(options.file, folder, options.database)
    was_there = project is not None
    if project is None:
        project = restore(options.file, folder, options.database)
    report = verify(project)
    project.close()
    count = len(report.findings)
    done = {"folder": str(folder), "entries": report.entries, "findings": count}
    out.document({**done, "was_there": was_there})
    entries = Message("counts.entries", n=report.entries)
    findings = Message("counts.findings", n=count)
    key = "cli.backup.was_there" if was_there else "cli.backup.restored"
    out.say(key, folder=folder, entries=entries, findings=findings)
    if count:
        out.note("cli.backup.unsound", folder=folder)
    return Exit.FOUND if count else Exit.DONE
