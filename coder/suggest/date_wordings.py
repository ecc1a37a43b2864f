"""The wordings of dates as patterns, from `date_wordings.toml` and a lexicon.

The patterns match folded text at the start of a word, or behind و ف ب ل ك or an
attached منذ. What a date means, `values.date_reading` says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

from coder.codebook.lexicon_schema import Forms, Lexicon, RelativeDate
from coder.suggest.article_words import Tables
from coder.suggest.forms import ARTICLE
from coder.text.normalize import fold_key
from coder.values import days
from coder.values.date_reading import BEGINNING, OUTBREAK, STAGES

Patterns: TypeAlias = Mapping[str, re.Pattern[str]]
"""Pattern by the name of its wording; group 1 is the date, unless a group `date` is."""
_LONG_AGO = -365  # days; wording that reaches further back is no date (منذ سنوات)
_SCORE = 0.9
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def _load() -> Mapping[str, Any]:
    path = Path(__file__).with_name("date_wordings.toml")
    return tomllib.loads(path.read_text("utf-8"))


def has_wording(name: str) -> bool:
    """Return whether a name is that of a wording."""
    return name in _load()["wordings"]


def needs_of(name: str) -> list[str]:
    """Return the tables of words that a sentence must have to contain a wording."""
    needs: list[str] = _load()["wordings"][name]["needs"]
    return needs


def score_of(name: str) -> float:
    """Return how sure a date in a wording is."""
    score: float = _load()["wordings"][name].get("score", _SCORE)
    return score


def compile_patterns(lexicon: Lexicon) -> Patterns:
    """Return the pattern of each wording, with the names and words of a lexicon."""
    loaded = _load()
    parts = _parts(lexicon)
    for name, part in loaded["parts"].items():
        parts[name] = Template(part).substitute(parts)
    patterns: dict[str, re.Pattern[str]] = {}
    for name, wording in loaded["wordings"].items():
        begins = wording.get("begins", loaded["begins"])
        body = Template(wording["pattern"]).substitute(parts)
        patterns[name] = re.compile(rf"{begins}({body})(?!\w)")
    return patterns


def _parts(lexicon: Lexicon) -> dict[str, str]:
    """Return the parts of patterns that a lexicon and `values` have."""
    words = days.calendar_words(lexicon)
    months = set(_fold_all(month.forms for month in lexicon.months.gregorian))
    return {
        "month_name": words.month,
        "hijri": words.hijri_month,
        "weekday": words.weekday,
        "ordinal": words.ordinal,
        "single": days.any_of(months.difference(_load()["no_month_alone"])),
        "relative": days.any_of(_relative_wordings(lexicon.relative_dates)),
        "stage": days.any_of(STAGES),
        "part_of_day": days.PART_OF_DAY,
        "now": days.NOW,
        "when": days.WHEN,
        "which": days.WHICH,
        "last": days.LAST,
        "beginning": BEGINNING,
        "outbreak": OUTBREAK,
    }


def openings(lexicon: Lexicon) -> Tables:
    """Return the words without which a sentence contains no date, by the tables that
    the wordings need.
    """
    loaded = _load()
    months = lexicon.months
    hijri = _fold_all(month.ar for month in months.hijri)
    weekdays = _fold_all(day.ar for day in lexicon.weekdays)
    listed: dict[str, Iterable[str]] = {
        "month": _fold_all(month.forms for month in months.gregorian),
        "hijri": [form.removeprefix("شهر ") for form in hijri],
        "weekday": [form.removeprefix("يوم ") for form in weekdays],
        "unit": re.findall(r"\w+", loaded["parts"]["unit"]),
        "outbreak": re.findall(r"\w+", BEGINNING),
        "english": re.findall(r"\w+", loaded["parts"]["english"]),
    }
    listed |= loaded["openings"]
    tables: dict[str, Iterable[str]] = {}
    for name, words in listed.items():
        firsts = [word.split()[0] for word in words]
        fronts = ("", ARTICLE, *loaded["attached"])
        tables[name] = {front + first for front in fronts for first in firsts}
    relative = map(_LETTERS.findall, _relative_wordings(lexicon.relative_dates))
    tables["relative"] = {max(letters, key=len, default="") for letters in relative}
    return tables


def _fold_all(listed: Iterable[Forms]) -> list[str]:
    return [fold_key(form) for forms in listed for form in forms]


def _relative_wordings(relative: Iterable[RelativeDate]) -> set[str]:
    """Return the wordings whose days are reckoned from another day: from publication
    (أمس), from the date before them (اليوم التالي) or from the war (منذ اندلاع الحرب).

    Left out are wordings that only tell when something ended (حتى الآن) or how often it
    happens (شبه يومي), that reach back more than a year (منذ سنوات), and that date only
    behind a month (المنصرم).
    """
    found: set[str] = set()
    for entry in relative:
        is_reckoned = entry.anchor in ("pub", "prev", "war")
        is_rule_of_days = entry.rule not in ("end_is_anchor", "pattern_not_date")
        is_near = entry.first is None or entry.first >= _LONG_AGO
        if is_reckoned and is_rule_of_days and is_near:
            found.update(fold_key(form) for form in entry.ar)
    return found.difference(_load()["only_behind_a_month"])
