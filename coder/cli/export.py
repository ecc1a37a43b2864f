"""Datasets out; without --out to stdout. `coder export --list` names the formats and what they leave out.

A file that is there is replaced with --force only, a project's own files never.

example: coder export csv --what gold --out exports/gold.csv
"""

from __future__ import annotations

import io
from argparse import ArgumentParser, Namespace
from functools import partial

from coder.cli.exit import Exit
from coder.cli.output import Output, add_out
from coder.errors import CoderError
from coder.exporters.registry import FORMATS
from coder.service.delivery.datasets import WHAT, deliver
from coder.service.project.opened import open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("format", nargs="?", metavar="FORMAT", help=", ".join(f.name for f in FORMATS))
    add_out(parser)
    parser.add_argument("--what", choices=WHAT, default="gold")
    parser.add_argument("--withdrawn", action="store_true", help="with the articles that were withdrawn")
    parser.add_argument("--list", action="store_true", help="the formats")


def run(options: Namespace, out: Output) -> Exit:
    """List the formats or write a dataset."""
    if options.list:
        out.document([{"name": f.name, "holds": f.holds, "leaves_out": f.leaves_out} for f in FORMATS])
        out.table(
            ("format", "holds", "leaves out"),
            [(f.name, ", ".join(f.holds), f.leaves_out or "nothing") for f in FORMATS],
        )
        return Exit.DONE
    if options.format is None:
        raise CoderError("A format is missing.", hint="See `coder export --list`.")
    project = open_project(options.project)
    write = partial(deliver, project, options.format, options.what, withdrawn=options.withdrawn)
    if options.out is not None:
        left_out = write(options.out, force=options.force)
        out.document({"path": str(options.out), "leaves_out": left_out})
        out.line(str(options.out))
    elif options.json:
        data = io.BytesIO()
        left_out = write(data)
        out.document({"leaves_out": left_out, "text": data.getvalue().decode("utf-8")})
    else:
        with out.data() as stream:
            left_out = write(stream)
    if left_out:
        out.note(f"note: {options.format} leaves out {left_out}")
    project.close()
    return Exit.DONE
