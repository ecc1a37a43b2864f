"""The shipped codebook after a real change: an event type split in two, a field
renamed, a field added.
"""

from __future__ import annotations

import shutil
from pathlib import Path

SCHEMAS = Path(__file__).parents[2] / "schemas"

AIR_STRIKE = """\
      - id: {id}
        label: {{ar: {ar}, en: {en}}}
        definition: {{ar: {ar}., en: {en}.}}
        triggers: air_strike
        map: {{plover: ASSAULT}}
"""
AT_NIGHT = """\
  - id: at_night
    label: {ar: في الليل, en: At night}
    type: bool
    required: true
    when: {field: event_type, under: [armed_violence]}
    evidence: optional
    distance: nominal
"""
RECODE = """
recode:
  from: "1.0.0"
  fields: {certainty: article_certainty}
  event_types: {air_strike: [air_strike_crewed, air_strike_other]}
"""


def revised(folder: Path, version: str = "1.1.0", recode: str = RECODE) -> Path:
    """The new codebook, with its lexicon beside it, in a new folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for lexicon in SCHEMAS.glob("*_lexicon.yaml"):
        shutil.copy(lexicon, folder)
    text = (SCHEMAS / "conflict_events.yaml").read_text("utf-8")
    text = text.replace('version: "1.0.0"', f'version: "{version}"', 1)
    text = _split_air_strike(text)
    text = text.replace("id: certainty\n", "id: article_certainty\n")
    text = text.replace("field: certainty,", "field: article_certainty,")
    text = text.replace(
        "responsibility, certainty,", "responsibility, article_certainty,"
    )
    head, found, rest = text.partition("  - id: killed\n")
    assert found
    path = folder / "codebook.yaml"
    path.write_text(head + AT_NIGHT + found + rest + recode, "utf-8")
    return path


def _split_air_strike(text: str) -> str:
    head, found, rest = text.partition("      - id: air_strike\n")
    assert found
    _, end, rest = rest.partition("      - id: drone_attack\n")
    crewed = AIR_STRIKE.format(
        id="air_strike_crewed", ar="غارة بطائرة مأهولة", en="Crewed air strike"
    )
    other = AIR_STRIKE.format(
        id="air_strike_other",
        ar="غارة لم تذكر وسيلتها",
        en="Air strike by unknown means",
    )
    rest = rest.replace(
        "{field: event_type, in: [air_strike]}",
        "{field: event_type, in: [air_strike_other]}",
    )
    return head + crewed + other + end + rest
