"""What the card of a dataset says of agreement, so that nobody takes a figure for another."""

from __future__ import annotations

from pathlib import Path

from coder.agreement.result import MeanScore
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project
from coder.service.publication.dataset_folder import publish
from tests.service.second_pair import add_second_pair


def cards(project: Project, folder: Path) -> tuple[str, str]:
    """The card of the gold in English and in Arabic."""
    publish(project, "gold", folder, force=True)
    english, arabic = ((folder / name).read_text("utf-8") for name in ("README.md", "README.ar.md"))
    return english, arabic


def test_f1_of_several_pairs_is_called_their_mean_and_the_pooled_figure_is_beside_it(
    demo: Project, tmp_path: Path
) -> None:
    # Amal and basim: 65 matches of 137 events (see test_study_demo), so .949; dana and dina: 1 of 2, so 1.
    # The mean is .974; pooled, 2 * 66 / 139 = .950.
    alone, _ = cards(demo, tmp_path / "alone")
    assert "there are: F1 0.95 (n 137)\n" in alone and "mean of" not in alone
    add_second_pair(demo, tmp_path)
    english, arabic = cards(demo, tmp_path / "two")
    [told] = (line for line in english.splitlines() if "which events there are" in line)
    assert "F1 0.97, the mean of 2 pairs of coders" in told and told.endswith(": 0.95")
    assert "n of the smallest: 2 of 139" in told
    assert "متوسط زوجين من المرمّزين" in arabic
    report = (tmp_path / "two/agreement/report.md").read_text("utf-8")
    assert "| F1 of events, mean of 2 pairs of coders | 139 | 0.974 (pooled 0.950) |" in report


def test_a_figure_beyond_chance_is_the_same_from_what_was_kept(demo: Project, tmp_path: Path) -> None:
    add_second_pair(demo, tmp_path, articles=2)
    first, again = (agreement_report(demo)[0].events for _ in range(2))
    assert isinstance(first.chance, MeanScore)
    assert (first.chance, first.corrected) == (again.chance, again.corrected)
