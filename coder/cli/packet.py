"""Offline work: a coder's articles out as one file, a project made from it, and the codings back.

make writes what is one coder's and nobody else's; the coder opens it, codes with `coder code`, makes a packet
of the same name there and sends it back; merge brings the work in. Merging twice changes nothing.

example: coder packet make --for amal amal.packet
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.project.opened import open_project
from coder.service.team import packets
from coder.service.team.envelope import passphrase_in
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", choices=("make", "open", "merge"))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="with open: a new folder")
    parser.add_argument("--for", dest="name", metavar="NAME", help="with make: the coder")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="F", help="seal, or open what is sealed, with its first line"
    )


def run(options: Namespace, out: Output) -> Exit:
    """Make, open or merge."""
    passphrase = passphrase_in(options.passphrase_file) if options.passphrase_file else None
    {"make": _make, "open": _open, "merge": _merge}[options.what](options, out, passphrase)
    return Exit.DONE


def _make(options: Namespace, out: Output, passphrase: str | None) -> None:
    if not options.name:
        raise CoderError("A name is missing.", hint="coder packet make --for NAME FILE")
    project = open_project(options.project)
    articles = packets.make(project, options.name, options.file, passphrase)
    project.close()
    out.document({"file": str(options.file), "coder": options.name, "articles": articles})
    out.line(f"{options.file}: {counted(articles, 'article')} for {options.name}")


def _open(options: Namespace, out: Output, passphrase: str | None) -> None:
    if not options.folder:
        raise CoderError("A folder is missing.", hint="coder packet open FILE DIR")
    project = packets.open_packet(options.file, options.folder, passphrase)
    [person] = project.people()
    project.close()
    out.document({"folder": str(options.folder), "coder": person.name})
    out.line(f"{options.folder}: a project for {person.name}")
    out.note(f"next: coder code --as {person.name} --project {options.folder}")


def _merge(options: Namespace, out: Output, passphrase: str | None) -> None:
    project = open_project(options.project)
    merged = packets.merge_file(project, options.file, passphrase)
    project.close()
    new = [m for m in merged if m.entries]
    copies = [m for m in merged if m.second]
    out.document([{"article": m.article, "coder": m.coder, "entries": m.entries} for m in merged])
    out.line(f"{counted(len(new), 'coding')} taken in, there already: {len(merged) - len(new)}")
    for m in copies:
        out.note(f"note: {m.article} was coded on two copies; the one in this packet is kept as {m.coder}")
