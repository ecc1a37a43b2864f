"""The coders' manual: everything a coder needs is in it, in both languages, and nothing
breaks the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coder.codebook.authoring import checked
from coder.codebook.in_words import rule_in_words
from coder.codebook.label import in_language, plain
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook, EventType
from coder.manual.pages import page
from tests.conftest import SCHEMAS
from tests.support.make_messages import FOLDER, key_of, read

BOOKS = ("conflict_events", "protest_events", "named_entities")
VOID = ("meta",)
ROOT = SCHEMAS.parent


class Reader(HTMLParser):
    """Reads a page strictly: every tag is closed where it belongs, and nothing is
    fetched.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {"ar": "", "en": ""}
        self.directions: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert tag not in ("script", "link", "img", "iframe") and "src" not in found
        assert (found.get("href") or "#").startswith("#")
        if tag == "section":
            self.directions[str(found["lang"])] = found["dir"]
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for tag, found in self.open:
            if tag == "section":
                self.text[str(found["lang"])] += " ".join(data.split()) + " "


def read_html(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert "http" not in text.split("<body>")[0] and "@import" not in text
    return reader


def every_type(nodes: tuple[EventType, ...]) -> list[EventType]:
    return [each for node in nodes for each in (node, *every_type(node.children))]


def what_coders_need(book: Codebook, lang: str) -> list[str]:
    """Labels, definitions, notes and rules, as the codebook has them."""
    fields = (*book.article_fields, *book.event_fields)
    types = every_type(book.event_types)
    said = [
        item.label
        for item in (
            *fields,
            *types,
            *book.span_kinds,
            *book.blanks,
            *book.actor_classes,
        )
    ]
    said += [item.definition for item in (*types, *book.span_kinds, *book.blanks)]
    said += [field.help for field in fields if field.help]
    values = [
        v
        for f in fields
        for v in (*f.values, *(v for p in book.parts_of(f) for v in p.values))
    ]
    said += [value.label for value in values] + [
        value.help for value in values if value.help
    ]
    said += [
        n
        for item in (*types, *fields, *values)
        for n in (*item.include, *item.exclude, *item.examples)
    ]
    said += [
        note for kind in book.span_kinds for note in (*kind.positive, *kind.negative)
    ]
    said += [rule.message for rule in book.rules]
    words = [in_language(text, lang) for text in said] + [
        rule_in_words(rule, book, lang) for rule in book.rules
    ]
    return [" ".join(text.split()) for text in words]


@pytest.mark.parametrize("name", BOOKS)
def test_the_page_holds_all_that_coders_need_in_both_languages(name: str) -> None:
    book = read_codebook(SCHEMAS / f"{name}.yaml")
    found = read_html(page(book, ("ar", "en"), "html"))
    markdown = {
        lang: re.sub(r"\\(.)", r"\1", page(book, (lang,), "md"))
        for lang in ("ar", "en")
    }
    assert found.directions == {"ar": "rtl", "en": "ltr"}
    for lang in ("ar", "en"):
        for words in what_coders_need(book, lang):
            assert words in found.text[lang]
            assert words in " ".join(markdown[lang].split())
        for field in (f for f in book.event_fields if f.key):
            assert f"{field.id} [{field.key}]" in markdown[lang]
    assert '<div lang="ar" dir="rtl">' in markdown["ar"]
    chapters = [line for line in markdown["en"].splitlines() if line.startswith("## ")]
    assert len(chapters) >= 4 and not re.search("[\u0621-\u064a]", " ".join(chapters))


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_table_row_has_as_many_cells_as_its_head(name: str, lang: str) -> None:
    width = 0
    for line in page(
        read_codebook(SCHEMAS / f"{name}.yaml"), (lang,), "md"
    ).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert not line.startswith("|") or not width or cells == width
        width = cells if line.startswith("|") else 0


def test_words_that_look_like_markup_stay_words(codebook: Codebook) -> None:
    data = plain(codebook)
    hostile = "</section><script>x|y</script> *a* `b` [c](http://d) &amp;"
    data["article_fields"][0]["label"] = {"ar": hostile, "en": hostile}
    data["article_fields"][0]["values"][0]["label"] = {"ar": hostile, "en": hostile}
    book = checked(Codebook, data)
    found = read_html(page(book, ("ar", "en"), "html"))
    assert hostile in found.text["ar"] and hostile in found.text["en"]
    lines = [
        line for line in page(book, ("en",), "md").splitlines() if "script" in line
    ]
    assert lines and all(r"\<script\>x\|y" in line for line in lines)
    assert unescape(hostile) != hostile


def test_the_command_prints_or_writes_the_manual(
    run_coder: Callable[..., tuple[int, str, str]], demo_folder: Path, tmp_path: Path
) -> None:
    code, out, err = run_coder(
        "codebook", "docs", "--project", demo_folder, "--lang", "ar"
    )
    assert code == 0, err
    assert out.startswith('<div lang="ar" dir="rtl">\n\n# دليل ترميز أحداث النزاع')
    file = tmp_path / "manual.html"
    code, out, err = run_coder(
        "codebook",
        "docs",
        SCHEMAS / "protest_events.yaml",
        "--format",
        "html",
        "--out",
        file,
    )
    assert (code, out.strip()) == (0, str(file)), err
    assert read_html(file.read_text("utf-8")).directions == {"ar": "rtl", "en": "ltr"}
    nowhere = tmp_path / "no" / "manual.md"
    assert (
        run_coder(
            "codebook", "docs", SCHEMAS / "protest_events.yaml", "--out", nowhere
        )[0]
        == 2
    )


def test_every_sentence_of_the_manual_is_in_its_outline() -> None:
    room = ROOT / "coder" / "manual"
    text = "".join(
        (room / name).read_text("utf-8") for name in ("outline.jinja", "pages.py")
    )
    words = [
        key_of(m.id).removeprefix("manual.")
        for m in read(FOLDER / "en" / "manual.po")
        if m.id
    ]
    for word in words:
        begin = re.match(r"(type|evidence|by|about)_", word)
        assert f'"{word}"' in text or (begin and f'"{begin[0]}"' in text), word
