"""Whom a decision teaches: oneself at once, everybody when it is gold, and never another coder."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import GOLD, Answer, Candidate, Coding, Event, Json, Span, Status, Verdict
from coder.service.coding.session import CodingSession
from coder.service.delivery import packets
from coder.service.delivery.intake import take
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RemoveSpan, Resize
from coder.service.learning import learned_terms
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from coder.store.lessons import Lessons
from coder.suggest.learned import tally
from tests.support.postgres import OWNER, Server

DAWN = "قوات الفجر"
TEXTS = {
    "a1": f"نص عن {DAWN} هنا. ثم {DAWN} هناك. وأخيراً {DAWN}.",
    "a2": f"نص ثان عن {DAWN} لا غير.",
    "a3": f"نص ثالث عن {DAWN} لا غير.",
    "a4": f"نص ثالث عن {DAWN} لا غير.",
}


@pytest.fixture
def project(tmp_path: Path, database_url: str) -> Iterator[Project]:
    """Four articles that name a group no lexicon knows; amal has three, basim two, nobody the last."""
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    made = create_project(tmp_path / "p", database=database_url)
    for name, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
        made.add_person(name, role)
    take(made, [tmp_path / f"{name}.txt" for name in TEXTS])
    with made.store.begin("setup") as work:
        work.assign([(f"a{i}", "amal", "production", i) for i in (1, 2, 3)])
        work.assign([(f"a{i}", "basim", "production", i) for i in (1, 2)])
    yield made
    made.close()


def session(project: Project, coder: str, article: str) -> CodingSession:
    return CodingSession(project, project.article(article), coder)


def draw(at: CodingSession, nth: int = 0) -> Span:
    """Mark the group's nth name as an actor."""
    start = -1
    for _ in range(nth + 1):
        start = at.article.text.index(DAWN, start + 1)
    at.do(Draw("actor", start, start + len(DAWN)))
    return next(span for span in at.coding.spans if span.start == start)


def drawn_in(project: Project, coder: str, *articles: str) -> None:
    """The coder marks the group's first name in each of the articles."""
    for article in articles:
        at = session(project, coder, article)
        draw(at)
        at.close()


def suggested(project: Project, coder: str, article: str) -> list[int]:
    """Where the group is suggested to a coder who opens the article."""
    at = session(project, coder, article)
    found = [c.start for c in at.candidates if c.origin == f"learned:{DAWN}"]
    at.close()
    return found


def add_gold(project: Project, article: str, status: Status = Status.SUBMITTED) -> None:
    """Gold that marks the group once."""
    text = project.article(article)
    start = text.text.index(DAWN)
    span = Span("s1", "actor", start, start + len(DAWN), DAWN)
    event = Event("e1", {"initiators": Answer(value=["usa"], evidence=("s1",))})
    gold = Coding(
        article, text.text_sha256, project.codebook.ref, GOLD, status, spans=(span,), events=(event,)
    )
    with project.store.begin("salma") as work:
        before = work.queries.gold(article)
        work.save_gold((before, []), (gold, []), "gold.closed", article)


def submit(project: Project, coder: str, article: str) -> None:
    with project.store.begin(coder) as work:
        before = work.queries.coding(article, coder)
        text = project.article(article).text_sha256
        after = before or Coding(article, text, project.codebook.ref, coder)
        work.save_coding(before, replace(after, status=Status.SUBMITTED), "coding.submitted")


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


def test_what_is_suggested_as_decisions_go_on_is_what_is_suggested_on_coming_back(project: Project) -> None:
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
    for _ in range(120):
        what, spans = chance.randrange(8), at.coding.spans
        if what == 0 and at.turn(chance.choice(("undo", "redo"))):
            pass
        elif what < 4 and at.candidates:
            at.do(chance.choice((Confirm, Reject, Reject))(chance.choice(at.candidates)))
        elif what == 4 and spans:
            at.do(chance.choice((RemoveSpan(spans[0].id), Resize(spans[-1], *chance.choice(stretches)))))
        else:
            at.do(Draw(chance.choice(kinds), *chance.choice(stretches)))
        at.writer.flush()
        anew = session(project, "amal", "a1")
        assert at.candidates == anew.candidates
        assert {c.id: at.by_id[c.id] for c in at.candidates} == {c.id: c for c in at.candidates}
        anew.close()
        shown.add(tuple(c.id for c in at.candidates))
    assert len(shown) > 10


def test_nobody_learns_from_another_coder(project: Project) -> None:
    drawn_in(project, "amal", "a1", "a2", "a3")
    submit(project, "amal", "a1")
    assert suggested(project, "basim", "a2") == []


def test_undo_takes_back_what_was_taught_and_redo_teaches_it_again(project: Project) -> None:
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
    candidate = next(c for c in at.candidates if c.start > first.end and c.id.startswith("actor"))
    at.do(Confirm(at.candidates[-1]))
    kept = at.coding.spans[-1]
    assert kept.candidate == at.candidates[-1].id and candidate.id in at.by_id
    at.close()
    again = session(project, "amal", "a1")
    assert again.coding.span(kept.id) == kept
    assert kept.candidate in again.by_id
    again.close()


def test_a_proposal_keeps_the_evidence_of_a_candidate_that_is_suggested_no_more(project: Project) -> None:
    start = TEXTS["a2"].index(DAWN)
    named = f"actor:{start}-{start + len(DAWN)}"
    proposal = Answer(value=[{"name": DAWN, "class": "unknown"}], evidence=(named,), proposed=True)
    text = project.article("a2").text_sha256
    event = Event("e1", {"initiators": proposal})
    coding = Coding("a2", text, project.codebook.ref, "amal", events=(event,))
    with project.store.begin("amal") as work:
        work.save_coding(None, coding, "event.opened")
    at = session(project, "amal", "a2")
    assert at.candidates == []
    after = AcceptProposals("e1").apply(at.coding, at.context)
    [span] = after.spans
    assert (span.quote, after.events[0].answer("initiators").evidence) == (DAWN, (span.id,))
    at.close()


def test_an_article_is_printed_as_everybody_is_shown_it(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    def offered() -> list[str]:
        out = run_coder("show", "001", "--json", "--project", demo_folder)[1]
        return [c["quote"] for c in json.loads(out)["candidates"] if c["kind"] == "place"]

    before = offered()
    run_coder("lexicon", "veto", before[0], "--kind", "place", "--as", "salma", "--project", demo_folder)
    assert before[0] not in offered() and len(offered()) < len(before)


def test_gold_teaches_no_coder_until_a_supervisor_promotes_what_it_marks(project: Project) -> None:
    add_gold(project, "a3")
    add_gold(project, "a4")
    assert suggested(project, "basim", "a2") == suggested(project, "amal", "a2") == []
    assert [(who, e.state) for who, e in learned_terms.learned(project)] == [("gold", "suggested")]
    [ruling] = learned_terms.promote_gold(project, "salma")
    assert (ruling.text, ruling.verdict, ruling.value) == (DAWN, Verdict.PROMOTED, ["usa"])
    at = session(project, "basim", "a2")
    assert [(c.quote, c.origin) for c in at.candidates] == [(DAWN, f"promoted:{DAWN}")]
    at.close()
    assert [(who, e.state) for who, e in learned_terms.learned(project)] == [("everybody", "promoted")]
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
                for lesson in learned_terms.taught_by(
                    coding, {c.id for c in queries.candidates(coding.article)}
                )
            ]
            assert len(stored) > 100
            assert any(count.values for count in stored.values())
            assert stored == tally(in_memory, demo.codebook)


def test_rulings_are_journaled_and_can_be_taken_back(project: Project) -> None:
    value = json.dumps([{"name": DAWN, "class": "armed_group"}])
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "actor", DAWN, value)
    at = session(project, "basim", "a2")
    assert [(c.quote, c.origin) for c in at.candidates] == [(DAWN, f"promoted:{DAWN}")]
    at.close()
    learned_terms.rule(project, "salma", Verdict.VETOED, "actor", "قُوّات الفجر")
    drawn_in(project, "basim", "a1", "a2")
    assert suggested(project, "basim", "a2") == []
    assert [e.state for _, e in learned_terms.learned(project)] == ["vetoed"]
    assert learned_terms.undo(project, "salma") == "term.vetoed"
    assert [e.state for _, e in learned_terms.learned(project)] == ["promoted"]
    learned_terms.forget(project, "salma", "actor", DAWN)
    assert [(e.state, who) for who, e in learned_terms.learned(project)] == [("suggested", "basim")]
    assert verify(project).findings == []


@pytest.mark.parametrize(
    ("kind", "text", "value", "said"),
    [
        ("date", "أمس", "", "not promoted"),
        ("actor", "«»", "", "no letters"),
        ("actor", DAWN, "us_militari", "no value"),
        ("actr", DAWN, "", "span kind"),
    ],
)
def test_a_ruling_that_means_nothing_is_refused(
    project: Project, kind: str, text: str, value: str, said: str
) -> None:
    with pytest.raises(CoderError, match=said):
        learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, text, value)
    with pytest.raises(CoderError, match="is a coder"):
        learned_terms.rule(project, "amal", Verdict.PROMOTED, "actor", DAWN)
    assert learned_terms.learned(project) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("source", '{"who": 5}'),
        ("source", '[{"who": 5}]'),
        ("source", '[{"who": null, "kind": "x"}]'),
        ("source", "[[]]"),
        ("actor", '[{"name": 5}]'),
        ("actor", '[{"name": "X", "class": "army"}]'),
        ("actor", '["usa", 5]'),
        ("actor", "[]"),
        ("trigger", '["air_strike"]'),
        ("trigger", "{}"),
        ("trigger", "NaN"),
        ("trigger", "[" * 10_000),
        ("place", '[{"precision": 1}]'),
        ("place", '{"precision": "town"}'),
        ("weapon", "[{}]"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_value_that_no_field_of_the_kind_can_hold_is_not_promoted(
    project: Project, kind: str, value: str
) -> None:
    with pytest.raises(CoderError, match=f"is no value of {kind}") as error:
        learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, DAWN, value)
    assert value[:20] in str(error.value)
    assert learned_terms.learned(project) == []


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("trigger", "air_strike", "air_strike"),
        ("actor", "usa", ["usa"]),
        ("source", "usa", [{"who": "usa", "kind": "official"}]),
        ("actor", '[{"name": "X", "class": "armed_group"}]', [{"name": "X", "class": "armed_group"}]),
    ],
)
def test_a_promoted_value_has_the_shape_that_its_field_takes(
    project: Project, kind: str, typed: str, value: Json
) -> None:
    assert learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, DAWN, typed).value == value


def test_a_promoted_place_is_written_in_each_article_as_it_stands_there(project: Project) -> None:
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "place", DAWN, "deir_ezzor")
    at = session(project, "basim", "a2")
    [place] = [c.value[0] for c in at.candidates if c.kind == "place" and isinstance(c.value, list)]
    assert (place["as_written"], place["place_id"]) == (DAWN, "deir_ezzor")
    at.close()


def test_a_packet_takes_along_what_supervisors_decided_and_nothing_of_gold(
    project: Project, tmp_path: Path
) -> None:
    add_gold(project, "a3")
    add_gold(project, "a4")
    learned_terms.rule(project, "salma", Verdict.VETOED, "place", "هناك")
    packets.make(project, "basim", tmp_path / "b.packet")
    away = packets.open_packet(tmp_path / "b.packet", tmp_path / "away")
    assert suggested(away, "basim", "a2") == []
    assert {(e.kind, e.state) for _, e in learned_terms.learned(away)} == {("place", "vetoed")}
    assert verify(away).findings == []
    away.close()


def test_a_coder_s_login_learns_from_their_own_codings_alone(postgres: Server, tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    with postgres.database() as name:
        made = create_project(tmp_path / "p", database=postgres.url(name, OWNER))
        for person, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
            made.add_person(person, role)
        take(made, [tmp_path / f"{name}.txt" for name in TEXTS])
        made.close()
        toml = tmp_path / "p" / "coder.toml"
        toml.write_text(toml.read_text("utf-8").replace(f"{OWNER}@", ""), "utf-8")
        for person in ("amal", "basim"):
            mine = open_project(tmp_path / "p", person=person)
            if person == "amal":
                drawn_in(mine, person, "a1", "a3")
            assert len(suggested(mine, person, "a2")) == (person == "amal")
            assert {who for who, _ in learned_terms.learned(mine)} <= {person}
            mine.close()


def test_a_supervisor_promotes_all_that_gold_suggests_at_once(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    words = ("lexicon", "promote", "--gold", "--as", "salma", "--project", demo_folder)
    code, out, err = run_coder(*words)
    assert (code, err) == (0, "")
    promoted = [row["term"] for row in json.loads(run_coder("lexicon", "--json", "--project", demo_folder)[1])
                if row["state"] == "promoted"]  # fmt: skip
    assert out.splitlines() == [*(f"promoted: {term}" for term in promoted)] or out == "nothing to promote\n"
    assert run_coder(*words)[1] == "nothing to promote\n"


def test_the_lexicon_is_listed_decided_about_and_given_as_json(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    def lexicon(*words: str) -> tuple[int, str, str]:
        return run_coder("lexicon", *words, "--project", demo_folder)

    code, out, _ = lexicon("promote", DAWN, "--kind", "actor", "--as", "salma")
    assert (code, out) == (0, "promoted\n")
    code, out, _ = lexicon("--json")
    [row] = [row for row in json.loads(out) if row["term"] == DAWN]
    assert row["state"] == "promoted" and row["for"] == "everybody" and row["drawn"] == 0
    assert DAWN in lexicon()[1]
    code, _, err = lexicon("veto", DAWN, "--kind", "actor")
    assert code == 2 and "hint: Say who you are" in err
    code, out, _ = lexicon("undo", "--as", "salma")
    assert (code, out) == (0, "taken back: term.promoted\n")
    assert DAWN not in lexicon()[1]
