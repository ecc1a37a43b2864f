"""Codebooks that come with the program can be copied; one without words to be found is
warned about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The protest codebook, alone in a folder of its own."""
    path = tmp_path / "mine.yaml"
    path.write_bytes((SCHEMAS / "protest_events.yaml").read_bytes())
    return path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    "path", sorted(SCHEMAS.glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_codebook_or_lexicon_is_shown_as_it_is(run_coder: Run, path: Path) -> None:
    assert run_coder("codebook", "show", path.stem) == (0, path.read_text("utf-8"), "")
    code, out, _ = run_coder("codebook", "show", path.stem, "--json")
    assert code == 0 and json.loads(out) == {
        "file": path.name,
        "text": path.read_text("utf-8"),
    }


def test_a_lexicon_of_the_program_need_not_lie_beside_the_codebook(
    run_coder: Run, mine: Path
) -> None:
    assert run_coder("codebook", "check", mine)[0] == 0
    changed(mine, "protest_events_lexicon.yaml", "protest_event_lexicon.yaml")
    code, _, err = run_coder("codebook", "check", mine)
    assert code == 2 and "Did you mean “protest_events_lexicon.yaml”?" in err


def test_a_lexicon_beside_the_codebook_goes_first(run_coder: Run, mine: Path) -> None:
    (mine.parent / "protest_events_lexicon.yaml").write_text(
        "triggers: {rally: {nouns: [مظاهرة]}}\n", "utf-8"
    )
    code, _, err = run_coder("codebook", "check", mine)
    assert code == 2 and "unknown trigger list “march”; expected rally" in err


def test_trigger_lists_that_no_lexicon_has_are_complaints(
    run_coder: Run, mine: Path
) -> None:
    changed(
        mine,
        "lexicon: [protest_events_lexicon.yaml, arabic_words_lexicon.yaml]",
        "lexicon: []",
    )
    code, _, err = run_coder("codebook", "check", mine)
    assert code == 2
    assert err.count("unknown trigger list") == 11
    assert "unknown trigger list “rally”; the codebook has none" in err


def test_a_lexicon_that_is_not_there_is_one_complaint(
    run_coder: Run, mine: Path
) -> None:
    changed(
        mine, "[protest_events_lexicon.yaml, arabic_words_lexicon.yaml]", "[words.yaml]"
    )
    code, _, err = run_coder("codebook", "check", mine)
    assert code == 2 and err.count("mine.yaml:") == 1 and "words.yaml" in err


def test_event_types_without_words_are_a_warning(
    run_coder: Run, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "codebooks.md").read_text("utf-8")
    book = tmp_path / "book.yaml"
    book.write_text(page.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    changed(book, "lexicon: [my_words_lexicon.yaml, arabic_words_lexicon.yaml]\n", "")
    for name in ("fire", "crash"):
        changed(book, f", triggers: {name},", ",")
    code, out, err = run_coder("codebook", "check", book)
    assert code == 0 and "event types 2" in out
    assert (
        "warning: No event type has trigger words" in err
        and "hint: Add `triggers: NAME`" in err
    )
    assert "warning: The lexicon has no words for months and numbers" in err
    assert (
        len(json.loads(run_coder("codebook", "check", book, "--json")[1])["warnings"])
        == 2
    )


def test_a_trigger_list_without_words_is_a_warning(run_coder: Run, mine: Path) -> None:
    lexicon = mine.parent / "protest_events_lexicon.yaml"
    lexicon.write_bytes((SCHEMAS / lexicon.name).read_bytes())
    changed(
        lexicon,
        "hunger_strike: {nouns: [إضراب عن الطعام, الإضراب عن الطعام, أمعاء خاوية]}",
        "hunger_strike: {}",
    )
    code, _, err = run_coder("codebook", "check", mine)
    assert (
        code == 0 and "warning: The trigger list “hunger_strike” has no words." in err
    )


@pytest.mark.parametrize(
    "name", ["conflict_events", "protest_events", "named_entities"]
)
def test_the_program_s_own_codebooks_have_no_warnings(
    run_coder: Run, name: str
) -> None:
    assert run_coder("codebook", "check", name)[2] == ""
