"""Offline work: a coder's articles out as one file, a project made from it, and the codings back."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.delivery import packets
from coder.service.delivery.envelope import passphrase_in


def run(options: Options, out: Output) -> None:
    """Make, open or merge."""
    passphrase = passphrase_in(options.passphrase_file) if options.passphrase_file else None
    {"make": _make, "open": _open, "merge": _merge}[options.what](options, out, passphrase)


def _make(options: Options, out: Output, passphrase: str | None) -> None:
    if not options.coder:
        raise CoderError("cli.packet.name")
    articles = packets.make(options.project, options.coder, options.file, passphrase)
    out.document({"file": str(options.file), "coder": options.coder, "articles": articles})
    count = Message("counts.articles", n=articles)
    out.say("cli.packet.made", file=options.file, articles=count, coder=options.coder)


def _open(options: Options, out: Output, passphrase: str | None) -> None:
    if not options.folder:
        raise CoderError("cli.packet.folder")
    project = packets.open_packet(options.file, options.folder, passphrase)
    [person] = project.people()
    project.close()
    out.document({"folder": str(options.folder), "coder": person.name})
    out.say("cli.packet.opened", folder=options.folder, coder=person.name)
    out.note("cli.packet.next", folder=options.folder, coder=person.name)


def _merge(options: Options, out: Output, passphrase: str | None) -> None:
    merged = packets.merge_file(options.project, options.file, passphrase)
    out.document([{"article": m.article, "coder": m.coder, "entries": m.entries} for m in merged])
    new = sum(bool(m.entries) for m in merged)
    out.say("cli.packet.merged", codings=Message("counts.codings", n=new), there=len(merged) - new)
    for m in merged:
        if m.second:
            out.note("cli.packet.second", article=m.article, coder=m.coder)
