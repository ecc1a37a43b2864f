"""What people do on the screens of a small study: python -m tests.support.study_work ….

code NAME [ARTICLE …]   code and submit these articles, or all that NAME has yet to code
review NAME COUNT       close so many articles of the queue by keys
sign NAME               sign the gold of the sample

The articles are those of the samples, each told several times; so are the codings, of
which every fourth lacks an event.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot

from coder.importers.native_reader import to_coding
from coder.model import Coding, Status
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project, open_project
from coder.service.project.sign_off import sign
from coder.service.review.gold_list import gold_lines
from coder.tui.app import CoderApp
from coder.tui.screens.missing_screen import MissingScreen
from coder.tui.screens.review_screen import ReviewScreen
from tests.support.at_rest import at_rest, until
from tests.support.edits_by_hand import Becomes

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = 25
OUTLETS = ("الفرات", "الجسر", "المرصد")
DONORS = {"amal": "amal", "basim": "basim"}  # everybody else codes as one of the two


def identifier(number: int) -> str:
    """The id of an article of the study."""
    return f"n{number:02}"


def write_csv(path: Path) -> None:
    """Write the study's articles: the samples, each with a line of its own at its end."""
    samples = sorted(SEEDS.glob("*.txt"))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "outlet", "published", "text"))
        for number in range(1, ARTICLES + 1):
            text = samples[number % len(samples)].read_text("utf-8")
            outlet = OUTLETS[number % len(OUTLETS)]
            day = f"2024-01-{number:02}"
            rows.writerow((identifier(number), outlet, day, f"{text}\n({number})"))


def sample_codings() -> dict[tuple[str, str], Coding]:
    """The samples' codings by article and coder."""
    lines = [
        line
        for path in sorted((SEEDS / "codings").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    found = [to_coding(json.loads(line)) for line in lines]
    return {(each.article, each.coder): each for each in found}


def code(project: Project, name: str, articles: list[str]) -> None:
    """Code and submit articles, or all that somebody has yet to code."""
    samples = sample_codings()
    names = sorted({article for article, _ in samples})
    with project.store.read() as queries:
        yet = articles or [a for a, coder, *_ in queries.assignments() if coder == name]
        done = {c.article for c in queries.codings() if c.coder == name}
    for article in [each for each in yet if each not in done]:
        number = int(article[1:])
        donor = DONORS.get(name, ("amal", "basim")[number % 2])
        sample = samples[names[number % len(names)], donor]
        session = CodingSession(project, project.article(article), name)
        coded = replace(
            sample,
            article=article,
            coder=name,
            text_sha256=session.article.text_sha256,
            status=Status.OPEN,
        )
        if number % 4 == 0:
            coded = without_an_event(coded)
        session.do(Becomes("value.set", coded))
        session.submit()
        session.close()


def without_an_event(coding: Coding) -> Coding:
    """A coding without its last event that no other is linked to."""
    linked = {
        link["record"]
        for event in coding.events
        for answer in dict(event.fields).values()
        if isinstance(answer.value, list)
        for link in answer.value
        if isinstance(link, dict) and "record" in link
    }
    lone = [event for event in coding.events if event.id not in linked]
    events = tuple(each for each in coding.events if each is not lone[-1])
    return replace(coding, events=events)


async def review(project: Project, name: str, count: int) -> None:
    """Close so many articles of the queue by keys."""
    screen = ReviewScreen(project, name)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for _ in range(count):
            await pilot.press("enter", "a")
            await decide_open_cells(screen, pilot)
            await pilot.press("ctrl+s")
            await until(lambda: screen.work.closed or app.screen is not screen)
            if isinstance(app.screen, MissingScreen):
                assert app.screen.errors == 0, [str(p) for p in app.screen.found]
                await pilot.press("ctrl+s")  # warnings alone
            await until(lambda: screen.work.closed)
            await pilot.press("q")
            await pilot.pause(0.5)


async def decide_open_cells(screen: ReviewScreen, pilot: Pilot[None]) -> None:
    """Take the first coder's value in each open cell, or the second's where the first
    has none.
    """

    def is_answered() -> bool:
        return chooser.asked is not None or len(screen.work.open_cells) < left

    chooser = screen.chooser
    while left := len(screen.work.open_cells):
        await pilot.press("n")
        for key in ("1", "2"):
            await pilot.press(key)
            await at_rest()
            if is_answered():
                break
        if chooser.asked is not None:
            await pilot.press("enter")  # the first reason
            await until(lambda: chooser.asked is None)


def sign_all(project: Project, name: str) -> None:
    """Sign all gold that needs a second supervisor's signature."""
    for line in gold_lines(project):
        if line.to_sign and not line.signed:
            sign(project, name, line.article)


def main() -> None:
    """Do what the words say, in the project of this folder."""
    what, name, *rest = sys.argv[1:]
    project = open_project(Path.cwd(), person=name)
    if what == "code":
        code(project, name, rest)
    elif what == "sign":
        sign_all(project, name)
    else:
        asyncio.run(review(project, name, int(rest[0])))
    project.close()


if __name__ == "__main__":
    main()
