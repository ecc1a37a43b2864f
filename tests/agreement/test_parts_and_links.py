"""Agreement on parts of fields and on links, worked out from the values that coders
gave.

What `coder agree --data` writes as given is reduced here to what is compared; alpha
comes from the package
`krippendorff`, and the distances are written out.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from math import log
from pathlib import Path
from typing import Any, TypeAlias

import krippendorff
import numpy as np
import pytest

from coder.agreement.study import Study
from coder.codebook.authoring import checked
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Answer, Coding, Event
from tests.agreement.study_by_hand import CODEBOOK, coding, span
from tests.support.agreement_tables import figures, read

Value: TypeAlias = Any
Run = Callable[..., tuple[int, str, str]]
Distance: TypeAlias = Callable[[Value, Value], float]
NOT_STATED = "not stated"


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Passonneau (2006)."""
    if one == other:
        return 0.0
    shared = one & other
    monotony = 0.0
    if shared:
        monotony = 2 / 3 if shared in (one, other) else 1 / 3
    return 1 - len(shared) / len(one | other) * monotony


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return 1 - len(one & other) / len(one | other)


def nominal(one: Value, other: Value) -> float:
    return float(one != other)


def days_apart(one: str, other: str) -> float:
    apart = abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
    return min(apart / 30, 1.0)


def log_count(one: int, other: int) -> float:
    return min(abs(log(1 + one) - log(1 + other)) / log(10), 1.0)


def alpha_of_pairs(pairs: list[tuple[Value, Value]], distance: Distance) -> float:
    """Krippendorff's alpha of pairs of values by the package `krippendorff`."""
    values = list(dict.fromkeys(value for pair in pairs for value in pair))
    counts = np.array([[pair.count(value) for value in values] for pair in pairs])
    apart = np.ones((len(values), len(values)))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            if NOT_STATED not in (one, other):
                apart[i, j] = distance(one, other)
    np.fill_diagonal(apart, 0.0)

    def measure(
        v1: Any, v2: Any, i1: Any, i2: Any, n_v: Any, dtype: Any = np.float64
    ) -> Any:
        return apart[np.asarray(i1, int), np.asarray(i2, int)]

    domain = np.arange(len(values))
    return float(
        krippendorff.alpha(
            value_counts=counts, value_domain=domain, level_of_measurement=measure
        )
    )


def ordinal_alpha(pairs: list[tuple[int, int]]) -> float:
    return float(
        krippendorff.alpha(
            reliability_data=np.array(pairs, dtype=float).T,
            level_of_measurement="ordinal",
        )
    )


def given(folder: Path, name: str) -> list[tuple[Value, Value]]:
    """The values of both coders where both gave one, as JSON; NOT_STATED for that
    blank.
    """
    [path] = (folder / "reliability").glob(f"*.{name}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    pairs = []
    for row in rows:
        cells = (row["value_amal"], row["value_basim"])
        if all(cells):
            one, other = map(json.loads, cells)
            pairs.append((blank_or(one), blank_or(other)))
    return pairs


def blank_or(value: Value) -> Value:
    is_blank = isinstance(value, dict) and "blank" in value
    return NOT_STATED if is_blank else value


def reduced(
    pairs: list[tuple[Value, Value]], reduce: Callable[[Value], Value]
) -> list[tuple[Value, Value]]:
    """The pairs with every stated value reduced."""

    def one(value: Value) -> Value:
        return value if value == NOT_STATED else reduce(value)

    return [(one(a), one(b)) for a, b in pairs]


def row(folder: Path, table: str, field: str) -> dict[str, str]:
    return next(row for row in figures(folder, table) if row["field"] == field)


def actor(value: Value) -> str:
    """An actor's id, or name and class."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def test_alpha_of_source_is_masi_over_who_and_kind(folder: Path) -> None:
    pairs = reduced(
        given(folder, "source"),
        lambda items: frozenset(f"{actor(i['who'])} {i['kind']}" for i in items),
    )
    found = row(folder, "fields", "source")
    assert (found["distance"], found["pairable"]) == ("masi", str(len(pairs)))
    alpha = alpha_of_pairs(pairs, masi)
    assert alpha == pytest.approx(0.853, abs=5e-4)
    assert float(found["alpha"]) == pytest.approx(alpha, abs=1e-6)


PARTS = {
    "source.who": (
        "source",
        masi,
        lambda items: frozenset(actor(i["who"]) for i in items),
    ),
    "source.kind": (
        "source",
        jaccard,
        lambda items: frozenset(i["kind"] for i in items),
    ),
    "date.start": ("date", days_apart, lambda value: value["start"]),
    "date.end": ("date", days_apart, lambda value: value["end"]),
    "date.basis": ("date", nominal, lambda value: value["basis"]),
    "date.open_end": ("date", nominal, lambda value: value.get("open_end", False)),
    "place.country": (
        "place",
        nominal,
        lambda items: frozenset(str(i.get("country")) for i in items),
    ),
    "killed.min": ("killed", log_count, lambda value: value["min"]),
    "killed.max": (
        "killed",
        log_count,
        lambda value: NOT_STATED if value["max"] is None else value["max"],
    ),
    "killed.approx": ("killed", nominal, lambda value: value.get("approx", False)),
}


@pytest.mark.parametrize("part", PARTS)
def test_alpha_of_a_part_comes_out_of_the_whole_values(folder: Path, part: str) -> None:
    field, distance, reduce = PARTS[part]
    pairs = reduced(given(folder, field), reduce)
    found = row(folder, "parts", part)
    assert found["pairable"] == str(len(pairs))
    alpha = alpha_of_pairs(pairs, distance)
    assert float(found["alpha"]) == pytest.approx(alpha, abs=1e-6)


RANKS = {
    "date.precision": ("day", "week", "month", "range", "year", "unknown"),
    "place.precision": (
        "exact_site",
        "town",
        "around_town",
        "admin1",
        "region",
        "country",
    ),
}


@pytest.mark.parametrize("part", RANKS)
def test_alpha_of_ranks_leaves_out_longer_lists(folder: Path, part: str) -> None:
    pairs = []
    for both in given(folder, part.partition(".")[0]):
        if NOT_STATED in both:
            continue
        items = [value if isinstance(value, list) else [value] for value in both]
        if all(len(each) == 1 for each in items):
            one, other = (RANKS[part].index(each[0]["precision"]) for each in items)
            pairs.append((one, other))
    found = row(folder, "parts", part)
    assert found["pairable"] == str(len(pairs))
    assert float(found["alpha"]) == pytest.approx(ordinal_alpha(pairs), abs=1e-6)


def test_every_part_with_a_distance_has_a_row(folder: Path) -> None:
    book = read_codebook(Path(__file__).parents[2] / "schemas" / "conflict_events.yaml")
    declared = {
        f"{field.id}.{part.id}"
        for field in book.fields
        for part in book.parts_of(field)
        if part.distance.kind != "none"
    }
    assert {found["field"] for found in figures(folder, "parts")} == declared


def test_equal_values_are_the_values_as_given(folder: Path) -> None:
    def in_any_order(value: Value) -> Value:
        if not isinstance(value, list):
            return value
        return {json.dumps(item, sort_keys=True) for item in value}

    for name in ("date", "pub_date", "place", "source", "killed", "event_type"):
        pairs = given(folder, name)
        same = sum(in_any_order(one) == in_any_order(other) for one, other in pairs)
        found = row(folder, "fields", name)
        assert float(found["equal_values"]) == pytest.approx(
            same / len(pairs), abs=1e-6
        )
    dates = row(folder, "fields", "date")
    assert round(float(dates["equal_keys"]), 3) == 0.769
    assert round(float(dates["equal_values"]), 3) == 0.646


def test_values_given_are_those_of_the_codings(folder: Path) -> None:
    seeds = Path(__file__).parents[2] / "seeds" / "codings"
    coded = {}
    for coder in ("amal", "basim"):
        for line in (seeds / f"{coder}.jsonl").read_text("utf-8").splitlines():
            document = json.loads(line)
            for event in document["events"]:
                key = (document["article"]["id"], coder, event["id"])
                coded[key] = event["fields"]
    aligned = [
        unit for unit in read(folder, "alignments") if unit["left_out"] == "date"
    ]
    events = {
        (unit["article"], unit["cluster"], unit["coder"]): unit["event"]
        for unit in aligned
    }
    compared = 0
    for unit in read(folder / "reliability", "event.date"):
        for coder in ("amal", "basim"):
            place = (unit["article"], unit["cluster"], coder)
            if place not in events:
                assert unit[f"value_{coder}"] == ""
                continue
            answer = coded[unit["article"], coder, events[place]]["date"]
            value = {k: v for k, v in answer.items() if k == "blank"} or answer["value"]
            assert json.loads(unit[f"value_{coder}"]) == value
            compared += 1
    assert compared == 70 + 67


def test_f1_of_links_comes_out_of_the_links_and_alignments(folder: Path) -> None:
    cluster, members = {}, {}
    for unit in read(folder, "alignments"):
        if not unit["left_out"]:
            place = (unit["article"], unit["cluster"])
            cluster[unit["article"], unit["coder"], unit["event"]] = place
            members.setdefault(place, set()).add(unit["coder"])
    linked: dict[str, set[Value]] = {"amal": set(), "basim": set()}
    for link in read(folder, "links"):
        ends = [
            cluster[link["article"], link["coder"], event]
            for event in (link["event"], link["other_event"])
        ]
        linked[link["coder"]].add((link["relation"], *ends))
    amal, basim = linked.values()
    same, every = len(amal & basim), len(amal) + len(basim)
    aligned = sum(
        all(len(members[end]) == 2 for end in ends)
        for links in linked.values()
        for _, *ends in links
    )
    of_aligned, of_all = figures(folder, "links")
    assert (of_aligned["links"], int(of_aligned["n"])) == ("aligned", aligned)
    assert float(of_aligned["f1"]) == pytest.approx(2 * same / aligned, abs=1e-6)
    assert (of_all["links"], int(of_all["n"])) == ("all", every)
    assert float(of_all["f1"]) == pytest.approx(2 * same / every, abs=1e-6)


def linking(coder: str, spans: tuple[int, ...], *links: tuple[str, str, str]) -> Coding:
    """A coding of events e1, e2 … at these places; links: from, relation, to."""
    marks = [
        span(f"s{n}", "trigger", start, start + 10)
        for n, start in enumerate(spans, start=1)
    ]
    events = []
    for n in range(1, len(spans) + 1):
        fields = {"event_type": Answer("air_strike", evidence=(f"s{n}",))}
        items = [
            {"record": to, "relation": relation}
            for source, relation, to in links
            if source == f"e{n}"
        ]
        if items:
            fields["linked_to"] = Answer(items)
        events.append(Event(f"e{n}", fields))
    return coding("t1", coder, tuple(marks), tuple(events))


def test_links_by_hand() -> None:
    # e1 and e2 of both are aligned, amal's e3 at 60 is hers alone, basim's e3 at 80
    # his. The same: part_of. Of other relations: about and claims. To an event of amal
    # alone: response_to.
    amal = linking(
        "amal",
        (0, 20, 60),
        ("e1", "part_of", "e2"),
        ("e2", "about", "e1"),
        ("e1", "response_to", "e3"),
    )
    basim = linking(
        "basim", (0, 20, 80), ("e1", "part_of", "e2"), ("e2", "claims", "e1")
    )
    [found] = Study.of([amal, basim], CODEBOOK).links
    assert (found.field, found.articles) == ("linked_to", 1)
    assert (found.aligned.value, found.aligned.n) == (2 * 1 / 4, 4)
    assert (found.every.value, found.every.n) == (2 * 1 / 5, 5)


def test_a_link_in_the_other_direction_is_another_link() -> None:
    amal = linking("amal", (0, 20), ("e1", "about", "e2"))
    basim = linking("basim", (0, 20), ("e2", "about", "e1"))
    [found] = Study.of([amal, basim], CODEBOOK).links
    assert (found.every.value, found.every.n) == (0, 2)


def test_a_study_without_links_has_no_f1_of_links() -> None:
    pair = [linking(who, (0, 20)) for who in ("amal", "basim")]
    [found] = Study.of(pair, CODEBOOK).links
    assert (found.every.value, found.every.n) == (None, 0)


def test_a_part_is_compared_though_its_field_is_not() -> None:
    document = json.loads(CODEBOOK.to_json())
    [source] = [f for f in document["event_fields"] if f["id"] == "source"]
    source["distance"] = "none"
    book = checked(Codebook, document)
    pair = [linking(who, (0, 20)) for who in ("amal", "basim")]
    study = Study.of(pair, book)
    assert "source" not in [found.field for found in study.fields]
    assert "source.kind" in [found.field for found in study.parts]


def test_one_part_has_a_report_with_its_confused_values(
    run_coder: Run, demo_folder: Path
) -> None:
    _, out, _ = run_coder("agree", "--field", "date.basis", "--project", demo_folder)
    assert "Parts of fields" in out and "Fields, the weakest first" not in out
    assert "Agreement on each value" in out and "Values confused" in out
    assert "Cases: who coded what" in out
    _, out, _ = run_coder("agree", "--field", "source", "--project", demo_folder)
    assert "source.who" in out and "source.kind" in out and "date.basis" not in out


def test_another_coefficient_of_a_part_stands_under_its_name(
    run_coder: Run, demo_folder: Path, folder: Path
) -> None:
    options = ("--measure", "kappa", "--field", "date.basis", "--project", demo_folder)
    code, out, _ = run_coder("agree", *options)
    head = next(line for line in out.splitlines() if line.startswith("field"))
    assert code == 0 and head.split()[2:5] == ["α", "Cohen's", "κ"]
    pairs = reduced(given(folder, "date"), lambda value: value["basis"])
    observed = sum(one == other for one, other in pairs) / len(pairs)
    sides = [Counter(side) for side in zip(*pairs, strict=True)]
    chance = sum(n * sides[1][value] for value, n in sides[0].items()) / len(pairs) ** 2
    _, document, _ = run_coder("agree", *options, "--json")
    [found] = json.loads(document)["fields"]
    kappa = (observed - chance) / (1 - chance)
    assert found["value"]["value"] == pytest.approx(kappa, abs=1e-6)


def test_a_field_of_links_says_that_it_has_an_f1(
    run_coder: Run, demo_folder: Path
) -> None:
    code, _, err = run_coder("agree", "--field", "linked_to", "--project", demo_folder)
    assert code == 2 and "linked_to holds links" in err and "F1" in err
    code, _, err = run_coder("agree", "--field", "source.no", "--project", demo_folder)
    assert code == 2 and "source.no" in err
