"""The end of an undo stack, found from the latest entry backwards, is that of the whole
history.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.store.journal import REDO, UNDO, stacks, undoable

Entries = list[tuple[int, str, int | None]]
STEPS = (
    "change",
    "undo",
    "undo an earlier one",
    "redo",
    "coding.submitted",
    "coding.recoded",
    "undo recoding",
)


@st.composite
def histories(draw: st.DrawFn) -> Entries:
    """Histories as the program writes them: only what is on a stack is undone and
    redone.
    """
    entries: Entries = []
    recoded: list[int] = []
    for step in draw(st.lists(st.sampled_from(STEPS), max_size=40)):
        done, undone = stacks(entries)
        version = len(entries) + 1
        if step == "undo":
            entries += [(version, UNDO, done[-1])] if done else []
        elif step == "undo an earlier one":  # as a policy's decisions are
            entries += [(version, UNDO, draw(st.sampled_from(done)))] if done else []
        elif step == "redo":
            entries += [(version, REDO, undone[-1])] if undone else []
        elif step == "undo recoding":
            entries += [(version, UNDO, recoded.pop())] if recoded and not done else []
        else:
            recoded = (
                [*recoded, version]
                if step == "coding.recoded"
                else []
                if "." in step
                else recoded
            )
            entries.append((version, step, None))
    return entries


@given(histories())
def test_the_end_of_the_undo_stack_is_that_of_the_whole_history(
    entries: Entries,
) -> None:
    done, _ = stacks(entries)
    found = undoable(reversed(entries))
    assert found == done[-1:] or (
        found is None and any(what == REDO for _, what, _ in entries)
    )


def test_a_change_is_found_without_what_was_before_it() -> None:
    latest_first = iter(
        [(5, UNDO, 4), (4, "change", None), (3, "change", None), (2, "change", None)]
    )
    assert undoable(latest_first) == [3]
    assert next(latest_first) == (2, "change", None)
