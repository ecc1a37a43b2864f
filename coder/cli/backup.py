"""A safe copy of the project while it is in use, and a project made from one."""

from pathlib import Path

from coder.cli.commands import Exit, Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.delivery.project_copy import backup, restore
from coder.service.upkeep.integrity import verify


def run(options: Options, out: Output) -> Exit:
    """Copy or restore."""
    if options.restore:
        return _restore(options, out)
    backup(options.project, options.file, portable=options.portable)
    size = options.file.stat().st_size
    out.document({"file": str(options.file), "bytes": size})
    out.say("cli.backup.made", file=options.file, size=size)
    return Exit.DONE


def _restore(options: Options, out: Output) -> Exit:
    folder = options.folder_of_project or Path.cwd()
    project = restore(options.file, folder, options.database)
    report = verify(project)
    project.close()
    found = len(report.findings)
    out.document({"folder": str(folder), "entries": report.entries, "findings": found})
    entries, findings = Message("counts.entries", n=report.entries), Message("counts.findings", n=found)
    out.say("cli.backup.restored", folder=folder, entries=entries, findings=findings)
    if found:
        out.note("cli.backup.unsound", folder=folder)
    return Exit.FOUND if found else Exit.DONE
