"""Check, show or compare codebooks, print the coders' manual, bring a project to a new revision."""

import json
from collections import Counter
from pathlib import Path

from coder.cli.codebook_changes import print_upgrade, print_worklist
from coder.cli.commands import Options
from coder.cli.output import Output
from coder.codebook import shipped
from coder.codebook.advice import advice
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.manual.pages import page
from coder.messages.catalogue import Message
from coder.revisions.differences import difference_document, differences
from coder.service.delivery.output_paths import written
from coder.service.project.codebook_upgrade import codebook_named


def run(options: Options, out: Output) -> None:
    """Do what is asked."""
    does = {
        "check": _check,
        "show": _show,
        "diff": _diff,
        "docs": _docs,
        "upgrade": print_upgrade,
        "worklist": print_worklist,
    }
    does[options.what](options, out)


def _one(options: Options) -> Codebook:
    """The codebook in the one file that was named, or the project's."""
    if len(options.files) > 1:
        raise CoderError("cli.codebook.one_file", what=options.what)
    if options.files:
        return read_codebook(shipped.codebook(options.files[0]))
    return options.project.codebook


def _check(options: Options, out: Output) -> None:
    book = _one(options)
    summary = {
        "codebook": book.ref,
        "digest": book.digest,
        "span_kinds": len(book.span_kinds),
        "event_types": len(book.leaf_types()),
        "fields": len(book.event_fields),
        "rules": len(book.rules),
    }
    warnings = list(advice(book))
    said = [{"message": each.message.en, "hint": each.hint.en} for each in warnings]
    out.document({**summary, "warnings": said})
    out.say("cli.codebook.summary", **summary)
    for each in warnings:
        out.note("cli.codebook.warning", what=each.message, hint=each.hint)


def _show(options: Options, out: Output) -> None:
    if len(options.files) == 1 and (path := shipped.to_copy(options.files[0])):
        text = path.read_text("utf-8")
        out.document({"file": path.name, "text": text})
        out.line(text.rstrip("\n"))
        return
    book = _one(options)
    out.document(json.loads(book.to_json()))
    required = Message("cli.codebook.required")
    rows = [
        (f.id, f.key, f.type, required if f.required else "", f.distance.kind, f.label.ar)
        for f in (*book.article_fields, *book.event_fields)
    ]
    out.table("cli.codebook.field_head", rows, title=book.ref)
    out.table("cli.codebook.kind_head", [(kind.id, kind.key, kind.label.ar) for kind in book.span_kinds])
    if book.event_types:
        out.table("cli.codebook.type_head", [(t.id, t.label.ar) for t in book.leaf_types()])


def _diff(options: Options, out: Output) -> None:
    files = options.files
    if len(files) not in (1, 2):
        raise CoderError("cli.codebook.two")
    if len(files) == 2 and all(Path(name).is_file() for name in files):
        (old, new), lang = map(read_codebook, files), "en"
    else:
        project = options.project
        lang = project.config.language
        books = [codebook_named(project, name) for name in files]
        old, new = books if len(books) == 2 else (project.codebook, *books)
    found = differences(old, new)
    out.document(
        {
            "old": {"codebook": old.ref, "digest": old.digest},
            "new": {"codebook": new.ref, "digest": new.digest},
            "differences": [difference_document(each) for each in found],
        }
    )
    for each in found:
        for one in ("ar", "en") if options.lang == "both" else (options.lang or lang,):
            out.line(each.words(one))
    counts = ", ".join(f"{sign} {n}" for sign, n in Counter(each.sign for each in found).items())
    same = Message("cli.codebook.same")
    out.say("cli.codebook.changed", old=old.ref, new=new.ref, counts=counts or same)


def _docs(options: Options, out: Output) -> None:
    book = _one(options)
    langs = ("ar", "en") if options.lang in (None, "both") else (options.lang,)
    text = page(book, langs, options.format)
    document = {"codebook": book.ref, "format": options.format, "languages": list(langs)}
    if options.out is None:
        out.document({**document, "text": text})
        out.line(text.rstrip("\n"))
        return
    with written(options.out, options.folder_of_project, force=options.force) as stream:
        stream.write(text.encode("utf-8"))
    out.document({**document, "file": str(options.out)})
    out.line(str(options.out))
