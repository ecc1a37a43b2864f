"""Packets that were out while the text of an article was corrected at home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.model import Coding
from coder.service.coding.session import CodingSession
from coder.service.delivery import packet_merge
from coder.service.edits.span_edits import Draw
from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.text_correction import correct_text, undo_correction
from tests.support.packets import (
    TEXTS,
    answer,
    coding,
    made_home,
    opened,
    sent,
    state,
)

ADDED = "عاجل: "
NEW = ADDED + TEXTS["a2"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Project]:
    project = made_home(tmp_path)
    yield project
    project.close()


def draw(project: Project, words: str) -> None:
    """Let amal mark words of a2 as a place."""
    article = project.article("a2")
    start = article.text.index(words)
    session = CodingSession(project, article, "amal")
    session.do(Draw("place", start, start + len(words)))
    session.close()


def places(found: Coding | None) -> list[tuple[int, str]]:
    assert found is not None
    return [(span.start, span.quote) for span in found.spans]


def test_work_on_the_old_text_is_merged_and_then_carried(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    correct_text(home, "salma", "a2", NEW, "the head was cut off")
    draw(away, "ببغداد")
    answer(away, "amal", "a2", "outlet", "رويترز")
    back = sent(away, "amal", tmp_path / "back")
    merged = packet_merge.merge_packet(home, back)
    # The answer that both have, then what was done away: a span and an answer.
    assert [(each.coder, each.entries) for each in merged] == [("amal", 2)]
    start = NEW.index("ببغداد")
    assert places(coding(home, "a2", "amal")) == [(start, "ببغداد")]
    assert not verify(home).findings
    once = state(home)
    assert [each.entries for each in packet_merge.merge_packet(home, back)] == [0]
    assert state(home) == once
    # A second packet from there continues the first.
    draw(away, "انفجار")
    again = sent(away, "amal", tmp_path / "again")
    assert [e.entries for e in packet_merge.merge_packet(home, again)] == [1]
    assert {quote for _, quote in places(coding(home, "a2", "amal"))} == {
        "ببغداد",
        "انفجار",
    }
    assert not verify(home).findings
    away.close()


def test_words_that_changed_are_lost_in_merged_work(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    correct_text(home, "salma", "a2", NEW.replace("ببغداد", "ببغدڨد"), "a letter")
    draw(away, "ببغداد")
    packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "back"))
    assert places(coding(home, "a2", "amal")) == []
    with home.store.read() as queries:
        [lost] = queries.lost_spans("coding:a2/amal")
    assert lost.span.quote == "ببغداد"
    assert not verify(home).findings
    away.close()


def test_work_on_both_texts_is_kept_twice(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    correct_text(home, "salma", "a2", NEW, "the head was cut off")
    draw(home, "انفجار")
    draw(away, "ببغداد")
    back = sent(away, "amal", tmp_path / "back")
    [merged] = packet_merge.merge_packet(home, back)
    assert merged.coder == "amal~2"
    assert places(coding(home, "a2", "amal")) == [(NEW.index("انفجار"), "انفجار")]
    assert places(coding(home, "a2", "amal~2")) == [(NEW.index("ببغداد"), "ببغداد")]
    assert not verify(home).findings
    once = state(home)
    packet_merge.merge_packet(home, back)
    assert state(home) == once
    away.close()


def test_a_packet_holds_the_corrected_text(home: Project, tmp_path: Path) -> None:
    draw(home, "ببغداد")
    correct_text(home, "salma", "a2", NEW, "the head was cut off")
    away = opened(home, "amal", tmp_path / "away")
    assert away.article("a2") == home.article("a2")
    assert coding(away, "a2", "amal") == coding(home, "a2", "amal")
    assert not verify(away).findings
    draw(away, "انفجار")
    [merged] = packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "back"))
    assert (merged.coder, merged.entries) == ("amal", 1)
    assert coding(home, "a2", "amal") == coding(away, "a2", "amal")
    assert not verify(home).findings
    away.close()


def test_work_on_a_text_that_was_undone_is_a_second_copy(
    home: Project, tmp_path: Path
) -> None:
    correct_text(home, "salma", "a2", NEW, "the head was cut off")
    away = opened(home, "amal", tmp_path / "away")
    draw(away, "ببغداد")
    undo_correction(home, "salma", "a2")
    packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "back"))
    start = TEXTS["a2"].index("ببغداد")
    assert places(coding(home, "a2", "amal~2")) == [(start, "ببغداد")]
    assert not verify(home).findings
    away.close()
