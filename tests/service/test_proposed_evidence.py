"""What is proposed names the words it rests on: an adjective, a trigger that a coder
drew, or none at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import MISSING, Answer, Article, Candidate, Coding, Event, Json, Span
from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import import_files
from coder.service.edits.answer_edits import AcceptProposals, Put, SetValue
from coder.service.edits.context import Context
from coder.service.edits.event_edits import DeleteEvent, OpenEvent
from coder.service.edits.field_values import find_earlier_value
from coder.service.edits.span_edits import Confirm, Draw, Reject
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.integrity import verify

TEXT = "أفاد مصدر أمني بمقتل خمسة أشخاص في غارة إسرائيلية استهدفت منزلاً في مدينة غزة."
TEXT += " وتلتها تغلغلات في القرية. ثم جاءت تحويطات حولها."

UNKNOWN = {"name": "الجيشين", "class": "unknown"}


def candidate_in(text: str, kind: str, words: str, value: Json) -> Candidate:
    start = text.index(words)
    return Candidate(f"{kind}:{words}", kind, start, start + len(words), words, value)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """One article; amal is its coder."""
    (tmp_path / "a1.txt").write_text(TEXT, "utf-8")
    made = create_project(tmp_path / "p")
    made.add_person("amal", "coder")
    import_files(made, [tmp_path / "a1.txt"])
    suggest(made)
    with made.store.begin("setup") as work:
        work.assign([("a1", "amal", "production", 0)])
    yield made
    made.close()


@pytest.mark.parametrize("comes_back", [False, True])
def test_an_accepted_adjective_is_the_evidence_of_the_party(
    project: Project, comes_back: bool
) -> None:
    session = CodingSession(project, project.article("a1"), "amal")
    trigger = next(
        c for c in session.candidates if c.kind == "trigger" and c.quote == "غارة"
    )
    session.do(OpenEvent(trigger))
    if comes_back:
        session.close()
        session = CodingSession(project, project.article("a1"), "amal")
    session.do(AcceptProposals("e1"))
    [opened] = session.coding.events
    answer = opened.fields["initiators"]
    assert answer.value == ["israel"]
    assert [
        span.quote for i in answer.evidence if (span := session.coding.span(i))
    ] == ["إسرائيلية"]
    session.close()


@pytest.mark.parametrize("comes_back", [False, True])
def test_words_that_are_evidence_of_several_fields_keep_the_value_of_their_kind(
    tmp_path: Path, comes_back: bool
) -> None:
    """The adjective names who struck, and the same words tell that the article itself
    says so.
    """
    text = "غارة إسرائيلية استهدفت منزلاً في مدينة غزة."
    (tmp_path / "a1.txt").write_text(text, "utf-8")
    project = create_project(tmp_path / "p")
    project.add_person("amal", "coder")
    import_files(project, [tmp_path / "a1.txt"])
    suggest(project)
    session = CodingSession(project, project.article("a1"), "amal")
    session.do(
        OpenEvent(
            next(
                c
                for c in session.candidates
                if c.kind == "trigger" and c.quote == "غارة"
            )
        )
    )
    if comes_back:
        session.close()
        session = CodingSession(project, project.article("a1"), "amal")
    session.do(AcceptProposals("e1"))
    [event] = session.coding.events
    assert event.answer("responsibility").value == ["article"]
    [adjective] = [span for span in session.coding.spans if span.quote == "إسرائيلية"]
    assert adjective.id in event.answer("responsibility").evidence
    assert adjective.id in event.answer("initiators").evidence
    assert adjective.value == ["israel"]
    field = session.codebook.event_field("initiators")
    session.do(Put("e1", field, adjective))  # its letter again adds nobody else
    assert session.coding.events[0].answer("initiators").value == ["israel"]
    session.close()
    assert verify(project).findings == []
    project.close()


def test_events_of_drawn_triggers_rest_each_on_its_own(project: Project) -> None:
    session = CodingSession(project, project.article("a1"), "amal")
    words = (
        "تغلغلات",
        "تحويطات",
    )  # plurals, so each is proposed as evidence of a campaign
    for word in words:
        start = TEXT.index(word)
        session.do(Draw("trigger", start, start + len(word)))
        session.do(OpenEvent(session.coding.spans[-1]))
    for event in session.coding.events:
        session.do(AcceptProposals(event.id))
    evidence = [
        event.answer("report_scope").evidence for event in session.coding.events
    ]
    assert [
        [span.quote for span in session.coding.spans if span.id in ids]
        for ids in evidence
    ] == [[word] for word in words]
    session.close()


def test_what_rests_on_no_words_is_no_candidate_of_the_article(
    project: Project,
) -> None:
    session = CodingSession(project, project.article("a1"), "amal")
    trigger = Candidate(
        "given", "trigger", start := TEXT.index("تحويطات"), start + 7, "تحويطات"
    )
    session.do(OpenEvent(trigger))
    assert session.coding.events[0].answer("source").value == [
        {"who": None, "kind": "own_reporting"}
    ]
    assert all(candidate.id and candidate.quote for candidate in session.by_id.values())
    session.close()


def test_a_count_keeps_what_is_proposed_from_the_noun_in_it_but_no_other_number(
    conflict_events: Codebook,
) -> None:
    text = "قصف الطيران 25 موقعاً."

    candidate = partial(candidate_in, text)
    trigger, count = (
        candidate("trigger", "قصف", "air_strike"),
        candidate("number", "25 موقعاً", None),
    )
    noun, number = (
        candidate("object", "موقعاً", ["headquarters"]),
        candidate("number", "25", {"min": 25, "max": 25}),
    )
    proposals = {"target_object": [noun], "killed": [number]}
    found = {each.id: each for each in (trigger, count, noun, number)}
    context = Context(conflict_events, Article("a", text), found, lambda *_: proposals)
    coding = Coding("a", "", conflict_events.ref, "amal")
    for edit in (
        Confirm([count]),
        Reject([noun]),
        Reject([number]),
        OpenEvent(trigger),
        AcceptProposals("e1"),
    ):
        coding = edit.apply(coding, context)
    [event] = coding.events
    hit = event.answer("target_object")
    assert hit.value == ["headquarters"]
    assert [span.quote for i in hit.evidence if (span := coding.span(i))] == [
        "25 موقعاً"
    ]
    assert event.answer("killed").value is None


def test_a_speaker_kept_as_an_actor_is_still_proposed_as_the_source(
    conflict_events: Codebook,
) -> None:
    text = "نفى البيت الأبيض الأنباء في واشنطن."
    candidate = partial(candidate_in, text)
    trigger = candidate("trigger", "نفى", "denial_rejection")
    actor = candidate("actor", "البيت الأبيض", ["us_white_house"])
    credited = [{"who": "us_white_house", "kind": "official"}]
    source = candidate("source", "البيت الأبيض", credited)
    place, medium = (
        candidate("place", "واشنطن", None),
        candidate("source", "واشنطن", credited),
    )
    found = {each.id: each for each in (trigger, actor, source, place, medium)}

    def opened(*edits: Confirm | Reject, proposed: Candidate) -> Answer:
        proposals = {"source": [proposed]}
        context = Context(
            conflict_events, Article("a", text), found, lambda *_: proposals
        )
        coding = Coding("a", "", conflict_events.ref, "amal")
        for edit in (*edits, OpenEvent(trigger)):
            coding = edit.apply(coding, context)
        return coding.events[0].answer("source")

    kept = opened(Confirm([actor]), Reject([source]), proposed=source)
    assert (kept.value, kept.evidence) == (credited, (actor.id,))
    assert opened(Reject([actor]), Reject([source]), proposed=source).value is None
    assert (
        opened(Confirm([place]), Reject([medium]), proposed=medium).value is None
    )  # a place is nobody


def test_a_rejected_actor_does_not_come_back_with_the_words_of_its_spokesman(
    conflict_events: Codebook,
) -> None:
    text = "قال المتحدث باسم قيادة الجيش السوري إن القصف استمر."
    candidate = partial(candidate_in, text)
    trigger, actor = (
        candidate("trigger", "القصف", "attack_unspecified"),
        candidate("actor", "قيادة", ["usa"]),
    )
    source = candidate(
        "source",
        "المتحدث باسم قيادة الجيش السوري",
        [{"who": "syria_army", "kind": "official"}],
    )
    found = {each.id: each for each in (trigger, actor, source)}
    context = Context(
        conflict_events, Article("a", text), found, lambda *_: {"initiators": [actor]}
    )
    coding = Coding("a", "", conflict_events.ref, "amal")
    for edit in (Reject([actor]), Confirm([source]), OpenEvent(trigger)):
        coding = edit.apply(coding, context)
    assert coding.events[0].answer("initiators") == MISSING


def test_a_confirmed_place_is_proposed_though_the_same_words_were_often_rejected(
    tmp_path: Path,
) -> None:
    text = "قصفت الطائرات مواقع في سوريا. " + "تغيرت الحال في سوريا. " * 12
    (tmp_path / "a1.txt").write_text(text, "utf-8")
    project = create_project(tmp_path / "p")
    project.add_person("amal", "coder")
    import_files(project, [tmp_path / "a1.txt"])
    suggest(project)
    session = CodingSession(project, project.article("a1"), "amal")
    first, *others = [c for c in session.candidates if c.kind == "place"]
    for edit in (Confirm([first]), *(Reject([each]) for each in others)):
        session.do(edit)
    assert first.id not in {
        c.id for c in session.candidates
    }  # what was learned from the others
    session.do(OpenEvent(next(c for c in session.candidates if c.kind == "trigger")))
    assert session.coding.events[0].answer("place").evidence == (first.id,)
    session.close()
    project.close()


def test_words_that_count_the_dead_of_one_event_are_not_proposed_for_another(
    conflict_events: Codebook,
) -> None:
    text = "قُتل خمسة أشخاص في غارة وقصف"

    candidate = partial(candidate_in, text)
    five = candidate("number", "خمسة أشخاص", {"min": 5, "max": 5})
    strike, shelling = (
        candidate("trigger", "غارة", "air_strike"),
        candidate("trigger", "قصف", "shelling"),
    )
    article = Article("a1", text)
    context = Context(
        conflict_events,
        article,
        {five.id: five},
        propose=lambda *_: {"killed": [five], "injured": [five]},
    )
    opened = OpenEvent(strike).apply(
        Coding("a1", article.text_sha256, conflict_events.ref, "amal"), context
    )
    for coding in (opened, AcceptProposals("e1").apply(opened, context)):
        first, second = OpenEvent(shelling).apply(coding, context).events
        assert first.answer("killed").value == {"min": 5, "max": 5}
        assert second.answer("killed") == second.answer("injured") == MISSING
    gone = OpenEvent(shelling).apply(DeleteEvent("e1").apply(opened, context), context)
    assert gone.events[0].answer("killed").value == {"min": 5, "max": 5}


@pytest.mark.parametrize(
    ("items", "evidence", "wanted"),
    [
        (["iran", "usa"], ("army", "city"), ["iran"]),  # the city reads as `usa`
        (["iran"], ("army",), ["iran"]),
        (["iran", "isis", "usa"], ("army", "city"), None),  # it may be either
        (["iran", "usa"], ("city", "army again"), ["iran"]),
        (["iran", UNKNOWN, "usa"], ("army", "city"), [UNKNOWN]),
        (["iran"], ("army", "city"), None),  # both read otherwise
        (
            [UNKNOWN | {"class": "armed_group"}, "usa"],
            ("army", "city"),
            [UNKNOWN | {"class": "armed_group"}],
        ),
        (
            [{"name": "مسلحون", "class": "armed_group"}, "iran"],
            ("army", "men"),
            ["iran"],
        ),
        (["iran", "usa"], ("city",), None),  # `iran` was chosen without words
    ],
)
def test_the_actor_that_a_coder_gave_words_is_proposed_for_the_same_words_in_the_next_event(
    conflict_events: Codebook,
    items: list[Json],
    evidence: tuple[str, ...],
    wanted: Json,
) -> None:
    army, city = (
        Span("army", "actor", 4, 11, "الجيشين"),
        Span("city", "actor", 12, 18, "واشنطن", ["usa"]),
    )
    again = replace(army, id="army again", start=30, end=37)
    men = Span(
        "men", "actor", 40, 46, "مسلحون", [{"name": "مسلحون", "class": "unknown"}]
    )
    event = Event("e1", {"initiators": Answer(value=items, evidence=evidence)})
    coding = Coding(
        "a1",
        "",
        conflict_events.ref,
        "amal",
        spans=(army, city, again, men),
        events=(event,),
    )
    field = conflict_events.event_field("initiators")
    given = Candidate("c", "actor", 50, 57, "الجيشين")
    assert find_earlier_value(field, given, coding, conflict_events) == wanted
    assert find_earlier_value(field, given, coding, conflict_events, "e1") is None


def test_a_place_with_a_country_added_is_not_taken_for_other_words(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("place")
    village = {"as_written": "الخيارة", "precision": "town"}
    spans = (
        Span("s1", "place", 0, 7, "الخيارة"),
        Span("s2", "place", 8, 13, "لبنان", "lb"),
    )
    given = Candidate("c", "place", 50, 55, "لبنان", "lb")
    for item in (
        village,
        village | {"country": "LB"},
        village | {"precision": "around_town"},
    ):
        event = Event("e1", {"place": Answer(value=[item], evidence=("s1", "s2"))})
        coding = Coding(
            "a1", "", conflict_events.ref, "amal", spans=spans, events=(event,)
        )
        assert find_earlier_value(field, given, coding, conflict_events) is None


def test_who_was_given_as_initiator_is_no_longer_proposed_as_target(
    conflict_events: Codebook,
) -> None:
    """The codebook's initiators and targets share nobody; proposed words that give only
    them go with them.
    """
    usa, israel = (
        candidate_in(TEXT, "actor", words, [who])
        for words, who in (("مصدر", "usa"), ("غارة", "israel"))
    )
    context = Context(
        conflict_events, Article("a1", TEXT), {c.id: c for c in (usa, israel)}
    )
    both = Answer(value=["usa", "israel"], evidence=(usa.id, israel.id), proposed=True)
    coding = Coding("a1", "", "", "amal").with_event(Event("e1", {"targets": both}))
    initiators, targets = map(conflict_events.event_field, ("initiators", "targets"))

    one = SetValue("e1", initiators, ["usa"]).apply(coding, context)
    assert one.events[0].answer("targets") == Answer(
        value=["israel"], evidence=(israel.id,), proposed=True
    )
    empty = coding.with_event(
        coding.events[0].with_answer("initiators", Answer())
    )  # as a file can have it
    kept = SetValue("e1", conflict_events.event_field("certainty"), "reported").apply(
        empty, context
    )
    assert kept.events[0].answer("targets") == both
    none = SetValue("e1", initiators, ["usa", "israel"]).apply(one, context)
    assert none.events[0].answer("targets") == MISSING
    kept = SetValue("e1", targets, ["usa"]).apply(coding, context)
    assert SetValue("e1", initiators, ["usa"]).apply(kept, context).events[0].answer(
        "targets"
    ).value == ["usa"]
