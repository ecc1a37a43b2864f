"""How many keys gold costs: python benchmarks/review_keys.py [--json] [--size 120x40]
[--keys FILE].

The two sample codings of all five articles are adjudicated through the review screen,
from the queue to closed gold. Every key counts: opening, taking what is agreed,
deciding, reasons, mending what the codebook refuses, closing, going on. A decision that
needs one is a cell on which coders differ, or an event that only one of them has, which
is kept or rejected as a whole. What is decided is drawn by a fixed seed: of lone events
two in three are kept; of cells most are one coder's, some are both coders' values, a
few are not stated. The reasons are as in the decisions on the sample article
(seeds/decisions.json): of notes ambiguity, of places and sources normalisation, of the
rest a coder's error, but one in seven is ambiguity.

--keys writes the keys, a line a key, to be typed anew in a terminal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from pathlib import Path

from textual.events import Key
from textual.pilot import Pilot
from typist import Count

from coder.adjudicate.resolve import ARTICLE
from coder.codebook.schema import Field
from coder.model import AGREED, ASSUMED
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.sample_project import CODERS, SUPERVISOR
from coder.tui.app import CoderApp
from coder.tui.screens.missing_screen import MissingScreen
from coder.tui.screens.review_screen import ReviewScreen

SEEDS = Path(__file__).parent.parent / "seeds"
SEED, TRIES = 17, 6
LARGEST_DIGIT = 9


class Supervisor:
    """Hands on the keys of the review screen."""

    def __init__(self, screen: ReviewScreen, pilot: Pilot[None], count: Count) -> None:
        self.screen, self.pilot, self.count = screen, pilot, count
        self.chance, self.pressed = random.Random(SEED), list[str]()

    async def press(self, what: str, *keys: str) -> None:
        """Keys, counted for what they are pressed."""
        self.count.keys[what] += len(keys)
        self.pressed += keys
        for key in keys:
            self.screen.app.screen.on_key(Key(key, key if len(key) == 1 else None))
            await self.pilot.pause()

    async def work(self) -> None:
        """All articles of the queue, in its order."""
        await self.screen.workers.wait_for_complete()
        await self.press("going on", "enter")
        for left in reversed(range(len(self.screen.waiting.all))):
            await self.article()
            await self.press("going on", *["f5"] * bool(left))

    async def article(self) -> None:
        """One article, from what is agreed to closed gold."""
        await self.press("agreed", "a")
        tries: dict[tuple[str, str], int] = {}
        while [*self.screen.work.to_do()]:
            grid = self.screen.grid
            at = grid.cluster_id, grid.field_id
            if at not in self.screen.work.to_do():  # a rejected event keeps the cursor
                await self.press("going on", "n")
                continue
            tries[at] = tries.get(at, 0) + 1
            if tries[at] > TRIES:
                raise AssertionError(f"{self.screen.work.article.id} {at} stays open")
            if (
                at[0] != ARTICLE
                and len(grid.state.cluster(at[0]).members) == 1
                and not grid.state.list_decisions(at[0])
            ):
                await self.lone_event()
            else:
                await self.cell(tries[at])
        await self.press("closing", "ctrl+s")
        page = self.screen.app.screen
        if isinstance(page, MissingScreen):
            assert not page.errors, [each.text for each in page.found]
            await self.press("closing", "ctrl+s")
        assert self.screen.work.closed

    async def lone_event(self) -> None:
        """An event that one coder has."""
        self.count.things["lone events"] += 1
        if self.chance.random() < 2 / 3:
            grid = self.screen.grid
            [coder] = {coder for row in grid.rows for coder in row.answers}
            await self.press("deciding", "t", str(grid.state.coders.index(coder) + 1))
            await self.reason("missed_event")
        else:
            await self.press("deciding", "x")
            await self.reason("not_an_event")

    async def cell(self, attempt: int) -> None:
        """The cell under the cursor; attempt: how often it was there, as what was taken
        was refused.
        """
        grid = self.screen.grid
        row, coders = grid.row, grid.state.coders
        what = (
            "deciding"
            if attempt == 1 and self.screen.grid.decided() is None
            else "mending"
        )
        self.count.things["cells"] += what == "deciding"
        givers = [
            c
            for c in coders
            if c in row.answers and row.answers[c].state != "not_applicable"
        ]
        coded = [c for c in givers if row.answers[c].coded]
        drawn = self.chance.random()
        if row.state != "differs" and what == "deciding":
            key = str(coders.index(givers[0]) + 1)
        elif what == "mending" and attempt > len(givers):
            key = "0"
        elif (
            what == "deciding" and row.field.is_list and len(coded) > 1 and drawn < 0.1
        ):
            key = "u"
        elif what == "deciding" and drawn > 0.97:
            key = "0"
        else:
            last = self.screen.grid.decided()
            others = [
                c for c in givers if last is None or c not in last.taken_from
            ] or givers
            key = str(coders.index(self.chance.choice(others)) + 1)
        at = self.screen.grid.cluster_id, row.field.id
        await self.press(what, key)
        wanted = self.wanted(row.field)
        if self.screen.chooser.asked is not None:
            await self.reason(wanted)
        decided = self.screen.work.state.decided(*at)
        if decided is not None and (
            was := decided.reason.removesuffix(ASSUMED)
        ) not in (AGREED, wanted):
            if grid.reason_after(("take", row.state, row.field.id), was) == wanted:
                await self.press("reasons", "ctrl+r")
            else:
                await self.press("reasons", "r")
                await self.reason(wanted)

    def wanted(self, field: Field) -> str:
        """The reason that fits a field."""
        drawn = self.chance.random()
        if field.id in ("place", "source"):
            return "normalisation"
        return (
            "article_ambiguity"
            if field.type == "text" or drawn < 1 / 7
            else "coder_error"
        )

    async def reason(self, wanted: str) -> None:
        """Where a reason is asked, by its number, or by the letters that leave it
        alone.
        """
        if (asked := self.screen.chooser.asked) is None:
            return
        offered = [each.id for each in asked.choices("")]
        number = offered.index(wanted) + 1
        if number <= LARGEST_DIGIT:
            await self.press("reasons", str(number))
            return
        for letter in wanted:
            await self.press("reasons", letter)
            if self.screen.chooser.choices[0].id == wanted:
                break
        await self.press("reasons", "enter")


def main() -> int:
    """Adjudicate all and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--keys", type=Path)
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    count = Count()
    with tempfile.TemporaryDirectory() as folder:
        project = begin(Path(folder) / "project")
        supervisor = asyncio.run(adjudicated(project, (columns, rows), count))
        project.close()
    decisions, keys = count.things.total(), count.keys.total()
    told = {
        "keys": count.keys,
        "decisions": count.things,
        "keys per decision": round(keys / decisions, 2),
    }
    if options.keys is not None:
        options.keys.write_text(
            "".join(f"{key}\n" for key in supervisor.pressed), "utf-8"
        )
    print(json.dumps(told, indent=None if options.json else 1))
    return 0


def begin(folder: Path) -> Project:
    """The sample articles with both codings, and nothing decided."""
    project = create_project(folder)
    for name in CODERS:
        project.add_person(name, "coder")
    project.add_person(SUPERVISOR, "supervisor")
    import_files(
        project, [*sorted(SEEDS.glob("*.txt")), *sorted(SEEDS.glob("codings/*.jsonl"))]
    )
    return project


async def adjudicated(
    project: Project, size: tuple[int, int], count: Count
) -> Supervisor:
    """All articles, at a terminal of that size."""
    screen = ReviewScreen(project, SUPERVISOR)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        supervisor = Supervisor(screen, pilot, count)
        await supervisor.work()
    return supervisor


if __name__ == "__main__":
    sys.exit(main())
