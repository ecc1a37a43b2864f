"""A new project in a folder, with its codebook pinned.

example: coder init lebanon-2024 --codebook protest_events
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.codebook import shipped
from coder.service.project.config import DEFAULT_DATABASE
from coder.service.project.opened import create_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--codebook",
        default=shipped.CODEBOOK,
        metavar="NAME|FILE",
        help=f"a file, or one of {', '.join(shipped.codebooks())} (default: %(default)s)",
    )
    parser.add_argument("--database", default=DEFAULT_DATABASE, metavar="URL", help="default: %(default)s")
    parser.add_argument("--language", choices=("ar", "en"), default="ar", help="of the screens")


def run(options: Namespace, out: Output) -> Exit:
    """Make the project."""
    project = create_project(
        options.folder,
        codebook=shipped.codebook(options.codebook),
        database=options.database,
        language=options.language,
    )
    out.document(
        {"folder": str(options.folder), "codebook": project.codebook.ref, "database": project.store.name}
    )
    out.line(f"{options.folder}: a project with the codebook {project.codebook.ref}")
    out.note("next: coder people add NAME --role coder; coder import FILES; coder suggest; coder assign")
    project.close()
    return Exit.DONE
