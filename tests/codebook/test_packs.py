"""The packs that a codebook names: where they are found, what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coder.codebook.checks import advice
from coder.codebook.load import read_codebook, read_with_files
from coder.codebook.pack_schema import Pack, merge_packs
from coder.codebook.schema import Codebook
from coder.codebook.shipped import codebooks
from coder.errors import CoderError

NAMES = codebooks()["named_entities"].read_text("utf-8")
PROTEST = codebooks()["protest_events"].read_text("utf-8")
PACK = """\
id: floods
version: "1.0.0"
title: {ar: الفيضانات, en: Floods}
words:
  rain: {words: [أمطار]}
frames:
  - {id: flood, acts: [march], slots: [place, by]}
rows:
  - id: flooded-by
    frames: [flood]
    pattern: "@:verb ... rain=by"
    examples: [{text: غمرت أمطار درنة, act: غمرت, slots: {by: [أمطار]}}]
marks:
  - {id: forecast, pattern: "rain .. @", means: forecast}
meanings:
  forecast: {status: forecast}
word_values:
  - {field: cause, slots: [by], values: {rain: rain}}
counts:
  - {slot: by, heads: {nouns: [بيت]}}
"""


def write_book(
    folder: Path, packs: str, pack: str = PACK, file: str = "packs/floods.yaml"
) -> Path:
    """Write a codebook that names packs, and one pack beside it."""
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(pack, "utf-8")
    book = folder / "book.yaml"
    book.write_text(f"{PROTEST}\npacks: {packs}\n", "utf-8")
    return book


@pytest.mark.parametrize("file", ["packs/floods.yaml", "floods.yaml"])
def test_a_pack_is_found_beside_the_codebook(tmp_path: Path, file: str) -> None:
    book = read_codebook(write_book(tmp_path, "[arabic, floods]", file=file))
    assert [pack.id for pack in book.packs] == ["arabic", "floods"]


def test_the_folder_packs_goes_before_the_codebooks_own(tmp_path: Path) -> None:
    beside = PACK.replace('"1.0.0"', '"2.0.0"')
    write_book(tmp_path, "[floods]", beside, "floods.yaml")
    book = read_codebook(write_book(tmp_path, "[floods]"))
    assert book.packs[0].version == "1.0.0"


def test_packs_are_stored_with_the_codebook(tmp_path: Path) -> None:
    book = read_codebook(write_book(tmp_path, "[arabic, floods]"))
    stored = Codebook.from_json(book.to_json())
    assert stored.packs == book.packs
    changed = write_book(tmp_path, "[arabic, floods]", PACK.replace("أمطار", "سيول"))
    assert read_codebook(changed).digest != book.digest


def test_a_codebook_without_packs_is_stored_as_before() -> None:
    book = read_codebook(codebooks()["named_entities"])
    assert '"packs"' not in book.to_json()


def test_the_files_of_a_copy_stand_where_they_are_looked_for(tmp_path: Path) -> None:
    _, files = read_with_files(write_book(tmp_path, "[arabic, floods]"))
    assert {"book.yaml", "packs/arabic.yaml", "packs/floods.yaml"} <= files.keys()


def test_a_later_pack_replaces_what_has_the_same_name(tmp_path: Path) -> None:
    own = """\
id: own
version: "1.0.0"
title: {ar: خاص, en: Own}
words: {rain: {words: [عاصفة]}}
rows: [{id: flooded-by, frames: [flood], pattern: "@ rain=by"}]
frames: [{id: flood, acts: [rally], like: tide}, {id: tide, acts: [], slots: [by]}]
"""
    write_book(tmp_path, "[]", own, "packs/own.yaml")
    book = read_codebook(write_book(tmp_path, "[floods, own]"))
    merged: Pack = merge_packs(book.packs)
    assert merged.words["rain"].words == ("عاصفة",)
    assert [row.pattern for row in merged.rows] == ["@ rain=by"]
    frames = {frame.id: frame for frame in merged.frames}
    assert (frames["flood"].acts, frames["flood"].slots) == (("rally",), ("by",))


FAULTS = {
    # fault: what is right, what is wrong, what is said of it
    "unknown key": ("frames: [flood]", "frame: [flood]", "did you mean “frames”?"),
    "two acts": ("@:verb ... ", "@:verb @ ", "expected one @, found 2"),
    "no element": ("rain=by", "rain=by=by", "“rain=by=by” is no element"),
    "unknown label": ("@:verb", "@:vreb", "unknown label “vreb”"),
    "nearest label": ("... rain=by", "... rian=by", "Did you mean “rain”?"),
    "unknown slot": ("rain=by", "rain=bye", "unknown slot “bye”"),
    "slot of a count": ("slot: by,", "slot: bye,", "unknown slot “bye”"),
    "unknown frame": ("frames: [flood]", "frames: [floods]", "unknown frame “floods”"),
    "unknown meaning": ("means: forecast", "means: forcast", "“forecast”?"),
    "unknown list": ("{rain: rain}}", "{rain: rein}}", "unknown list of words “rein”"),
    "act not in its text": ("act: غمرت", "act: غمر درنة", "is not in the text"),
    "words not in their text": ("{by: [أمطار]}", "{by: [سيول]}", "is not in the text"),
    "unknown slot of an example": ("{by: [أمطار]}", "{bye: [أمطار]}", "slot “bye”"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_pack_is_named_with_its_line(tmp_path: Path, fault: str) -> None:
    right, wrong, expected = FAULTS[fault]
    assert right in PACK
    path = write_book(tmp_path, "[arabic, floods]", PACK.replace(right, wrong, 1))
    with pytest.raises(CoderError) as refusal:
        read_codebook(path)
    line = PACK[: PACK.index(right)].count("\n") + 1
    lines = str(refusal.value).splitlines()[1:]
    about = [each for each in lines if expected in each]
    assert about, lines
    assert about[0].startswith(f"{tmp_path / 'packs/floods.yaml'}:{line}:")


def test_an_id_that_is_used_twice_in_a_pack_is_named(tmp_path: Path) -> None:
    twice = PACK.replace("marks:", '  - {id: flooded-by, pattern: "@"}\nmarks:')
    with pytest.raises(CoderError, match="“flooded-by” is already taken in line 9"):
        read_codebook(write_book(tmp_path, "[floods]", twice))


def test_words_of_a_pack_that_is_not_named_are_unknown(tmp_path: Path) -> None:
    other = PACK.replace("@:verb ... rain=by", "auxiliary @ ... rain=by")
    read_codebook(write_book(tmp_path, "[arabic, floods]", other))
    with pytest.raises(CoderError, match="unknown label “auxiliary”"):
        read_codebook(write_book(tmp_path, "[floods]", other))


@pytest.mark.parametrize(
    ("packs", "expected"),
    [
        ("[arabik]", "there is no pack arabik"),
        ("[arabik]", "Did you mean “arabic”?"),
        ("[../floods]", "expected the name of a pack"),
        ("arabic", "expected a list of the names of packs"),
    ],
)
def test_a_pack_that_cannot_be_found_is_named(
    refused: Callable[[str], list[str]], packs: str, expected: str
) -> None:
    [problem] = refused(f"{NAMES}\npacks: {packs}\n")
    assert expected in problem
    assert problem.startswith(f"{NAMES.count(chr(10)) + 2}:")


def test_acts_that_no_event_type_has_are_only_a_hint(tmp_path: Path) -> None:
    other = PACK.replace("acts: [march]", "acts: [march, tsunami]")
    book = read_codebook(write_book(tmp_path, "[arabic, floods]", other))
    assert [
        what.en for what, _ in advice(book) if what.key == "codebook.unused_acts"
    ] == ["The pack “floods” has frames for acts that no event type has: tsunami."]
