"""Whom a decision teaches: oneself at once, everybody when it is gold, and never
another coder.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Answer, Candidate, Coding, Event, Status, Verdict
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RemoveSpan, Resize
from coder.service.learning import learned_terms
from coder.service.project.opened import Project
from coder.store.lessons import Lessons
from coder.suggest.learned import tally
from tests.service.one_group import (
    DAWN,
    TEXTS,
    add_gold,
    draw,
    drawn_in,
    four_articles,
    session,
    submit,
    suggested,
)


@pytest.fixture
def project(tmp_path: Path, database_url: str) -> Iterator[Project]:
    with four_articles(tmp_path, database_url) as made:
        yield made


def test_a_term_drawn_twice_comes_up_in_the_rest_of_the_article_and_in_the_coder_s_others(
    project: Project,
) -> None:
    at = session(project, "amal", "a1")
    draw(at)
    assert [c.quote for c in at.candidates] == []
    second = draw(at, 1)
    at.do(Draw("trigger", 0, 3))
    at.do(OpenEvent(at.coding.spans[-1]))
    at.do(Put("e1", at.codebook.event_field("initiators"), second))
    third = TEXTS["a1"].rindex(DAWN)
    assert third in [c.start for c in at.candidates]
    at.close()
    assert len(suggested(project, "amal", "a2")) == 1


def test_what_is_suggested_as_decisions_go_on_is_what_is_suggested_on_coming_back(
    project: Project,
) -> None:
    chance = random.Random(2)
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "place", "هناك")
    text, kinds = TEXTS["a1"], ("actor", "place")
    proposed = [
        Candidate(f"actor:{at}-{at + 1}", "actor", at, at + 1, letter)
        for at, letter in enumerate(text)
        if letter in "نق"
    ]
    with project.store.begin("setup") as work:
        work.replace_candidates("a1", proposed, "rules")
    at = session(project, "amal", "a1")
    stretches = [m.span() for m in re.finditer(f"{DAWN}|الفجر|هناك|ثم|ن", text)]
    shown = set()
    for _ in range(240):
        what, spans = chance.randrange(8), at.coding.spans
        if what == 0 and at.turn(chance.choice(("undo", "redo"))):
            pass
        elif what < 3 and at.candidates:
            at.do(
                chance.choice((Confirm, Reject, Reject))([chance.choice(at.candidates)])
            )
        elif what < 5 and spans:
            span = chance.choice(spans)
            with suppress(CoderError):  # another has that stretch
                at.do(
                    chance.choice(
                        (RemoveSpan(span.id), Resize(span, *chance.choice(stretches)))
                    )
                )
        else:
            at.do(Draw(chance.choice(kinds), *chance.choice(stretches)))
        at.writer.flush()
        anew = session(project, "amal", "a1")
        assert at.candidates == anew.candidates
        assert {c.id: at.by_id[c.id] for c in at.candidates} == {
            c.id: c for c in at.candidates
        }
        anew.close()
        shown.add(tuple(c.id for c in at.candidates))
    assert len(shown) > 10


def test_nobody_learns_from_another_coder(project: Project) -> None:
    drawn_in(project, "amal", "a1", "a2", "a3")
    submit(project, "amal", "a1")
    assert suggested(project, "basim", "a2") == []


def test_undo_takes_back_what_was_taught_and_redo_teaches_it_again(
    project: Project,
) -> None:
    drawn_in(project, "amal", "a1", "a3")
    assert suggested(project, "amal", "a2")
    at = session(project, "amal", "a3")
    at.turn("undo")
    at.close()
    assert suggested(project, "amal", "a2") == []
    at = session(project, "amal", "a3")
    at.turn("redo")
    at.close()
    assert suggested(project, "amal", "a2")


def test_what_was_suggested_keeps_its_decision_and_evidence_when_it_is_no_longer_suggested(
    project: Project,
) -> None:
    at = session(project, "amal", "a1")
    first = draw(at)
    draw(at, 1)
    candidate = next(
        c for c in at.candidates if c.start > first.end and c.id.startswith("actor")
    )
    at.do(Confirm([at.candidates[-1]]))
    kept = at.coding.spans[-1]
    assert kept.candidate == at.candidates[-1].id and candidate.id in at.by_id
    at.close()
    again = session(project, "amal", "a1")
    assert again.coding.span(kept.id) == kept
    assert kept.candidate in again.by_id
    again.close()


def test_a_proposal_keeps_the_evidence_of_a_candidate_that_is_suggested_no_more(
    project: Project,
) -> None:
    start = TEXTS["a2"].index(DAWN)
    named = f"actor:{start}-{start + len(DAWN)}"
    proposal = Answer(
        value=[{"name": DAWN, "class": "unknown"}], evidence=(named,), proposed=True
    )
    text = project.article("a2").text_sha256
    event = Event("e1", {"initiators": proposal})
    coding = Coding("a2", text, project.codebook.ref, "amal", events=(event,))
    with project.store.begin("amal") as work:
        work.save_coding(None, coding, "event.opened")
    at = session(project, "amal", "a2")
    assert at.candidates == []
    after = AcceptProposals("e1").apply(at.coding, at.context)
    [span] = after.spans
    assert (span.quote, after.events[0].answer("initiators").evidence) == (
        DAWN,
        (span.id,),
    )
    at.close()


def test_an_article_is_printed_as_everybody_is_shown_it(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    def offered() -> list[str]:
        out = run_coder("show", "001", "--json", "--project", demo_folder)[1]
        return [
            c["quote"] for c in json.loads(out)["candidates"] if c["kind"] == "place"
        ]

    before = offered()
    run_coder(
        "lexicon",
        "veto",
        before[0],
        "--kind",
        "place",
        "--as",
        "salma",
        "--project",
        demo_folder,
    )
    assert before[0] not in offered() and len(offered()) < len(before)


def test_gold_teaches_no_coder_until_a_supervisor_promotes_what_it_marks(
    project: Project,
) -> None:
    add_gold(project, "a3")
    add_gold(project, "a4")
    assert suggested(project, "basim", "a2") == suggested(project, "amal", "a2") == []
    assert [(who, e.state) for who, e in learned_terms.learned(project)] == [
        ("gold", "suggested")
    ]
    [ruling] = learned_terms.promote_gold(project, "salma")
    assert (ruling.text, ruling.verdict, ruling.value) == (
        DAWN,
        Verdict.PROMOTED,
        ["usa"],
    )
    at = session(project, "basim", "a2")
    assert [(c.quote, c.origin) for c in at.candidates] == [(DAWN, f"promoted:{DAWN}")]
    at.close()
    assert [(who, e.state) for who, e in learned_terms.learned(project)] == [
        ("everybody", "promoted")
    ]
    assert learned_terms.promote_gold(project, "salma") == []


def test_gold_that_is_open_teaches_nothing(project: Project) -> None:
    add_gold(project, "a3")
    add_gold(project, "a4", Status.OPEN)
    assert learned_terms.learned(project) == []


def test_the_same_is_learned_from_memory_and_from_the_database(demo: Project) -> None:
    with demo.store.read() as queries:
        for coder in ("amal", "basim"):
            stored = tally(Lessons(queries).own(coder), demo.codebook)
            in_memory = [
                lesson
                for coding in queries.codings(submitted=False)
                if coding.coder == coder
                for lesson in learned_terms.lessons_from(
                    coding, {c.id for c in queries.candidates(coding.article)}
                )
            ]
            assert len(stored) > 100
            assert any(count.values for count in stored.values())
            assert stored == tally(in_memory, demo.codebook)
