"""The blind sample: drawn evenly, coded without candidates, and told of in the status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Article, Coding, Decision, Span, Status, Verdict
from coder.service.coding.session import CodingSession
from coder.service.delivery import packets
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Draw
from coder.service.figures.progress import audit
from coder.service.learning.batch import suggest
from coder.service.learning.learned_terms import rule
from coder.service.project.opened import Project, create_project
from coder.service.team.members import assign
from coder.service.upkeep.integrity import verify
from tests.support.postgres import OWNER, Server

CODERS = ("amal", "basim", "dina")
TEXT = "شنت واشنطن غارات على دير الزور"


def filled(folder: Path, database_url: str) -> Project:
    made = create_project(folder, database=database_url)
    for name in CODERS:
        made.add_person(name, "coder")
    with made.store.begin("setup") as work:
        work.add_articles([Article(f"a{n:02}", f"{TEXT} {n}") for n in range(12)])
    suggest(made)
    return made


@pytest.fixture
def project(database_url: str, tmp_path: Path) -> Iterator[Project]:
    made = filled(tmp_path / "project", database_url)
    yield made
    made.close()


def drawn(project: Project) -> set[tuple[str, str]]:
    with project.store.read() as queries:
        return queries.blind()


def test_a_share_of_the_articles_has_one_blind_coder_and_the_burden_is_even(
    project: Project,
) -> None:
    assign(project, CODERS, 2, seed=7, blind=0.5)
    sample = drawn(project)
    with project.store.read() as queries:
        given = {(a.article, a.coder) for a in queries.assignments()}
    assert len({article for article, _ in sample}) == len(sample) == 6
    assert set(Counter(coder for _, coder in sample).values()) == {2}
    assert sample <= given
    assert verify(project).findings == []


def test_the_same_seed_draws_the_same_sample_and_leaves_the_assignments_as_they_are(
    tmp_path: Path,
) -> None:
    found = []
    for number, blind in enumerate((0.3, 0.3, 0.0)):
        project = filled(tmp_path / str(number), "sqlite:///coder.db")
        assign(project, CODERS, 2, seed=3, blind=blind)
        with project.store.read() as queries:
            found.append((queries.assignments(), queries.blind()))
        project.close()
    assert found[0] == found[1]
    assert found[0][0] == found[2][0] and found[2][1] == set()
    assert len(found[0][1]) == 4  # 0.3 of 12 articles, rounded


def test_a_small_share_draws_at_least_one_and_a_wrong_one_is_refused(
    project: Project,
) -> None:
    for wrong in (-0.1, 1.5):
        with pytest.raises(CoderError, match="not a number from 0 to 1"):
            assign(project, CODERS, 1, blind=wrong)
    assign(project, CODERS, 1, blind=0.001)
    assert len(drawn(project)) == 1


def test_a_blind_coder_sees_no_candidates_and_the_others_do(
    project: Project, tmp_path: Path
) -> None:
    assign(project, CODERS, 2, blind=1)
    [(article, coder), *_] = sorted(drawn(project))
    session = CodingSession(project, project.article(article), coder)
    assert session.blind and session.candidates == []
    start = TEXT.index("غارات")
    session.do(Draw("trigger", start, start + 5))
    session.do(OpenEvent(session.coding.spans[-1]))
    [event] = session.coding.events
    assert not any(answer.proposed for answer in event.fields.values())
    session.close()
    other = next(c for c in CODERS if (article, c) not in drawn(project))
    seen = CodingSession(project, project.article(article), other)
    assert not seen.blind and seen.candidates
    seen.close()
    packets.make(project, coder, tmp_path / "packet")
    away = packets.open_packet(tmp_path / "packet", tmp_path / "away")
    assert drawn(away) == {pair for pair in drawn(project) if pair[1] == coder}
    again = CodingSession(away, away.article(article), coder)
    assert again.blind and again.candidates == []
    again.close()
    away.close()


def test_a_coder_sees_and_changes_no_blind_row_of_others(
    postgres: Server, tmp_path: Path
) -> None:
    with postgres.database() as name:
        made = filled(tmp_path / "p", postgres.url(name, OWNER))
        assign(made, CODERS, 2, blind=1)
        sql = postgres.connect(name, "amal")
        seen = sql.execute(
            "SELECT DISTINCT coder FROM own_assignment() WHERE blind"
        ).fetchall()
        assert seen == [("amal",)]
        for statement in (
            "SELECT coder FROM blind",
            "DELETE FROM blind",
            "INSERT INTO lexicon VALUES ('actor', 'x', 'x', NULL, 'vetoed')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sql.execute(statement)
        made.close()


def submit(project: Project, article: str, coder: str, spans: list[Span]) -> None:
    text = project.article(article).text_sha256
    coding = Coding(
        article, text, project.codebook.ref, coder, Status.SUBMITTED, spans=tuple(spans)
    )
    with project.store.begin(coder) as work:
        work.save_coding(None, coding, "coding.imported")


def test_the_status_tells_recall_and_anchoring(
    project: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    assert audit(project) is None
    assign(project, CODERS, 2, blind=1)
    found = audit(project)
    assert found is not None and (found.assigned, found.submitted) == (12, 0)
    assert "no coding of the blind sample" in found.recalls[0].overlap.reason
    [(article, coder), *_] = sorted(drawn(project))
    with project.store.read() as queries:
        other = next(
            a.coder
            for a in queries.assignments(articles=[article])
            if (article, a.coder) not in drawn(project)
        )
        candidates = queries.candidates(article)
    seen = [
        Span(c.id, c.kind, c.start, c.end, c.quote, candidate=c.id) for c in candidates
    ]
    rejected = replace(Span("r", "date", 0, 3, TEXT[:3]), decision=Decision.REJECTED)
    missed = Span("m", "object", 0, 3, TEXT[:3])
    submit(project, article, coder, [seen[0], missed, rejected])
    submit(project, article, other, seen)
    code, out, _ = run_coder("status", "--json", "--project", project.config.folder)
    sample = json.loads(out)["blind_sample"]
    assert code == 0 and (sample["assigned"], sample["submitted"]) == (12, 1)
    every = sample["recall"][0]
    # Two spans were marked without candidates; one of them is a candidate's.
    assert (every["kind"], every["overlap"], every["exact"]["value"]) == (
        "all",
        {"value": 0.5, "n": 2},
        0.5,
    )
    contrast = sample["anchoring"]
    n = len(candidates)
    # Who saw the candidates took them all; who did not has one hit among 2 + n marks.
    assert contrast["f1_with_suggestions"]["value"] == 1
    assert contrast["f1_without"]["value"] == pytest.approx(2 / (2 + n), abs=1e-6)
    assert contrast["difference"]["value"] == pytest.approx(1 - 2 / (2 + n), abs=1e-6)
    assert contrast["interval"]["reason"] == "too few articles"
    _, out, _ = run_coder("status", "--project", project.config.folder)
    assert (
        "blind sample: 1 of 12 codings submitted" in out
        and "none: too few articles" in out
    )


def test_what_a_supervisor_vetoed_is_not_counted_as_suggested(
    project: Project,
) -> None:
    project.add_person("salma", "supervisor")
    assign(project, CODERS, 2, blind=1)
    [(article, coder), *_] = sorted(drawn(project))
    start = TEXT.index("دير الزور")
    place = Span("p", "place", start, start + len("دير الزور"), "دير الزور")
    submit(project, article, coder, [place])
    before = audit(project)
    assert before is not None and before.recalls[0].overlap.value == 1
    rule(project, "salma", Verdict.VETOED, "place", "دير الزور")
    after = audit(project)
    assert after is not None and after.recalls[0].overlap.value == 0
