"""A text that is corrected after coding began, forth and back, on both engines."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from coder.errors import CoderError, ConflictError
from coder.model import GOLD, Coding, Span, Status
from coder.service.coding.session import CodingSession
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.delivery.project_copy import backup, restore
from coder.service.delivery.releases import make as make_release
from coder.service.edits.span_edits import Draw
from coder.service.figures.progress import study
from coder.service.project.opened import Project
from coder.service.review.gold_session import ReviewSession
from coder.service.review.review_queue import queue
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.text_correction import (
    correct_text,
    preview_correction,
    undo_correction,
)
from tests.support.upgraded import exported

ARTICLE = "000_fd74d59c4a9049c0"
WITHOUT_GOLD = "003_febfd1bff842471e"
ADDED = "رويترز: "


def work_on(project: Project, article: str = ARTICLE) -> dict[str, Coding]:
    """All codings of an article, by coder."""
    with project.store.read() as queries:
        heads = queries.coding_heads([article])
        return {coding.coder: coding for coding in queries.codings_of(heads)}


def only_of(coding: Coding, others: dict[str, Coding]) -> Span:
    """A span of this coding whose words no other coding marks."""
    taken = {
        place
        for other in others.values()
        if other.coder != coding.coder
        for span in other.spans
        for place in range(span.start, span.end)
    }
    return next(
        span
        for span in coding.standing
        if not taken & {*range(span.start, span.end)}
        and len(span.quote) > 3
        and sum(span.start < s.end and s.start < span.end for s in coding.spans) == 1
    )


def damaged(text: str, span: Span) -> str:
    """The text with another letter in the middle of a span, and words before it all."""
    middle = (span.start + span.end) // 2
    return f"{ADDED}{text[:middle]}ڨ{text[middle + 1 :]}"


def test_work_moves_with_the_words(project: Project) -> None:
    before = work_on(project)
    text = project.article(ARTICLE).text
    new = ADDED + text
    correct_text(project, "salma", ARTICLE, new, "the source was cut off")
    assert project.article(ARTICLE).text == new
    assert project.article(ARTICLE).version == 2
    for coder, coding in work_on(project).items():
        assert coding.status is before[coder].status
        assert [
            (span.id, span.start - len(ADDED), span.quote) for span in coding.spans
        ] == [(span.id, span.start, span.quote) for span in before[coder].spans]
    assert verify(project).findings == []


def test_only_who_lost_words_is_asked_again(project: Project) -> None:
    before = work_on(project)
    lost = only_of(before["amal"], before)
    new = damaged(project.article(ARTICLE).text, lost)
    plan = preview_correction(project, ARTICLE, new)
    assert work_on(project) == before
    [reopened] = [each for each in plan.work if each.is_reopened]
    assert (reopened.before.coder, reopened.after.lost) == ("amal", (lost,))
    done = correct_text(project, "salma", ARTICLE, new, "a letter")
    assert done.work == plan.work
    after = work_on(project)
    assert after["amal"].status is Status.OPEN
    assert after["basim"].status is Status.SUBMITTED
    assert after[GOLD].status is Status.SUBMITTED
    assert lost.id not in {span.id for span in after["amal"].spans}
    with project.store.read() as queries:
        found = queries.lost_spans(f"coding:{ARTICLE}/amal")
    assert [each.span for each in found] == [lost]
    assert verify(project).findings == []


def test_undo_gives_text_and_work_back(project: Project) -> None:
    before = work_on(project)
    text = project.article(ARTICLE).text
    new = damaged(text, only_of(before["amal"], before))
    for reason in ("first", "again"):
        correct_text(project, "salma", ARTICLE, new, reason)
        undo_correction(project, "salma", ARTICLE)
        assert project.article(ARTICLE).text == text
        assert project.article(ARTICLE).version == 1
        assert work_on(project) == before
    assert verify(project).findings == []


def test_two_corrections_are_undone_one_by_one(project: Project) -> None:
    before = work_on(project)
    text = project.article(ARTICLE).text
    correct_text(project, "salma", ARTICLE, ADDED + text, "first")
    middle = work_on(project)
    correct_text(project, "salma", ARTICLE, ADDED + ADDED + text, "second")
    undo_correction(project, "salma", ARTICLE)
    assert work_on(project) == middle
    undo_correction(project, "salma", ARTICLE)
    assert work_on(project) == before
    with pytest.raises(CoderError, match="never corrected"):
        undo_correction(project, "salma", ARTICLE)
    assert verify(project).findings == []


def test_work_on_the_new_version_keeps_it_in_force(local: Project) -> None:
    before = work_on(local)
    new = damaged(local.article(ARTICLE).text, only_of(before["amal"], before))
    correct_text(local, "salma", ARTICLE, new, "a letter")
    session = CodingSession(local, local.article(ARTICLE), "amal")
    session.submit()
    session.close()
    with pytest.raises(ConflictError, match="amal has worked"):
        undo_correction(local, "salma", ARTICLE)
    assert local.article(ARTICLE).text == new
    with local.store.read() as queries:
        assert queries.lost_spans(f"coding:{ARTICLE}/amal") == []


def gold_of(past: Project) -> bytes:
    """The gold of a release, in the native format."""
    out = io.BytesIO()
    deliver(past, "native", "gold", out)
    return out.getvalue()


def test_a_release_keeps_its_version(project: Project) -> None:
    before = work_on(project)
    text = project.article(ARTICLE).text
    release, _, _ = make_release(project, "salma")
    written = gold_of(project.at(release.position))
    correct_text(project, "salma", ARTICLE, ADDED + text, "the source was cut off")
    past = project.at(release.position)
    assert past.article(ARTICLE).text == text
    assert work_on(past) == before
    assert gold_of(past) == written
    undo_correction(project, "salma", ARTICLE)
    again = project.at(release.position)
    assert again.article(ARTICLE).text == text


def test_figures_leave_it_out_until_all_have_been_through(local: Project) -> None:
    before = work_on(local, WITHOUT_GOLD)
    whole = study(local)
    assert WITHOUT_GOLD in whole.articles
    new = damaged(local.article(WITHOUT_GOLD).text, only_of(before["amal"], before))
    correct_text(local, "salma", WITHOUT_GOLD, new, "a letter")
    without = study(local)
    assert WITHOUT_GOLD not in without.articles
    assert without.basis.left_out == {"open": 1, "corrected": 1}
    assert {each.article: each.status for each in queue(local)}[
        WITHOUT_GOLD
    ] == "corrected"
    with pytest.raises(CoderError, match="amal has not submitted"):
        ReviewSession(local, local.article(WITHOUT_GOLD), "salma")
    session = CodingSession(local, local.article(WITHOUT_GOLD), "amal")
    session.submit()
    session.close()
    assert study(local).articles == whole.articles
    ReviewSession(local, local.article(WITHOUT_GOLD), "salma").close()


@pytest.mark.parametrize(
    ("text", "reason", "message"),
    [
        ("", "a reason", "empty"),
        ("a\0b", "a reason", "U.0000"),
        (None, "a reason", "this text already"),
        ("نص آخر", " ", "needs a reason"),
    ],
)
def test_what_is_no_correction_changes_nothing(
    local: Project, text: str | None, reason: str, message: str
) -> None:
    before = work_on(local)
    new = local.article(ARTICLE).text if text is None else text
    with pytest.raises(CoderError, match=f"(?i){message}") as caught:
        correct_text(local, "salma", ARTICLE, new, reason)
    assert caught.value.hint
    assert work_on(local) == before


def test_native_codings_name_the_version_from_the_second_on(local: Project) -> None:
    first = exported(local)
    assert b"text_version" not in first
    text = local.article(ARTICLE).text
    correct_text(local, "salma", ARTICLE, ADDED + text, "the source was cut off")
    heads = [json.loads(line)["article"] for line in exported(local).splitlines()]
    assert {head["id"]: head.get("text_version") for head in heads} == {
        ARTICLE: 2,
        WITHOUT_GOLD: None,
    }
    file = local.config.folder / "codings.jsonl"
    file.write_bytes(exported(local))
    report = import_files(local, [file])
    assert (report.codings, report.unchanged) == (0, len(heads))
    undo_correction(local, "salma", ARTICLE)
    assert exported(local) == first


def test_a_coding_of_the_old_version_is_no_import(local: Project) -> None:
    file = local.config.folder / "codings.jsonl"
    file.write_bytes(exported(local))
    text = local.article(ARTICLE).text
    correct_text(local, "salma", ARTICLE, ADDED + text, "the source was cut off")
    with pytest.raises(CoderError, match="text"):
        import_files(local, [file])


@pytest.mark.parametrize("is_coded_first", [True, False])
def test_coding_and_correction_may_come_in_any_order(
    local: Project, is_coded_first: bool
) -> None:
    text = local.article(ARTICLE).text
    if is_coded_first:
        draw(local, 0, 3)
        correct_text(local, "salma", ARTICLE, ADDED + text, "cut off")
    else:
        correct_text(local, "salma", ARTICLE, ADDED + text, "cut off")
        draw(local, len(ADDED), len(ADDED) + 3)
    [span] = work_on(local)["newcomer"].spans
    assert (span.start, span.quote) == (len(ADDED), text[:3])
    assert verify(local).findings == []


def draw(project: Project, start: int, end: int) -> None:
    """Let a third coder mark words of the article."""
    session = CodingSession(project, project.article(ARTICLE), "newcomer")
    session.do(Draw("place", start, end))
    session.close()


def test_a_backup_restores_every_version(local: Project, tmp_path: Path) -> None:
    text = local.article(ARTICLE).text
    correct_text(local, "salma", ARTICLE, ADDED + text, "cut off")
    for name, portable in (("whole", False), ("rows", True)):
        backup(local, tmp_path / name, portable=portable)
        restored = restore(tmp_path / name, tmp_path / f"{name}-restored")
        assert restored.article(ARTICLE) == local.article(ARTICLE)
        assert work_on(restored) == work_on(local)
        assert verify(restored).findings == []
        restored.close()
