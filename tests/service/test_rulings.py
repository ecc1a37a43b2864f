"""What supervisors rule about terms: promoted, vetoed and forgotten, for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Json, Verdict
from coder.service.delivery import packets
from coder.service.delivery.intake import import_files
from coder.service.learning import learned_terms
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from tests.service.one_group import (
    DAWN,
    TEXTS,
    add_gold,
    drawn_in,
    four_articles,
    session,
    suggested,
)
from tests.support.postgres import OWNER, Server


@pytest.fixture
def project(tmp_path: Path, database_url: str) -> Iterator[Project]:
    with four_articles(tmp_path, database_url) as made:
        yield made


def test_rulings_are_journaled_and_can_be_taken_back(project: Project) -> None:
    value = json.dumps([{"name": DAWN, "class": "armed_group"}])
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "actor", DAWN, value)
    at = session(project, "basim", "a2")
    assert [(c.quote, c.origin) for c in at.candidates] == [(DAWN, f"promoted:{DAWN}")]
    at.close()
    learned_terms.rule(project, "salma", Verdict.VETOED, "actor", "قُوّات الفجر")
    drawn_in(project, "basim", "a1", "a2")
    assert suggested(project, "basim", "a2") == []
    assert [e.state for _, e in learned_terms.learned(project)] == ["vetoed"]
    assert learned_terms.undo(project, "salma") == ("term.vetoed", ["قُوّات الفجر"])
    assert [e.state for _, e in learned_terms.learned(project)] == ["promoted"]
    learned_terms.forget(project, "salma", "actor", DAWN)
    assert [(e.state, who) for who, e in learned_terms.learned(project)] == [
        ("suggested", "basim")
    ]
    assert verify(project).findings == []


@pytest.mark.parametrize(
    ("kind", "text", "value", "said"),
    [
        ("date", "أمس", "", "never promoted"),
        ("actor", "«»", "", "no letters"),
        ("actor", DAWN, "us_militari", "is not a value of"),
        ("actr", DAWN, "", "span kind"),
    ],
)
def test_a_ruling_that_means_nothing_is_refused(
    project: Project, kind: str, text: str, value: str, said: str
) -> None:
    with pytest.raises(CoderError, match=said):
        learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, text, value)
    with pytest.raises(CoderError, match="is a coder"):
        learned_terms.rule(project, "amal", Verdict.PROMOTED, "actor", DAWN)
    assert learned_terms.learned(project) == []


def test_a_value_that_no_field_of_the_kind_can_hold_is_not_promoted(
    project: Project,
) -> None:
    for kind, value in (
        ("source", '{"who": 5}'),
        ("source", '[{"who": 5}]'),
        ("source", '[{"who": null, "kind": "x"}]'),
        ("source", "[[]]"),
        ("actor", '[{"name": 5}]'),
        ("actor", '[{"name": "X", "class": "army"}]'),
        ("actor", '["usa", 5]'),
        ("actor", "[]"),
        ("trigger", '["air_strike"]'),
        ("trigger", "{}"),
        ("trigger", "NaN"),
        ("trigger", "[" * 10_000),
        ("place", '[{"precision": 1}]'),
        ("place", '{"precision": "town"}'),
        ("weapon", "[{}]"),
    ):
        with pytest.raises(CoderError, match=f"is not a value of {kind}") as error:
            learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, DAWN, value)
        assert value[:20] in str(error.value)
        assert learned_terms.learned(project) == [], (kind, value[:20])


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("trigger", "air_strike", "air_strike"),
        ("actor", "usa", ["usa"]),
        ("source", "usa", [{"who": "usa", "kind": "official"}]),
        (
            "actor",
            '[{"name": "X", "class": "armed_group"}]',
            [{"name": "X", "class": "armed_group"}],
        ),
    ],
)
def test_a_promoted_value_has_the_shape_that_its_field_takes(
    project: Project, kind: str, typed: str, value: Json
) -> None:
    assert (
        learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, DAWN, typed).value
        == value
    )


def test_a_promoted_place_is_written_in_each_article_as_it_stands_there(
    project: Project,
) -> None:
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "place", DAWN, "deir_ezzor")
    at = session(project, "basim", "a2")
    [place] = [
        c.value[0]
        for c in at.candidates
        if c.kind == "place" and isinstance(c.value, list)
    ]
    assert (place["as_written"], place["place_id"]) == (DAWN, "deir_ezzor")
    at.close()


def test_a_packet_takes_along_what_supervisors_decided_and_nothing_of_gold(
    project: Project, tmp_path: Path
) -> None:
    add_gold(project, "a3")
    add_gold(project, "a4")
    learned_terms.rule(project, "salma", Verdict.VETOED, "place", "هناك")
    packets.make(project, "basim", tmp_path / "b.packet")
    away = packets.open_packet(tmp_path / "b.packet", tmp_path / "away")
    assert suggested(away, "basim", "a2") == []
    assert {(e.kind, e.state) for _, e in learned_terms.learned(away)} == {
        ("place", "vetoed")
    }
    assert verify(away).findings == []
    away.close()


def test_a_coder_s_login_learns_from_their_own_codings_alone(
    postgres: Server, tmp_path: Path
) -> None:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    with postgres.database() as name:
        made = create_project(tmp_path / "p", database=postgres.url(name, OWNER))
        for person, role in (
            ("amal", "coder"),
            ("basim", "coder"),
            ("salma", "supervisor"),
        ):
            made.add_person(person, role)
        import_files(made, [tmp_path / f"{name}.txt" for name in TEXTS])
        made.close()
        toml = tmp_path / "p" / "coder.toml"
        toml.write_text(toml.read_text("utf-8").replace(f"{OWNER}@", ""), "utf-8")
        for person in ("amal", "basim"):
            mine = open_project(tmp_path / "p", person=person)
            if person == "amal":
                drawn_in(mine, person, "a1", "a3")
            assert len(suggested(mine, person, "a2")) == (person == "amal")
            assert {who for who, _ in learned_terms.learned(mine)} <= {person}
            mine.close()


def test_a_supervisor_promotes_all_that_gold_suggests_at_once(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    words = ("lexicon", "promote", "--gold", "--as", "salma", "--project", demo_folder)
    code, out, err = run_coder(*words)
    assert (code, err) == (0, "")
    promoted = [
        row["term"]
        for row in json.loads(
            run_coder("lexicon", "--json", "--project", demo_folder)[1]
        )
        if row["state"] == "promoted"
    ]
    assert (
        out.splitlines() == [*(f"promoted: {term}" for term in promoted)]
        or out == "nothing to promote\n"
    )
    assert run_coder(*words)[1] == "nothing to promote\n"


def test_the_lexicon_is_listed_decided_about_and_given_as_json(
    demo_folder: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    def lexicon(*words: str) -> tuple[int, str, str]:
        return run_coder("lexicon", *words, "--project", demo_folder)

    code, out, _ = lexicon("promote", DAWN, "--kind", "actor", "--as", "salma")
    assert (code, out) == (0, "promoted\n")
    code, out, _ = lexicon("--json")
    [row] = [row for row in json.loads(out) if row["term"] == DAWN]
    assert (
        row["state"] == "promoted" and row["for"] == "everybody" and row["drawn"] == 0
    )
    assert DAWN in lexicon()[1]
    code, _, err = lexicon("veto", DAWN, "--kind", "actor")
    assert code == 2 and "hint: Say who you are" in err
    code, out, _ = lexicon("undo", "--as", "salma")
    assert (code, out) == (0, f"undone: promoted ({DAWN})\n")
    assert DAWN not in lexicon()[1]
