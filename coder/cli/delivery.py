"""Imports articles and codings, exports datasets, and handles packets for offline work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from coder.cli.commands import Exit, Options
from coder.cli.gold import note_stale_gold
from coder.cli.output import Output, note_wrong_codings
from coder.codebook.label import join_texts
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, in_words, writer
from coder.messages.catalogue import Message, first_few

if TYPE_CHECKING:
    from coder.service.delivery.datasets import Delivered, Terms
    from coder.service.delivery.intake_report import Intake
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
    from coder.service.delivery.annotations import draft_project_mapping
    from coder.service.delivery.intake import import_files

    if options.suggest_mapping:
        mapping = draft_project_mapping(options.project, options.paths, options.format)
        out.document({"mapping": mapping})
        out.line(mapping.removesuffix("\n"))
        return
    report = import_files(
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
    _print_taken(report, out)
    _print_remarks(report, out)
    _print_not_taken(report, out)
    _print_problems(report, out)


def _print_taken(report: Intake, out: Output) -> None:
    """Print how much was imported."""
    articles = Message("counts.articles", n=report.articles)
    codings = Message("counts.codings", n=report.codings)
    out.say("cli.import.taken", articles=articles, codings=codings)
    if report.suggested:
        suggested = Message("counts.articles", n=report.suggested)
        out.say("cli.import.suggested", articles=suggested)
    if report.unchanged:
        out.say("cli.import.there", unchanged=report.unchanged)
    if report.repeated:
        out.say("cli.import.repeated", repeated=report.repeated)
    if report.corrected:
        corrected = Message("counts.articles", n=report.corrected)
        out.say("cli.import.corrected", articles=corrected)


def _print_remarks(report: Intake, out: Output) -> None:
    """Print what is unusual in imported texts."""
    for encoding, n in Counter(report.encodings.values()).items():
        files = Message("counts.files", n=n)
        out.note("cli.import.encoding", encoding=encoding, files=files)
    for article in report.backwards[:_MOST_LISTED]:
        out.note("cli.import.backwards", article=article)
    _note_more(out, "cli.import.backwards_more", report.backwards)
    for same in report.same_texts[:_MOST_LISTED]:
        out.note("cli.import.same_text", article=same.article, like=same.like)
    _note_more(out, "cli.import.same_text_more", report.same_texts)
    if report.shifted:
        out.note("cli.import.shifted", places=first_few(report.shifted))
    for near in report.near[:_MOST_LISTED]:
        share = f"{near.similarity:.0%}"
        out.note("cli.import.near", article=near.article, like=near.like, share=share)
    if report.near:
        linked = Message("counts.articles", n=len(report.near))
        out.say("cli.import.linked", articles=linked)


def _print_not_taken(report: Intake, out: Output) -> None:
    """Print what was left out: files and records, columns, and parts of annotations."""
    for left in report.left_out[:_MOST_LISTED]:
        out.note("cli.import.left_out", file=left.file, reason=left.reason)
    _note_more(out, "cli.import.left_more", report.left_out)
    if report.left_columns:
        columns = ", ".join(f"{name} ({n})" for name, n in report.left_columns.items())
        out.note("cli.import.left_columns", columns=columns)
    for kind, counted in report.left.items():
        names = +counted  # without those that did not occur
        if names:
            most = names.most_common(_MOST_LISTED)
            listed = ", ".join(f"{name or '—'} ({n})" for name, n in most)
            out.note(f"cli.import.left_{kind}", n=names.total(), names=listed)


def _print_problems(report: Intake, out: Output) -> None:
    """Print the problems that the codebook's rules find in imported codings."""
    if report.errors or report.warnings:
        errors = Message("counts.errors", n=report.errors)
        warnings = Message("counts.warnings", n=report.warnings)
        out.say("cli.import.found", errors=errors, warnings=warnings)
    for error in report.first_errors:
        message = error.words[out.lang]
        out.note("cli.check.error", rule=error.rule, where=error.where, message=message)
    more = report.errors - len(report.first_errors)
    if more > 0:
        out.note("cli.import.more_errors", n=more)


def _note_more(out: Output, key: str, items: Sequence[object]) -> None:
    """Print how many items there are besides those listed, if any."""
    more = len(items) - _MOST_LISTED
    if more > 0:
        out.note(key, n=more)


def run_export(options: Options, out: Output) -> None:
    """List the formats, or write a dataset to a file or stdout."""
    from coder.service.delivery.datasets import deliver
    from coder.service.delivery.releases import release_of

    if options.list:
        _list_formats(out)
        return
    if options.format is None:
        raise CoderError("cli.export.format")
    form = writer(options.format)
    form.loaded()
    is_shown = options.out is None and (options.json or out.out.isatty())
    if is_shown and not (form.is_text or form.is_folder):
        raise CoderError("delivery.needs_file", format=form.name)
    release = None
    if options.release is not None:
        release = release_of(options.project, options.release)
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


def _list_formats(out: Output) -> None:
    documents = []
    rows = []
    nothing = Message("cli.export.nothing")
    for form in FORMATS:
        documents.append(
            {
                "name": form.name,
                "holds": form.holds,
                "lacks": form.lacks,
                "texts": form.texts,
            }
        )
        lacks = ", ".join(map(in_words, form.lacks))
        rows.append((form.name, ", ".join(form.holds), lacks or nothing))
    out.document(documents)
    out.table("cli.export.head", rows)


def _publish(
    options: Options, out: Output, release: Release | None, terms: Terms
) -> None:
    """Write the self-describing dataset; its folder is given by `--out` or as an
    argument.
    """
    from coder.service.publication.dataset_folder import publish

    folder = options.folder or options.out
    if folder is None:
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
    keys = ("title", "authors", "license")
    lacking = [key for key in keys if not getattr(about, key)]
    if lacking:
        out.note("cli.export.unsaid", keys=", ".join(lacking))
    _tell_left_out(options, out, done)


def _document(done: Delivered) -> dict[str, object]:
    wrong = [each.document for each in done.wrong]
    return {**asdict(replace(done, wrong=())), "wrong_codings": wrong}


def _tell_left_out(options: Options, out: Output, done: Delivered) -> None:
    from coder.service.review.review_queue import stale_gold

    if left_out := done.in_words:
        out.note(
            "cli.export.left_out", format=options.format, what=join_texts(left_out)
        )
    note_wrong_codings(out, [each.id for each in done.wrong])
    if done.open_gold and options.release is None:  # a release never contains open gold
        count = Message("counts.articles", n=done.open_gold)
        out.note("cli.export.open_gold", count=count)
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
    _note_more(out, "cli.import.left_more", done.missing)
    return Exit.FOUND if done.missing else Exit.DONE


def run_packet(options: Options, out: Output) -> None:
    """Pack a coder's articles into a file, make a project of it (open), or merge its
    codings back.
    """
    from coder.service.delivery import packet_file, packet_merge, packets

    if options.what == "make" and not options.coder:
        raise CoderError("cli.packet.name")
    if options.folder is not None and options.what != "open":
        raise CoderError("cli.not_with", one=options.what, other=options.folder)
    if options.coder is not None and options.what != "make":
        raise CoderError("cli.not_with", one=options.what, other="--for")
    passphrase = None
    if options.passphrase_file:
        passphrase = packet_file.read_passphrase(options.passphrase_file)
    file = options.file
    folder = options.folder
    coder = options.coder
    if options.what == "make":
        articles = packets.make(options.project, coder, file, passphrase)
        out.document({"file": str(file), "coder": coder, "articles": articles})
        count = Message("counts.articles", n=articles)
        out.say("cli.packet.made", file=file, articles=count, coder=coder)
    elif options.what == "open":
        if not folder:
            raise CoderError("cli.packet.folder")
        project = packets.open_packet(file, folder, passphrase)
        # One, unless somebody altered the packet.
        names = ", ".join(person.name for person in project.people())
        project.close()
        out.document({"folder": str(folder), "coder": names})
        out.say("cli.packet.opened", folder=folder, coder=names)
        out.note("cli.packet.next", folder=folder, coder=names)
    else:
        merged = packet_merge.merge_packet(options.project, file, passphrase)
        out.document(merged)
        new = [coding for coding in merged if coding.entries]
        codings = Message("counts.codings", n=len(new))
        there = len(merged) - len(new)
        out.say("cli.packet.merged", codings=codings, there=there)
        for coding in merged:
            if coding.second:
                out.note(
                    "cli.packet.second", article=coding.article, coder=coding.coder
                )
