"""Comments with their answers, flags and articles put off; in the list, in `coder
status`, in packets.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import FLAG, SKIP, Candidate, Coding
from coder.native import from_coding
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.remarks import OwnRemarks, Place, Remarks
from coder.service.coding.session import CodingSession, find_next_article
from coder.service.delivery import packet_merge, packets
from coder.service.delivery.datasets import deliver
from coder.service.edits.event_edits import OpenEvent
from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify
from tests.support.packets import answer, made_home

ARTICLE: Place = ("amal", "", "", 0, 0)


@pytest.fixture
def home(tmp_path: Path) -> Project:
    """Amal has a1 and a2, basim a2 and a3."""
    return made_home(tmp_path)


def opened(project: Project, coder: str = "amal", article: str = "a1") -> OwnRemarks:
    """What a coder sees who has an article open."""
    return OwnRemarks(CodingSession(project, project.article(article), coder))


def answering(project: Project, article: str = "a1", coder: str = "amal") -> Remarks:
    """What salma sees of a coder's coding."""
    with project.store.read() as queries:
        coding = queries.coding(article, coder) or Coding(article, "", "", coder)
    return Remarks(project, article, "salma", lambda: [coding])


def told(remarks: Remarks) -> list[tuple[Place, list[tuple[str, str]]]]:
    """Each place with who said what there."""
    return [
        (talk.place, [(each.by, each.text) for each in talk.said])
        for talk in remarks.talks()
    ]


def test_a_supervisor_s_answers_are_all_kept_and_the_last_can_be_removed(
    home: Project,
) -> None:
    stretch: Place = ("amal", "", "", 0, 4)
    opened(home).say(stretch, "شكّ")
    for text in ("هو قصف", "انظري المثال"):
        assert answering(home).text_to_edit(stretch) == ""
        answering(home).say(stretch, text)
    said = [("amal", "شكّ"), ("salma", "هو قصف"), ("salma", "انظري المثال")]
    assert told(opened(home)) == [(stretch, said)]
    answering(home).say(stretch, "")
    assert told(opened(home)) == [(stretch, said[:2])]


def test_a_comment_is_changed_until_it_is_answered(home: Project) -> None:
    mine = opened(home)
    stretch: Place = ("amal", "", "", 0, 4)
    mine.say(stretch, "شكّ\nفي النوع")
    mine.say(stretch, "شكّ")
    assert told(mine) == [(stretch, [("amal", "شكّ")])] and mine.own(stretch) == "شكّ"
    answering(home).say(stretch, "هو قصف")
    again = opened(home)
    assert again.own(stretch) == ""  # somebody has answered
    again.say(stretch, "شكراً")
    assert told(opened(home)) == [
        (stretch, [("amal", "شكّ"), ("salma", "هو قصف"), ("amal", "شكراً")])
    ]
    again.say(stretch, "")
    assert told(again) == [(stretch, [("amal", "شكّ"), ("salma", "هو قصف")])]
    assert again.stretches == {0}
    assert verify(home).findings == []


def test_everything_said_is_signed_and_has_its_time(home: Project) -> None:
    mine = opened(home)
    mine.say(ARTICLE, "طويل")
    [remark] = mine.all
    assert (remark.by, remark.coder) == ("amal", "amal") and remark.at.endswith(
        "+00:00"
    )
    with home.store.read() as queries:
        [entry] = queries.entries(subject="remarks:a1/amal")
    assert (entry.person, entry.what, entry.at[:16]) == (
        "amal",
        "comment.made",
        remark.at[:16],
    )


def test_a_colleague_is_not_told(home: Project) -> None:
    opened(home, "amal", "a2").say(ARTICLE, "سرّ")
    assert told(opened(home, "basim", "a2")) == []


def test_a_field_s_comment_stays_in_the_coding_until_it_is_answered(
    home: Project,
) -> None:
    answer(home, "amal", "a1", "genre", "news")
    mine = opened(home)
    genre: Place = ("amal", "", "genre", 0, 0)
    mine.say(genre, "خبر أم تحليل؟")
    mine.session.writer.flush()
    assert (
        from_coding(mine.session.coding)["answers"]["genre"]["comment"]
        == "خبر أم تحليل؟"
    )
    assert mine.all == [] and told(mine) == [(genre, [("amal", "خبر أم تحليل؟")])]
    answering(home).say(genre, "خبر")
    again = opened(home)
    again.say(genre, "حسناً")
    assert [text for _, text in told(again)[0][1]] == ["خبر أم تحليل؟", "خبر", "حسناً"]
    assert again.session.coding.answer("genre").comment == "خبر أم تحليل؟"
    again.session.close()
    assert (
        mine.session.turn("undo") is not None
        and mine.session.coding.answer("genre").comment == ""
    )


def test_an_event_s_comment_and_where_one_may_begin(home: Project) -> None:
    mine = opened(home)
    mine.session.do(
        OpenEvent(next(c for c in mine.session.candidates if c.kind == "trigger"))
    )
    event: Place = ("amal", "e1", "", 0, 0)
    assert [talk.place for talk in mine.talks([ARTICLE, event])] == [ARTICLE, event]
    mine.say(event, "حدثان؟")
    assert told(mine) == [(event, [("amal", "حدثان؟")])]


def test_what_cannot_be_kept_is_refused(home: Project) -> None:
    mine = opened(home)
    with pytest.raises(CoderError):
        mine.say(ARTICLE, "a\ud83db")
    assert mine.all == []


def test_a_comment_stays_where_the_question_in_its_place_is_refused(
    home: Project,
) -> None:
    mine = opened(home)
    field: Place = ("amal", "", mine.session.codebook.article_fields[0].id, 0, 0)
    mine.say(field, "شكّ")
    with pytest.raises(CoderError, match=r"U\+0000"):
        mine.say(field, "? هل\x00")
    assert mine.own(field) == "شكّ"
    mine.say(field, "? هل هو منها")
    assert told(mine) == [(field, [("amal", "هل هو منها")])]


def test_what_is_put_off_comes_after_all_else(home: Project) -> None:
    articles = ArticleList(home, "amal")
    assert find_next_article(home, "amal") == "a2"  # which she has begun
    articles.turn("a2", SKIP)
    assert find_next_article(home, "amal") == "a1"
    following = ArticleList(home, "amal").following("a1")
    assert following is not None and following.article == "a2"  # nothing else is left
    articles.turn("a1", SKIP)
    assert find_next_article(home, "amal") == "a2"
    articles.turn("a1", SKIP)
    articles.turn("a2", SKIP)
    assert [each.marks for each in articles.listed] == [(), ()]
    assert verify(home).findings == []


def test_the_list_says_how_far_each_article_is(home: Project) -> None:
    answer(home, "amal", "a2", "relevance", "relevant", "submitted")
    articles = ArticleList(home, "amal")
    assert [(a.article, a.title, a.status) for a in articles.listed] == [
        ("a1", "شنت واشنطن غارات على دير الزور", "new"),
        ("a2", "قتل ثلاثة في انفجار ببغداد", "submitted"),
    ]
    assert [a.status for a in ArticleList(home, "basim").listed] == ["open", "new"]
    answering(home, "a1").say(ARTICLE, "انتبهي")
    found = {
        name: [a.article for a in ArticleList(home, "amal").found(name, "")]
        for name in ("all", "to_do", FLAG, SKIP, "answered", "submitted")
    }
    assert found == {
        "all": ["a1", "a2"],
        "to_do": ["a1"],
        FLAG: [],
        SKIP: [],
        "answered": ["a1"],
        "submitted": ["a2"],
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("الزّور", ["a1"]),
        ("A2", ["a2"]),
        ("فى انفجار", ["a2"]),
        ("txt", ["a1", "a2"]),
        ("سوق", []),
    ],
)
def test_articles_are_found_in_any_spelling(
    home: Project, typed: str, found: list[str]
) -> None:
    assert [a.article for a in ArticleList(home, "amal").found("all", typed)] == found


def test_everybody_s_list_counts_who_has_submitted(home: Project) -> None:
    answer(home, "amal", "a2", "relevance", "relevant", "submitted")
    found = {
        a.article: (a.submitted, a.coders, a.status)
        for a in ArticleList(home, "").listed
    }
    assert found == {"a1": (0, 1, "new"), "a2": (1, 2, "open"), "a3": (0, 1, "new")}


def test_supervisors_see_flags_in_the_status(
    home: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    articles = ArticleList(home, "amal")
    articles.turn("a1", FLAG, "مكرر")
    articles.turn("a2", SKIP)
    home.close()
    code, out, _ = run_coder("status", "--project", home.config.folder, "--json")
    document = json.loads(out)
    assert code == 0
    assert [(f["article"], f["coder"], f["text"]) for f in document["flags"]] == [
        ("a1", "amal", "مكرر")
    ]
    assert [(r["coder"], r["flagged"], r["put_off"]) for r in document["progress"]] == [
        ("amal", 1, 1),
        ("basim", 0, 0),
    ]
    assert (
        "flagged: a1 by amal: مكرر"
        in run_coder("status", "--project", home.config.folder)[1]
    )


def test_an_export_says_that_it_leaves_comments_out(
    home: Project, tmp_path: Path
) -> None:
    assert deliver(home, "native", "codings", tmp_path / "before.jsonl").in_words == []
    opened(home).say(ARTICLE, "طويل")
    told = deliver(home, "native", "codings", tmp_path / "after.jsonl")
    assert [said.en for said in told.in_words] == [
        "1 question, answer, flag or comment outside the fields"
    ]
    assert (tmp_path / "before.jsonl").read_bytes() == (
        tmp_path / "after.jsonl"
    ).read_bytes()


def test_comments_go_out_and_come_back_in_a_packet(
    home: Project, tmp_path: Path
) -> None:
    answering(home).say(ARTICLE, "انتبهي")
    packets.make(home, "amal", tmp_path / "out.packet")
    away = packets.open_packet(tmp_path / "out.packet", tmp_path / "away")
    assert told(opened(away)) == [(ARTICLE, [("salma", "انتبهي")])]
    opened(away).say(ARTICLE, "نعم")
    ArticleList(away, "amal").turn("a2", SKIP)
    answering(home).say(ARTICLE, "وأيضاً")
    packets.make(away, "amal", tmp_path / "back.packet")
    for _ in range(2):
        packet_merge.merge_packet(home, tmp_path / "back.packet")
        said = [("amal", "نعم"), ("salma", "انتبهي"), ("salma", "وأيضاً")]
        assert sorted(told(opened(home))[0][1]) == said
        assert ArticleList(home, "amal").found(SKIP, "")[0].article == "a2"
    assert verify(home).findings == verify(away).findings == []


def test_what_was_said_of_an_event_that_is_gone_is_not_said_of_a_new_one(
    home: Project,
) -> None:
    mine = opened(home)
    session, trigger = (
        mine.session,
        Candidate("trigger:0-1", "trigger", 0, 1, home.article("a1").text[:1]),
    )
    session.do(OpenEvent(trigger))
    mine.say(("amal", "e1", "", 0, 0), "شكّ")
    session.turn("undo")
    session.do(OpenEvent(trigger))
    assert [event.id for event in session.coding.events] == ["e2"]
    assert mine.at(("amal", "e2", "", 0, 0)) == []
    session.close()
