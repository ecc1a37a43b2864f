"""What the review screen says where a key did nothing or made a cell undecided; long
titles and answers.
"""

from __future__ import annotations

import pytest
from clicking import in_language
from review_by_keys import ISOLATES, bar, opened
from screen_text import info, screen_lines

from coder.adjudicate.gold_edits import Link, Split
from coder.adjudicate.resolve import ARTICLE
from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui.screens.review_grid import ReviewGrid
from coder.tui.screens.review_marks import BRIGHT
from coder.tui.screens.review_screen import ReviewScreen


async def test_a_second_a_says_that_nothing_was_taken_and_z_is_not_offered(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "a")
        assert "(z undoes it)" in bar(screen, "message")
        before = screen.work.state
        await pilot.press("a")
        assert screen.work.state == before
        assert "Nothing was taken" in bar(screen, "message") and "undoes" not in bar(
            screen, "message"
        )


async def test_a_digit_that_changes_nothing_says_so_and_counts_no_reason(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "a")
        screen.grid.go_to("c1", "event_status")
        before, counted = (
            screen.work.state,
            {kind: dict(n) for kind, n in screen.grid.reasons.items()},
        )
        await pilot.press("2")
        assert screen.work.state == before and screen.grid.field_id == "event_status"
        assert (
            bar(screen, "message")
            == "Status: this is already decided so; nothing changed"
        )
        assert {kind: n for kind, n in screen.grid.reasons.items() if n} == counted


async def test_the_first_of_two_sentences_reads_from_the_right_though_it_names_a_key(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.say("none_left")
        screen.say_too("because", reason="خطأ")
        await pilot.pause()
        [line] = [line for line in screen_lines(screen) if "Ctrl+S" in line]
        first, second = to_display("لا شيء مفتوح", 1), to_display("السبب", 1)
        assert (
            line.index(second) < line.index("Ctrl+S") < line.index(first)
        )  # visual order


async def test_the_queue_is_left_at_the_article_with_which_review_began(
    demo: Project,
) -> None:
    async with opened(demo, "004") as (screen, pilot):
        await pilot.press("q")
        assert screen.waiting.here == "004_6bcea9cb8461aa4b"
        assert screen.waiting.list.cursor > 0  # others come first


async def test_an_empty_text_does_not_take_away_that_it_is_not_stated(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")

        def state_of(*cell: str) -> str:
            answer = screen.work.state.find_decision(*cell)
            return answer.state if answer is not None else ""

        cell = next((each, "notes") for each in screen.work.state.standing if each)
        screen.grid.go_to(*cell)
        await pilot.press("0")  # a note needs no reason
        assert state_of(*cell) == "not_stated"
        screen.grid.go_to(*cell)
        await pilot.press("enter", "ctrl+s")
        assert screen.chooser.asked is None and state_of(*cell) == "not_stated"


async def test_what_becomes_undecided_is_said(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "a")
        screen.grid.go_to(ARTICLE, "relevance")
        await pilot.press("delete")
        assert screen.work.state.find_decision(ARTICLE, "relevance") is None
        assert "Relevance: undecided again (z undoes it)" in bar(screen, "message")


async def test_a_title_that_is_cut_ends_with_a_word_and_its_dots_after_it(
    demo: Project,
) -> None:
    async with opened(demo, "001", (120, 40)) as (screen, pilot):
        await pilot.press("f12")
        headline = screen.work.article.headline
        shown = screen.headline.row[0].text.translate(ISOLATES).strip()
        assert shown.endswith("…") and headline.startswith(f"{shown[:-1]} ")
        *_, title = [line[60:] for line in screen_lines(pilot.app)[:3]]
        assert title.lstrip("━┓╭─ ").startswith("…")  # the text's end is on the left


async def test_long_answers_have_their_lines_from_the_first_paint(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted, load = list[int](), ReviewGrid.load

    def counting(grid: ReviewGrid, width: int, field_id: str | None = None) -> None:
        load(grid, width, field_id)
        painted.append(len(grid.list.rows))

    monkeypatch.setattr(ReviewGrid, "load", counting)
    async with opened(demo, "001", (120, 40)) as (screen, _):
        assert painted[0] > len(
            screen.grid.rows
        )  # the problems of the text need two lines
        assert {*painted} == {painted[0]}


async def test_escape_leaves_what_was_begun_and_never_the_article(
    demo: Project,
) -> None:
    async with opened(demo, size=(120, 40)) as (screen, pilot):
        await pilot.press("shift+down")
        assert screen.grid.anchor is not None
        await pilot.press("escape")
        assert screen.grid.anchor is None
        await pilot.press("l", "escape", "escape")
        assert screen.scope() == "grid" and "q" in bar(screen, "message")
        await pilot.press("q")
        assert screen.scope() == "queue"


async def test_the_footer_names_the_way_out_and_what_ends_a_selection(
    demo: Project,
) -> None:
    async with opened(demo, size=(80, 24)) as (screen, pilot):

        def keys() -> list[str]:
            return [column.key for column in screen.bars["footer"].row]

        assert "q" in keys() and "escape" not in keys()
        await pilot.press("shift+down")
        assert {"q", "escape"} <= {*keys()}
        await pilot.press("escape", "l")
        assert "escape" in keys()


@pytest.mark.parametrize(
    ("lang", "said"), [("ar", "≈ الأدلة في"), ("en", "≈ evidence in")]
)
async def test_an_agreed_value_with_evidence_in_different_places_is_marked_and_still_agreed(
    demo: Project, lang: str, said: str
) -> None:
    async with opened(in_language(demo, lang), "003") as (screen, pilot):
        words = {"amal": ["قواعد أميركية"], "basim": ["القوات الأمريكية"]}
        clusters = [
            cluster.id
            for cluster in screen.work.state.clusters
            if len(cluster.members) == 2
        ]
        cluster = next(
            each for each in clusters if _quotes(screen, each, "targets") == words
        )
        assert screen.work.state.row(cluster, "targets").state == "agreed"
        for is_taken in (False, True):
            screen.grid.go_to(cluster, "targets")
            sign, alike = (
                screen.grid.list.rows[screen.grid.firsts[at]][0].text.strip()
                for at in (screen.grid.index, screen.grid.index - 1)
            )
            assert (sign, alike) == ("≈", "=")
            assert said in info(screen)
            assert (screen.grid.decided() is not None) is is_taken
            await pilot.press("a")
        screen.grid.go_to(cluster, "initiators")
        assert said not in info(screen)


def _quotes(screen: ReviewScreen, cluster: str, field: str) -> dict[str, list[str]]:
    """The words that each coder cites for a field."""
    codings, answers = (
        screen.work.state.codings,
        screen.work.state.row(cluster, field).answers,
    )
    return {
        coding.coder: [
            span.quote
            for i in answers[coding.coder].evidence
            if (span := coding.span(i))
        ]
        for coding in codings
    }


async def test_words_of_a_cell_are_said_to_be_of_those_who_cite_them_for_it(
    demo: Project,
) -> None:
    async with opened(demo, "003") as (screen, pilot):
        await pilot.press("f12", "a")
        session = screen.work
        gold_stretches = {span.stretch for span in session.state.gold.spans}
        shared = 0
        for cluster in session.state.clusters:
            screen.grid.go_to(cluster.id)
            for row in screen.grid.rows:
                screen.grid.go_to(cluster.id, row.field.id)
                givers = {**row.answers, "gold": screen.grid.decided()}
                codings = {
                    c.coder: c for c in (*session.state.codings, session.state.gold)
                }
                of_cell = dict[str, set[tuple[str, int, int]]]()
                for name, answer in givers.items():
                    spans = map(
                        codings[name].span,
                        answer.evidence if answer is not None else (),
                    )
                    of_cell[name] = {span.stretch for span in spans if span is not None}
                for mark in (
                    each for each in screen.grid.evidence() if each.state == BRIGHT
                ):
                    at = (mark.kind, mark.start, mark.end)
                    assert {*mark.label.split("+")} == {
                        name for name in of_cell if at in of_cell[name]
                    }
                    shared += at in gold_stretches and at not in of_cell["gold"]
        assert shared > 0  # words that are gold's elsewhere


async def test_the_key_for_the_next_open_field_skips_none_after_a_decision(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):

        def here() -> tuple[str, str]:
            return screen.grid.cluster_id, screen.grid.field_id

        await pilot.press("f12", "a")
        first, second, third, *_ = screen.work.to_do()
        for keys, cell in ((["n"], first), (["1", "enter", "n"], second)):
            await pilot.press(*keys)
            assert here() == cell
            assert bar(screen, "message").startswith(
                "This is the next open field already; n again skips it"
            )
        await pilot.press("n")
        assert here() == third
        await pilot.press("up", "n")  # moved meanwhile: the key is meant as it is
        assert here() == third


async def test_an_event_whose_number_is_greater_than_the_count_is_not_said_to_be_one_of_so_many(
    demo: Project,
) -> None:
    async with opened(demo, size=(120, 40)) as (screen, pilot):
        await pilot.press("f12")
        first, second, *_ = (
            c for c in screen.work.state.clusters if len(c.members) == 2
        )
        screen.work.do(Split(first.id, "basim"))
        alone = screen.work.state.clusters[1].id
        screen.work.do(Split(second.id, "basim"))
        screen.work.do(
            Link(first.id, alone)
        )  # together again, so that a number is free
        screen.refresh_work()
        events = screen.work.state.clusters
        number = max(int(c.id.removeprefix("c")) for c in events)
        screen.grid.go_to(f"c{number}")
        assert number > len(events)
        assert f"event {number} · events: {len(events)}" in bar(screen, "header")


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_lines_about_an_article_break_without_a_dot_and_leave_its_file_out_first(
    demo: Project, lang: str
) -> None:
    async with opened(demo, None) as (screen, pilot):
        screen.use_language(lang)
        await pilot.pause()
        first = screen.waiting.shown[0]
        lines = [line.strip() for line in screen_lines(pilot.app)[-3:-1]]
        assert [line.strip("·") for line in lines] == lines and all(
            " · " in line for line in lines
        )
        assert (
            "amal+basim" in lines[0]
            and first.outlet.startswith("001_4")
            and "001_4" not in lines[1]
        )
