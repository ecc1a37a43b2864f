"""What the card of a dataset says of agreement, so that nobody takes a figure for
another.
"""

from __future__ import annotations

from pathlib import Path

from coder.adjudicate.gold_edits import Take
from coder.agreement.result import MeanScore
from coder.model import GOLD, Answer
from coder.service.delivery import releases
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project
from coder.service.publication.dataset_folder import publish
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.team.members import change_role
from tests.service.second_pair import add_second_pair
from tests.service.test_changed_gold import CLOSED, change


def cards(project: Project, folder: Path) -> tuple[str, str]:
    """The card of the gold in English and in Arabic."""
    publish(project, "gold", folder, force=True)
    english, arabic = (
        (folder / name).read_text("utf-8") for name in ("README.md", "README.ar.md")
    )
    return english, arabic


def test_f1_of_several_pairs_is_called_their_mean_and_the_pooled_figure_is_beside_it(
    demo: Project, tmp_path: Path
) -> None:
    # Amal and basim: 65 matches of 137 events (see test_study_demo), so .949; dana and
    # dina: 1 of 2, so 1. The mean is .974; pooled, 2 * 66 / 139 = .950.
    alone, _ = cards(demo, tmp_path / "alone")
    assert "there are: F1 0.95 (n 137)\n" in alone and "mean of" not in alone
    add_second_pair(demo, tmp_path)
    english, arabic = cards(demo, tmp_path / "two")
    [told] = (line for line in english.splitlines() if "which events there are" in line)
    assert "F1 0.97, the mean of 2 pairs of coders" in told and told.endswith(": 0.95")
    assert "n of the smallest: 2 of 139" in told
    assert "متوسط زوجين من المرمّزين" in arabic
    report = (tmp_path / "two/agreement/report.md").read_text("utf-8")
    assert (
        "| F1 of events, mean of 2 pairs of coders | 139 | 0.974 (pooled 0.950) |"
        in report
    )


def test_a_figure_beyond_chance_is_the_same_from_what_was_kept(
    demo: Project, tmp_path: Path
) -> None:
    add_second_pair(demo, tmp_path, articles=2)
    first, again = (agreement_report(demo)[0].events for _ in range(2))
    assert isinstance(first.chance, MeanScore)
    assert (first.chance, first.corrected) == (again.chance, again.corrected)


def test_codings_are_counted_by_stage_and_not_what_was_only_assigned(
    demo: Project, tmp_path: Path
) -> None:
    # The sample project assigned five articles to `you` in training, who coded none of
    # them.
    english, arabic = cards(demo, tmp_path / "out")
    assert (
        "- submitted codings by stage: calibration 10\n" in english
        and "training" not in english
    )
    assert ": المعايرة 10\n" in arabic


def test_who_decided_in_review_is_said_to_be_a_supervisor(
    demo: Project, tmp_path: Path
) -> None:
    english, _ = cards(demo, tmp_path / "out")
    told = "- rows of values decided one by one by the supervisor `p04`: "
    assert told in english
    demo.add_person("nour", "supervisor")
    change_role(demo, "salma", "coder")
    english, _ = cards(demo, tmp_path / "out")
    assert told in english


def test_codings_changed_after_they_were_submitted_and_gold_that_is_out_of_date_are_told(
    demo: Project, tmp_path: Path
) -> None:
    before, _ = cards(demo, tmp_path / "before")
    assert (
        "reopened and changed after submission: 0." in before
        and "out of date" not in before
    )
    change(demo, "amal", "genre", Answer(value="other"))
    release, *_ = releases.make(demo, "salma")
    english, arabic = cards(demo, tmp_path / "after")
    assert "reopened and changed after submission: 1." in english
    assert "أُعيد فتحه وغُيِّر بعد تسليمه: 1" in arabic
    [told] = (line for line in english.splitlines() if "out of date" in line)
    assert told.endswith(f": 1 ({CLOSED})") and f": 1 ({CLOSED})" in arabic
    reopen(demo, "salma", CLOSED, GOLD)
    session = ReviewSession(demo, demo.article(CLOSED), "salma")
    while (at := next(session.state.open_cells(), None)) is not None:
        session.do(Take(*at, "basim", "coder_error"))
    session.close()
    publish(demo, "gold", tmp_path / "then", release=release)
    assert f": 1 ({CLOSED})" in (tmp_path / "then/README.md").read_text("utf-8")
