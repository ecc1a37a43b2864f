"""Stretches of the text: how coders mark them; decided without events and, where asked
for, beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.adjudicate.gold_edits import Take, TakeAgreed
from coder.adjudicate.resolve import ARTICLE, Adjudication, classify_stretch
from coder.codebook.schema import Codebook
from coder.codebook.validate import is_stretch
from coder.errors import CoderError
from coder.model import Article, Coding, Span, Status
from coder.service.project import config
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_list import origins
from coder.service.review.gold_session import ReviewSession
from coder.service.review.review_queue import queue
from coder.service.upkeep.integrity import verify
from tests.support.names_project import TEXT, make

Run = Callable[..., tuple[int, str, str]]
SIX = Article("a1", "abcdef")


def marked(book: Codebook, *stretches: tuple[str, int, int]) -> Adjudication:
    """Each coder's one span of the six letters; an empty one marks nothing."""
    codings = []
    for name, (kind, start, end) in zip("abc", stretches, strict=False):
        span = Span("s1", kind, start, end, SIX.text[start:end])
        spans = (span,) if end > start else ()
        codings.append(
            Coding("a1", SIX.text_sha256, book.ref, name, Status.SUBMITTED, spans=spans)
        )
    return Adjudication.begin(book, codings, [], SIX, spans=True)


@pytest.mark.parametrize(
    ("stretches", "expected"),
    [
        ([("actor", 0, 3), ("actor", 0, 3), ("actor", 0, 3)], "all"),
        ([("actor", 0, 3), ("actor", 0, 3), ("actor", 0, 0)], "some"),
        ([("actor", 0, 3), ("actor", 0, 0), ("actor", 0, 0)], "one"),
        ([("actor", 0, 3), ("actor", 0, 4), ("actor", 0, 3)], "edges"),
        ([("actor", 0, 3), ("actor", 0, 4)], "edges"),
        ([("actor", 0, 3), ("place", 0, 3)], "kind"),
        ([("actor", 0, 3), ("place", 1, 4)], "kind"),
        ([("actor", 0, 3), ("actor", 0, 3)], "all"),
        ([("actor", 0, 3), ("actor", 0, 0)], "one"),
    ],
)
def test_a_stretch_is_of_one_class(
    conflict_events: Codebook, stretches: list[tuple[str, int, int]], expected: str
) -> None:
    [*fields, stretch] = marked(conflict_events, *stretches).rows(ARTICLE)
    assert classify_stretch(stretch) == expected
    assert {classify_stretch(row) for row in fields} == {""}


def test_beside_events_spans_are_decided_only_where_asked_for(
    conflict_events: Codebook,
) -> None:
    asked = marked(conflict_events, ("actor", 0, 3), ("place", 0, 3))
    plain = Adjudication.begin(conflict_events, asked.codings, [], SIX)
    assert "span.0-3" in asked.list_asked_fields(ARTICLE)
    assert [row for row in plain.rows(ARTICLE) if row.field.id == "span.0-3"] == []
    decided = Take(ARTICLE, "span.0-3", "b", "kind").apply(asked, "salma")
    assert [(s.kind, s.start, s.end) for s in decided.gold.spans] == [("place", 0, 3)]
    assert (ARTICLE, "span.0-3") not in [*decided.open_cells()]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Amal and basim agree on two names, differ in one's kind and one's edges; amal
    alone has a date.
    """
    made = make(tmp_path)
    yield made
    made.close()


def test_the_queue_counts_how_stretches_are_marked(project: Project) -> None:
    [line] = queue(project)
    assert line.spans == {"all": 2, "kind": 1, "edges": 1, "one": 1}


def test_gold_says_how_each_of_its_stretches_was_marked(
    project: Project, run_coder: Run
) -> None:
    session = ReviewSession(project, project.article("a1"), "salma")
    session.do(TakeAgreed())
    start = TEXT.index("واشنطن")
    session.do(Take(ARTICLE, f"span.{start}-{start + 6}", "basim", "kind"))
    session.close()
    _, found, _ = origins(project, "a1")
    assert sorted(each.spans for each in found) == ["", "all", "all", "kind"]
    starts = [
        int(each.field.split(".")[1].split("-")[0]) for each in found if each.spans
    ]
    assert starts == sorted(starts)
    told = json.loads(
        run_coder("gold", "show", "a1", "--json", "--project", project.config.folder)[1]
    )
    assert [each["spans"] for each in told["values"] if "spans" in each].count(
        "kind"
    ) == 1
    table = run_coder("gold", "show", "a1", "--project", project.config.folder)[1]
    assert "«واشنطن» kind differs" in table


def with_spans(folder: Path) -> Project:
    """The sample project, in which spans are decided too."""
    path = folder / config.FILE
    path.write_text(f"{path.read_text('utf-8')}\n[gold]\nspans = true\n", "utf-8")
    return open_project(folder)


def test_spans_beside_events_become_gold_by_project(
    demo_folder: Path, run_coder: Run
) -> None:
    project = with_spans(demo_folder)
    lines = {line.article: line for line in queue(project)}
    article = next(name for name in lines if name.startswith("004"))
    assert sum(lines[article].spans.values()) > 20 and lines[article].open_cells > 20
    session = ReviewSession(project, project.article(article), "salma")
    stretches = [row for row in session.state.rows(ARTICLE) if classify_stretch(row)]
    session.do(TakeAgreed())
    alone = next(row for row in stretches if classify_stretch(row) == "one")
    [coder] = [name for name, said in alone.answers.items() if said.coded]
    session.do(Take(ARTICLE, alone.field.id, coder, ""))
    session.close()
    with project.store.read() as queries:
        gold = queries.gold(article)
    assert gold is not None and alone.field.id in gold.answers
    assert verify(project).findings == []
    decided = sum(is_stretch(name, project.codebook) for name in gold.answers)
    project.close()
    out = demo_folder / "gold.jsonl"
    here = ("--project", demo_folder)
    assert run_coder("export", "native", "--out", out, "--open", *here)[0] == 0
    assert alone.field.id in out.read_text("utf-8")
    for form in ("csv", "jsonl", "tables"):
        code, _, err = run_coder(
            "export", form, "--out", demo_folder / form, "--open", *here
        )
        assert code == 2 and f"{decided} decisions on spans" in err
        done = run_coder(
            "export", form, "--out", demo_folder / form, "--open", "--allow-loss", *here
        )
        assert done[0] == 0, done


def test_without_it_gold_beside_events_has_no_stretches(demo: Project) -> None:
    assert all(line.spans == {} for line in queue(demo))


def test_what_coder_toml_says_of_spans_is_yes_or_no(demo_folder: Path) -> None:
    path = demo_folder / config.FILE
    path.write_text(f"{path.read_text('utf-8')}\n[gold]\nspans = 1\n", "utf-8")
    with pytest.raises(CoderError, match="spans"):
        config.read(demo_folder)


def test_only_a_stretch_s_name_is_one(conflict_events: Codebook) -> None:
    assert is_stretch("span.0-3", conflict_events)
    assert not any(
        is_stretch(name, conflict_events)
        for name in ("span.", "span.x", "span.0-3x", "genre")
    )
    raw = json.loads(conflict_events.to_json())
    raw["article_fields"][0]["id"] = "span.0-3"
    assert not is_stretch("span.0-3", Codebook.from_json(json.dumps(raw)))
