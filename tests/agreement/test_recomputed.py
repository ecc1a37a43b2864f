"""What `coder agree --data` writes gives another library the same alpha."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import krippendorff
import numpy as np
import pytest
import scipy

from coder.cli.main import main
from tests.support.agreement_tables import figures

Run = Callable[..., tuple[int, str, str]]
RANKS = {1: "established", 2: "reported", 3: "alleged", 4: "doubtful"}
"""Certainty in schemas/conflict_events.yaml: the one field of ranks with confusions."""


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def square(path: Path) -> tuple[list[str], Any]:
    head, *rows = table(path)
    assert [row[0] for row in rows] == head[1:]
    return head[1:], np.array([row[1:] for row in rows], dtype=float).reshape(
        len(rows), len(rows)
    )


def alpha_by(values: list[str], distances: Any, units: list[list[str]]) -> float | None:
    """Krippendorff's alpha from the values of each unit by the package `krippendorff`."""
    counts = np.array([[unit.count(value) for value in values] for unit in units])

    def apart(
        v1: Any, v2: Any, i1: Any, i2: Any, n_v: Any, dtype: Any = np.float64
    ) -> Any:
        return distances[np.asarray(i1, int), np.asarray(i2, int)]

    if (counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() < 2:
        return None
    domain = np.arange(len(values))
    return float(
        krippendorff.alpha(
            value_counts=counts, value_domain=domain, level_of_measurement=apart
        )
    )


def test_every_alpha_of_the_sample_comes_out_again(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    distances = {found["distance"] for found in settings["fields"].values()}
    assert distances >= {
        "nominal",
        "ordinal",
        "jaccard",
        "masi",
        "hierarchy",
        "date",
        "log_count",
    }
    defined = 0
    for name, found in {**settings["fields"], **settings["parts"]}.items():
        head, *rows = table(folder / "reliability" / found["file"])
        columns = ["key_amal", "key_basim", "value_amal", "value_basim"]
        assert head == ["unit", "article", "cluster", *columns]
        values, apart = square(folder / "distances" / found["file"])
        alpha = alpha_by(values, apart, [row[3:5] for row in rows])
        assert found["alpha"]["value"] == (
            None if alpha is None else pytest.approx(alpha, abs=1e-6)
        ), name
        defined += alpha is not None
    assert defined >= 48


def test_coincidences_are_those_of_the_units(folder: Path) -> None:
    _, *rows = table(folder / "reliability" / "event.event_type.csv")
    values, counts = square(folder / "coincidences" / "event.event_type.csv")
    expected = np.zeros_like(counts)
    for _, _, _, one, other, _, _ in rows:
        if one and other:
            expected[values.index(one), values.index(other)] += 1
            expected[values.index(other), values.index(one)] += 1
    assert (counts == expected).all()


def test_alignments_name_the_units_of_every_field(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    _, *aligned = table(folder / "alignments.csv")
    for found in (*settings["fields"].values(), *settings["parts"].values()):
        _, *rows = table(folder / "reliability" / found["file"])
        clusters = {(article, cluster) for _, article, cluster, *_ in rows if cluster}
        named = {
            (article, cluster)
            for left_out, article, cluster, *_ in aligned
            if left_out == found["left_out"]
        }
        assert clusters in (set(), named)


def test_percent_and_f1_come_out_by_hand(folder: Path) -> None:
    _, *rows = table(folder / "reliability" / "event.certainty.csv")
    both = [(one, other) for _, _, _, one, other, _, _ in rows if one and other]
    with (folder / "tables" / "fields.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        fields = {row["field"]: row for row in csv.DictReader(stream)}
    same = sum(one == other for one, other in both)
    assert float(fields["certainty"]["equal_keys"]) == pytest.approx(
        same / len(both), abs=1e-6
    )
    _, *aligned = table(folder / "alignments.csv")
    members: dict[tuple[str, str], int] = {}
    for left_out, article, cluster, *_ in aligned:
        if not left_out:
            members[article, cluster] = members.get((article, cluster), 0) + 1
    events, matches = sum(members.values()), sum(n == 2 for n in members.values())
    with (folder / "tables" / "events.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        first = next(csv.DictReader(stream))
    assert float(first["f1"]) == pytest.approx(2 * matches / events, abs=1e-6)


def coded(folder: Path, field: str) -> list[dict[str, str]]:
    """The units of a field: article, cluster, and by coder what is compared of the
    value.
    """
    [path] = (folder / "reliability").glob(f"*.{field}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        {name.removeprefix("key_"): cell for name, cell in row.items()} for row in rows
    ]


def test_percents_of_all_fields_and_of_all_pairs_come_out_by_hand(folder: Path) -> None:
    pairs = {
        (row["what"], row["coder"], row["other"]): row
        for row in figures(folder, "coders")
    }
    for row in figures(folder, "fields"):
        both = [
            unit
            for unit in coded(folder, row["field"])
            if unit["amal"] and unit["basim"]
        ]
        assert int(row["pairable"]) == len(both)
        if both:
            share = sum(unit["amal"] == unit["basim"] for unit in both) / len(both)
            assert float(row["equal_keys"]) == pytest.approx(share, abs=1e-6), row[
                "field"
            ]
        if found := pairs.get((row["field"], "amal", "basim")):
            assert found["equal_keys"] == row["equal_keys"]
            assert found["alpha"] == row["alpha"]
    assert len(pairs) > 1


@pytest.mark.parametrize(
    ("field", "categories"), [("event_type", 35), ("about_type", 42), ("certainty", 4)]
)
def test_ac1_counts_all_categories_of_the_list_groups_among_them(
    folder: Path, capsys: pytest.CaptureFixture[str], field: str, categories: int
) -> None:
    # What a deed is about may be any of 35 types or, where the text says no more, of
    # the 7 groups above them.
    units = [
        [each for each in (unit["amal"], unit["basim"]) if each]
        for unit in coded(folder, field)
    ]
    agreed = [unit[0] == unit[1] for unit in units if len(unit) == 2]
    shares = [Counter({value: 1 / len(unit)}) for unit in units for value in unit]
    used: Counter[str] = sum(shares, Counter())
    p = np.array(list(used.values())) / used.total()
    observed, chance = sum(agreed) / len(agreed), (p * (1 - p)).sum() / (categories - 1)
    project = str(folder.parent / "project")
    assert (
        main(
            [
                "agree",
                "--measure",
                "ac1",
                "--field",
                field,
                "--json",
                "--project",
                project,
            ]
        )
        == 0
    )
    [found] = json.loads(capsys.readouterr().out)["fields"]
    assert found["value"]["value"] == pytest.approx(
        (observed - chance) / (1 - chance), abs=1e-6
    )


def test_agreement_on_each_value_and_values_taken_for_one_another_come_out_by_hand(
    folder: Path,
) -> None:
    assert figures(folder, "categories")
    for row in figures(folder, "categories"):
        both = [u for u in coded(folder, row["field"]) if u["amal"] and u["basim"]]
        value = row["value_of_field"]
        uses = sum(
            json.loads(unit[coder]) == value
            for unit in both
            for coder in ("amal", "basim")
        )
        same = sum(
            json.loads(unit["amal"]) == value == json.loads(unit["basim"])
            for unit in both
        )
        assert (int(row["n"]), float(row["specific"])) == (
            uses,
            pytest.approx(2 * same / uses, abs=1e-6),
        )

    def named(cell: str) -> str:
        """The code of a value: the last step of a path."""
        value = json.loads(cell)
        return str(value[-1] if isinstance(value, list) else RANKS.get(value, value))

    compared = 0
    for row in figures(folder, "confusions"):
        two = {row["value_of_field"], row["other_value"]}
        both = [u for u in coded(folder, row["field"]) if u["amal"] and u["basim"]]
        met = [u for u in both if {named(u["amal"]), named(u["basim"])} == two]
        assert float(row["times"]) == len(met), row
        assert set(row["where"].split()) == {unit["article"] for unit in met}
        compared += 1
    assert compared > 3


def test_strict_alpha_comes_out_of_the_units_and_who_has_no_such_event(
    folder: Path,
) -> None:
    _, *aligned = table(folder / "alignments.csv")
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    none, defined = "no such event", 0
    for row in figures(folder, "strict"):
        found = settings["fields"][row["field"]]
        who: dict[tuple[str, str], set[str]] = {}
        for left_out, article, cluster, coder, _ in aligned:
            if left_out == found["left_out"]:
                who.setdefault((article, cluster), set()).add(coder)
        values, apart = square(folder / "distances" / found["file"])
        with_none = np.pad(apart, (0, 1), constant_values=1.0)
        with_none[-1, -1] = 0.0
        units = [
            [
                unit[c] if c in who[unit["article"], unit["cluster"]] else none
                for c in ("amal", "basim")
            ]
            for unit in coded(folder, row["field"])
        ]
        counted = [unit for unit in units if all(unit)]
        if not row["strict_alpha"]:
            continue
        assert (int(row["n"]), int(row["alone"])) == (
            len(counted),
            sum(none in unit for unit in counted),
        )
        alpha = alpha_by([*values, none], with_none, counted)
        assert float(row["strict_alpha"]) == pytest.approx(alpha, abs=1e-6), row[
            "field"
        ]
        defined += 1
    assert defined > 10


def test_events_matched_and_without_a_match_come_out_by_hand(folder: Path) -> None:
    _, *aligned = table(folder / "alignments.csv")
    who: dict[tuple[str, str], set[str]] = {}
    for left_out, article, cluster, coder, _ in aligned:
        if not left_out:
            who.setdefault((article, cluster), set()).add(coder)
    for row in figures(folder, "unmatched"):
        of_coder = [members for members in who.values() if row["coder"] in members]
        matched = sum(row["other"] in members for members in of_coder)
        assert (int(row["n"]), int(row["matched"])) == (len(of_coder), matched)
        assert int(row["parts"]) + int(row["missed"]) == len(of_coder) - matched
    f1, chance, corrected = (float(row["f1"]) for row in figures(folder, "events")[:3])
    assert corrected == pytest.approx((f1 - chance) / (1 - chance), abs=1e-5)


@pytest.mark.parametrize("coder", ["amal", "basim"])
def test_each_coder_against_gold_comes_out_of_the_data_of_the_two(
    folder: Path, run_coder: Run, demo_folder: Path, tmp_path: Path, coder: str
) -> None:
    two = tmp_path / coder
    assert (
        run_coder(
            "agree",
            "--coders",
            f"{coder},gold",
            "--data",
            two,
            "--project",
            demo_folder,
        )[0]
        == 0
    )
    compared = 0
    for row in figures(folder, "gold"):
        if row["coder"] != coder:
            continue
        if row["what"] == "events":
            members: dict[tuple[str, str], int] = {}
            aligned = table(two / "alignments.csv")[1:]
            both = {article for _, article, _, who, _ in aligned if who == "gold"}
            for left_out, article, cluster, *_ in aligned:
                if article in both:
                    members[article, cluster] = members.get((article, cluster), 0) + (
                        not left_out
                    )
            matches, events = (
                sum(n == 2 for n in members.values()),
                sum(members.values()),
            )
            assert (int(row["n"]), float(row["f1"])) == (
                events,
                pytest.approx(2 * matches / events, abs=1e-6),
            )
        else:
            units = [[unit[coder], unit["gold"]] for unit in coded(two, row["what"])]
            [path] = (two / "distances").glob(f"*.{row['what']}.csv")
            values, apart = square(path)
            alpha = alpha_by(values, apart, units)
            assert float(row["alpha"]) == pytest.approx(alpha, abs=1e-6), row["what"]
            assert int(row["n"]) == sum(all(unit) for unit in units)
        compared += 1
    assert compared > 5


class Event(NamedTuple):
    """An event as `events.csv` has it; evidence: every code point of it."""

    evidence: set[int]
    days: tuple[int, int] | None
    place: str
    actors: set[str]


def events_by_article(folder: Path) -> dict[str, dict[str, dict[str, Event]]]:
    """Of each article and coder, the events by id."""
    found: dict[str, dict[str, dict[str, Event]]] = {}
    with (folder / "events.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["article"], {"amal": {}, "basim": {}})[row["coder"]][
                row["event"]
            ] = Event(
                {
                    at
                    for start, end in json.loads(row["evidence"])
                    for at in range(start, end)
                },
                (int(row["first_day"]), int(row["last_day"]))
                if row["first_day"]
                else None,
                row["place"],
                set(json.loads(row["actors"])),
            )
    return found


def alike(a: Event, b: Event) -> float:
    """The weighted mean of what both state: Dice .7, days up to a week, place, Jaccard
    of actors .1 each.
    """
    if not (a.evidence and b.evidence):
        return 0.0  # where coders cite evidence, an event without is like no other
    terms = [
        (0.7, 2 * len(a.evidence & b.evidence) / (len(a.evidence) + len(b.evidence)))
    ]
    if a.days and b.days:
        apart = (abs(a.days[0] - b.days[0]) + abs(a.days[1] - b.days[1])) / 2
        terms.append((0.1, max(0.0, 1 - apart / 7)))
    if a.place and b.place:
        terms.append((0.1, float(a.place == b.place)))
    if a.actors and b.actors:
        terms.append((0.1, len(a.actors & b.actors) / len(a.actors | b.actors)))
    return round(
        sum(weight * same for weight, same in terms)
        / sum(weight for weight, _ in terms),
        12,
    )


def matched(
    one: dict[str, Event], other: dict[str, Event], threshold: float
) -> list[tuple[str, str]]:
    """The pairs of the greatest total similarity, of those that reach the threshold."""
    table = np.array([[alike(a, b) for b in other.values()] for a in one.values()])
    if not table.size:
        return []
    table = np.where(table >= threshold, table, 0.0)
    rows, columns = scipy.optimize.linear_sum_assignment(table, maximize=True)
    first, second = list(one), list(other)
    return [
        (first[i], second[j]) for i, j in zip(rows, columns, strict=True) if table[i, j]
    ]


def test_f1_at_every_threshold_and_by_chance_comes_out_of_the_events(
    folder: Path,
) -> None:
    alignment = json.loads((folder / "settings.json").read_text("utf-8"))["alignment"]
    assert alignment == {
        "threshold": 0.4,
        "date_cap_days": 7,
        "weights": {"evidence": 0.7, "date": 0.1, "place": 0.1, "actors": 0.1},
        "needs_evidence": True,
    }
    articles = events_by_article(folder)
    events = sum(len(each) for coded in articles.values() for each in coded.values())
    f1, chance, _, *at = (float(row["f1"]) for row in figures(folder, "events"))
    hits = [
        sum(
            len(matched(each["amal"], each["basim"], threshold))
            for each in articles.values()
        )
        for threshold in (0.4, 0.3, 0.4, 0.5)
    ]
    assert [f1, *at] == pytest.approx([2 * n / events for n in hits], abs=1e-6)
    met = sum(
        len(matched(one["amal"], other["basim"], 0.4))
        for one, other in permutations(articles.values(), 2)
    )
    assert chance == pytest.approx(2 * met / ((len(articles) - 1) * events), abs=1e-6)


def test_parts_of_one_event_come_out_of_the_events(folder: Path) -> None:
    parts: dict[tuple[str, str], int] = {("amal", "basim"): 0, ("basim", "amal"): 0}
    for coded in events_by_article(folder).values():
        pairs = matched(coded["amal"], coded["basim"], 0.4)
        for side, (coder, other) in enumerate(parts):
            taken = {pair[side] for pair in pairs}
            parts[coder, other] += sum(
                any(
                    2 * len(event.evidence & each.evidence) >= len(event.evidence)
                    for each in coded[other].values()
                )
                for name, event in coded[coder].items()
                if name not in taken and event.evidence
            )
    assert {
        (row["coder"], row["other"]): int(row["parts"])
        for row in figures(folder, "unmatched")
    } == parts
