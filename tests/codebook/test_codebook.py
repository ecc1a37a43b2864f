"""The sample codebook as it is read: figures counted by hand in
schemas/conflict_events.yaml.
"""

import json
import pickle
import re
import subprocess
import sys
from itertools import product
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from coder.codebook.label import Label, in_language
from coder.codebook.load import read_codebook
from coder.codebook.schema import COMMAND_LETTERS, Codebook
from coder.codebook.search import Index, search
from coder.codebook.shipped import codebooks
from coder.errors import CoderError
from coder.tui.keys import arabic_of
from coder.values.typed import choices
from tests.conftest import SCHEMAS
from tests.support.make_docs import json_schema, pack_schema

KEYS = {
    "report_scope": "r",
    "event_type": "t",
    "event_status": "u",
    "about_type": "b",
    "initiators": "i",
    "targets": "g",
    "target_object": "o",
    "place": "p",
    "date": "d",
    "incident_count": "n",
    "strike_count": "k",
    "site_count": "l",
    "killed": "m",
    "injured": "j",
    "casualty_side": "y",
    "weapons": "w",
    "responsibility": "h",
    "claimant": "c",
    "source": "s",
    "certainty": "q",
    "linked_to": None,
    "notes": None,
}


def test_the_sample_codebook_is_whole(codebook: Codebook) -> None:
    assert codebook.ref == "conflict-events-ar@1.0.0"
    assert [f.id for f in codebook.article_fields] == [
        "relevance",
        "relevance_reason",
        "genre",
        "pub_date",
        "outlet",
        "quality",
    ]
    assert [f.id for f in codebook.event_fields] == list(KEYS)
    assert [k.id for k in codebook.span_kinds] == [
        "trigger",
        "actor",
        "object",
        "place",
        "date",
        "number",
        "weapon",
        "source",
        "claim",
    ]
    assert [t.id for t in codebook.event_types] == [
        "armed_violence",
        "abuse_detention",
        "control_movement",
        "statement",
        "politics_law",
        "collective_action",
        "other",
    ]
    assert [len(t.children) for t in codebook.event_types] == [8, 5, 6, 6, 7, 2, 1]
    assert len(codebook.leaf_types()) == 35
    assert [r.id for r in codebook.rules] == [f"R{n:02}" for n in range(1, 40)]
    assert len(codebook.adjudication_reasons) == 14
    assert len(codebook.actor_classes) == 12
    assert len(codebook.lexicon.actors) == 232
    assert len(codebook.lexicon.places) == 133
    assert len(codebook.lexicon.weapons) == 31
    assert set(codebook.lexicon.triggers) == {t.id for t in codebook.leaf_types()}


def test_each_event_field_has_its_letter_and_commands_keep_theirs(
    codebook: Codebook,
) -> None:
    assert {f.id: f.key for f in codebook.event_fields} == KEYS
    assert set("aefvxz") == COMMAND_LETTERS
    assert all(f.key is None for f in codebook.article_fields)


def test_the_tree_of_event_types(codebook: Codebook) -> None:
    assert codebook.path_of("air_strike") == ("armed_violence", "air_strike")
    assert codebook.path_of("armed_violence") == ("armed_violence",)
    assert codebook.path_of("no_such_type") == ()
    assert "armed_violence" in codebook.path_of("air_strike")
    assert "air_strike" in codebook.path_of("air_strike")
    assert "statement" not in codebook.path_of("air_strike")
    assert not codebook.event_type("armed_violence").selectable


def test_values_come_from_the_list_the_types_or_the_lexicon(codebook: Codebook) -> None:
    def ids(field: str) -> list[str]:
        return [v.id for v in codebook.values_of(codebook.event_field(field))]

    assert ids("certainty") == ["established", "reported", "alleged", "doubtful"]
    assert "armed_violence" not in ids("event_type")
    assert "armed_violence" in ids("about_type")
    assert len(ids("about_type")) == 35 + 7
    assert ids("weapons")[0] == "uav_attack"
    assert ids("killed") == []


def test_parts_are_spelt_out(codebook: Codebook) -> None:
    pub_date = codebook.parts_of(codebook.article_field("pub_date"))
    assert [p.id for p in pub_date] == ["start", "end", "precision", "basis"]
    assert [v.id for v in pub_date[3].values] == ["absolute", "relative", "inferred"]
    assert [p.id for p in codebook.parts_of(codebook.event_field("killed"))] == [
        "min",
        "max",
        "approx",
    ]
    assert codebook.parts_of(codebook.event_field("certainty")) == ()


def test_distances_are_words_or_measures_with_parameters(codebook: Codebook) -> None:
    assert codebook.event_field("certainty").distance.kind == "ordinal"
    place = codebook.event_field("place").distance
    assert (place.kind, place.path, place.set) == (
        "hierarchy",
        ("country", "admin1", "place_id"),
        "best_match",
    )
    assert codebook.event_field("date").distance.cap_days == 30


def test_fields_that_a_kind_of_span_fills(codebook: Codebook) -> None:
    assert [f.id for f in codebook.fields_for_kind("actor")] == [
        "initiators",
        "targets",
        "claimant",
    ]


@pytest.mark.parametrize(
    ("field", "value", "ar", "en"),
    [
        ("certainty", "alleged", "مزعوم", "alleged"),
        ("event_type", "air_strike", "غارة جوية", "Air strike"),
        ("event_type", "armed_violence", "عنف مسلح", "Armed violence"),
        ("weapons", "rocket", "قذيفة صاروخية", "Rocket (unguided)"),
        ("initiators", "us_forces", "القوات الأميركية", "US armed forces"),
        ("initiators", {"name": "الحركة", "class": "armed_group"}, "الحركة", "الحركة"),
        ("place", "abu_kamal", "البوكمال", "Abu Kamal"),
        ("initiators", "nobody_knows", "nobody_knows", "nobody_knows"),
    ],
)
def test_labels_of_values(
    codebook: Codebook, field: str, value: object, ar: str, en: str
) -> None:
    asked = codebook.event_field(field)
    assert (
        codebook.label_of(asked, value, "ar"),
        codebook.label_of(asked, value, "en"),
    ) == (ar, en)


def test_an_unknown_id_names_the_nearest(codebook: Codebook) -> None:
    with pytest.raises(CoderError, match="no event field “initiator”") as error:
        codebook.event_field("initiator")
    assert error.value.hint == "Did you mean “initiators”?"
    with pytest.raises(CoderError, match="no span kind"):
        codebook.span_kind("verb")


def test_the_pinned_form_reads_back_as_the_same_codebook(codebook: Codebook) -> None:
    pinned = codebook.to_json()
    again = Codebook.from_json(pinned)
    assert again == codebook
    assert again.to_json() == pinned
    assert again.digest == codebook.digest
    assert "\n" not in pinned


def test_the_digest_is_the_one_that_projects_have_stored(codebook: Codebook) -> None:
    """Of conflict-events-ar@1.0.0; by it a project knows the revision, whatever reads
    and writes the file.
    """
    assert (
        codebook.digest
        == "79aec740022b482f7e09468065274cddfd7b674aa6795a35272918ac61da225b"
    )


def test_what_is_kept_with_a_codebook_stays_in_its_process(codebook: Codebook) -> None:
    here = replace(codebook)
    here.kept["a function"] = lambda: None  # which cannot be sent
    there = pickle.loads(pickle.dumps(here))
    assert (there, there.kept) == (codebook, {})


def test_the_digest_tells_any_change_in_codebook_or_lexicon(codebook: Codebook) -> None:
    def changed(find: str, put: str) -> str:
        assert find in codebook.to_json()
        return Codebook.from_json(codebook.to_json().replace(find, put, 1)).digest

    assert (
        len(
            {
                codebook.digest,
                changed("مزعوم", "زُعم"),
                changed("البنتاجون", "البنتاكون"),
            }
        )
        == 3
    )


def test_the_digest_does_not_hang_on_the_process() -> None:
    code = (
        "from coder.codebook.load import read_codebook;"
        f"print(read_codebook({str(SCHEMAS / 'conflict_events.yaml')!r}).digest)"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_process_that_has_read_a_codebook_ends_well(codebook: Codebook) -> None:
    """Each part of it is freed once, or else Python, which looks after its memory here,
    would be aborted.
    """
    code = "import sys; from coder.codebook.schema import Codebook; Codebook.from_json(sys.stdin.read())"
    env = {"PYTHONMALLOC": "debug", "PYTHONUTF8": "1"}
    subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        input=codebook.to_json().encode(),
        check=True,
    )


def test_the_published_json_schema_is_current() -> None:
    """Written by `make docs`."""
    for name, schema in (("codebook", json_schema()), ("pack", pack_schema())):
        published = (SCHEMAS / f"{name}.schema.json").read_text("utf-8")
        assert published == json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


# ---------------------------------------------------------------- finding names
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("القوات الأمريكية", "us_forces"),  # an alias, spelt the other way
        ("القوات الاميركيه", "us_forces"),  # as often typed
        ("pentagon", None),
        ("البنتاغ", "us_dod"),  # the start of a name
        ("العقوبات", None),
        ("US armed", "us_forces"),
        ("irgc", "irgc"),
    ],
)
def test_actors_are_found_by_any_of_their_forms(
    codebook: Codebook, query: str, first: str | None
) -> None:
    found = search(codebook.lexicon.actor_index, query)
    assert (found[0].id if found else None) == first


def test_a_start_comes_before_a_piece(codebook: Codebook) -> None:
    types = choices(codebook.event_field("event_type"), "قصف", codebook, "en")
    assert types[0].id == "missile_artillery"  # before others with a trigger قصف
    found = [a.id for a in search(codebook.lexicon.actor_index, "حزب الله")]
    assert found.index("hezbollah") < found.index("kataib_hezbollah")


def test_places_are_found_in_both_languages(codebook: Codebook) -> None:
    for query in ("البوكمال", "ألبوكمال", "Abu Kamal", "abu-kamal"):
        assert search(codebook.lexicon.place_index, query)[0].id == "abu_kamal", query
    assert len(search(codebook.lexicon.place_index, "", limit=5)) == 5


def test_what_is_found_does_not_depend_on_what_was_sought_before() -> None:
    places = {
        "aleppo": "حلب",
        "halabja": "حلبجة",
        "baghdad": "بغداد",
        "alqaim": "القائم",
    }
    named = [
        SimpleNamespace(id=en, name=Label(ar=ar, en=en), forms=())
        for en, ar in places.items()
    ]
    index = Index(named, lambda place: place)
    found = {
        "a": [
            "aleppo",
            "alqaim",
            "halabja",
            "baghdad",
        ],  # begins a name, then is inside; as listed
        "al": ["aleppo", "alqaim", "halabja"],
        "ale": ["aleppo"],
        "hal": ["halabja"],
        "حلب": ["aleppo", "halabja"],
        "حلبج": ["halabja"],
        "قائم": ["alqaim"],
        "": [*places],
        "x": [],
    }
    for before, query in product(found, found):
        assert [each.id for each in search(index, before)] == found[before]
        assert [each.id for each in search(index, query)] == found[query], (
            before,
            query,
        )


# ---------------------------------------------------------------- the codebooks that travel with the program
@pytest.mark.parametrize("name", codebooks())
def test_every_shipped_codebook_is_read_and_speaks_both_layouts(name: str) -> None:
    book = read_codebook(codebooks()[name])
    assert f"{name.replace('_', '-')}-ar" == book.id
    assert all(arabic_of(kind.key) == kind.key_ar for kind in book.span_kinds)
    assert Codebook.from_json(book.to_json()) == book


def test_a_field_of_the_span_kind_that_opens_events_is_found(
    codebook: Codebook,
) -> None:
    protest = read_codebook(SCHEMAS / "protest_events.yaml")
    names = read_codebook(SCHEMAS / "named_entities.yaml")
    assert [
        book.type_field and book.type_field.id for book in (codebook, protest, names)
    ] == [
        "event_type",
        "form",
        None,
    ]
    assert [kind.id for kind in protest.span_kinds if protest.is_trigger(kind.id)] == [
        "trigger"
    ]


@pytest.mark.parametrize(
    ("words", "actor"),
    [
        ("القوات الأميركية", "us_forces"),  # a name of the lexicon
        ("الأميركية", "usa"),  # an adjective, of the country's name in either spelling
        ("أمريكي", "usa"),
        ("تركية", "turkey"),
        ("الإيراني", "iran"),
        ("السعودية", "saudi"),
        ("أميركيين", None),  # people, not their government
        (
            "الدولية",
            None,
        ),  # no country's adjective, though الحكومة المعترف بها دولياً is a government
        ("العماني", None),  # Oman's, not of the capital عمّان
    ],
)
def test_words_name_an_actor_or_the_government_of_a_nation(
    codebook: Codebook, words: str, actor: str | None
) -> None:
    assert codebook.lexicon.named_actor(words) == actor


@pytest.mark.parametrize(
    "name", ["conflict_events", "protest_events", "named_entities"]
)
def test_the_notes_of_the_sample_codebooks_can_be_read_in_either_language(
    name: str,
) -> None:
    """No Latin letter in what an Arabic screen shows of a note, no id (`armed_clash`)
    in either.
    """
    book = read_codebook(SCHEMAS / f"{name}.yaml")
    of_kinds = [
        note for kind in book.span_kinds for note in (*kind.positive, *kind.negative)
    ]
    items = [
        *book.fields,
        *book.every_type(),
        *(v for field in book.fields for v in book.values_of(field)),
    ]
    notes = [
        note
        for item in items
        for note in (*item.include, *item.exclude, *item.examples)
    ]
    for note in (*notes, *of_kinds):
        assert not re.search("[A-Za-z]", in_language(note, "ar")), note
        assert "_" not in in_language(note, "en"), note
