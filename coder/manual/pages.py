"""The coders' manual as one page, Markdown or HTML: it fetches nothing, and Arabic runs from the right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from coder.codebook.schema import Codebook
from coder.manual.outline import Block, Heading, Paragraph, Points, Table, manual

FORMATS = ("md", "html")
DIRECTIONS = {"ar": "rtl", "en": "ltr"}
_STYLE = """
body { font-family: "Noto Naskh Arabic", "Amiri", "Segoe UI", serif; line-height: 1.7; margin: 0 auto;
       max-width: 60rem; padding: 1rem; color: #1b1b1b; background: #fff; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; margin-block: 1.6em .4em; }
h2 { border-block-end: 2px solid #555; }
code { font-family: monospace; background: #eee; padding: 0 .3em; unicode-bidi: isolate; direction: ltr; }
table { border-collapse: collapse; margin-block: .6em; }
th, td { border: 1px solid #999; padding: .2em .6em; text-align: start; vertical-align: top; }
section + section { border-block-start: 4px double #555; margin-block-start: 3rem; }
@media print { h2 { break-before: page; } }
"""
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|#<>])")


def page(codebook: Codebook, langs: Sequence[str], form: str) -> str:
    """The manual in these languages, one after the other, as `md` or `html`."""
    parts = [(lang, manual(codebook, lang)) for lang in langs]
    return _html(codebook, parts) if form == "html" else _markdown(parts)


# ---------------------------------------------------------------- Markdown
def _markdown(parts: Iterable[tuple[str, list[Block]]]) -> str:
    sections = []
    for lang, blocks in parts:
        body = "\n\n".join(_as_markdown(block) for block in blocks)
        sections.append(f'<div lang="{lang}" dir="{DIRECTIONS[lang]}">\n\n{body}\n\n</div>\n')
    return "\n".join(sections)


def _as_markdown(block: Block) -> str:
    match block:
        case Heading():
            code = f" `{block.code}`" if block.code else ""
            return f"{'#' * block.level} {_plain(block.text)}{code}"
        case Paragraph():
            return f"**{_plain(block.lead)}:** {_plain(block.text)}" if block.lead else _plain(block.text)
        case Points():
            items = "\n".join(f"- {_plain(item)}" for item in block.items)
            return f"**{_plain(block.lead)}:**\n\n{items}" if block.lead else items
        case Table():
            lines = [_row(map(_plain, block.head)), _row("---" for _ in block.head)]
            for row in block.rows:
                lines.append(_row(_cell(cell, i in block.codes) for i, cell in enumerate(row)))
            return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str, is_code: bool) -> str:
    return f"`{text.replace('|', '')}`" if is_code and text.strip("`") else _plain(text)


def _plain(text: str) -> str:
    """Words that Markdown must not read as signs of its own."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))


# ---------------------------------------------------------------- HTML
def _html(codebook: Codebook, parts: Sequence[tuple[str, list[Block]]]) -> str:
    first = parts[0][0]
    sections = "\n".join(_section(lang, blocks) for lang, blocks in parts)
    title = escape(f"{codebook.title.of(first)} {codebook.version}")
    return (
        f'<!DOCTYPE html>\n<html lang="{first}" dir="{DIRECTIONS[first]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{sections}\n</body>\n</html>\n"
    )


def _section(lang: str, blocks: Sequence[Block]) -> str:
    chapters = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
    anchors = {id(block): f"{lang}-{i}" for i, block in enumerate(chapters, start=1)}
    links = "".join(f'<li><a href="#{anchors[id(b)]}">{escape(b.text)}</a></li>' for b in chapters)
    lines = []
    for block in blocks:
        lines.append(_as_html(block, anchors.get(id(block), "")))
        if isinstance(block, Heading) and block.level == 1:
            lines.append(f"<nav><ul>{links}</ul></nav>")
    body = "\n".join(lines)
    return f'<section lang="{lang}" dir="{DIRECTIONS[lang]}">\n{body}\n</section>'


def _as_html(block: Block, anchor: str) -> str:
    match block:
        case Heading():
            code = f" {_code(block.code)}" if block.code else ""
            name = f' id="{anchor}"' if anchor else ""
            return f"<h{block.level}{name}>{_isolated(block.text)}{code}</h{block.level}>"
        case Paragraph():
            lead = f"<strong>{escape(block.lead)}:</strong> " if block.lead else ""
            return f"<p>{lead}{escape(block.text)}</p>"
        case Points():
            lead = f"<p><strong>{escape(block.lead)}:</strong></p>\n" if block.lead else ""
            return lead + "<ul>" + "".join(f'<li dir="auto">{escape(i)}</li>' for i in block.items) + "</ul>"
        case Table():
            head = "".join(f"<th>{escape(cell)}</th>" for cell in block.head)
            rows = "".join(
                "<tr>" + "".join(_td(cell, i in block.codes) for i, cell in enumerate(row)) + "</tr>"
                for row in block.rows
            )
            return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>\n</table>"


def _td(text: str, is_code: bool) -> str:
    return f"<td>{_code(text)}</td>" if is_code else f'<td dir="auto">{escape(text)}</td>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _isolated(text: str) -> str:
    """Words whose own direction does not spill over into what stands around them."""
    return f"<bdi>{escape(text)}</bdi>"
