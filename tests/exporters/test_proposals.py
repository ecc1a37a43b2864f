"""What the suggester would offer comes out as codings do, in every format that holds
these.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coder.exporters.registry import FORMATS
from coder.foreign import to_json
from coder.importers.native_reader import to_coding
from coder.native import SUGGESTER, from_coding
from coder.service.coding.session import CodingSession
from coder.service.delivery.datasets import deliver
from coder.service.edits.event_edits import OpenEvent
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.suggest.event_proposals import TOLD


def test_proposed_events_are_those_that_the_screen_opens(
    demo: Project, tmp_path: Path
) -> None:
    deliver(demo, "native", "proposals", tmp_path / "x.jsonl")
    codings = [
        to_coding(json.loads(line))
        for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(codings) == 5 and all(coding.coder == SUGGESTER for coding in codings)
    article = demo.article("001")
    [proposed] = [coding for coding in codings if coding.article == article.id]
    demo.add_person("nour", "coder")
    session = CodingSession(demo, article, "nour")
    triggers = [
        each
        for each in session.candidates
        if demo.codebook.is_trigger(each.kind) and each.score >= TOLD
    ]
    assert len(proposed.events) == len(triggers) > 10
    for trigger, event in zip(triggers, proposed.events, strict=True):
        session.do(OpenEvent(trigger))
        shown = session.coding.events[-1].fields
        assert {name: answer.value for name, answer in event.fields.items()} == {
            name: answer.value for name, answer in shown.items()
        }
    session.close()


def test_proposals_fit_codebook_and_text(demo: Project, tmp_path: Path) -> None:
    deliver(demo, "native", "proposals", tmp_path / "x.jsonl")
    for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines():
        coding, text = (
            to_coding(json.loads(line)),
            demo.article(json.loads(line)["article"]["id"]).text,
        )
        expect_sound(coding, demo.codebook)
        spans = {span.id: span for span in coding.spans}
        assert all(text[span.start : span.end] == span.quote for span in coding.spans)
        cited = [
            each
            for e in coding.events
            for answer in e.fields.values()
            for each in answer.evidence
        ]
        assert cited and set(cited) <= set(spans)


def test_proposed_values_name_the_rows_they_came_of(
    demo: Project, tmp_path: Path
) -> None:
    deliver(demo, "native", "proposals", tmp_path / "x.jsonl")
    lines = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    order = [each.id for each in demo.codebook.event_fields]
    for line in lines:  # the origin costs no byte of the round trip
        assert to_json(from_coding(to_coding(json.loads(line)), order)) == line
    article = demo.article("001").id
    [record] = [r for r in map(json.loads, lines) if r["article"]["id"] == article]
    fields = record["events"][0]["fields"]
    assert fields["event_type"]["origin"] == ["noun:أوامر"]
    assert fields["initiators"]["origin"] == ["light-doer-in-front"]
    assert fields["source"]["origin"] == ["unattributed"]


@pytest.mark.parametrize(
    "form", [f for f in FORMATS if "codings" in f.holds], ids=lambda f: f.name
)
def test_every_format_that_holds_codings_holds_proposals(form: object) -> None:
    assert "proposals" in form.holds  # type: ignore[attr-defined]
