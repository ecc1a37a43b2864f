"""Imports articles and codings, exports datasets, and handles packets for offline work."""

from __future__ import annotations

from collections import Counter
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from coder.cli.commands import Exit, Options
from coder.cli.gold import note_stale_gold
from coder.cli.output import Output, note_wrong_codings
from coder.codebook.label import joined
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, in_words, writer
from coder.messages.catalogue import Message, first_few

if TYPE_CHECKING:
    from coder.service.delivery.datasets import Delivered, Terms
    from coder.service.delivery.releases import Release

_MOST_LISTED = 20  # of the items not imported; `--json` has all


def run_import(options: Options, out: Output) -> None:
    """Import articles, codings and candidates: everything in the given files, or
    nothing.
    """
    if not 0 <= options.near <= 1:
        raise CoderError("cli.import.no_share", share=options.near)
    if options.article and not options.whom:
        raise CoderError("cli.only_with", one="--article", other="--as")
    from coder.service.delivery.annotations import suggested_mapping
    from coder.service.delivery.intake import take

    if options.suggest_mapping:
        mapping = suggested_mapping(options.project, options.paths, options.format)
        out.document({"mapping": mapping})
        out.line(mapping.removesuffix("\n"))
        return
    report = take(
        options.project,
        options.paths,
        options.format,
        columns=options.map,
        sheet=options.sheet,
        whom=options.whom,
        mapping=options.mapping,
        articles=options.article,
        near=options.near,
        reading=out.progress("read"),
        writing=out.progress("write"),
    )
    out.document(report)
    codings = Message("counts.codings", n=report.codings)
    out.say(
        "cli.import.taken",
        articles=Message("counts.articles", n=report.articles),
        codings=codings,
    )
    if report.suggested:
        out.say(
            "cli.import.suggested",
            articles=Message("counts.articles", n=report.suggested),
        )
    if report.unchanged:
        out.say("cli.import.there", unchanged=report.unchanged)
    if report.repeated:
        out.say("cli.import.repeated", repeated=report.repeated)
    if report.corrected:
        out.say(
            "cli.import.corrected",
            articles=Message("counts.articles", n=report.corrected),
        )
    for encoding, n in Counter(report.encodings.values()).items():
        out.note(
            "cli.import.encoding", encoding=encoding, files=Message("counts.files", n=n)
        )
    for article in report.backwards[:_MOST_LISTED]:
        out.note("cli.import.backwards", article=article)
    if (more := len(report.backwards) - _MOST_LISTED) > 0:
        out.note("cli.import.backwards_more", n=more)
    for same in report.same_texts[:_MOST_LISTED]:
        out.note("cli.import.same_text", article=same.article, like=same.like)
    if (more := len(report.same_texts) - _MOST_LISTED) > 0:
        out.note("cli.import.same_text_more", n=more)
    if report.shifted:
        out.note("cli.import.shifted", places=first_few(report.shifted))
    for near in report.near[:_MOST_LISTED]:
        out.note(
            "cli.import.near",
            article=near.article,
            like=near.like,
            share=f"{near.similarity:.0%}",
        )
    if report.near:
        out.say(
            "cli.import.linked", articles=Message("counts.articles", n=len(report.near))
        )
    for left in report.left_out[:_MOST_LISTED]:
        out.note("cli.import.left_out", file=left.file, reason=left.reason)
    if (more := len(report.left_out) - _MOST_LISTED) > 0:
        out.note("cli.import.left_more", n=more)
    if report.left_columns:
        columns = ", ".join(f"{name} ({n})" for name, n in report.left_columns.items())
        out.note("cli.import.left_columns", columns=columns)
    for kind, names in report.left.items():
        if names := +names:
            listed = ", ".join(
                f"{name or '—'} ({n})" for name, n in names.most_common(_MOST_LISTED)
            )
            out.note(f"cli.import.left_{kind}", n=names.total(), names=listed)
    if report.errors or report.warnings:
        warnings = Message("counts.warnings", n=report.warnings)
        out.say(
            "cli.import.found",
            errors=Message("counts.errors", n=report.errors),
            warnings=warnings,
        )
    for error in report.first_errors:
        out.note(
            "cli.check.error",
            rule=error.rule,
            where=error.where,
            message=error.words[out.lang],
        )
    if (more := report.errors - len(report.first_errors)) > 0:
        out.note("cli.import.more_errors", n=more)


def run_export(options: Options, out: Output) -> None:
    """List the formats, or write a dataset to a file or stdout."""
    from coder.service.delivery.datasets import deliver
    from coder.service.delivery.releases import release_of

    if options.list:
        out.document(
            [
                {"name": f.name, "holds": f.holds, "lacks": f.lacks, "texts": f.texts}
                for f in FORMATS
            ]
        )
        nothing = Message("cli.export.nothing")
        rows = [
            (f.name, ", ".join(f.holds), ", ".join(map(in_words, f.lacks)) or nothing)
            for f in FORMATS
        ]
        out.table("cli.export.head", rows)
        return
    if options.format is None:
        raise CoderError("cli.export.format")
    form = writer(options.format)
    form.loaded()
    if (
        options.out is None
        and (options.json or out.out.isatty())
        and not (form.is_text or form.is_folder)
    ):
        raise CoderError("delivery.needs_file", format=form.name)
    release = (
        None
        if options.release is None
        else release_of(options.project, options.release)
    )
    terms: Terms = {
        "withdrawn": options.withdrawn,
        "open_too": options.open,
        "training": release is None or release.training,
        "force": options.force,
        "allow_loss": options.allow_loss,
        "text": not options.no_text,
    }
    if form.name == "dataset":
        _publish(options, out, release, terms)
        return
    if options.folder is not None:
        raise CoderError(
            "cli.export.where", format=options.format, folder=options.folder
        )
    write = partial(
        deliver,
        options.project.at(release.position if release else None),
        options.format,
        options.what,
        **terms,
    )
    if options.out is not None:
        done = write(options.out, progress=out.progress("export"))
        out.document({"path": str(options.out), **_document(done)})
        out.line(str(options.out))
    elif options.json:
        data = BytesIO()
        done = write(data)
        out.document({**_document(done), "text": data.getvalue().decode("utf-8")})
    else:
        with out.data() as stream:
            done = write(stream)
    _tell_left_out(options, out, done)


def _publish(
    options: Options, out: Output, release: Release | None, terms: Terms
) -> None:
    """Write the self-describing dataset; its folder is given by `--out` or as an
    argument.
    """
    from coder.service.publication.dataset_folder import publish

    if (folder := options.folder or options.out) is None:
        raise CoderError("delivery.needs_folder", format=options.format)
    progress = out.progress("export")
    done = publish(
        options.project,
        options.what,
        folder,
        release=release,
        progress=progress,
        **terms,
    )
    out.document({"path": str(folder), **_document(done)})
    out.line(str(folder))
    about = options.project.config.dataset
    if lacking := [
        key for key in ("title", "authors", "license") if not getattr(about, key)
    ]:
        out.note("cli.export.unsaid", keys=", ".join(lacking))
    _tell_left_out(options, out, done)


def _document(done: Delivered) -> dict[str, object]:
    wrong = [each.document for each in done.wrong]
    return {**asdict(replace(done, wrong=())), "wrong_codings": wrong}


def _tell_left_out(options: Options, out: Output, done: Delivered) -> None:
    from coder.service.review.review_queue import stale_gold

    if left_out := done.in_words:
        out.note("cli.export.left_out", format=options.format, what=joined(left_out))
    note_wrong_codings(out, [each.id for each in done.wrong])
    if done.open_gold and options.release is None:  # a release never contains open gold
        out.note(
            "cli.export.open_gold", count=Message("counts.articles", n=done.open_gold)
        )
    if options.what == "gold" and options.release is None:
        note_stale_gold(out, stale_gold(options.project, out.progress("compare")))


def run_attach(options: Options, out: Output) -> Exit:
    """Add the articles' texts to a dataset made without them; some may be missing."""
    writer("dataset").loaded()
    from coder.service.publication.attached import attach

    done = attach(options.folder, options.articles, options.out, force=options.force)
    out.document({"path": str(options.out), **asdict(done)})
    out.say(
        "cli.attach.joined",
        articles=Message("counts.articles", n=done.articles),
        folder=options.out,
    )
    for article in done.missing[:_MOST_LISTED]:
        out.note("cli.attach.missing", article=article)
    if (more := len(done.missing) - _MOST_LISTED) > 0:
        out.note("cli.import.left_more", n=more)
    return Exit.FOUND if done.missing else Exit.DONE


def run_packet(options: Options, out: Output) -> None:
    """Pack a coder's articles into a file, make a project of it (open), or merge its
    codings back.
    """
    from coder.service.delivery import packet_file, packet_merge, packets

    if options.what == "make" and not options.coder:
        raise CoderError("cli.packet.name")
    for name, what in (("folder", "open"), ("coder", "make")):
        if (value := getattr(options, name)) is not None and options.what != what:
            raise CoderError(
                "cli.not_with",
                one=options.what,
                other=value if name == "folder" else "--for",
            )
    passphrase = (
        packet_file.read_passphrase(options.passphrase_file)
        if options.passphrase_file
        else None
    )
    file = options.file
    folder = options.folder
    coder = options.coder
    if options.what == "make":
        articles = packets.make(options.project, coder, file, passphrase)
        out.document({"file": str(file), "coder": coder, "articles": articles})
        out.say(
            "cli.packet.made",
            file=file,
            articles=Message("counts.articles", n=articles),
            coder=coder,
        )
    elif options.what == "open":
        if not folder:
            raise CoderError("cli.packet.folder")
        project = packets.open_packet(file, folder, passphrase)
        [person] = project.people()
        project.close()
        out.document({"folder": str(folder), "coder": person.name})
        out.say("cli.packet.opened", folder=folder, coder=person.name)
        out.note("cli.packet.next", folder=folder, coder=person.name)
    else:
        merged = packet_merge.merge_packet(options.project, file, passphrase)
        out.document(merged)
        new = sum(bool(m.entries) for m in merged)
        out.say(
            "cli.packet.merged",
            codings=Message("counts.codings", n=new),
            there=len(merged) - new,
        )
        for m in merged:
            if m.second:
                out.note("cli.packet.second", article=m.article, coder=m.coder)
