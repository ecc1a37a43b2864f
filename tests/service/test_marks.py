"""Highlights: what was decided about candidates, and brackets that never move an offset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate, Coding
from coder.service.coding.article_marks import CONFIRMED, DRAWN, REJECTED, UNDECIDED, Bracketed, Mark, marks
from coder.service.edits.edits import Context
from coder.service.edits.span_edits import Draw, Reject, with_span_of

TEXT = "شنت واشنطن غارات على دير الزور"
GLYPHS = {"actor": "●", "place": "▲", "trigger": "◆"}


def test_decisions_show_on_their_candidates(conflict_events: Codebook) -> None:
    candidates = [
        Candidate("k1", "actor", 4, 10, "واشنطن"),
        Candidate("k2", "trigger", 11, 16, "غارات"),
        Candidate("k3", "place", 21, 30, "دير الزور"),
    ]
    coding = Coding("a", "h", "c@1", "amal")
    coding, _ = with_span_of(coding, candidates[0])
    context = Context(conflict_events, Article("a", TEXT))
    coding = Reject(candidates[1]).apply(coding, context)
    coding = Draw("place", 0, 3).apply(coding, context)
    assert [(m.start, m.state) for m in marks(candidates, coding.spans)] == [
        (0, DRAWN),
        (4, CONFIRMED),
        (11, REJECTED),
        (21, UNDECIDED),
    ]


def test_brackets_nest_and_rejected_marks_get_none() -> None:
    found = [
        Mark("1", "actor", 4, 16, UNDECIDED),
        Mark("2", "trigger", 11, 16, UNDECIDED),
        Mark("3", "place", 21, 30, REJECTED),
    ]
    assert Bracketed(TEXT, found, GLYPHS).text == "شنت [●واشنطن [◆غارات]] على دير الزور"
    assert Bracketed(TEXT, found).text == TEXT


stretches = st.lists(
    st.tuples(st.sampled_from(sorted(GLYPHS)), st.integers(0, 29), st.integers(1, 30)), max_size=8
)


@given(stretches)
def test_offsets_go_to_the_shown_text_and_back(drawn: list[tuple[str, int, int]]) -> None:
    found = [
        Mark(str(i), kind, start, min(30, start + length), UNDECIDED)
        for i, (kind, start, length) in enumerate(drawn)
    ]
    shown = Bracketed(TEXT, found, GLYPHS)
    for offset, letter in enumerate(TEXT):
        assert shown.text[shown.shown(offset)] == letter
        assert shown.stored(shown.shown(offset)) == offset
    back = [shown.stored(i) for i in range(len(shown.text))]
    assert back == sorted(back)
    kept = {shown.shown(o) for o in range(len(TEXT))}
    assert "".join(c for i, c in enumerate(shown.text) if i in kept) == TEXT
    assert all(c in "[]" + "".join(GLYPHS.values()) for i, c in enumerate(shown.text) if i not in kept)
