"""Check a codebook file, or show the project's codebook.

example: coder codebook check schemas/conflict_events.yaml
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.service.project import open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", choices=("check", "show"))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the project's codebook")


def run(options: Namespace, out: Output) -> Exit:
    """Check or show."""
    book = read_codebook(options.file) if options.file else _pinned(options.project)
    summary = {
        "codebook": book.ref,
        "digest": book.digest,
        "span_kinds": len(book.span_kinds),
        "event_types": len(book.leaf_types()),
        "fields": len(book.event_fields),
        "rules": len(book.rules),
    }
    if options.what == "check":
        out.document(summary)
        out.line(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in summary.items()))
        return Exit.DONE
    out.document(json.loads(book.to_json()))
    rows = [
        (f.id, f.key or "", f.type, "required" if f.required else "", f.distance.kind, out.shown(f.label.ar))
        for f in (*book.article_fields, *book.event_fields)
    ]
    out.table(("field", "key", "type", "", "distance", "label"), rows, title=book.ref)
    out.table(("event type", "label"), [(t.id, out.shown(t.label.ar)) for t in book.leaf_types()])
    return Exit.DONE


def _pinned(folder: Path | None) -> Codebook:
    project = open_project(folder)
    book = project.codebook
    project.close()
    return book
