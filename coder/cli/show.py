"""Prints an article with its candidates; visual and logical order break lines at the
same places.
"""

import os
import shutil
from collections.abc import Sequence

from coder.cli.commands import Options
from coder.cli.output import Output, need_utf8
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.service.coding.article_marks import Bracketed, Mark, marks
from coder.service.learning.learned_terms import candidates_for_all
from coder.service.project.opened import Project
from coder.text.display import PLAIN, Display, Mode, make_glyph, visual_line
from coder.text.layout import Layout, Line

# One colour and one attribute (underline, bold or both) per kind, so that kinds differ
# without colour.
_SGR = ("4;31", "1;34", "4;33", "1;32", "4;35", "1;36", "4;1;31", "4;34", "4;36")
_RESET = "\x1b[0m"
_WIDEST = 1000  # columns of a line, before which its blank ones stand


def run_show(options: Options, out: Output) -> None:
    """Print the article."""
    if not options.json:
        need_utf8(out.out)
    project = options.project
    article = project.article(options.article)
    candidates = candidates_for_all(project, article)
    width = options.width or min(shutil.get_terminal_size((80, 24)).columns, 120)
    if width < 10:
        raise CoderError("cli.show.narrow", width=width)
    described = []
    for each in candidates:
        words = {"start": each.start, "end": each.end, "quote": each.quote}
        why = {"value": each.value, "origin": each.origin, "score": each.score}
        described.append({"kind": each.kind, **words, **why})
    out.document(
        {
            "article": article.id,
            "text_sha256": article.text_sha256,
            "boilerplate": [list(stretch) for stretch in article.boilerplate],
            "lines": _lines(project, article, (), width, "none", options.order, PLAIN),
            "candidates": described,
        }
    )
    print_article(
        project, article, candidates, width, out, options.marks, options.order
    )


def print_article(
    project: Project,
    article: Article,
    candidates: Sequence[Candidate],
    width: int,
    out: Output,
    style: str | None = None,
    order: str = "visual",
) -> None:
    """Print the lines with their candidates marked: by default in colour on terminals,
    else with brackets.
    """
    if style is None:
        can_colour = out.out.isatty() and not os.environ.get("NO_COLOR")
        style = "colour" if can_colour else "brackets"
    print_line = out.exact_line if order == "logical" else out.drawn_line
    view = out.display(project.config.view)
    for line in _lines(project, article, marks(candidates), width, style, order, view):
        print_line(line)


def _lines(
    project: Project,
    article: Article,
    highlights: Sequence[Mark],
    width: int,
    style: str,
    order: str,
    view: Display,
) -> list[str]:
    text = article.text
    codebook = project.codebook
    if style == "brackets":
        glyphs = {kind.id: kind.glyph for kind in codebook.span_kinds}
        text = Bracketed(text, highlights, glyphs).text
    layout = Layout(text, min(width, _WIDEST), tashkeel=view.tashkeel)
    lines = [layout.line(i) for i in range(layout.count)]
    if order == "logical":
        return [text[line.start : line.end].rstrip("\r\n") for line in lines]
    if style != "colour":
        return [" " * line.indent + visual_line(line, view.mode) for line in lines]
    rank = {kind.id: i for i, kind in enumerate(codebook.span_kinds)}
    return [
        " " * line.indent + _colour(line, highlights, rank, article, view.mode)
        for line in lines
    ]


def _colour(
    line: Line,
    highlights: Sequence[Mark],
    rank: dict[str, int],
    article: Article,
    mode: Mode,
) -> str:
    in_line = [m for m in highlights if m.start < line.end and m.end > line.start]
    out = ""
    last = ""
    for cell in line.cells:
        covering = [m for m in in_line if cell.shows(m.start, m.end)]
        sgr = ""
        if covering:
            inner = min(covering, key=lambda m: (m.end - m.start, m.kind))
            sgr = _SGR[rank.get(inner.kind, 0) % len(_SGR)]
        elif any(start <= cell.start < end for start, end in article.boilerplate):
            sgr = "2"
        if sgr != last and last:
            out += _RESET
        if sgr != last and sgr:
            out += f"\x1b[{sgr}m"
        last = sgr
        out += make_glyph(cell.glyph, cell.level, mode)
    return out + _RESET if last else out
