"""Values that the codebook does not allow, in codings from elsewhere: refused, all at
once, by line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.model import Answer, Article, Coding, Event
from coder.service.edits.context import find_free_id
from tests.conftest import SEEDS

Run = Callable[..., tuple[int, str, str]]
LINES = (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()


@pytest.fixture
def project(run_coder: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    assert run_coder("init", folder)[0] == 0
    assert (
        run_coder("people", "add", "amal", "--role", "coder", "--project", folder)[0]
        == 0
    )
    assert run_coder("import", SEEDS, "--format", "text", "--project", folder)[0] == 0
    return folder


def changed(line: str, **values: Any) -> str:
    """A sample coding whose first event has other values; `article_` in front: of the
    article itself.
    """
    record = json.loads(line)
    for name, value in values.items():
        at_article = name.startswith("article_")
        fields = record["answers"] if at_article else record["events"][0]["fields"]
        fields[name.removeprefix("article_")] = {"value": value}
    return json.dumps(record, ensure_ascii=False)


STATED = {"precision": "day", "basis": "absolute"}
# field, value, what is said of it
WRONG = [
    (
        "event_type",
        "air_strik",
        "e1/event_type: Event type: “air_strik” is not one of its values (Did you mean",
    ),
    ("event_type", "armed_violence", "“armed_violence” is not one of its values"),
    ("certainty", 3, "“3” is not one of its values"),
    ("initiators", ["usaa"], "the actor “usaa” is not in the lexicon"),
    ("initiators", [{"name": "X", "class": "army"}], "“army” is not one of its values"),
    ("initiators", "usa", "expected a list with at least one value"),
    ("initiators", ["usa", "usa"], "“usa” is listed twice"),
    (
        "place",
        [{"as_written": "دمشق", "place_id": "dam", "precision": "town"}],
        "the place “dam” is not in",
    ),
    (
        "date",
        {"start": "2023-02-30", "end": "2023-03-01", **STATED},
        "a date as YYYY-MM-DD",
    ),
    ("date", {"start": "2023-02-01", **STATED}, "the part “end” is missing"),
    ("killed", {"min": -1, "max": None}, "a whole number, zero or greater"),
    ("killed", 5, "expected the parts min, max, approx"),
    ("notes", "", "the value has the wrong shape; expected text"),
    (
        "article_relevance",
        "yes",
        "relevance: Relevance: “yes” is not one of its values",
    ),
]


@pytest.mark.parametrize(
    ("field", "value", "words"), WRONG, ids=[f"{w[0]}-{i}" for i, w in enumerate(WRONG)]
)
def test_a_value_that_is_not_allowed_is_refused_by_line(
    run_coder: Run, project: Path, field: str, value: Any, words: str
) -> None:
    file = project / "in.jsonl"
    shown = {"killed": {"event_type": "air_strike"}}.get(field, {})
    file.write_text(
        f"{LINES[1]}\n{changed(LINES[0], **shown, **{field: value})}\n", "utf-8"
    )
    code, out, err = run_coder("import", file, "--project", project)
    assert (code, out) == (2, "")
    assert f"error: {file}:2: " in err
    assert words in err


def test_all_of_them_are_listed_at_once_and_nothing_is_taken_in(
    run_coder: Run, project: Path
) -> None:
    file = project / "in.jsonl"
    first = changed(LINES[0], event_type="air_strik", certainty="sure")
    third = changed(LINES[2], article_genre="poem", initiator=["usa"]).replace(
        '"amal"', '"nobody"'
    )
    file.write_text(
        f"{first}\n{LINES[1]}\n{third}\n{changed(LINES[3], initiators=['usaa', 'irann'])}\n",
        "utf-8",
    )
    code, _, err = run_coder("import", file, "--project", project)
    said = [
        line.removeprefix(f"{file}:")[:2]
        for line in err.splitlines()
        if line.startswith(str(file))
    ]
    assert (code, sorted(said)) == (2, ["1:", "1:", "3:", "3:", "3:", "4:", "4:"])
    assert "error: 7 things do not fit; nothing was imported:" in err
    assert "event field 'initiator' (did you mean 'initiators'?)" in err
    assert run_coder("check", "--project", project)[1] == "لا أخطاء، لا تنبيهات\n"


def test_many_of_a_kind_are_counted_and_all_are_in_the_json(
    run_coder: Run, project: Path
) -> None:
    file = project / "in.jsonl"
    names = [f"stranger{n % 7}" for n in range(20)]
    lines = [changed(LINES[0]).replace('"amal"', f'"{name}"') for name in names]
    lines += [changed(LINES[0], event_type="air_strik")]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    code, out, err = run_coder("import", file, "--project", project)
    told = [line for line in err.splitlines() if line.startswith((str(file), "…"))]
    assert (code, out) == (2, "") and "error: 21 things do not fit" in err
    for number, line in enumerate(told[:5]):
        assert (
            line
            == f"{file}:{number + 1}: There is no coder 'stranger{number}' in this project."
        )
    assert told[5] == "… and 15 more of the same; --json lists all"
    assert (
        told[6].startswith(f"{file}:21: ") and "air_strik" in told[6] and len(told) == 7
    )
    hints = err.split("\nhint: ")[1].splitlines()
    assert len(hints) == 2 and "people add stranger0" in hints[0], hints
    code, out, _ = run_coder("import", file, "--project", project, "--json")
    errors = json.loads(out)["errors"]
    assert code == 2 and [each["where"] for each in errors] == [
        f"{file}:{n}" for n in range(1, 22)
    ]
    assert "people add stranger6" in errors[6]["hint"]


def test_what_the_rules_say_of_codings_taken_in_is_counted(
    run_coder: Run, project: Path
) -> None:
    file = project / "in.jsonl"
    late = {
        "start": "2024-05-05",
        "end": "2024-05-04",
        "precision": "range",
        "basis": "absolute",
    }
    file.write_text(changed(LINES[0], date=late) + "\n", "utf-8")
    code, out, _ = run_coder("import", file, "--project", project)
    assert code == 0
    found = json.loads(run_coder("check", "--json", "--project", project)[1])
    counts = [int(word) for word in out.splitlines()[-1].split() if word.isdigit()]
    assert counts == [
        sum(each["severity"] == kind for each in found) for kind in ("error", "warning")
    ]
    assert (
        sum(each["rule"] == "R01" for each in found) == 1
    )  # the end is before the start
    assert sum(each["rule"] == "R16" for each in found) == 1  # and no evidence


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3000)
    | st.sampled_from(["", "2023-10-01", "part_of", "e1", "?"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "min",
                    "max",
                    "start",
                    "end",
                    "record",
                    "relation",
                    "who",
                    "name",
                    "as_written",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.data())
def test_no_value_however_odd_breaks_the_check(
    conflict_events: Codebook, data: st.DataObject
) -> None:
    fields = {
        f.id: Answer(value=data.draw(anything)) for f in conflict_events.event_fields
    }
    fields["event_type"] = Answer(
        value=data.draw(st.sampled_from(["air_strike", "threat"]) | anything)
    )
    answers = {
        f.id: Answer(value=data.draw(anything)) for f in conflict_events.article_fields
    }
    article = Article("a", "نص")
    events = (Event("e1", fields), Event("e2", fields))
    coding = Coding(
        "a",
        article.text_sha256,
        conflict_events.ref,
        "amal",
        answers=answers,
        events=events,
    )
    problems(coding, conflict_events, article)


def test_ids_with_numbers_of_thousands_of_digits_leave_the_next_id_as_it_is() -> None:
    assert find_free_id("s", ["s2", "s" + "1" * 5000]) == "s3"
    assert find_free_id("s", ["s999999999", "s1000000000"]) == "s1000000001"
