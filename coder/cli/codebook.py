"""Check, show or compare codebooks, print the coders' manual, bring a project to a new revision.

check [FILE]             what is wrong or missing in a file, or in the project's codebook
show [FILE]              what a file, or the project's codebook, asks for
show NAME                a codebook or lexicon that comes with the program, whole, to be copied
diff OLD NEW             what changed; each is a file, or a revision of the project as ID@VERSION;
                         with one alone: what changed since the revision that the project uses
docs [FILE]              the coders' manual, as Markdown or HTML, in Arabic, English or both
upgrade FILE --as NAME   every coding to the new revision, as one change; --undo takes it back
worklist                 what coders have to look at again since an upgrade

example: coder codebook show protest_events > my_codebook.yaml
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from coder.cli.codebook_changes import print_differences, print_upgrade, print_worklist
from coder.cli.exit import Exit
from coder.cli.output import Output, add_out
from coder.codebook import shipped
from coder.codebook.advice import advice
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.manual.pages import page
from coder.service.delivery.output_paths import written
from coder.service.project.codebook_upgrade import codebook_named
from coder.service.project.opened import open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", choices=tuple(_DOES))
    parser.add_argument("files", nargs="*", metavar="FILE", help="default: the project's codebook")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the supervisor who upgrades")
    parser.add_argument("--dry-run", action="store_true", help="upgrade: show what would happen")
    parser.add_argument("--gold", action="store_true", help="upgrade: gold as well")
    parser.add_argument("--undo", action="store_true", help="upgrade: take the last one back")
    parser.add_argument(
        "--lang", choices=("ar", "en", "both"), help="diff, docs: by default the project's, both"
    )
    parser.add_argument("--format", choices=("md", "html"), default="md", help="docs: default md")
    add_out(parser, "docs: a file")
    parser.add_argument("--coder", metavar="NAME", help="worklist: of one coder")


def run(options: Namespace, out: Output) -> Exit:
    """Do what is asked."""
    return _DOES[options.what](options, out)


def _check(options: Namespace, out: Output) -> Exit:
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
    out.line(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in summary.items()))
    for each in warnings:
        out.note(f"warning: {each.message}\nhint: {each.hint}")
    return Exit.DONE


def _copy(path: Path, out: Output) -> Exit:
    """A file that comes with the program, as it is."""
    text = path.read_text("utf-8")
    out.document({"file": path.name, "text": text})
    out.line(text.rstrip("\n"))
    return Exit.DONE


def _show(options: Namespace, out: Output) -> Exit:
    if len(options.files) == 1 and (path := shipped.to_copy(options.files[0])):
        return _copy(path, out)
    book = _one(options)
    out.document(json.loads(book.to_json()))
    rows = [
        (f.id, f.key or "", f.type, "required" if f.required else "", f.distance.kind, f.label.ar)
        for f in (*book.article_fields, *book.event_fields)
    ]
    out.table(("field", "key", "type", "", "distance", "label"), rows, title=book.ref)
    kinds = [(kind.id, kind.key, kind.label.ar) for kind in book.span_kinds]
    out.table(("span kind", "key", "label"), kinds)
    if book.event_types:
        out.table(("event type", "label"), [(t.id, t.label.ar) for t in book.leaf_types()])
    return Exit.DONE


def _diff(options: Namespace, out: Output) -> Exit:
    if len(options.files) not in (1, 2):
        raise CoderError("Two codebooks are compared.", hint="coder codebook diff OLD.yaml NEW.yaml")
    if all(Path(name).is_file() for name in options.files) and len(options.files) == 2:
        books, lang = [read_codebook(name) for name in options.files], "en"
    else:
        project = open_project(options.project, person=options.name)
        lang = project.config.language
        books = [codebook_named(project, name) for name in options.files]
        books = books if len(books) == 2 else [project.codebook, *books]
        project.close()
    langs = ("ar", "en") if options.lang == "both" else (options.lang or lang,)
    print_differences(books[0], books[1], langs, out)
    return Exit.DONE


def _docs(options: Namespace, out: Output) -> Exit:
    book = _one(options)
    langs = ("ar", "en") if options.lang in (None, "both") else (options.lang,)
    text = page(book, langs, options.format)
    document = {"codebook": book.ref, "format": options.format, "languages": list(langs)}
    if options.out is None:
        out.document({**document, "text": text})
        out.line(text.rstrip("\n"))
    else:
        with written(options.out, options.project, force=options.force) as stream:
            stream.write(text.encode("utf-8"))
        out.document({**document, "file": str(options.out)})
        out.line(str(options.out))
    return Exit.DONE


def _one(options: Namespace) -> Codebook:
    """The codebook in the one file that was named, or the project's."""
    if len(options.files) > 1:
        raise CoderError("One file at a time.", hint=f"See `coder codebook {options.what} --help`.")
    if options.files:
        return read_codebook(shipped.codebook(options.files[0]))
    project = open_project(options.project, person=options.name)
    book = project.codebook
    project.close()
    return book


_DOES: Mapping[str, Callable[[Namespace, Output], Exit]] = {
    "check": _check,
    "show": _show,
    "diff": _diff,
    "docs": _docs,
    "upgrade": print_upgrade,
    "worklist": print_worklist,
}
