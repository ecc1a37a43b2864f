"""The tour: the real screens lead from step to step as what is asked for is done."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from coding_by_keys import go_to, go_to_field
from screen_text import screen_lines
from textual.pilot import Pilot

from coder.cli.launch import language_of
from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.model import Decision, Status
from coder.service.project.opened import Project
from coder.service.sample_project import make_tour
from coder.service.upkeep.integrity import verify
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.keys import by_scope
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.tour_screens import GuidedCoding, GuidedReview
from coder.tui.tour_steps import Tour, steps
from coder.tui.widgets.bars import Bar
from tests.support.pseudo_terminal import PseudoTerminal

LANGUAGES = ("ar", "en")
ROLES = ("coder", "supervisor")
Run = Callable[..., tuple[int, str, str]]


def key(action_id: str) -> str:
    """The first key of an action, as a pilot presses it."""
    scope, name = action_id.split(".")
    signs = {
        "+": "plus",
        "-": "minus",
        "=": "equals_sign",
        ".": "full_stop",
        "?": "question_mark",
    }
    named = {"\\": "backslash", **signs}
    [keys] = [action.keys for action in by_scope()[scope] if action.name == name]
    return named.get(keys[0], keys[0])


@pytest.fixture(params=LANGUAGES)
def project_for(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[str], Project]]:
    made: list[Project] = []

    def make(role: str) -> Project:
        made.append(make_tour(tmp_path / role, role, request.param))
        return made[-1]

    yield make
    for project in made:
        project.close()


@asynccontextmanager
async def on_tour(
    project: Project, role: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[GuidedCoding | GuidedReview, Pilot[None]]]:
    if role == "coder":
        screen: GuidedCoding | GuidedReview = GuidedCoding(
            Tour(role), project, "you", project.article("exercise")
        )
    else:
        screen = GuidedReview(Tour(role), project, "you")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield screen, pilot


async def letter_of(screen: GuidedCoding, pilot: Pilot[None], words: str) -> None:
    """Press the letter that shows on these words."""
    text = screen.session.article.text
    [name] = [
        n
        for n, mark in screen.highlights.letters.items()
        if text[mark.start : mark.end] == words
    ]
    await pilot.press(*name)
    await pilot.pause()


def name_of(screen: GuidedCoding | GuidedReview) -> str:
    return screen.tour.step.key.rpartition(".")[2] if screen.tour.step else ""


async def test_a_coder_is_led_to_a_submitted_article(
    project_for: Callable[[str], Project],
) -> None:
    project = project_for("coder")
    async with on_tour(project, "coder") as (screen, pilot):
        assert isinstance(screen, GuidedCoding)

        async def press(*actions: str) -> None:
            await pilot.press(*map(key, actions))
            await pilot.pause()

        seen = []

        def asks(name: str) -> None:
            assert name_of(screen) == name
            seen.append(f"tour.coder.{name}")

        asks("move")
        await press("article.confirm")  # not what was asked for
        asks("move")
        await press("article.next")
        asks("confirm")
        await press("article.confirm")
        asks("reject")
        await press("article.reject")
        asks(
            "reject"
        )  # other words than those asked for, of which a later step may need some
        asked = "".join(column.text for column in screen.bars["message"].row)
        assert "خرجوا" in asked and "Ctrl+Z" in asked
        await press("article.undo")
        await go_to(screen, pilot, "خرجوا", "trigger")
        await press("article.reject")
        asks("draw")
        there = screen.session.article.text.index("بالمئات")
        for words, kind in (
            ("", "n"),
            ("بالمئات", "a"),
            ("بالمئات", "n"),
        ):  # only the last is what is asked for
            asks("draw")
            await press("article.draw")
            while (
                words
                and screen.highlights.selection
                and screen.highlights.selection.start > there
            ):
                await press("draw.move_back")
            await pilot.press(kind)
            await pilot.pause()
            if (words, kind) != ("بالمئات", "n"):
                asked = "".join(column.text for column in screen.bars["message"].row)
                assert "بالمئات" in asked
                await press("article.undo")
        asks("open_event")
        await press("article.new_event")
        await letter_of(screen, pilot, "استهدفت")
        asks("open_event")
        await press("form.undo", "article.new_event")
        await letter_of(screen, pilot, "احتجاجاً")
        asks("letters")
        assert screen.record.row.field.id == "initiators"
        await letter_of(screen, pilot, "متظاهرون")
        asks("not_stated")
        await press("form.not_stated")
        asks("accept")
        await press("form.accept_proposals")
        asks("choose")
        await go_to_field(screen, pilot, "certainty")
        await press("form.edit", "choose.down", "choose.accept")
        asks("undo")
        tried = screen.record.row.answer.value
        await press("form.undo")
        [event] = screen.session.coding.events
        assert event.answer("certainty").value not in (
            tried,
            None,
        )  # no practice value is submitted
        asks("definition")
        await press("form.definition", "missing.back")
        asks("record")
        await press("form.switch", "article.switch")
        asks("submit")
        for _ in range(8):
            if not any(
                problem.severity == "error" for problem in screen.session.problems()
            ):
                break
            await press("form.next_empty")
            await press(
                "form.accept"
                if screen.record.row.state == "proposed"
                else "form.not_stated"
            )
        await press("form.submit")
        await press("missing.submit")
        asks("help")
        await press("any.help", "missing.back")
        assert screen.tour.step is None and list(dict.fromkeys(seen)) == [
            step.key for step in steps("coder")
        ]
        coding = screen.session.coding
        assert coding.status is Status.SUBMITTED
        assert [span.quote for span in coding.spans if span.decision is None] == [
            "بالمئات"
        ]
        assert [
            span.quote for span in coding.spans if span.decision is Decision.REJECTED
        ] == ["خرجوا"]
    assert not verify(project).findings


async def test_a_step_about_a_field_is_done_from_any_field(
    project_for: Callable[[str], Project],
) -> None:
    async with on_tour(project_for("coder"), "coder") as (screen, pilot):
        assert isinstance(screen, GuidedCoding)
        await go_to(screen, pilot, "احتجاجاً", "trigger")
        await pilot.press(key("article.open_event"))
        while name_of(screen) != "letters":
            await pilot.press("f8")
        screen.record.go_to_field(
            "killed"
        )  # where a wrong letter and its undo leave the cursor
        start = screen.session.article.text.index("متظاهرون")
        screen.highlights.set_current(
            next(m for m in screen.highlights.marks if m.start == start)
        )
        await pilot.press(screen.codebook.event_field("initiators").key or "")
        await pilot.pause()
        assert name_of(screen) != "letters"


async def test_a_letter_pressed_on_another_field_does_not_do_the_step(
    project_for: Callable[[str], Project],
) -> None:
    async with on_tour(project_for("coder"), "coder") as (screen, pilot):
        assert isinstance(screen, GuidedCoding)
        while name_of(screen) != "open_event":
            await pilot.press(key("tour.skip"))
        await pilot.press(key("article.new_event"))
        await letter_of(screen, pilot, "احتجاجاً")
        assert name_of(screen) == "letters"
        await pilot.press("down")  # from the field that the step asks for
        await letter_of(screen, pilot, "متظاهرون")
        asked = "".join(column.text for column in screen.bars["message"].row)
        assert (
            name_of(screen) == "letters" and "متظاهرون" in asked and "Ctrl+Z" in asked
        )
        await pilot.press(key("form.undo"), "up")
        await letter_of(screen, pilot, "متظاهرون")
        assert (
            name_of(screen) == "not_stated" and screen.record.row.field.id == "targets"
        )


async def test_a_supervisor_is_led_to_closed_gold(
    project_for: Callable[[str], Project],
) -> None:
    project = project_for("supervisor")
    async with on_tour(project, "supervisor") as (screen, pilot):
        assert isinstance(screen, GuidedReview)
        seen = []

        async def do(name: str, *keys: str) -> None:
            assert name_of(screen) == name
            seen.append(f"tour.supervisor.{name}")
            await pilot.press(*keys)
            await pilot.pause()

        await do("open", key("queue.open"))
        await do("agreed", key("grid.accept_agreed"))
        await do("evidence", key("grid.evidence"))
        await do("reject", key("grid.reject_event"), "1")
        assert (
            screen.session is not None
            and screen.session.state.cluster("c5").rejected == "not_an_event"
        )
        await do("next", key("grid.next"))
        await do("take", "1", key("choose.accept"))
        await do("undo", key("grid.undo"))
        await do("definition", key("grid.definition"), key("missing.back"))
        await do("decide", key("grid.edit"), key("choose.accept"), key("choose.accept"))
        assert screen.session is not None
        # what amal has twice, and what the value of one's own asks for is not stated
        for digit in "110":
            if (
                screen.grid.cluster_id,
                screen.grid.field_id,
            ) not in screen.session.to_do():
                await pilot.press(key("grid.next"))
            await pilot.press(digit)
            if screen.chooser.asked is not None:
                await pilot.press(key("choose.accept"))
            await pilot.pause()
            if not screen.session.to_do():
                break
        await do("close", key("grid.close_gold"))
        await do("help", key("any.help"), key("missing.back"))
        assert screen.tour.step is None and seen == [
            step.key for step in steps("supervisor")
        ]
        assert screen.session.closed


@pytest.mark.parametrize("role", ROLES)
async def test_each_step_can_be_skipped_and_the_tour_left(
    project_for: Callable[[str], Project], role: str
) -> None:
    async with on_tour(project_for(role), role) as (screen, pilot):
        for at in range(len(steps(role))):
            assert screen.tour.at == at
            await pilot.press(key("tour.skip"))
            await pilot.pause()
            assert not screen.bars["message"].row
        assert screen.tour.step is None
        assert (
            "F8" not in "".join(screen_lines(screen.app))
            and "F9" in screen_lines(screen.app)[0]
        )
        await pilot.press(key("any.palette"))
        await pilot.pause()
        assert "F8" not in "".join(screen_lines(screen.app))
        await pilot.press("escape", key("tour.skip"))  # there is nothing left to skip
        await pilot.press(
            key("any.theme"), key("tour.leave")
        )  # also while something is being chosen
        await pilot.pause()
        assert not screen.app.is_running or screen.app.return_code == 0


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
@pytest.mark.parametrize("role", ROLES)
async def test_every_step_shows_whole(
    project_for: Callable[[str], Project], role: str, size: tuple[int, int]
) -> None:
    async with on_tour(project_for(role), role, size) as (screen, pilot):
        for step in [*steps(role), None]:
            shown = "".join(
                column.text for bar in screen.steps.lines for column in bar.row
            )
            over = catalogue.say(screen.lang, "screens.tour_done")
            words = step.words(screen.lang, screen.codebook) if step else over
            assert letters(words) == letters(shown)
            lines = [
                text for bar in screen.steps.lines if (text := bar.row[0].text.strip())
            ]
            drawn = screen_lines(screen.app)[: 1 + len(lines)]
            assert all(line.strip() and "…" not in line for line in drawn)
            for line, seen in zip(lines, drawn[1:], strict=True):
                # A line of an English sentence may begin with an Arabic word and is
                # read from the left.
                # `screen_lines` cuts by code points, so that vowel signs cost letters at the right end.
                assert (
                    to_display(line, 1 if screen.rtl else 0)
                    .strip()
                    .startswith(seen.strip())
                )
            await pilot.press(key("tour.skip"))
            await pilot.pause()


def letters(text: str) -> str:
    return re.sub(r"[\s\u2066-\u2069]", "", text)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_rest_links_and_notes_are_taught_too(
    lang: str, conflict_events: Codebook
) -> None:
    told = " ".join(step.words(lang, conflict_events) for step in steps("coder"))
    notes = conflict_events.event_field("notes").label.of(lang)
    assert all(word in told for word in ("[Ctrl+O]", "[Ctrl+L]", notes))


def test_steps_ask_for_what_there_is(conflict_events: Codebook) -> None:
    actions = {action.id for scope in by_scope().values() for action in scope}
    changes = re.findall(
        r'"((?:values?|span|event|proposals|coding|gold)\.[a-z_]+)"', all_sources()
    )
    names = {
        each.id for each in (*conflict_events.event_fields, *conflict_events.span_kinds)
    } | {"c5"}
    exercise = (
        Path(__file__).parents[2] / "coder" / "service" / "exercise.txt"
    ).read_text("utf-8")
    for role in ROLES:
        for step in steps(role):
            for change, about in step.done.items():
                blank = change.removeprefix("value.") in ("not_stated",)
                assert change in actions or change in changes or blank, change
                assert all(each in exercise or each in names for each in about)
            for lang in LANGUAGES:
                raw = catalogue.pattern(lang, step.key)
                assert not re.search(r"Ctrl|Enter|Esc|Tab|Space|F\d|[←→↑↓]", raw), raw
                assert "{" not in step.words(lang, conflict_events)
                for quoted in re.findall(r"«([^»{]+)»", raw):
                    assert quoted in exercise


def all_sources() -> str:
    root = Path(__file__).parents[2] / "coder"
    files = [*root.glob("service/edits/*.py"), *root.glob("adjudicate/gold_edits.py")]
    return "\n".join(path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("role", ROLES)
def test_without_a_terminal_the_steps_are_printed(role: str, run_coder: Run) -> None:
    code, out, _ = run_coder("tour", "--as", role, "--language", "en")
    assert code == 0 and len(out.splitlines()) == len(steps(role))
    assert out.startswith("1. Welcome.")
    code, out, _ = run_coder("tour", "--as", role, "--language", "ar", "--json")
    told = json.loads(out)
    assert told["steps"][0].startswith("أهلاً بك") and (
        told["role"],
        told["language"],
    ) == (role, "ar")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ar_LB.UTF-8"}, "ar"),
        ({"LANG": "ar_LB.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "ar"}, "ar"),
        ({}, "en"),
    ],
)
def test_the_system_says_which_language(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_what_the_tour_says_in_the_shell_is_in_its_language(tmp_path: Path) -> None:
    terminal = PseudoTerminal(
        ["-m", "coder", "tour", "--language", "ar"], environ={"TMPDIR": str(tmp_path)}
    )
    terminal.wait_for("F9")
    terminal.press("\x1b[20~")
    for line in catalogue.say("ar", "cli.tour.over").split("\n"):
        terminal.wait_for(to_display(line).strip())
    assert terminal.wait() == 0
    assert to_display(catalogue.say("ar", "cli.tour.begins")).encode() in terminal.sent


def test_nothing_of_the_tour_stays(tmp_path: Path) -> None:
    terminal = PseudoTerminal(
        ["-m", "coder", "tour"], environ={"TMPDIR": str(tmp_path)}
    )
    terminal.wait_for("Tour, step 1 of")
    assert list(tmp_path.glob("coder-tour-*"))
    terminal.press("\x1b[20~")  # F9
    terminal.wait_for("The tour is over")
    assert terminal.wait() == 0
    assert not list(tmp_path.iterdir())


async def test_who_opens_a_screen_for_the_first_time_is_told_of_the_tour_once(
    english_demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    article = english_demo.article("004")
    for screen, command in (
        (lambda: CodingScreen(english_demo, "you", article), "coder tour "),
        (lambda: ReviewScreen(english_demo, "salma"), "coder tour --as supervisor "),
    ):
        for is_first in (True, False):
            app = CoderApp(screen)
            async with app.run_test() as pilot:
                await pilot.pause()
                told = "".join(
                    column.text for column in app.screen.query_one("#message", Bar).row
                )
                assert (command in told) == is_first
