"""What a format holds comes back as it was: spans of any shape on any text, and events
where it has them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from coder.codebook.effective import effective_events
from coder.exporters.registry import writer
from coder.exporters.tokens import LAYERS, put_in_layers
from coder.foreign import to_json
from coder.model import Answer, Article, Blank, Coding, Event, Span
from coder.native import from_coding
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from tests.text.arbitrary_text import ARABIC, BREAKS, EMOJI, INVISIBLE, MARKS, SIGNS

POOLS = (ARABIC, ARABIC, MARKS, INVISIBLE, EMOJI, SIGNS.replace("\0", ""), BREAKS, "  ")
ARTICLES = 6
Spans = Counter[tuple[object, ...]]
"""Kind, start and end, and the value where it is held."""


def text_of(chance: random.Random) -> str:
    return (
        "".join(
            chance.choice(chance.choice(POOLS)) for _ in range(chance.randint(20, 120))
        )
        + "نص"
    )


def coding_of(article: Article, project: Project, chance: random.Random) -> Coding:
    """Spans over each other anywhere, beginning and ending on a sign; an event that
    rests on some.
    """
    book, text = project.codebook, article.text
    places = [i for i, sign in enumerate(text) if sign.strip()]
    types = [each.id for each in book.leaf_types()][:3]
    found = dict[tuple[str, int, int], Span]()
    for kind in chance.choices(
        [kind.id for kind in book.span_kinds], k=chance.randint(0, 12)
    ):
        start, last = sorted(chance.choices(places, k=2))
        number = len(found) + 1
        value = chance.choice([None, *types]) if book.is_trigger(kind) else None
        new = Span(f"s{number}", kind, start, last + 1, text[start : last + 1], value)
        found.setdefault((kind, start, last + 1), new)
    spans = tuple(sorted(found.values(), key=lambda s: (s.start, s.end, s.kind)))
    triggers = tuple(span.id for span in spans if book.is_trigger(span.kind))[:2]
    fields = {
        "event_type": Answer(chance.choice(book.leaf_types()).id, evidence=triggers)
    }
    for name, value in (
        ("initiators", [{"name": text[:5], "class": "unknown"}]),
        ("targets", None),
    ):
        evidence = (
            tuple(sorted({span.id for span in chance.choices(spans, k=2)}))
            if spans
            else ()
        )
        blank = Blank.NOT_STATED if value is None else None
        fields[name] = Answer(value, blank, evidence)
    ref, digest = book.ref, article.text_sha256
    outlet = Answer(
        text.strip()[:9] or "x", evidence=tuple(span.id for span in spans[:2])
    )
    answers = {"relevance": Answer("relevant"), "outlet": outlet}
    return Coding(
        article.id,
        digest,
        ref,
        "amal",
        answers=answers,
        spans=spans,
        events=(Event("e7", fields),),
    )


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Project]:
    chance = random.Random(request.param)
    made = create_project(tmp_path / "project")
    for name in ("amal", "other"):
        made.add_person(name, "coder")
    articles = [Article(f"a{i}", text_of(chance)) for i in range(ARTICLES)]
    lines = (
        to_json(from_coding(coding_of(a, made, chance), text=a.text)) for a in articles
    )
    (tmp_path / "native.jsonl").write_text(
        "".join(f"{line}\n" for line in lines), "utf-8", newline=""
    )
    assert import_files(made, [tmp_path / "native.jsonl"]).codings == ARTICLES
    yield made
    made.close()


def codings(project: Project, coder: str) -> dict[str, Coding]:
    with project.store.read() as queries:
        found = (queries.coding(f"a{i}", coder) for i in range(ARTICLES))
        return {coding.article: coding for coding in found if coding is not None}


def spans_of(spans: Iterable[Span], values: bool) -> Spans:
    return Spans((s.kind, s.start, s.end, s.value if values else None) for s in spans)


def is_told(answer: Answer) -> bool:
    return answer.state in ("coded", "not_stated")


def events_of(coding: Coding) -> list[object]:
    """Events and answers, with the places of their evidence in place of spans' ids."""
    places = {span.id: (span.kind, span.start, span.end) for span in coding.spans}

    def said(answer: Answer) -> object:
        return (
            answer.value,
            answer.blank,
            sorted(places[each] for each in answer.evidence),
        )

    groups = [*(event.fields for event in coding.events), coding.answers]
    return [
        {name: said(answer) for name, answer in answers.items()} for answers in groups
    ]


@pytest.mark.parametrize("project", [1, 2, 3], indirect=True)
@pytest.mark.parametrize(
    "name",
    [
        "native",
        "jsonl",
        "doccano",
        "labelstudio",
        "prodigy",
        "spacy",
        "conll",
        "cas-xmi",
        "brat",
    ],
)
def test_what_a_format_holds_comes_back(
    project: Project, tmp_path: Path, name: str
) -> None:
    form, out = writer(name), tmp_path / f"out{writer(name).suffix}"
    deliver(project, name, "codings", out, allow_loss=True)
    mapping = (
        {"coders": {"amal": "other"}} if name != "brat" else {}
    )  # whose files name no coder
    (tmp_path / "map.yaml").write_text(yaml.safe_dump(mapping), "utf-8")
    report = import_files(project, [out], whom="other", mapping=tmp_path / "map.yaml")
    assert (report.articles, report.left["labels"]) == (0, Counter())
    assert {Path(left.file).suffix for left in report.left_out} <= {
        ".xml",
        ".txt",
        ".conf",
    }
    before, after = codings(project, "amal"), codings(project, "other")
    for article, coding in before.items():
        kept = [
            span
            for span, layer in put_in_layers(coding.spans)
            if layer < LAYERS or name != "conll"
        ]
        found = after[article].spans if article in after else ()
        values = (
            "span_values" not in form.lacks and name != "brat"
        )  # which notes values, not read as such
        assert spans_of(found, values) == spans_of(kept, values)
        if "hidden" in form.lacks:  # what is no longer asked is left out
            asked = effective_events(coding, project.codebook)
            events = tuple(
                Event(e.id, {n: a for n, a in e.fields.items() if is_told(a)})
                for e in asked
            )
            coding = replace(coding, events=events)
        if "events" not in form.lacks and name != "brat":
            assert events_of(after[article]) == events_of(coding)
