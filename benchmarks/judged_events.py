"""How many events of judged news the suggester finds, and how many of its values are
right: `python benchmarks/judged_events.py benchmarks/judged/dev CLONES`.

The first folder holds one JSON file an article: where its text is (a repository on
GitHub, a commit and a path), its hash, and what a reader marked before the suggester
ran: events with all words that mention them, parties, places, day and counts, in code
points. Texts are not stored: CLONES holds a clone of each repository as OWNER/NAME.
Events marked `unsure` count neither way.

A proposal is a trigger with a type. It is an event if it overlaps words of a marked
event. The values of an event are those proposed for the mention that fills most fields
(`--first`: for its first mention). A value is right if its words overlap marked words
of its role; a day or a count if it is equal. A day that no words tell is not stated. Intervals
are Wilson's, 95 %.

`--rows` lists how often each row of the packs fired and how often it was right, `--miss
FIELD` what it got wrong, `--ablate ROW` what the figures are without a row.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from msgspec.structs import replace  # noqa: E402

from coder.codebook.load import read_codebook  # noqa: E402
from coder.codebook.pack_files import shipped_packs  # noqa: E402
from coder.codebook.schema import Codebook  # noqa: E402
from coder.model import Article, Candidate  # noqa: E402
from coder.suggest.event_proposals import TOLD, EventProposer  # noqa: E402
from coder.suggest.registry import propose  # noqa: E402

PARTIES = {"initiators": "initiators", "targets": "targets", "places": "place"}
"""Role in a judged file → the slot's usual field."""
COUNTS = ("killed", "injured", "arrested", "size")
FIELDS = {"organisations": "initiators", "place": "places"}
"""Field of a codebook → role, where they differ."""
Stretch = tuple[int, int]


@dataclass
class Share:
    """A number of cases and how many were right."""

    right: int = 0
    n: int = 0

    def add(self, is_right: bool) -> None:
        self.n += 1
        self.right += is_right

    def __str__(self) -> str:
        if not self.n:
            return "-"
        low, high = wilson(self.right, self.n)
        share = self.right / self.n
        return f"{share:.2f} ({self.right} of {self.n}, {low:.2f} to {high:.2f})"


def wilson(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's score interval of a share."""
    share = right / n
    middle = share + z * z / (2 * n)
    reach = z * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


@dataclass
class Figures:
    """All shares, by name; rows by id; what was wrong, for reading."""

    shares: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    rows: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    wrong: list[str] = field(default_factory=list)


def read_text(record: Mapping[str, Any], clones: Path) -> str:
    """Return the text of a judged article from its repository, checked by its hash."""
    clone = clones / record["repo"]
    text = text_at(clone, record["commit"], record["path"], record.get("encoding"))
    if hashlib.sha256(text.encode()).hexdigest() != record["sha256"]:
        raise SystemExit(f"{record['id']}: the text is another one")
    return text


def text_at(clone: Path, commit: str, path: str, encoding: str | None = None) -> str:
    """Return the title and text of an article at a commit of a repository."""
    command = ["git", "-C", str(clone), "show", f"{commit}:{path}"]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    raw = written.decode(encoding or "utf-8")
    title = re.search(r"<TITLE>(.*?)</TITLE>", raw, re.DOTALL)
    body = re.search(r"<TEXT>(.*?)</TEXT>", raw, re.DOTALL)
    if title and body:
        return f"{title[1].strip()}\n{body[1].strip()}"
    return raw.strip()


def without_row(codebook: Codebook, row: str) -> Codebook:
    """Return a codebook whose packs lack a row, a mark or an aside."""
    packs = [
        replace(
            pack,
            rows=tuple(each for each in pack.rows if each.id != row),
            marks=tuple(each for each in pack.marks if each.id != row),
            asides=tuple(each for each in pack.asides if each.id != row),
        )
        for pack in codebook.packs or shipped_packs().values()
    ]
    return replace(codebook, packs=tuple(packs))


def score(
    record: Mapping[str, Any], text: str, codebook: Codebook, figures: Figures
) -> None:
    """Add the figures of one article."""
    published = record["published"] and date.fromisoformat(record["published"])
    article = Article(record["id"], text)
    days = (published, published) if published else None
    candidates = propose(article, codebook, days)
    proposer = EventProposer(candidates, article, codebook)
    triggers = [c for c in candidates if c.kind == "trigger" and c.score >= TOLD]
    sure = [event for event in record["events"] if not event.get("unsure")]
    unsure = [event for event in record["events"] if event.get("unsure")]
    for trigger in triggers:
        is_event = any(mentions(event, trigger) for event in sure)
        if is_event or not any(mentions(event, trigger) for event in unsure):
            figures.shares["proposals that are events"].add(is_event)
            figures.shares[f"proposals that are events: {record['genre']}"].add(
                is_event
            )
            if not is_event:
                note(figures, "event", text, trigger, [trigger], [])
    for event in sure:
        named = [c for c in triggers if mentions(event, c)]
        figures.shares["events found"].add(bool(named))
        if not named:
            at = event["mentions"][0]
            note(figures, "missed", text, at_words(at), [], [event["type"]])
            continue
        types = {event["type"], *event["other_types"]}
        proposals = [(c, proposer.propose(c)) for c in named]
        fullest = max(proposals, key=lambda pair: (len(pair[1]), -pair[0].start))
        trigger, proposal = proposals[0] if FIRST else fullest
        type_field = codebook.type_field.id
        told = {c.value for c in proposal.get(type_field, ())}
        figures.shares["types"].add(bool(told & types))
        if not told & types:
            note(figures, "type", text, trigger, proposal.get(type_field, ()), types)
        by_role = {FIELDS.get(name, name): found for name, found in proposal.items()}
        score_values(event, by_role, trigger, text, figures)


FIRST = False


def mentions(event: Mapping[str, Any], words: Candidate) -> bool:
    """Return whether words overlap a mention of an event."""
    return any(overlaps(m, words) for m in event["mentions"])


def overlaps(marked: Mapping[str, Any], words: Candidate) -> bool:
    return marked["start"] < words.end and words.start < marked["end"]


def at_words(marked: Mapping[str, Any]) -> Candidate:
    return Candidate("", "", marked["start"], marked["end"], marked["quote"])


def score_values(
    event: Mapping[str, Any],
    proposal: Mapping[str, Sequence[Candidate]],
    trigger: Candidate,
    text: str,
    figures: Figures,
) -> None:
    """Add the values of one event."""
    for role in PARTIES:
        if event.get(f"{role}_unsure"):
            continue
        stated = event.get(role) or []
        found = proposal.get(role, ())
        for party in stated:
            is_right = any(overlaps(m, c) for m in party for c in found)
            figures.shares[f"stated {role}"].add(is_right)
            if not is_right:
                quotes = [m["quote"] for m in party]
                note(figures, f"lost {role}", text, trigger, found, quotes)
        for candidate in found:
            is_right = any(overlaps(m, candidate) for party in stated for m in party)
            add_value(figures, role, is_right, candidate, text, trigger, stated)
    found = proposal.get("date", ())
    day = event.get("date")
    if day is not None and day["quotes"]:
        is_right = any(is_same_day(day, c) for c in found)
        figures.shares["stated dates"].add(is_right)
        if not is_right:
            note(figures, "lost date", text, trigger, found, [day])
    for candidate in found:
        if candidate.value is None:
            continue
        is_right = day is not None and is_same_day(day, candidate)
        add_value(figures, "date", is_right, candidate, text, trigger, [day])
    for name in COUNTS:
        if name not in event:
            continue
        wanted = event[name]
        found = proposal.get(name, ())
        if wanted is not None:
            is_right = any(is_same_count(wanted, c) for c in found)
            figures.shares["stated counts"].add(is_right)
            if not is_right:
                note(figures, f"lost {name}", text, trigger, found, [wanted])
        for candidate in found:
            is_right = wanted is not None and is_same_count(wanted, candidate)
            add_value(figures, name, is_right, candidate, text, trigger, [wanted])


def is_same_day(day: Mapping[str, Any], candidate: Candidate) -> bool:
    value = candidate.value
    if day.get("start") is None:
        return any(overlaps(m, candidate) for m in day["quotes"])
    if not isinstance(value, dict):
        return False
    return (value.get("start"), value.get("end")) == (day["start"], day["end"])


def is_same_count(wanted: Sequence[int | None], candidate: Candidate) -> bool:
    value = candidate.value
    return isinstance(value, dict) and abs(
        (value.get("min") or 0) - (wanted[0] or 0)
    ) <= (wanted[1] is None)


def add_value(
    figures: Figures,
    role: str,
    is_right: bool,
    candidate: Candidate,
    text: str,
    trigger: Candidate,
    stated: Iterable[Any],
) -> None:
    figures.shares["right values"].add(is_right)
    figures.shares[f"right values: {role}"].add(is_right)
    figures.rows[candidate.origin].add(is_right)
    if not is_right:
        note(figures, f"wrong {role}", text, trigger, [candidate], stated)


def note(
    figures: Figures,
    what: str,
    text: str,
    trigger: Candidate,
    found: Iterable[Candidate],
    wanted: Iterable[Any],
) -> None:
    around = text[max(0, trigger.start - 110) : trigger.end + 130].replace("\n", " / ")
    told = ", ".join(f"{c.quote} [{c.origin}; {c.value}]" for c in found)
    figures.wrong.append(
        f"{what} | {trigger.quote} | {told} | wanted {list(wanted)}\n      {around}"
    )


def main() -> None:
    """Print the figures of all judged articles of a folder."""
    global FIRST
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of judged articles")
    parser.add_argument("clones", type=Path, help="of the texts' repositories")
    parser.add_argument("--only", default="", help="articles whose id begins so")
    parser.add_argument(
        "--miss", default="", help="list what is wrong: all, or by its beginning"
    )
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--ablate", default="", help="a row to leave out")
    arguments = parser.parse_args()
    FIRST = arguments.first
    figures = Figures()
    codebooks: dict[str, Codebook] = {}
    for path in sorted(arguments.folder.glob(f"{arguments.only}*.json")):
        record = json.loads(path.read_text())
        name = record["codebook"]
        if name not in codebooks:
            codebook = read_codebook(ROOT / "schemas" / f"{name}.yaml")
            codebooks[name] = without_row(codebook, arguments.ablate)
        text = read_text(record, arguments.clones)
        score(record, text, codebooks[name], figures)
    for name, share in figures.shares.items():
        print(f"{name:40} {share}")
    if arguments.rows:
        for row, share in sorted(figures.rows.items(), key=lambda pair: -pair[1].n):
            print(f"  {row:36} {share.right:3} of {share.n}")
    if arguments.miss:
        for line in figures.wrong:
            if arguments.miss in ("all", line[: len(arguments.miss)]):
                print(line)


if __name__ == "__main__":
    main()
