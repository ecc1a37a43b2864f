"""A project from the sample articles, with two coders' codings and one adjudicated article.

Opens the coding screen; without a terminal (or with --print) it prints one article with its candidates,
the agreement table and where the exports lie. Running it again keeps what you did.

example: coder demo my-demo
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from coder.cli import launch
from coder.cli.agree import print_study
from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.cli.show import article_lines, default_marks
from coder.service.coding.article_marks import marks
from coder.service.figures.progress import study, study_document
from coder.service.learning.learned_terms import shown_to_all
from coder.service.project.sample_project import SUPERVISOR, VISITOR, Demo, make_demo
from coder.text.counts import counted

DEFAULT = Path("demo-project")
SHOWN = "004"


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DEFAULT, metavar="DIR", help="default: %(default)s"
    )
    parser.add_argument("--print", action="store_true", help="print instead of opening the screen")
    parser.add_argument("--width", type=int, default=80, metavar="N", help="cells per printed line")


def run(options: Namespace, out: Output) -> Exit:
    """Make the project, then show it."""
    demo = make_demo(options.folder, out.note)
    if options.json or options.print or not launch.is_terminal():
        _print(demo, options, out)
    else:
        launch.code(demo.project, VISITOR, None)
        out.note(f"go on with: coder code --as {VISITOR} --project {options.folder}")
        out.note(f"review with: coder review --as {SUPERVISOR} --project {options.folder}")
    demo.project.close()
    return Exit.DONE


def _print(demo: Demo, options: Namespace, out: Output) -> None:
    project = demo.project
    article = project.article(SHOWN)
    found = shown_to_all(project, article)
    figures = study(project, stage="calibration")
    out.document(
        {
            "project": str(options.folder),
            "article": article.id,
            "candidates": len(found),
            "agreement": study_document(figures),
            "exports": [str(path) for path in demo.exported],
        }
    )
    shown = marks(found, None)
    kinds = "  ".join(f"{kind.glyph} {kind.label.en}" for kind in project.codebook.span_kinds)
    out.line(
        f"article {article.id}, {len(article.text)} characters, {counted(len(found), 'candidate')}: {kinds}"
    )
    out.line()
    style, view = default_marks(out), out.display(project.config.view)
    for line in article_lines(article, shown, project.codebook, options.width, style, "visual", view):
        out.drawn_line(line)
    out.line()
    print_study(figures, out)
    out.line()
    out.line("exported:")
    for path in demo.exported:
        out.line(f"  {path}")
