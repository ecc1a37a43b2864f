"""Works out the numbers that a dataset's card and agreement page print, from the
dataset's tables alone.

Nothing of the program is used: the tables are read as CSV, and alpha comes from the
package `krippendorff` with the published distances.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

import krippendorff
import numpy as np

Row = Mapping[str, str]
NUMBER = re.compile(r"\d")


def table(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(2**27)
        return list(csv.DictReader(file))


def square(path: Path) -> tuple[list[str], Any]:
    """The keys and the numbers of a square table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return head[1:], np.array([row[1:] for row in rows], dtype=float)


# ---------------------------------------------------------------- the data card
class Card:
    """The tables that the data card counts."""

    def __init__(self, folder: Path) -> None:
        self.rows = {
            path.stem: table(path) for path in (folder / "tables").glob("*.csv")
        }
        data = folder / "agreement" / "data" / "codings.csv"
        coded = {(row["article"], row["coder"]) for row in self.rows["alignment"]}
        self.codings = (
            table(data)
            if data.is_file()
            else [{"article": article, "coder": coder} for article, coder in coded]
        )
        self.text = (folder / "README.md").read_text("utf-8")

    def values(self, **wanted: str) -> int:
        """How many rows of values have these cells."""
        return sum(
            all(row[name] == value for name, value in wanted.items())
            for row in self.rows["values"]
        )

    def rejected(self, reason: str) -> int:
        """How many events of coders were rejected with the reason."""
        return sum(
            row["rejected"].removesuffix(":assumed") == reason
            for row in self.rows["alignment"]
        )

    def section(self, name: str) -> list[str]:
        """The lines of a list in the card, without their bullets."""
        found = self.text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        return [line[2:] for line in found.splitlines() if line.startswith("- ")]

    def contents(self) -> Iterator[str]:
        """What the section on contents says of the tables' sizes."""
        rows = self.rows
        count = {name: len(rows[name]) for name in rows}
        is_gold = any(row["coder"] == "gold" for row in rows["codings"])
        yield plural(count["articles"], "article")
        if is_gold:
            gold = "article's gold" if count["codings"] == 1 else "articles' gold"
            yield f"{count['codings']} {gold}, in the table of codings"
        else:
            yield plural(count["codings"], "coding")
        yield plural(count["events"], "event")
        some = "row of values" if count["values"] == 1 else "rows of values"
        yield f"{count['values']} {some}, with labels in both languages"
        for state, n in Counter(row["state"] for row in rows["values"]).items():
            yield f"rows of values with the state `{state}`: {n}"
        words = "passage" if count["evidence"] == 1 else "passages"
        yield f"{count['evidence']} {words} of evidence"
        words = "span" if count["spans"] == 1 else "spans"
        yield f"{count['spans']} {words}: evidence of values, or decided on"
        if count.get("alignment"):
            yield (
                f"{count['alignment']} events of coders, with the gold event made "
                "from each or why it was rejected"
            )

    def origins(self) -> Iterator[str]:
        """What the section on how it was made says of the origins of gold's values."""
        origins = Counter(
            (row["how"], row["by"], row["applied_by"]) for row in self.rows["values"]
        )
        for (how, by, applied_by), n in origins.items():
            if how == "decided":
                yield (
                    f"rows of values decided one by one by the supervisor `{by}`: {n}"
                )
            elif how == "agreed":
                yield (
                    "rows of values that all coders gave alike, accepted as agreed by "
                    f"the supervisor `{by}`: {n}"
                )
            elif how.startswith("policy:"):
                yield (
                    f"rows of values made by the policy `{how.removeprefix('policy:')}`"
                    " without a decision on each, applied by the supervisor "
                    f"`{applied_by}`: {n}"
                )
            elif how == "imported":
                yield f"rows of values imported by the supervisor `{applied_by}`: {n}"


def plural(n: int, word: str) -> str:
    """A number with its noun."""
    return f"{n} {word}" + ("" if n == 1 else "s")


# ---------------------------------------------------------------- agreement
class Figures:
    """The data behind the figures on agreement."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "agreement" / "data"
        self.settings = json.loads((self.data / "settings.json").read_text("utf-8"))
        self.coders: list[str] = self.settings["coders"]
        self.report = (folder / "agreement" / "report.md").read_text("utf-8")
        self.codings = table(self.data / "codings.csv")
        self.alignments = table(self.data / "alignments.csv")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Any two coders who have an article in common."""
        articles = defaultdict(set)
        for row in self.codings:
            articles[row["coder"]].add(row["article"])
        return [
            (one, other)
            for one, other in combinations(self.coders, 2)
            if articles[one] & articles[other]
        ]

    def mean_f1(self, hits: Callable[[str, str], tuple[int, int]]) -> float | None:
        """The mean over pairs of coders of 2 x hits / things of both."""
        found = [2 * hit / of for hit, of in (hits(*pair) for pair in self.pairs) if of]
        return mean(found) if found else None

    def events_of(self, one: str, other: str) -> tuple[int, int]:
        """How many events of two coders are matched, and how many both have, in common
        articles.
        """
        counts = {(r["article"], r["coder"]): int(r["events"]) for r in self.codings}
        common = [a for a, c in counts if c == one and (a, other) in counts]
        clusters = defaultdict(set)
        for row in self.alignments:
            if not row["left_out"]:
                clusters[row["article"], row["cluster"]].add(row["coder"])
        hits = sum(
            {one, other} <= coders
            for (article, _), coders in clusters.items()
            if article in common
        )
        return hits, sum(counts[a, one] + counts[a, other] for a in common)

    def links_of(self, one: str, other: str) -> dict[str, tuple[int, int]]:
        """How many links of two coders are the same, and how many both have, by which
        are counted.
        """
        clusters: dict[tuple[str, str, str], str] = {}
        members = defaultdict(set)
        for row in self.alignments:
            if not row["left_out"]:
                key = (row["article"], row["coder"], row["event"])
                clusters[key] = row["cluster"]
                members[row["article"], row["cluster"]].add(row["coder"])
        common = {r["article"] for r in self.codings if r["coder"] == one} & {
            r["article"] for r in self.codings if r["coder"] == other
        }
        aligned: dict[str, Counter[tuple[str, ...]]] = {
            one: Counter(),
            other: Counter(),
        }
        all_ = 0
        for row in table(self.data / "links.csv"):
            if row["coder"] not in aligned or row["article"] not in common:
                continue
            all_ += 1
            ends = [
                clusters.get((row["article"], row["coder"], event), "")
                for event in (row["event"], row["other_event"])
            ]
            if all({one, other} <= members[row["article"], end] for end in ends):
                link = (row["article"], row["field"], row["relation"], *ends)
                aligned[row["coder"]][link] += 1
        same = (aligned[one] & aligned[other]).total()
        both = aligned[one].total() + aligned[other].total()
        return {"both ends aligned": (same, both), "all": (same, all_)}

    def units(self, name: str) -> list[dict[str, tuple[str, str]]]:
        """The units of a field or part: key and value of each coder who has a key."""
        about = (self.settings["fields"] | self.settings["parts"])[name]
        rows = table(self.data / "reliability" / about["file"])
        return [
            {
                coder: (row[f"key_{coder}"], row[f"value_{coder}"])
                for coder in self.coders
                if row.get(f"key_{coder}")
            }
            for row in rows
        ]

    def pairable(self, name: str) -> list[dict[str, tuple[str, str]]]:
        """The units with values from two or more coders."""
        return [unit for unit in self.units(name) if len(unit) > 1]

    def equal(self, name: str, which: int) -> float | None:
        """The share of pairs with equal keys (0) or values (1)."""
        same, all_ = 0.0, 0
        for unit in self.pairable(name):
            given = [
                one_form(json.loads(each[which])) if which else each[0]
                for each in unit.values()
            ]
            pairs = list(combinations(given, 2))
            weight = 2 / (len(unit) - 1)
            same += weight * sum(one == other for one, other in pairs)
            all_ += len(unit)
        return same / all_ if all_ else None

    def alpha(self, name: str) -> float | None:
        """Krippendorff's alpha with the published distances, None without variation."""
        about = (self.settings["fields"] | self.settings["parts"])[name]
        keys, apart = square(self.data / "distances" / about["file"])
        units = [[key for key, _ in u.values()] for u in self.pairable(name)]
        used = {key for unit in units for key in unit}
        if len(used) < 2:
            return None
        counts = np.array([[unit.count(key) for key in keys] for unit in units])
        return float(
            krippendorff.alpha(
                value_counts=counts,
                value_domain=np.arange(len(keys)),
                level_of_measurement=lambda a, b, **_: apart[
                    a.astype(int), b.astype(int)
                ],
            )
        )

    def rows_of(self, heading: str) -> list[list[str]]:
        """The cells of a table of the page, by its heading."""
        part = self.report.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        lines = [line for line in part.splitlines() if line.startswith("|")][2:]
        return [
            [cell.strip().replace("\\", "") for cell in line.strip("|").split(" | ")]
            for line in lines
        ]


def one_form(value: Any) -> Any:
    """A value without what does not count: the order of items, and parts that are null
    or false.
    """
    if isinstance(value, list):
        return sorted({json.dumps(one_form(item), sort_keys=True) for item in value})
    if isinstance(value, dict):
        return {
            name: one_form(part)
            for name, part in value.items()
            if part is not None and part is not False
        }
    return value


def printed(value: float | None, digits: int = 3) -> str:
    """A figure as the page prints it."""
    return "—" if value is None else f"{value:.{digits}f}"


def of_kind(
    rows: Sequence[Row], kind: str, what: str = "exact"
) -> Callable[[str, str], tuple[int, int]]:
    """Same spans and spans of both, of two coders; kind: "all" for every kind."""

    def count(one: str, other: str) -> tuple[int, int]:
        chosen = [
            row
            for row in rows
            if {row["coder"], row["other"]} == {one, other}
            and kind in ("all", row["kind"])
        ]
        return sum(int(r[what]) for r in chosen), sum(int(r["marked"]) for r in chosen)

    return count


# ---------------------------------------------------------------- what differs
def card_differences(folder: Path) -> list[str]:
    """The lines of the card whose numbers do not come out, and those with numbers
    nobody worked out.
    """
    card = Card(folder)
    wanted = [*card.contents(), *card.origins()]
    lines = [
        line
        for heading in ("Contents", "Sources and period", "How it was made")
        for line in card.section(heading)
    ]
    missing = [line for line in wanted if line not in lines]
    others = [line for line in lines if line not in wanted and not _is_true(line, card)]
    return missing + others


def _is_true(line: str, card: Card) -> bool:
    """Whether what a line of the card counts by itself comes out, or it has no number."""
    articles = card.rows["articles"]
    if found := re.fullmatch(r"version \S+ of \S+, coded with the codebook .*", line):
        return True
    codings = card.codings
    if found := re.fullmatch(r"(\d+) coders?, shown by .*: (.*)", line):
        coders = sorted({row["coder"] for row in codings})
        return [found[1], found[2].split(", ")] == [str(len(coders)), coders]
    if found := re.fullmatch(r"submitted codings by stage: (.*)", line):
        counts = dict(each.rsplit(" ", 1) for each in found[1].split(", "))
        counts.pop("training", None)  # in no figure
        return sum(map(int, counts.values())) == len(codings)
    if found := re.fullmatch(r"`tables/columns\.csv` .*|evidence of a value .*", line):
        return True
    if found := re.fullmatch(
        r"of these, rows with the reason `(\w+)`: (\d+)"
        r"(?:, of them (\d+) with the reason assumed, not chosen \(.*)?",
        line,
    ):
        told = int(found[2]), int(found[3] or 0)
        return told in _by_reason(card, found[1])
    if found := re.fullmatch(
        r"articles whose gold a second supervisor has signed: (\d+) of (\d+)", line
    ):
        return int(found[1]) <= int(found[2]) == len(articles)
    if found := re.fullmatch(
        r"articles whose gold was imported, .*: (\d+), from (.*)", line
    ):
        files = [row["imported_from"] for row in card.rows["codings"]]
        told = [int(found[1]), *found[2].split(", ")]
        return told == [len([*filter(None, files)]), *sorted({*files} - {""})]
    if found := re.fullmatch(r"articles that were coded for training only: .*", line):
        return True
    if found := re.fullmatch(
        r"events of coders rejected with the reason `(.*)`: (\d+)", line
    ):
        return int(found[2]) == card.rejected(found[1])
    if found := re.fullmatch(r"(\d+) articles? without a publication date.*", line):
        undated = sum(not row["published"] for row in articles)
        return int(found[1]) == undated
    if found := re.fullmatch(r"published from (\S+) to (\S+)", line):
        days = sorted(row["published"][:10] for row in articles if row["published"])
        return [found[1], found[2]] == [days[0], days[-1]]
    if found := re.fullmatch(
        r"(outlets|languages), with the number of articles: (.*)", line
    ):
        counts = Counter(row[found[1][:-1]] for row in articles)
        told = dict(re.findall(r"(.+?) \((\d+)\)(?:, |$)", found[2]))
        return {name or "unknown": str(n) for name, n in counts.items()} == told
    return not NUMBER.search(line)


def _by_reason(card: Card, reason: str) -> set[tuple[int, int]]:
    """How many rows of values have a reason, and how many of them have it assumed, by
    origin.
    """
    rows = defaultdict(list)
    for row in card.rows["values"]:
        chosen, _, assumed = row["reason"].partition(":")
        if chosen == reason:
            rows[row["how"], row["by"], row["applied_by"]].append(assumed)
    return {(len(each), each.count("assumed")) for each in rows.values()}


def agreement_differences(folder: Path) -> list[str]:
    """The figures of the agreement page, if there is one, that do not come out of the
    data.
    """
    if not (folder / "agreement").is_dir():
        return []
    figures = Figures(folder)
    return [
        *_events(figures),
        *_fields(figures, Card(folder).rows["codebook"]),
        *_spans(figures, Card(folder).rows["spans"]),
        *_links(figures),
    ]


def _events(figures: Figures) -> Iterator[str]:
    rows = figures.rows_of("Events found")
    f1 = figures.mean_f1(figures.events_of)
    counts = [figures.events_of(*pair) for pair in figures.pairs]
    hits, of = sum(hit for hit, _ in counts), sum(each for _, each in counts)
    told = printed(f1)
    if len(counts) > 1:
        told += f" (pooled {printed(2 * hits / of)})"
    if rows and rows[0][1:3] != [str(of), told]:
        yield f"events: {rows[0]} is {of} and {told}"


def _fields(figures: Figures, codebook: Sequence[Row]) -> Iterator[str]:
    labels = {
        (row["field"], row["part"]): row["label_en"]
        for row in codebook
        if not row["value"]
    }
    told = {
        row[0]: row[2:6]
        for heading in (
            "Fields, the weakest first",
            "Parts of fields, the weakest first",
        )
        for row in figures.rows_of(heading)
    }
    for name in figures.settings["fields"] | figures.settings["parts"]:
        field, _, part = name.partition(".")
        label = labels[field, ""] + (f": {labels[field, part]}" if part else "")
        ours = [
            str(len(figures.pairable(name))),
            printed(figures.equal(name, 0)),
            printed(figures.equal(name, 1)),
            printed(figures.alpha(name)),
        ]
        if label in told and told.pop(label) != ours:
            yield f"{label} is {ours}"
    yield from (f"{label} has no data" for label in told)


def _spans(figures: Figures, spans: Sequence[Row]) -> Iterator[str]:
    rows = table(figures.data / "spans.csv")
    kinds = {row["kind_en"]: row["kind"] for row in spans} | {"all kinds": "all"}
    for label, n, exact, relaxed, *_ in figures.rows_of("Spans"):
        if label not in kinds:
            continue  # the dataset has no span of this kind
        ours = [
            figures.mean_f1(of_kind(rows, kinds[label], what))
            for what in ("exact", "relaxed")
        ]
        counts = [of_kind(rows, kinds[label])(*pair)[1] for pair in figures.pairs]
        told = [n, exact.split(" ")[0], relaxed.split(" ")[0]]
        if told != [str(sum(counts)), *map(printed, ours)]:
            yield f"spans of {label}: {told} is {sum(counts)}, {ours}"


def _links(figures: Figures) -> Iterator[str]:
    for _, which, n, f1, *_ in figures.rows_of("Links between events"):
        counts = [figures.links_of(*pair)[which] for pair in figures.pairs]
        of = sum(each for _, each in counts)
        ours = mean(2 * hits / each for hits, each in counts if each)
        if [n, f1.split(" ")[0]] != [str(of), printed(ours)]:
            yield f"links, {which}: {n}, {f1} is {of}, {ours}"
