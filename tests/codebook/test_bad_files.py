"""A codebook that does not fit is refused with every fault listed, each with file, line
and column.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.checks import codebook_problems
from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.load import read_codebook, shape
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import MAX_BYTES, YamlText, parse_yaml
from coder.errors import CoderError

SCHEMAS = Path(__file__).parents[2] / "schemas"
SMALL = """\
id: small
version: "1.0.0"
title: {ar: دليل, en: A codebook}
languages: {text: [ar], labels: [ar, en]}
blanks: []
article_fields:
  - {id: relevance, label: {ar: صلة, en: relevance}, type: enum,
     values: [{id: relevant, label: {ar: ذو صلة, en: relevant}}]}
span_kinds:
  - id: trigger
    label: {ar: فعل, en: trigger}
    key: t
    key_ar: ف
    mark: T
    glyph: '◆'
    underline: double
    definition: {ar: الكلمة الدالة, en: the word}
    fields: [event_type]
event_types:
  - id: violence
    label: {ar: عنف, en: violence}
    selectable: false
    definition: {ar: عنف, en: violence}
    children:
      - {id: strike, label: {ar: غارة, en: strike}, definition: {ar: غارة, en: strike}}
event_fields:
  - {id: event_type, label: {ar: نوع, en: type}, key: t, type: hierarchy, values_from: event_types}
  - {id: killed, label: {ar: قتلى, en: killed}, key: m, type: int_range, distance: log_count}
  - id: weapons
    label: {ar: سلاح, en: weapons}
    key: w
    type: multi
    distance: jaccard
    when: {field: event_type, under: [violence]}
    values:
      - {id: rocket, label: {ar: صاروخ, en: rocket}}
      - {id: drone, label: {ar: مسيرة, en: drone}}
int_range_parts:
  - {id: min, label: {ar: أدنى, en: minimum}, type: int}
  - {id: max, label: {ar: أعلى, en: maximum}, type: int, may_be_blank: true}
  - {id: approx, label: {ar: تقريبي, en: approximate}, type: bool, default: false}
rules:
  - id: R1
    severity: error
    require: {compare: [killed.max, '>=', killed.min]}
    message: {ar: خطأ, en: wrong}
"""
REASON = "adjudication_reasons:\n  - {id: majority, label: {ar: أكثرية, en: most}}\n"
RULE = "\n  - {id: R2, severity: error, message: {ar: خطأ, en: wrong}, require: %s}\n"


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def test_a_small_codebook_without_a_lexicon_is_read(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(SMALL, "utf-8")
    book = read_codebook(tmp_path / "book.yaml")
    assert book.ref == "small@1.0.0"
    assert book.lexicon.actors == ()


CONDITION = "{field: event_type, under: [violence]}"
FAULTS = {
    "unknown field type": (
        "type: multi",
        "type: mult",
        "unknown value “mult”; expected enum, multi",
    ),
    "nearest field type": ("type: multi", "type: mult", "did you mean “multi”?"),
    "unknown key": ("key: w", "kee: w", "unknown key “kee”"),
    "nearest key": ("key: w", "kee: w", "did you mean “key”?"),
    "label in one language": (
        "{ar: سلاح, en: weapons}",
        "{ar: سلاح}",
        "English words (en) are missing",
    ),
    "label with an empty side": (
        "{ar: سلاح, en: weapons}",
        "{ar: '', en: weapons}",
        "expected text, but it is empty",
    ),
    "same id twice": (
        "{id: drone,",
        "{id: rocket,",
        "the id “rocket” is already taken in line",
    ),
    "same type id twice": (
        "{id: strike,",
        "{id: violence,",
        "the id “violence” is already taken in line",
    ),
    "same id in both lists": (
        "id: weapons",
        "id: relevance",
        "the id “relevance” is already taken",
    ),
    "same key twice": ("key: w", "key: m", "the key “m” already belongs to killed"),
    "key of a command": ("key: w", "key: x", "the key “x” is reserved for commands"),
    "key that is no letter": ("key: w", "key: W", "'W' has the wrong format"),
    "article field with a key": (
        "{id: relevance,",
        "{id: relevance, key: r,",
        "needs no key",
    ),
    "span kind fills no field": (
        "[event_type]",
        "[event_typ]",
        "did you mean “event_type”?",
    ),
    "condition on no field": (
        "field: event_type, under",
        "field: event_typ, under",
        "unknown event field",
    ),
    "condition on no type": (
        "under: [violence]",
        "under: [violense]",
        "did you mean “violence”?",
    ),
    "condition of no form": (CONDITION, "{field: event_type}", "not a condition"),
    "condition on itself": (
        CONDITION,
        "{field: weapons, in: [rocket]}",
        "the conditions form a circle: weapons → weapons",
    ),
    "under on a plain list": (
        CONDITION,
        "{field: weapons, under: [strike]}",
        "`under` needs a hierarchy",
    ),
    "field with a dot": (
        "{id: killed,",
        "{id: kil.led,",
        "a field cannot have the name kil.led",
    ),
    "field called link": (
        "- id: weapons",
        "- id: link",
        "a field cannot have the name link",
    ),
    "reason called as a policy": (
        "rules:\n",
        f"{REASON}rules:\n",
        "a reason cannot have the id majority",
    ),
    "publication that is no date": (
        "{id: relevance,",
        "{id: pub_date,",
        "dates are calculated from the article field pub_date",
    ),
    "links that are no list": (
        "type: multi",
        "type: text\n    value_is: record_reference",
        "`many: true`",
    ),
    "unknown default": (
        "type: multi",
        "type: multi\n    default: rockt",
        "did you mean “rocket”?",
    ),
    "distance that does not fit": (
        "distance: jaccard",
        "distance: date",
        "date cannot measure multi",
    ),
    "number without quotes": ('version: "1.0.0"', "version: 1.0", "put it in quotes"),
    "tag": (
        "{ar: مسيرة, en: drone}",
        "{ar: !!binary eA==, en: drone}",
        "tags (!name) are not allowed",
    ),
    "yes without quotes": (
        "{ar: مسيرة, en: drone}",
        "{ar: مسيرة, en: yes}",
        "found True; put it in quotes",
    ),
    "repeated YAML key": (
        "key: w",
        "key: w\n    key: v",
        "this key is already used in line",
    ),
    "alias": (
        "type: multi",
        "type: multi\n    help: &x {ar: أ, en: a}\n    default: *x",
        "aliases (*name)",
    ),
    "missing list": ("blanks: []\n", "", "“blanks” is missing"),
    "list expected": ("blanks: []", "blanks: none", "expected a list, found “none”"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_named_with_its_line(
    refused: Callable[[str], list[str]], fault: str
) -> None:
    right, wrong, expected = FAULTS[fault]
    assert right in SMALL
    text = SMALL.replace(right, wrong, 1)
    problems = refused(text)
    about = [p for p in problems if expected in p]
    assert about, problems
    first = SMALL[: SMALL.index(right)].count("\n") + 1
    lines = {int(c.split(":")[0]) for c in about}
    if fault != "missing list":
        assert lines & set(range(first, first + wrong.count("\n") + 1)), problems


def test_actors_need_what_the_screens_fill_in(
    refused: Callable[[str], list[str]],
) -> None:
    actor = SMALL.replace("type: multi", "type: actor").replace(
        "distance: jaccard", "distance: masi"
    )
    [problem] = refused(actor.replace("key: w", "parts: [{id: who, type: actor}]"))
    assert (
        "event_fields[weapons]: a field of type actor needs kind among its parts"
        in problem
    )
    [problem] = refused(
        actor + "actor_classes: [{id: army, label: {ar: جيش, en: army}}]\n"
    )
    assert (
        "names that are typed freely, define a class with the id “unknown”" in problem
    )


def test_a_name_in_a_comparison_may_have_digits_and_hyphens(
    refused: Callable[[str], list[str]],
) -> None:
    text = SMALL.replace("{id: killed,", "{id: killed-2,").replace(
        "[killed.max", "[killed-2.max"
    )
    [problem] = refused(text)
    assert "unknown event field “killed”; did you mean “killed-2”?" in problem


RULE_FAULTS = {
    "{compare: [killed.max, '>=', killd.min]}": "did you mean “killed”?",
    "{compare: [killed.max, '>=', killed.mn]}": "unknown part of killed “mn”; did you mean “min”?",
    "{compare: [killed, '>', 0]}": "killed is not a single value; expected killed.min or killed.max",
    "{compare: [killed.min, '>', event_type]}": "a number cannot be compared with a word",
    "{compare: [killed.min, '>', '2023-10-07']}": "a number cannot be compared with a day",
    "{compare: [event_type, '>', event_type]}": "words cannot be compared with",
    "{compare: [killed.min, '=>', 0]}": "unknown value “=>”",
    "{compare: [weapons, '=', 1]}": "weapons is not a single value",
    "{field: killed, in: [1]}": "expected text",
    "{field: killed, in: [many]}": "`in` needs a field with a list of values; killed is an int_range",
    "{field: weapons, in: [rockt]}": "did you mean “rocket”?",
    "{field: weapons, state: [coded, mising]}": "did you mean “missing”?",
    "{field: killed.min, state: [coded]}": "only a whole field has a state",
    "{field: event_type, max_items: 1}": "event_type is a hierarchy, not a list",
    "{disjoint: [weapons, killed]}": "killed is an int_range, not a list",
    "{evidence: wepons, is: [present]}": "did you mean “weapons”?",
    "{evidence: weapons, is: [present]}": "the field weapons takes no evidence",
    "{no_twin: [weapons, dte]}": "unknown event field “dte”",
    "{field: article.relevanc, in: [relevant]}": "unknown article field “relevanc”",
    "{field: link.relation, in: [part_of]}": "no event field links records",
    "{all: [{not: {field: weapons, in: [rocket, gun]}}]}": "unknown value of weapons “gun”",
    "{no_records: perhaps}": "expected true or false",
    "anything": "not a condition",
}


@pytest.mark.parametrize("rule", RULE_FAULTS)
def test_a_rule_that_does_not_fit_is_named(
    refused: Callable[[str], list[str]], rule: str
) -> None:
    text = SMALL.rstrip() + RULE % rule
    problems = refused(text)
    assert len(problems) == 1, problems
    assert RULE_FAULTS[rule] in problems[0]
    assert problems[0].startswith(f"{line_of(text, 'id: R2')}:")
    assert "rules[R2].require" in problems[0]


def test_conditions_that_wait_for_each_other_are_one_circle(
    refused: Callable[[str], list[str]],
) -> None:
    text = SMALL.replace(
        "{field: event_type, under: [violence]}", "{field: killed, state: [coded]}"
    ).replace(
        "type: int_range,", "type: int_range, when: {field: weapons, in: [rocket]},"
    )
    [problem] = refused(text)
    assert "the conditions form a circle: killed → weapons → killed" in problem


def test_a_field_condition_cannot_look_at_evidence_or_follow_links(
    refused: Callable[[str], list[str]],
) -> None:
    text = SMALL.replace(
        "{field: event_type, under: [violence]}", "{evidence: killed, is: [present]}"
    )
    assert "only a rule can test this" in refused(text)[0]
    text = SMALL.replace(
        "{field: event_type, under: [violence]}",
        "{field: link.event_type, in: [strike]}",
    )
    assert "only a rule can follow a link" in refused(text)[0]


def test_all_faults_are_listed_at_once_in_the_order_of_the_file(
    refused: Callable[[str], list[str]],
) -> None:
    text = SMALL
    for right, wrong in (
        ("en: A codebook", "en: A codebook, fr: Un"),
        ("type: enum", "type: enumm"),
        ("fields: [event_type]", "fields: [event_tipe]"),
        ("key: m", "key: z"),
        ("under: [violence]", "under: [violenc]"),
        ("{ar: مسيرة, en: drone}", "{en: drone}"),
        ("severity: error", "severity: eror"),
        ("killed.max, '>='", "killed.most, '>='"),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    problems = refused(text)
    expected = [
        "unknown key “fr”",
        "unknown value “enumm”",
        "unknown event field “event_tipe”",
        "the key “z” is reserved for commands",
        "unknown event type “violenc”",
        "the Arabic words (ar) are missing",
        "unknown part of killed “most”",
        "unknown value “eror”",
    ]
    assert len(problems) == len(expected)
    assert all(any(e in p for p in problems) for e in expected)
    lines = [int(p.split(":")[0]) for p in problems]
    assert lines == sorted(lines)


def test_the_path_in_a_problem_goes_by_ids(refused: Callable[[str], list[str]]) -> None:
    [problem] = refused(SMALL.replace("{ar: مسيرة, en: drone}", "{ar: مسيرة, en: 7}"))
    assert (
        "event_fields[weapons].values[drone].label.en: expected text, found 7"
        in problem
    )


@given(
    line=st.integers(0, SMALL.count("\n") - 1),
    change=st.sampled_from(["drop", "double", "dedent", "indent", "cut"]),
    junk=st.sampled_from(
        [
            "[]",
            "{}",
            "7",
            "~",
            "x",
            "'",
            "- a",
            "*x",
            "!!int x",
            "? a",
            "no",
            "2023-10-07",
        ]
    ),
)
def test_a_damaged_file_is_refused_or_read_but_never_breaks_the_reader(
    line: int, change: str, junk: str
) -> None:
    lines = SMALL.splitlines()
    text = lines[line]
    key, colon, _ = text.partition(": ")
    changed = {
        "drop": [],
        "double": [text, text],
        "dedent": [text.removeprefix("  ")],
        "indent": ["  " + text],
        "cut": [f"{key}{colon}{junk}"],
    }[change]
    source = parse_or_refuse("\n".join([*lines[:line], *changed, *lines[line + 1 :]]))
    if source is not None:
        codebook, problems = shape(Codebook, source, {"lexicon": Lexicon()})
        assert codebook is not None or problems
        if codebook is not None:
            list(codebook_problems(codebook, source))


def parse_or_refuse(text: str) -> YamlText | None:
    try:
        return parse_yaml(text, "book.yaml")
    except CoderError:
        return None


# ---------------------------------------------------------------- the file itself
def read_bytes(tmp_path: Path, data: bytes) -> CoderError:
    (tmp_path / "book.yaml").write_bytes(data)
    with pytest.raises(CoderError) as refusal:
        read_codebook(tmp_path / "book.yaml")
    return refusal.value


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="cannot be read"):
        read_codebook(tmp_path / "none.yaml")


def test_broken_yaml_names_line_and_column(tmp_path: Path) -> None:
    error = read_bytes(tmp_path, b"id: a\ntitle: {ar: x\nversion: 1\n")
    assert re.search(r"book\.yaml:\d+:\d+: this is not YAML", str(error))


def test_deep_nesting_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert "levels deep" in str(read_bytes(tmp_path, b"a: " + b"[" * 100_000))


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    error = read_bytes(tmp_path, "\n".join(bomb).encode())
    assert "aliases (*name) are not allowed" in str(error)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    assert "has 4,000,001 bytes" in str(read_bytes(tmp_path, b"#" * (MAX_BYTES + 1)))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "is not UTF-8 at byte 4" in str(read_bytes(tmp_path, b"id: \xc7\xe1"))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    assert "expected a mapping (key: value) at the top" in str(
        read_bytes(tmp_path, text.encode())
    )


# ---------------------------------------------------------------- the lexicon beside it
LEXICON_FAULTS = {
    "no file": (
        "",
        "",
        "",
        "there is no file words.yaml in the codebook's folder, and the program does not supply one",
    ),
    "unknown class": (
        "class: government",
        "class: goverment",
        "usa",
        "did you mean “government”?",
    ),
    "unknown parent": (
        "parent: usa",
        "parent: ussa",
        "us_forces",
        "did you mean “usa”?",
    ),
    "own parent": (
        "parent: usa",
        "parent: us_forces",
        "us_forces",
        "the parents form a circle",
    ),
    "unknown kind of place": (
        "kind: country",
        "kind: contry",
        "sy",
        "did you mean “country”?",
    ),
    "same id twice": (
        "id: us_forces",
        "id: usa",
        "usa",
        "the id “usa” is already taken in line",
    ),
    "latitude": ("lat: 34", "lat: 134", "abu_kamal", "less than or equal to 90"),
    "trigger list nobody uses": (
        "  explosive_device:",
        "  explosive_devise:",
        "",
        "explosive_device",
    ),
}


@pytest.mark.parametrize("fault", LEXICON_FAULTS)
def test_a_lexicon_that_does_not_fit_is_named(tmp_path: Path, fault: str) -> None:
    right, wrong, _, expected = LEXICON_FAULTS[fault]
    shutil.copy(SCHEMAS / "conflict_events.yaml", tmp_path / "book.yaml")
    shutil.copy(SCHEMAS / "arabic_words_lexicon.yaml", tmp_path)
    lexicon = (SCHEMAS / "conflict_events_lexicon.yaml").read_text("utf-8")
    if right:
        assert right in lexicon
        changed = lexicon.replace(right, wrong, 1)
        (tmp_path / "conflict_events_lexicon.yaml").write_text(changed, "utf-8")
        where = f"conflict_events_lexicon.yaml:{line_of(lexicon, right)}:"
    else:
        book = (SCHEMAS / "conflict_events.yaml").read_text("utf-8")
        named = book.replace("arabic_words_lexicon.yaml", "words.yaml")
        (tmp_path / "book.yaml").write_text(named, "utf-8")
        where = "book.yaml:"
    with pytest.raises(CoderError) as refusal:
        read_codebook(tmp_path / "book.yaml")
    assert any(
        where in line and expected in line for line in str(refusal.value).splitlines()
    ), refusal.value


def test_a_lexicon_in_several_files_says_each_part_once(
    tmp_path: Path, refused: Callable[[str], list[str]]
) -> None:
    (tmp_path / "names.yaml").write_text(
        "weekdays:\n  - {iso: 1, en: Monday, ar: [الاثنين]}\n", "utf-8"
    )
    (tmp_path / "words.yaml").write_text("anchor_events: []\nweekdays: []\n", "utf-8")
    path = tmp_path / "book.yaml"
    path.write_text(SMALL + "lexicon: [names.yaml, words.yaml]\n", "utf-8")
    with pytest.raises(
        CoderError,
        match=r"words.yaml:2:1: weekdays: this part is already defined in names.yaml",
    ):
        read_codebook(path)
    (tmp_path / "words.yaml").write_text("anchor_events: []\n", "utf-8")
    assert [day.en for day in read_codebook(path).lexicon.weekdays] == ["Monday"]
    [problem] = refused(SMALL + "lexicon: [names.yaml, word.yaml]\n")
    assert "lexicon[2]: there is no file word.yaml in the codebook's folder" in problem


def test_the_lexicon_must_lie_beside_the_codebook(
    refused: Callable[[str], list[str]],
) -> None:
    [problem] = refused(SMALL + "lexicon: ../lexicon.yaml\n")
    assert "lexicon: expected the name of a file in the codebook's folder" in problem


def test_a_field_with_a_mistake_is_no_stranger_to_the_lexicon(
    refused: Callable[[str], list[str]], tmp_path: Path
) -> None:
    words = "id: words\nvalues: {weapons: {rocket: {nouns: [صاروخ]}}}\n"
    (tmp_path / "words.yaml").write_text(words, "utf-8")
    text = (
        SMALL.replace("    label: {ar: سلاح, en: weapons}\n", "")
        + "lexicon: words.yaml\n"
    )
    [problem] = refused(text)
    assert "event_fields[weapons]: “label” is missing" in problem
