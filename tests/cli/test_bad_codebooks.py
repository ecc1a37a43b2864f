"""Codebooks with mistakes, given to the command line: each is named with its line, all
of them at once.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.codebook.shipped import codebooks

Run = Callable[..., tuple[int, str, str]]
PROTEST = codebooks()["protest_events"]
TEXT = PROTEST.read_text("utf-8")

# what is right, what is put in its place, what is said of it
MISTAKES = {
    "conditions in a circle": (
        "when: {field: police, is: true}",
        "when: {any: [{field: police, is: true}, {field: arrested, state: [coded]}]}",
        "the conditions form a circle: police_action → arrested → police_action",
    ),
    "id twice": (
        "- {id: prices,",
        "- {id: wages,",
        "the id “wages” is already taken in line",
    ),
    "field id twice": (
        "- id: targets",
        "- id: organisations",
        "is already taken in line",
    ),
    "key twice": ("key: g\n", "key: o\n", "the key “o” already belongs to"),
    "span kind's key twice": (
        "key: i, key_ar: ه",
        "key: p, key_ar: ه",
        "the key “p” already belongs to",
    ),
    "no English label": (
        "label: {ar: المطالب, en: Issues}",
        "label: {ar: المطالب}",
        "the English words (en) are missing",
    ),
    "no Arabic message": (
        "{ar: احتجاج وقع بعد النشر؟, en: 'The protest",
        "{en: 'The protest",
        "the Arabic words (ar) are missing",
    ),
    "unknown field in a rule": (
        "compare: [size.max",
        "compare: [siez.max",
        "did you mean “size”?",
    ),
    "unknown value in a rule": (
        "form, in: [other]}",
        "form, in: [othr]}",
        "did you mean “other”?",
    ),
    "unknown trigger list": (
        "triggers: march",
        "triggers: marsh",
        "did you mean “march”?",
    ),
    "unknown field of a span kind": (
        "fields: [issues]",
        "fields: [isues]",
        "did you mean “issues”?",
    ),
    "unknown scheme": (
        "map: {mpeds: March}",
        "map: {mpes: March}",
        "did you mean “mpeds”?",
    ),
    "a number compared with a day": (
        "compare: [size.max, '>=', size.min]",
        "compare: [size.max, '>=', date.start]",
        "a number cannot be compared with a day",
    ),
    "yes or no of a number": (
        "police, is: true}",
        "size, is: true}",
        "`is` needs a yes-or-no field",
    ),
    "yes or no in quotes": (
        "police, is: true}",
        "police, is: 'yes'}",
        "expected true or false",
    ),
    "a type below itself": (
        "{id: sit_in,",
        "{id: disruption,",
        "the id “disruption” is already taken",
    ),
    "a YAML key twice": (
        "    key: t\n",
        "    key: t\n    type: enum\n",
        "this key is already used",
    ),
    "an alias": (
        "map: {mpeds: Boycott}",
        "map: &m {mpeds: Boycott}, include: [*m]",
        "aliases (*name)",
    ),
    "a distance that does not fit": (
        "distance: log_count\n    help: {ar: 'عشرات",
        "distance: ordinal\n    help: {ar: 'عشرات",
        "ordinal cannot measure int_range values; expected log_count",
    ),
    "unknown field type": (
        "type: bool\n    required",
        "type: boolean\n    required",
        "did you mean “bool”?",
    ),
}


@pytest.fixture
def check(run_coder: Run, tmp_path: Path) -> Callable[[str], tuple[int, list[str]]]:
    """Check a codebook text beside its lexicons; gives the exit code and the lines of
    the complaint.
    """
    for lexicon in PROTEST.parent.glob("*_lexicon.yaml"):
        shutil.copy(lexicon, tmp_path)

    def run(text: str) -> tuple[int, list[str]]:
        (tmp_path / "book.yaml").write_text(text, "utf-8")
        code, _, err = run_coder("codebook", "check", tmp_path / "book.yaml")
        return code, [line.removeprefix(f"{tmp_path}/") for line in err.splitlines()]

    return run


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("event_fields", "“event_fields” is missing; it is needed in"),
        ("int_range_parts", "“int_range_parts” is missing; it is needed in"),
        (
            "article_fields",
            "“article_fields” is missing; it is needed in 3 places, first in line",
        ),
        ("lexicon", "“lexicon” is missing; it is needed in"),
    ],
)
def test_a_missing_section_is_told_once(
    check: Callable[[str], tuple[int, list[str]]], section: str, said: str
) -> None:
    without = re.sub(
        rf"^{section}:.*\n((?![a-z]).*\n)*", "", TEXT, count=1, flags=re.MULTILINE
    )
    code, [_, line, *rest] = check(without)
    assert (
        code == 2 and said in line and all(each.startswith("hint") for each in rest)
    ), rest


def test_a_missing_section_hides_no_other_mistake(
    check: Callable[[str], tuple[int, list[str]]],
) -> None:
    without = re.sub(
        r"^article_fields:.*\n((?![a-z]).*\n)*", "", TEXT, count=1, flags=re.MULTILINE
    )
    code, lines = check(without.replace("map: {mpeds: March}", "map: {mpes: March}"))
    assert (
        code == 2
        and sum("“mpeds”" in line or "is missing" in line for line in lines) == 2
    )


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line(
    check: Callable[[str], tuple[int, list[str]]], mistake: str
) -> None:
    right, wrong, said = MISTAKES[mistake]
    assert right in TEXT
    code, lines = check(TEXT.replace(right, wrong, 1))
    first = TEXT[: TEXT.index(right)].count("\n") + 1
    near = [
        f"book.yaml:{line}:" for line in range(first - 4, first + 5)
    ]  # a field's line is its first
    assert code == 2
    assert any(line.startswith(tuple(near)) and said in line for line in lines), lines
    assert lines[-1].startswith("hint: ")


def test_many_mistakes_are_all_listed_in_the_order_of_their_lines(
    check: Callable[[str], tuple[int, list[str]]],
) -> None:
    alone = (
        "field id twice",
        "yes or no in quotes",
        "yes or no of a number",
    )  # in place of another's piece
    text, said = TEXT, []
    for name, (right, wrong, words) in MISTAKES.items():
        if name not in alone and text.count(right):
            text, said = text.replace(right, wrong, 1), [*said, words]
    code, lines = check(text)
    assert code == 2
    assert len(said) >= 15
    assert [words for words in said if not any(words in line for line in lines)] == []
    numbers = [
        int(line.split(":")[1]) for line in lines if line.startswith("book.yaml:")
    ]
    assert numbers == sorted(numbers)


def test_a_bomb_of_aliases_is_refused_at_once(
    check: Callable[[str], tuple[int, list[str]]],
) -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 20)]
    code, lines = check("\n".join(bomb) + "\n" + TEXT)
    assert code == 2
    assert (
        sum("aliases (*name) are not allowed" in line for line in lines) == 19
    )  # once for each line


def many_values(kind: str) -> str:
    old = TEXT[
        TEXT.index("      - {id: wages") : TEXT.index(
            "    help: {ar: كل ما يذكره المقال., en: All"
        )
    ]
    values = (
        f"      - {{id: {kind}{i}, label: {{ar: قيمة {i}, en: value {i}}}}}\n"
        for i in range(10_000)
    )
    return TEXT.replace(old, old + "".join(values))


def test_ten_thousand_values_are_read(
    check: Callable[[str], tuple[int, list[str]]],
) -> None:
    assert check(many_values("v")) == (0, [])


def test_wrong_references_to_ten_thousand_values_are_all_listed(
    check: Callable[[str], tuple[int, list[str]]],
) -> None:
    wrong = ", ".join(f"w{i}" for i in range(300))
    rule = f"{{id: PX, severity: error, require: {{field: issues, in: [{wrong}]}}, message: {{ar: أ, en: a}}}}"
    text = many_values("v").replace(
        "\nadjudication_reasons:", f"  - {rule}\n\nadjudication_reasons:"
    )
    code, lines = check(text)
    assert (code, sum("unknown value of issues" in line for line in lines)) == (2, 300)
