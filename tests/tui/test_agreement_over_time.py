"""The view of agreement over time: what its figures are, on screens of every width."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.agreement.bootstrap import Plan
from coder.agreement.study import Basis, Study
from coder.report.contents import report_of
from coder.tui.screens.agreement_views import FieldsView, Figures, TimeView
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, coding, event, span


def time_view(lang: str, *, pairs: int) -> TimeView:
    """The view of forty articles that amal and basim coded, and as many by a second
    pair, on two days.
    """
    codings, days = [], {}
    for n in range(40):
        days[f"{n:02}"] = days[f"{n:02} short"] = (
            "2024-02-01" if n < 20 else "2024-03-01"
        )
        codings += [replace(each, article=f"{n:02}") for each in CODINGS[:2]]
        if pairs == 2:
            short = (span("s1", "trigger", 0, 10),), (event("e1", "threat", "s1"),)
            codings += [
                coding(f"{n:02} short", who, *short) for who in ("dana", "dina")
            ]
    study = Study.of(codings, CODEBOOK, plan=Plan(B=100))
    study.basis = Basis(codings=len(codings), submitted=days)
    return TimeView(Figures(study, report_of(study), lang))


def texts(view: TimeView, width: int) -> list[str]:
    rows = ["".join(column.text for column in row) for row in view.lay_out(width).rows]
    return [row.translate(dict.fromkeys(range(0x2066, 0x206A))) for row in rows]


def test_the_mean_of_two_pairs_stands_beside_the_pooled_figure() -> None:
    # An article of amal and basim: 2 matches of 2 + 3 events, so F1 .8; a short one: 1
    # of 1 + 1, so F1 1. Each month has twenty of both: the mean is .9, pooled it is 2 *
    # (40 + 20) / (100 + 40) = .857.
    said = texts(time_view("en", pairs=2), 100)
    assert sum(" 0.900 (pooled 0.857) " in line for line in said) == 2
    assert "the mean of 2 pairs of coders" in " ".join(said)
    alone = "\n".join(texts(time_view("en", pairs=1), 100))
    assert " 0.800 " in alone and "pooled" not in alone and "mean" not in alone


@pytest.mark.parametrize("width", [24, 40, 80])
@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("pairs", [1, 2])
def test_a_narrow_screen_has_the_figures_without_the_scale(
    width: int, lang: str, pairs: int
) -> None:
    said = "\n".join(texts(time_view(lang, pairs=pairs), width))
    assert "0.800" in said or "0.900" in said
    assert ("●" in said) == (width == 80)


@pytest.mark.parametrize("width", [60, 160])
def test_fields_have_their_lower_bound_where_there_is_room(width: int) -> None:
    figures = time_view("en", pairs=1).figures
    view = FieldsView(figures)
    head = " ".join(column.text for column in view.lay_out(width).head)
    assert ("Lower bound" in head) == (width == 160)
    [field] = [row for row in figures.study.fields if row.field == view.field]
    bound = field.guarded_lower_bound.value
    assert bound is not None
    assert f"{bound:.3f}" in view.lay_out(width).info
