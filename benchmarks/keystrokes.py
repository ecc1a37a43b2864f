"""How many keys the sample codings cost: python benchmarks/keystrokes.py [--json]
[--size 120x40].

The ten sample codings are coded anew through the coding screen by `typed_events`: first
every candidate is decided and every missing span drawn, then event after event is
opened, filled, mended and handed in. At the end each coding must equal the sample: the
same spans, the same values with the same evidence. What is typed into notes is counted
by itself. Each coding has a coder of its own, so that none teaches the next. A coding
is typed five times: in each order of work, then every event in the order that took the
fewest keys for it.

Beside it a keystroke-level model (Card, Moran and Newell 1980) of what other tools ask
for the same codings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from typed_events import EventTypist
from typist import ORDERS, Count

from coder.model import Coding
from coder.service.project.opened import Project
from coder.service.sample_project import CODERS, make_demo
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

SECONDS = {"K": 0.2, "P": 1.1, "B": 0.1, "H": 0.4, "M": 1.35}
"""A key, pointing, the mouse's button down or up, a hand from keys to mouse, thinking
before a decision.
"""
PEERS: Mapping[str, tuple[str, str, str, str]] = {
    # a span marked; a piece of evidence given to a field of an event; a code or blank
    # without words; wrong suggestion taken away. Thinking (M) is the same everywhere:
    # once a decision.
    "brat": ("PBPBKK", "PBPBKK", "PBBPBB", "PBBBBK"),
    "INCEpTION": ("PBPBK", "PBBPBBKKK", "PBBKKK", "PBBBB"),
    "SLATE": ("KKKKKKKK", "KKKKKKKKKKK", "KKK", ""),
}
"""Each at its best: labels have keys, nothing scrolls, nothing slips, the mouse is in
the hand.

brat: words are dragged over, the label taken by its key in the dialog, Enter; an
argument is dragged from trigger to words in the same way; attributes are two clicks; a
suggestion is double-clicked, then deleted. INCEpTION: words dragged over, label by key;
a slot is clicked, then the words, then two letters and Enter for the value; a code is a
click, two letters, Enter; a suggestion is rejected by a double click. To accept one is
a click (PBB). SLATE: no mouse, no suggestions, no records: five arrows to the words,
two more for their end, a label; a value is a link from words to words, both reached by
five arrows.
"""


def best_orders(
    project: Project, wanted: Coding, person: str, size: tuple[int, int]
) -> dict[str, str]:
    """The order of work that takes the fewest keys, for each event, of those that lead
    to an equal coding.
    """
    tried = {order: Count() for order in ORDERS}
    for number, (order, count) in enumerate(tried.items()):
        orders = {event.id: order for event in wanted.events}
        project.add_person(f"{person}-{number}", "coder")
        asyncio.run(
            one_article(project, wanted, f"{person}-{number}", size, count, orders)
        )
    led_there = [order for order in ORDERS if not tried[order].wrong]
    return {
        e.id: min(led_there, key=lambda order: tried[order].events[e.id])
        for e in wanted.events
    }


async def one_article(
    project: Project,
    wanted: Coding,
    person: str,
    size: tuple[int, int],
    count: Count,
    orders: Mapping[str, str],
) -> None:
    """One coding made anew; orders: in which the fields of each event are done."""
    screen = CodingScreen(project, person, project.article(wanted.article))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        typist = EventTypist(screen, pilot, wanted, count, orders)
        await typist.decide()
        await typist.code()
        typist.compare()


def figures(count: Count) -> dict[str, float]:
    """Keys for what they brought."""
    keys, things = count.keys, count.things
    spans = keys["deciding"] + keys["drawing"]
    events = keys["opening"] + keys["filling"] + keys["submitting"]
    answers = (
        things["values with evidence"] + things["values without"] + things["not stated"]
    )
    pieces = (
        things["pieces of evidence"] + things["values without"] + things["not stated"]
    )
    return {
        "per decision on a candidate": keys["deciding"] / things["decisions"],
        "per span drawn or given other edges": keys["drawing"]
        / max(1, things["drawn"]),
        "per span decision, both": spans / (things["decisions"] + things["drawn"]),
        "whole events, per value with evidence": events
        / things["values with evidence"],
        "the same without the keys that give blanks, codes, links": count.supported
        / things["values with evidence"],
        "whole events, per answer of any kind": events / answers,
        "whole events, per piece (evidence, blank, code)": events / pieces,
        "whole events, per event": events / things["events"],
    }


def peers(count: Count) -> dict[str, dict[str, float]]:
    """Seconds without thinking, and acts, that other tools would take for the same
    spans and events.
    """
    things = count.things
    right = things["decisions"] + things["drawn"] - things["rejected"]
    alone = things["values without"] + things["not stated"]
    found = {}
    for name, (span, piece, code, wrong) in PEERS.items():
        acts = (
            span * right
            + wrong * things["rejected"]
            + piece * things["pieces of evidence"]
            + code * alone
        )
        found[name] = {"acts": len(acts), "seconds": sum(SECONDS[act] for act in acts)}
    ours = sum(
        n
        for what, n in count.keys.items()
        if what not in ("free text", "article fields")
    )
    return {"coder": {"acts": ours, "seconds": ours * SECONDS["K"]}, **found}


def main() -> int:
    """Code all and tell; 1 where a coding does not equal its sample."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "only", nargs="*", help="a coder, and how an article's id begins"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", default="120x40")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    coder, article = (*options.only, "", "")[:2]
    count = Count()
    with tempfile.TemporaryDirectory() as folder:
        project, _ = make_demo(Path(folder) / "project", lambda _: None)
        with project.store.read() as queries:
            wanted = [
                queries.coding(a.article, c)
                for c in CODERS
                for a in queries.assignments(c)
            ]
        for number, coding in enumerate(filter(None, wanted)):
            if coding.coder.startswith(coder) and coding.article.startswith(article):
                person, size = f"typist{number}", (columns, rows)
                orders = best_orders(project, coding, person, size)
                project.add_person(person, "coder")
                asyncio.run(one_article(project, coding, person, size, count, orders))
        project.close()
    told = {
        "keys": count.keys,
        "things": count.things,
        "where the keys of whole events go": dict(count.ways.most_common()),
        "by the field under the record's cursor": dict(count.fields.most_common()),
        "figures": figures(count),
        "peers": peers(count),
    }
    if options.json:
        print(json.dumps({**told, "unlike": count.wrong}, indent=1, ensure_ascii=False))
    else:
        for title, table in told.items():
            print(f"{title}:")
            for name, number in table.items():
                print(
                    f"  {name:50} {number if isinstance(number, dict | int) else round(number, 2)}"
                )
        print("unlike the sample:", *(count.wrong or ["nothing"]), sep="\n  ")
    return 1 if count.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
