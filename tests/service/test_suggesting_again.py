"""A new run of `coder suggest` leaves alone what people have opened and decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.model import Candidate
from coder.native import from_candidates
from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import import_files
from coder.service.edits.edits import Edit
from coder.service.edits.span_edits import Confirm, Reject, Resize
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project

OPENED, OTHER = "قصف الجيش السوري مدينة إدلب.", "قصفت القوات الروسية مدينة حلب."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "opened.txt").write_text(OPENED, "utf-8")
    (tmp_path / "other.txt").write_text(OTHER, "utf-8")
    made = create_project(tmp_path / "project")
    made.add_person("amal", "coder")
    import_files(made, [tmp_path / "opened.txt", tmp_path / "other.txt"])
    suggest(made, cores=1)
    with made.store.begin("setup") as work:
        for name in ("opened", "other"):
            found = work.queries.candidates(name)
            earlier = [replace(each, origin="earlier rule") for each in found]
            work.replace_candidates(name, earlier, "earlier")
    yield made
    made.close()


def candidates(project: Project, article: str) -> dict[str, Candidate]:
    """The stored candidates of an article by their words."""
    with project.store.read() as queries:
        return {each.quote: each for each in queries.candidates(article)}


def decide(project: Project, *edits: Callable[[CodingSession], None]) -> None:
    """Let amal decide about candidates of the opened article."""
    session = CodingSession(project, project.article("opened"), "amal")
    for edit in edits:
        edit(session)
    session.close()


def on(words: str, edit: Callable[..., Edit]) -> Callable[[CodingSession], None]:
    """An edit of the candidate with these words."""

    def apply(session: CodingSession) -> None:
        target = next(each for each in session.candidates if each.quote == words)
        session.do(edit((target,)))

    return apply


@pytest.mark.parametrize("again", [False, True])
def test_a_new_run_reads_only_what_nobody_opened(project: Project, again: bool) -> None:
    decide(project, on("مدينة إدلب", Confirm))
    before = candidates(project, "opened")
    assert suggest(project, again=again, cores=1) == 1
    assert candidates(project, "opened") == before
    assert candidates(project, "other")["مدينة حلب"].origin == "lexicon:aleppo"


def test_decided_candidates_keep_offsets_and_origin(project: Project) -> None:
    decide(project, on("مدينة إدلب", Confirm), on("الجيش السوري", Reject))
    before = candidates(project, "opened")
    assert suggest(project, opened_too=True, cores=1) == 2
    after = candidates(project, "opened")
    for words in ("مدينة إدلب", "الجيش السوري"):
        assert after[words] == before[words]
    assert after["قصف"].origin == "noun:قصف"  # undecided, so made anew


def test_a_candidate_no_rule_proposes_now_stays(project: Project) -> None:
    decided = Candidate("place:4-9", "place", 4, 9, "الجيش", None, "earlier rule", 0.5)
    with project.store.begin("setup") as work:
        found = work.queries.candidates("opened")
        undecided = replace(decided, id="place:0-3", start=0, end=3, quote="قصف")
        work.replace_candidates("opened", [undecided, decided, *found], "earlier")
    decide(project, on("الجيش", Confirm))
    suggest(project, opened_too=True, cores=1)
    after = candidates(project, "opened")
    assert after["الجيش"] == decided
    assert after["قصف"].kind == "trigger"


def test_a_rejection_holds_for_the_same_span(project: Project) -> None:
    decide(project, on("الجيش السوري", Reject))
    suggest(project, opened_too=True, cores=1)
    session = CodingSession(project, project.article("opened"), "amal")
    undecided = {each.quote for each in session.undecided()}
    assert "الجيش السوري" not in undecided and "مدينة إدلب" in undecided
    session.close()


def test_a_changed_candidate_is_not_proposed_anew(project: Project) -> None:
    def cut(session: CodingSession) -> None:
        place = next(each for each in session.candidates if each.kind == "place")
        session.do(Confirm((place,)))
        span = next(each for each in session.coding.spans if each.kind == "place")
        session.do(Resize(span, span.end - 5, span.end))

    decide(project, cut)
    suggest(project, opened_too=True, cores=1)
    session = CodingSession(project, project.article("opened"), "amal")
    assert [each for each in session.undecided() if each.kind == "place"] == []
    session.close()


def test_the_command_says_what_it_left_alone(
    project: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    decide(project, on("مدينة إدلب", Confirm))
    folder = project.config.folder
    code, out, err = run_coder("suggest", "--project", folder)
    assert (code, out) == (0, "1 article read\n")
    assert "opened them: 1 article; --all" in err
    code, out, err = run_coder("suggest", "--all", "--project", folder)
    assert (code, out) == (0, "1 article read\n") and "--all" not in err


def test_imported_candidates_replace_none_that_is_decided(
    project: Project, tmp_path: Path
) -> None:
    decide(project, on("مدينة إدلب", Confirm), on("الجيش السوري", Reject))
    before = candidates(project, "opened")
    article = project.article("opened")
    place = before["مدينة إدلب"]
    others = [
        replace(place, origin="another program"),
        replace(before["قصف"], origin="another program"),
    ]
    row = from_candidates(article, others, project.codebook.ref)
    file = tmp_path / "candidates.jsonl"
    file.write_text(json.dumps(row), "utf-8")
    import_files(project, [file])
    after = candidates(project, "opened")
    assert after["قصف"].origin == "another program"
    for words in ("مدينة إدلب", "الجيش السوري"):
        assert after[words] == before[words]
