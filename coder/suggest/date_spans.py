"""Dates, periods and datelines: three month systems, weekdays, relative wording, since and between.

Each gets the value that typing its words would give, when the text or the caller gives what it hangs on.
A dateline says where and when a report was written: بغداد، 12 مايو 2025 (رويترز) – is a city, its country, a
day and agencies in any order, then a dash, or a colon behind a day or an agency (طهران: is the government).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from coder.codebook.lexicon_schema import Lexicon, RelativeDate
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.article_words import DIGITS, Page, Tables
from coder.suggest.forms import ARTICLE
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key
from coder.values import days
from coder.values.date_reading import BEGINNING, OUTBREAK, STAGES, read_date, until_publication
from coder.values.dates import as_value
from coder.values.days import NOW, PART_OF_DAY, WHICH, DateContext, Period, Publication, any_of

DATE = "date"
Stretch: TypeAlias = tuple[int, int]
Patterns: TypeAlias = Mapping[str, re.Pattern[str]]  # wording by the name that is its candidates' origin
Matches: TypeAlias = Mapping[str, Sequence[re.Match[str]]]
_LINE_SLACK = 20  # letters a date line may hold besides the date (تاريخ النشر:)
_SCORES = {
    **dict.fromkeys(("year", "years", "hijri_year"), 0.5), "bare_year": 0.4, "later": 0.6,
    **dict.fromkeys(("outbreak", "this", "hijri", "ago"), 0.8),
}  # fmt: skip


def dates(
    page: Page,
    patterns: Patterns,
    lexicon: Lexicon,
    published: Publication | None = None,
    cities: Iterable[Stretch] = (),
    names: Iterable[Stretch] = (),
) -> list[Candidate]:
    """All dates of a page, in order, resolved against the publication date (given, or found in the text).

    Of those in boilerplate only the one that tells when the article was published. cities, names: code points
    of names with which a dateline can begin, and go on.
    """
    matches = _matches(page, patterns)
    found = _longest(matches)
    stretches = (page.folded.span(start, stop) for start, stop, _ in found)
    lines = datelines(page.folded.stored, cities, (*names, *stretches))
    told, posted = _posted(page, matches, lexicon, lines)
    shown = (f for f in found if f[:2] == told or not page.is_boilerplate(*f[:2]))
    bare = [page.candidate(DATE, a, b, origin=name, score=_SCORES.get(name, 0.9)) for a, b, name in shown]
    return _dated(bare, page.text, lexicon, published or posted)


def redated(
    candidates: Sequence[Candidate], article: Article, codebook: Codebook, published: Publication
) -> list[Candidate]:
    """The same candidates, their dates as they stand now that the publication day is known."""
    # a date that another suggester worked out stays as it is
    bare = [c for c in candidates if c.kind == DATE and (c.value is None or c.origin in CUES)]
    by_id = {c.id: c for c in _dated(bare, article.text, codebook.lexicon, published)}
    return [by_id.get(c.id, c) for c in candidates]


# ---------------------------------------------------------------- what they stand for
def _dated(
    found: Sequence[Candidate], text: str, lexicon: Lexicon, published: Publication | None
) -> list[Candidate]:
    if not found:
        return []
    context = DateContext(lexicon, published, _year_told(text, found, lexicon))
    periods: list[Period | None] = []
    told: list[date] = []
    for candidate in found:
        is_since = text[max(0, candidate.start - 8) : candidate.start].rstrip().endswith("منذ")
        period = _period(fold_key(candidate.quote), context, since=is_since)
        if period is not None and (period.first == period.last or period.open_end):
            context = replace(context, previous=period.first)
            told.append(period.first)
        periods.append(period)
    # A vague period (recently) is since the last day in it that the article tells: what it calls recent comes
    # after the acts that it dates (coding guide, W8); those of its last week are too near to bound it.
    for at, period in enumerate(periods):
        if period is not None and period.precision == "unknown":
            within = [day for day in told if period.first < day <= period.last - timedelta(days=6)]
            periods[at] = replace(period, first=max(within, default=period.first))
    return [replace(c, value=as_value(p) if p else None) for c, p in zip(found, periods, strict=True)]


def _period(said: str, context: DateContext, *, since: bool = False) -> Period | None:
    try:
        found = read_date(said, context)
        return until_publication(found, context.pub) if found and since else found
    except CoderError:
        return None  # it hangs on what the article does not tell, or lies outside the calendar


def _year_told(text: str, found: Iterable[Candidate], lexicon: Lexicon) -> int | None:
    # the latest year that its dates name, or that of a known event it mentions
    origins = ("full", "since", "since_event", "between", "month", "english", "iso", "numeric")
    dated, folded = " ".join(fold_key(c.quote) for c in found if c.origin in origins), fold_key(text)
    years = map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", dated))
    events = (e for e in lexicon.anchor_events if any(fold_key(form) in folded for form in e.ar))
    return max((*years, *(date.fromisoformat(e.date).year for e in events)), default=None)


def _posted(
    page: Page, matches: Matches, lexicon: Lexicon, lines: Sequence[Stretch]
) -> tuple[Stretch | None, Publication | None]:
    # the day told in boilerplate (posted on …), on a line of its own or in a dateline; and its stretch
    text = page.folded.text
    lined = [(page.folded.index(start), page.folded.index(stop)) for start, stop in lines]
    for name in ("english", "iso", "numeric", "full"):
        for match in matches[name]:
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_stop = (text + "\n").index("\n", match.end())
            alone = len(text[line_start:line_stop].strip()) - len(match[1]) < _LINE_SLACK
            is_lined = any(start <= match.start(1) < stop for start, stop in lined)
            is_told = alone or is_lined or page.is_boilerplate(match.start(1), match.end(1))
            if is_told and (period := _period(match[1], DateContext(lexicon, None))) is not None:
                return match.span(1), (period.first, period.last)
    return None, None


# ---------------------------------------------------------------- datelines
_LONGEST = 100  # letters of the longest dateline that is looked for
_BLANK = re.compile(r"[^\S\n]+")
_DASH = re.compile(r"[-–—ـ]{1,2}(?=\s)|(?<=\s)[-–—ـ]{1,2}|(?<=\))[-–—]|/(?= )")
_APART = re.compile(r"[،,/|•-]|(?:في|يوم|اليوم|المحتلة|المحتلّة)(?!\w)")
_CREDIT = re.compile(r"\([^()\n]{1,40}\)|«[^«»\n]{1,30}»|[\"“][^\"“”\n]{1,30}[\"”]|[A-Z][\w.]*")


def datelines(text: str, cities: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The datelines of a text, in order; they may begin with cities and go on with other names and dates."""
    ends: dict[int, int] = {}
    for start, end in others:
        ends[start] = max(end, ends.get(start, 0))
    found: list[Stretch] = []
    for start, end in sorted(set(cities)):
        line = text.rfind("\n", 0, start) + 1
        if not text[line:start].strip() and (stop := _end_of_dateline(text, end, ends)) > end:
            found.append((line, stop))
    return found


def outside_datelines(found: Iterable[Candidate], text: str) -> list[Candidate]:
    """The candidates without the places and days of datelines."""
    found = list(found)
    cities = [(c.start, c.end) for c in found if c.kind == "place" and not _is_country(c)]
    lines = datelines(text, cities, [(c.start, c.end) for c in found if c.kind in ("place", "actor", DATE)])
    return [c for c in found if c.kind not in ("place", DATE) or not any(a <= c.start < b for a, b in lines)]


def _is_country(place: Candidate) -> bool:
    told = place.value[0] if isinstance(place.value, list) and place.value else None
    is_country = isinstance(told, dict) and told.get("precision") == "country"
    return is_country and fold_key(place.quote) not in word_set("capitals")


def _end_of_dateline(text: str, at: int, ends: Mapping[int, int]) -> int:
    stop, limit, is_credited = at, at + _LONGEST, False
    while at < limit:
        if blank := _BLANK.match(text, at):
            at = blank.end()
        elif dash := _DASH.match(text, at):
            stop = at = dash.end()
        elif text[at : at + 1] == ":":
            at += 1
            stop = at if is_credited else stop
        elif at in ends:
            is_credited |= any(c.isdigit() for c in text[at : ends[at]])
            at = ends[at]
        elif (credit := _CREDIT.match(text, at)) or (credit := _agency(text, at)):
            is_credited, at = True, credit.end()
        elif apart := _APART.match(text, at):
            at = apart.end()
        else:
            break
    return stop


def _agency(text: str, at: int) -> re.Match[str] | None:
    word = _LETTERS.match(text, at)
    name = fold_key(word[0]) if word else ""  # or its letters (أ ف ب)
    return word if len(name) == 1 or name in word_set("agencies") else None


# ---------------------------------------------------------------- finding
_Found: TypeAlias = tuple[int, int, str]  # the folded offsets of a wording, and the name of its pattern


def _matches(page: Page, patterns: Patterns) -> Matches:
    words, tables = page.words, {table for tables in CUES.values() for table in tables}
    told = {table: {words[index].sentence for index, _ in page.opened(table)} for table in tables}
    held = {name: set.intersection(*(told[table] for table in tables)) for name, tables in CUES.items()}
    extents = {sentence: words.in_sentence(sentence) for sentence in set().union(*held.values())}
    stretches = {sentence: (words[e[0]].start, words[e[-1]].stop) for sentence, e in extents.items()}
    found: dict[str, list[re.Match[str]]] = {name: [] for name in patterns}
    for name, pattern in patterns.items():
        for sentence in sorted(held[name]):
            found[name] += pattern.finditer(page.folded.text, *stretches[sentence])
    return found


def _longest(matches: Matches) -> list[_Found]:
    found: list[_Found] = []
    for name, each in matches.items():
        for match in each:
            if name != "hijri" or match[1].split()[0] == "شهر" or any(c.isdigit() for c in match[1]):
                found.append((*match.span("year" if name == "bare_year" else 1), name))
    kept: list[_Found] = []
    taken: set[int] = set()
    for start, stop, name in sorted(found, key=lambda f: (f[0] - f[1], f[0], f[2] != "relative")):
        # no longer than the kept ones, it overlaps one of them only with its first or last letter
        if start not in taken and stop - 1 not in taken:
            kept.append((start, stop, name))
            taken.update(range(start, stop))
    return sorted(kept)


# ---------------------------------------------------------------- wording
_UNIT = (
    "(?:ساعه|ساعتين|ساعات|يوم|يوما|يومين|ايام|اسبوع|اسبوعا|اسبوعين|اسابيع|شهر|شهرا|شهرين|اشهر|شهور|"
    "عام|عاما|عامين|اعوام|سنه|سنتين|سنوات)"
)
_FEW = "ال(?:ثلاثه|اربعه|خمسه|سته|سبعه|ثمانيه|تسعه|عشره|ثلاث|اربع|خمس|ست|سبع|تسع|عشر)"
_YEAR = r"(?:ال)?(?:\( ?(?:19|20)\d\d ?\)|(?:19|20)\d\d)"
_ENGLISH = "(january|february|march|april|may|june|july|august|september|october|november|december)"
# month names that are other words as well: alone they are no date
_NEEDS_DAY = frozenset(("اب", "ماي", "جوان", "اوت", "نوار", "مارس", "صفر", "محرم", "رجب"))
_ONLY_BEHIND_A_MONTH = frozenset(("الجاري", "الحالي", "الماضي", "الفايت", "المنصرم"))
_LONG_AGO = -365  # relative wording that reaches further back, in days, dates nothing (منذ سنوات)
_LETTERS = re.compile(r"[^\W\d_]+")
# the first part tells most places inside a word by one letter
_BEGIN = r"(?<![^\Wوفبلكذn])(?:(?<!\w)|(?<=(?<!\w)[وفبلك])|(?<=(?<!\w)منذ)|(?<=(?<!\w)on))"

CUES = {  # pattern → the tables of the words that it cannot do without
    **dict.fromkeys(("full", "month", "between", "two_months"), ("month",)),
    **dict.fromkeys(("iso", "numeric", "bare_year"), (DIGITS,)),
    **dict.fromkeys(("years", "year", "hijri_year"), (DIGITS, "of_year")),
    **dict.fromkeys(("past_hours", "past", "in_one_day"), ("unit",)),
    **{name: ("unit", name) for name in ("during", "ago", "later", "this")}, "between_days": (DIGITS, "unit"),
    "english": (DIGITS, "english"), "hijri": ("hijri",),
    "weekday": ("weekday",), "since": ("since",), "since_event": ("month", "outbreak"),
    "outbreak": ("outbreak", "with"), "relative": ("relative",),
}  # fmt: skip


def openings(lexicon: Lexicon) -> Tables:
    """The words without which a sentence holds no date; see `CUES`."""
    told = {
        "month": [fold_key(f) for m in lexicon.months.gregorian for f in m.forms],
        "hijri": [fold_key(f).removeprefix("شهر ") for m in lexicon.months.hijri for f in m.ar],
        "weekday": [fold_key(f).removeprefix("يوم ") for d in lexicon.weekdays for f in d.ar],
        "unit": re.findall(r"\w+", _UNIT),
        "outbreak": re.findall(r"\w+", BEGINNING),
        "of_year": ["عام", "عامي", "سنه"],
        "english": re.findall(r"\w+", _ENGLISH),
    }
    fronts = ("", ARTICLE, "منذ", "on")
    heads = {name: {front + w.split()[0] for front in fronts for w in told[name]} for name in told}
    wordings = map(_LETTERS.findall, _relative_wordings(lexicon.relative_dates))
    relative = {max(letters, key=len, default="") for letters in wordings}
    return {
        **heads, "relative": relative, "since": {"منذ"}, "with": {"منذ", "مع"}, "ago": {"قبل", "منذ"},
        "later": {"بعد"}, "during": {"خلال"}, "this": {"هذا", "هذه"},
    }  # fmt: skip


def _relative_wordings(relative: Iterable[RelativeDate]) -> set[str]:
    dating = (e for e in relative if e.anchor in ("pub", "prev", "war"))
    told = (e for e in dating if e.rule not in ("end_is_anchor", "pattern_not_date"))
    near = (e for e in told if e.first is None or e.first >= _LONG_AGO)
    return {fold_key(form) for entry in near for form in entry.ar} - _ONLY_BEHIND_A_MONTH


def date_patterns(lexicon: Lexicon) -> Patterns:
    """The patterns of a lexicon: each matches at a word's beginning, behind و ف ب ل ك or an attached منذ."""
    words, last = days.calendar_words(lexicon), days.LAST
    name, hijri, weekday = words.month, words.hijri_month, words.weekday
    single = any_of({fold_key(f) for m in lexicon.months.gregorian for f in m.forms} - _NEEDS_DAY)
    stage = any_of(STAGES)
    month = rf"(?:شهر )?{name}(?: ?[/(-] ?{name}\)?)?"
    number = r"(?:ال ?)?\d{1,2}"
    day = rf"(?:{number}|{words.ordinal})"
    year = rf"(?:[،,]? ?(?:من )?(?:عام |سنه |العام )?{_YEAR})"
    part = f"(?:{PART_OF_DAY} )?"
    on = rf"{part}(?:{NOW}[،,]? )?{part}(?:يوم |ليله )?(?:{weekday}[،,]? (?:الموافق |في )?)?"
    which_year = rf"(?: من (?:العام|السنه) {WHICH})?"
    full = rf"{on}{day} (?:من )?{month}(?:{year}| {WHICH})?{which_year}"
    of_month = rf"(?:{month}{year}|(?:شهر |{stage} ){month}|{single} {WHICH})(?: {WHICH})?{which_year}"
    bodies = {
        "full": full,
        "iso": r"(?:19|20)\d\d([/.-])\d{1,2}\2\d{1,2}",
        "numeric": r"\d{1,2} ?([/.-]) ?\d{1,2} ?\2 ?(?:19|20)?\d\d(?! ?[/.-] ?\d)",
        "english": rf"(?:{_ENGLISH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_ENGLISH},? \d{{4}})",
        "month": rf"(?:{stage} )?{of_month}",
        "hijri": rf"(?:{on}{day} (?:من )?)?(?:شهر )?{hijri}(?: (?:عام )?1[34]\d\d)?(?: ?ه)?",
        "weekday": rf"(?:{days.WHEN} من )?{part}(?:{NOW}[،,]? )?{part}(?:من )?"
        rf"(?:يوم |ليله )?{weekday}(?: {WHICH})?",
        "between": rf"(?:بين|ما بين|من) (?:يومي )?(?:{full}|{day}) ?(?:و|و |الي |حتي ){full}",
        "between_days": rf"(?:بين|ما بين|من) {number} ?(?:و|و |الي |حتي ){number} "
        rf"من (?:هذا الشهر|الشهر {WHICH})",
        "years": r"(?:بين |ما بين )?عامي \d{4} ?و ?\d{4}",
        "year": rf"(?:عام|العام|سنه|السنه) {_YEAR}(?: ?(?:م|ميلادي|ميلاديه)(?!\w))?",
        "bare_year": r"(?:(?:في|حتي|قبل|بعد|بين) |\( ?)(?P<year>(?:19|20)\d\d)(?! ?[\d/%.,:-]| \w+ا\b)",
        "hijri_year": r"(?:عام|سنه) \(? ?1[34]\d\d ?\)? ?(?:ه|هجري|هجريه|للهجره)",
        "two_months": rf"شهري {month}[،,]? و{month}",
        "since": rf"منذ (?:{stage} )?(?:شهر )?(?:{full}|{month}{year}?|(?:عام |العام |سنه )?{_YEAR})"
        rf"(?: {WHICH})?",
        "since_event": rf"(?:منذ|مع|بعد|عقب) {BEGINNING}(?: [^\W\d]+){{0,9}}?(?: في)? "
        rf"(?:{full}|{of_month})(?: و?حتي الان)?",
        "outbreak": rf"(?:منذ|مع) {OUTBREAK} [^\W\d]+(?: (?:في|علي) [^\W\d]+)?",
        "ago": rf"(?:قبل|منذ) (?:نحو |حوالي |اكثر من )?(?:\d+ |عده |بضعه |[^\W\d]+ )?(?!سنوات|اعوام){_UNIT}",
        "later": rf"بعد (?:\d+ |عده |بضعه )?{_UNIT}(?: قليله)? من",
        "during": rf"خلال (?:ال ?)?(?:\d+ )?(?:ال)?{_UNIT}(?: (?:{last}|الاخيره?|القليله الماضيه))?",
        "past_hours": rf"(?:خلال |في )?ال{_UNIT} (?:(?:ال ?)?\d+|{_FEW}) (?:{last}|الاخيره?|القليله الماضيه)",
        "past": rf"(?:في )?(?:ال){_UNIT} (?:القليله )?(?:{WHICH}|الاخيره?)",
        "this": r"(?:هذا|هذه) (?:اليوم|الاسبوع|الشهر|العام|السنه|الليله)",
        "in_one_day": r"(?:في )?اليوم (?:التالي|نفسه|ذاته)",
    }
    patterns = {key: re.compile(rf"{_BEGIN}({body})(?!\w)") for key, body in bodies.items()}
    relative = any_of(_relative_wordings(lexicon.relative_dates))
    of_part = rf"(?:{PART_OF_DAY} (?={NOW}(?!\w)))?"
    return patterns | {"relative": re.compile(rf"(?<!\w)[وف]?({of_part}{relative})(?!\w)")}
