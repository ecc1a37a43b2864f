"""Questions on the codebook: asked as comments, collected with their examples, answered
once, noted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import COMMENT, FLAG
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.remarks import OwnRemarks, Remarks
from coder.service.coding.session import CodingSession
from coder.service.delivery import packet_merge, packets
from coder.service.edits.event_edits import OpenEvent
from coder.service.project.opened import Project
from coder.service.review.codebook_questions import (
    Question,
    answer_questions,
    questions,
)
from coder.service.upkeep.integrity import verify
from tests.support.packets import made_home

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Project:
    """Amal has a1 and a2, basim a2 and a3; a2 says قتل ثلاثة في انفجار ببغداد, and both
    call it news.
    """
    return made_home(tmp_path)


def desk(project: Project, coder: str, article: str = "a2") -> OwnRemarks:
    """What a coder sees who has an article open."""
    return OwnRemarks(CodingSession(project, project.article(article), coder))


def asked(home: Project) -> Project:
    """Amal and basim ask about the genre of a2, amal about the words «قتل ثلاثة»."""
    for coder, text in (
        ("amal", "؟ أهو خبر أم تحليل"),
        ("basim", "? an explainer too"),
    ):
        desk(home, coder).say((coder, "", "genre", 0, 0), text)
    desk(home, "amal").say(("amal", "", "", 0, 9), "? ألف")
    return home


def test_a_question_is_a_comment_that_begins_with_a_question_mark(
    home: Project,
) -> None:
    mine = desk(home, "amal")
    place = ("amal", "", "genre", 0, 0)
    mine.say(place, "للمشرف")
    assert (
        questions(home) == []
        and mine.session.coding.answers["genre"].comment == "للمشرف"
    )
    mine.say(place, "؟ أهو خبر")
    assert [(q.asked.text, q.about) for q in questions(home)] == [("أهو خبر", "genre")]
    assert (
        mine.session.coding.answers["genre"].comment == ""
        and mine.own(place) == "? أهو خبر"
    )
    mine.say(place, "? أهو تحليل")
    assert [q.asked.text for q in questions(home)] == ["أهو تحليل"]
    mine.say(place, "لا بأس")
    assert [each.kind for each in mine.all] == [COMMENT] and questions(home) == []
    mine.session.close()
    assert verify(home).findings == []


def test_a_question_of_one_sign_says_nothing(home: Project) -> None:
    mine = desk(home, "amal")
    mine.say(("amal", "", "", 0, 9), "؟")
    assert mine.all == [] and questions(home) == []


def test_a_flag_stays_a_flag(home: Project) -> None:
    ArticleList(home, "amal").turn("a2", FLAG, "انظروا")
    desk(home, "amal").say(("amal", "", "", 0, 0), "? أهذا المقال لنا")
    with home.store.read() as queries:
        assert [each.kind for each in queries.remarks("a2")] == [FLAG]


def test_questions_come_with_their_examples_in_the_codebook_s_order(
    home: Project,
) -> None:
    told = [
        (q.about, q.asked.by, q.asked.article, q.quote, q.value)
        for q in questions(asked(home))
    ]
    news = home.codebook.label_of(home.codebook.article_field("genre"), "news", "ar")
    assert told == [
        ("genre", "amal", "a2", "", news),
        ("genre", "basim", "a2", "", news),
        ("", "amal", "a2", "قتل ثلاثة", ""),
    ]
    places = [
        (told["quote"], told["start"], told["end"])
        for told in map(Question.document, questions(home))
    ]
    assert places == [("", 0, 0), ("", 0, 0), ("قتل ثلاثة", 0, 9)]


def test_what_is_asked_of_an_event_shows_its_type_and_words(home: Project) -> None:
    mine = desk(home, "amal")
    trigger = next(c for c in mine.session.candidates if c.kind == "trigger")
    mine.session.do(OpenEvent(trigger))
    mine.say(("amal", "e1", "", 0, 0), "? حدث أم حدثان")
    mine.say(("amal", "e1", "event_type", 0, 0), "? أي نوع")
    mine.session.close()
    of_type, of_event = questions(home)
    assert (of_type.about, of_event.about) == ("event_type", "")
    assert of_event.quote == trigger.quote == of_type.quote
    for each in (of_event, of_type):
        told = each.document()
        assert (told["start"], told["end"], told["quote"]) == (
            trigger.start,
            trigger.end,
            trigger.quote,
        )
    assert of_event.event == of_type.event != "…"


def test_one_answer_reaches_all_who_asked_where_they_asked(home: Project) -> None:
    answered = answer_questions(asked(home), "salma", ["genre"], "الخبر ما وقع في يومه")
    assert [q.asked.by for q in answered] == ["amal", "basim"]
    for coder in ("amal", "basim"):
        mine = desk(home, coder)
        assert [each.by for each in mine.at((coder, "", "genre", 0, 0))] == [
            coder,
            "salma",
        ]
        assert ArticleList(home, coder).found("answered", "")[0].article == "a2"
    assert [q.asked.by for q in questions(home) if q.answer is None] == ["amal"]
    with pytest.raises(CoderError, match="no open question"):
        answer_questions(home, "salma", ["genre"], "ثانية")
    assert verify(home).findings == []


def test_an_answer_reaches_a_coder_who_works_offline(
    home: Project, tmp_path: Path
) -> None:
    answer_questions(asked(home), "salma", ["genre"], "الخبر ما وقع في يومه")
    packets.make(home, "basim", tmp_path / "basim.packet")
    away = packets.open_packet(tmp_path / "basim.packet", tmp_path / "away")
    assert [q.answer and q.answer.text for q in questions(away, "basim")] == [
        "الخبر ما وقع في يومه"
    ]


def test_what_is_asked_after_the_answer_is_open(home: Project) -> None:
    answer_questions(asked(home), "salma", ["genre"], "الخبر ما وقع في يومه")
    desk(home, "amal").say(("amal", "", "genre", 0, 0), "? وإن كان أمس")
    left = [q for q in questions(home) if q.answer is None and q.about == "genre"]
    assert [q.asked.text for q in left] == ["وإن كان أمس"]
    answer_questions(home, "salma", [left[0].id], "وأمس كذلك")
    said = {q.asked.text: q.answer.text for q in questions(home) if q.answer}
    assert said["وإن كان أمس"] == "وأمس كذلك"


def test_only_a_supervisor_s_words_are_an_answer(home: Project) -> None:
    asked(home)
    place = ("amal", "", "genre", 0, 0)
    with home.store.read() as queries:
        coding = queries.coding("a2", "amal")
    assert coding is not None
    Remarks(home, "a2", "basim", lambda: [coding]).say(place, "أظنه خبراً")
    assert [q.answer for q in questions(home)] == [None, None, None]
    with pytest.raises(CoderError, match="basim"):
        answer_questions(home, "basim", ["genre"], "خبر")
    Remarks(home, "a2", "salma", lambda: [coding]).say(place, "خبر")  # as in the review
    answers = [q.answer for q in questions(home) if q.about == "genre"]
    assert [each and each.text for each in answers] == ["خبر", None]


def test_a_coder_sees_their_own_questions_alone(home: Project) -> None:
    assert [q.asked.by for q in questions(asked(home), "basim")] == ["basim"]
    assert len(questions(home, "salma")) == 3


def test_the_command_lists_and_answers(home: Project, run_coder: Run) -> None:
    asked(home)
    home.close()
    here = ("--project", home.config.folder)
    listed = json.loads(run_coder("questions", "--json", *here)[1])
    assert [(each["about"], each["by"], each["answer"]) for each in listed] == [
        ("genre", "amal", None),
        ("genre", "basim", None),
        ("", "amal", None),
    ]
    ids = ",".join(each["id"] for each in listed[:2])
    code, out, _ = run_coder("questions", "answer", ids, "خبر", "--as", "salma", *here)
    assert code == 0 and "2 questions" in out
    table = run_coder("questions", "--open", *here)[1]
    assert listed[2]["id"] in table and listed[0]["id"] not in table
    page = run_coder("questions", "--markdown", *here)[1]
    assert page.startswith("# أسئلة عن الدليل") and page.count("salma: خبر") == 2


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["answer", "genre", "--as", "salma"], "cli.questions.answer"),
        (["answer", "genre", "text"], "cli.questions.answer"),
        (["list", "genre"], "cli.questions.only_answer"),
        (["answer", "genre", " ", "--as", "salma"], "review.no_answer"),
        (["answer", "nothing", "text", "--as", "salma"], "review.no_question"),
    ],
)
def test_bad_use_is_said(
    home: Project, run_coder: Run, words: list[str], key: str
) -> None:
    home.close()
    code, _, err = run_coder("questions", *words, "--project", home.config.folder)
    assert code == 2 and str(CoderError(key, name="nothing")) in err


def test_a_question_travels_in_a_packet(home: Project, tmp_path: Path) -> None:
    packets.make(home, "amal", tmp_path / "out.packet")
    away = packets.open_packet(tmp_path / "out.packet", tmp_path / "away")
    desk(away, "amal").say(("amal", "", "genre", 0, 0), "? من بعيد")
    packets.make(away, "amal", tmp_path / "back.packet")
    packet_merge.merge_packet(home, tmp_path / "back.packet")
    assert [(q.asked.text, q.asked.by) for q in questions(home)] == [
        ("من بعيد", "amal")
    ]
