"""The record's lines: tabs of events, a row per field, and the line about the current
highlight or field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import product, zip_longest
from math import ceil

from msgspec.structs import replace

from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.messages import catalogue
from coder.model import MISSING, REJECTED, Candidate, Coding, Event, Span, event_number
from coder.service.coding.article_marks import Mark
from coder.service.coding.record_rows import SIGNS, FormRow
from coder.service.edits.field_values import read_fitting_value, read_publication_day
from coder.text.display import cell_width, fit, isolate
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.palette import Role
from coder.tui.sentences import in_line, listed, origin_in_words, say, state_in_words
from coder.tui.widgets.rows import (
    SIDES,
    Column,
    Row,
    fitted,
    shared,
    steps_to,
    still_open,
    tab,
    wrapped,
)
from coder.values.typed import show

STYLES = {"proposed": palette.PROPOSED, "empty": palette.DIM, "wrong": palette.WRONG}
"""The roles of values by state, of all others that of values or of text."""
REPEATED = '"'
"""Behind the evidence of a value that an earlier event has from the same words."""
# cells of a list from which it has a blank one before the sign that there is more above
# or below
_SPARE = 60
_SIGN, _KEY = 2, 3  # cells of a row for the field's state and its letter
_GAP = 2  # blank cells between a label and its value, which else read as one sentence
_BETWEEN_ITEMS = re.compile("(?<=[;؛]) ")
_MOST = 3, 4  # lines of a label and of a value, as far as there is room


def record_rows(
    rows: Sequence[FormRow],
    lang: str,
    width: int,
    room: int = 0,
    *,
    drawn: Callable[[str], str] | None = str,
    remarked: Collection[str] = (),
) -> list[Sequence[Row]]:
    """Return each field's lines for a list of `width` cells: of what is long several,
    if `room` holds them.

    Labels get two fifths of the width at most, and more only if no value is cut for
    that. drawn: returns a field's letter as it is drawn; None hides the letters, which
    keep their room. remarked: the ids of fields with comments outside the coding.
    """
    told = [
        _value_and_evidence(row, lang, is_remarked=row.field.id in remarked)
        for row in rows
    ]
    names = [row.field.label.of(lang) for row in rows]
    evidence = max((cell_width(each) for _, each in told), default=0) or 1
    evidence += width > _SPARE
    free = (
        width
        - SIDES
        - _SIGN
        - _KEY
        - evidence
        - max((cell_width(text) for text, _ in told), default=0)
    )
    labels = max(map(cell_width, names), default=0) + _GAP
    labels = min(labels, max(ceil(width * 2 / 5), free))
    room_of_values = width - SIDES - _SIGN - _KEY - labels - evidence
    told = [
        (_with_state(row, text, room_of_values, lang), end)
        for row, (text, end) in zip(rows, told, strict=True)
    ]
    near = max((cell_width(text) for text, end in told if end), default=0)
    cells = labels, room_of_values, evidence + max(0, room_of_values - near)
    counts = [1] * len(rows)
    spare = room - len(rows)
    values = [value for value, _ in told]
    for texts, cell, most in (
        (values, cells[1], _MOST[1]),
        (names, labels - _GAP, _MOST[0]),
    ):
        needed = [len(_in_lines(text, cell, most, lang)) for text in texts if spare > 0]
        for lines, (at, wanted) in product(range(2, most + 1), enumerate(needed)):
            if (
                spare > 0 and counts[at] < lines <= wanted
            ):  # a second line for all before any third
                counts[at] += 1
                spare -= 1
    return [
        _field_lines(
            row,
            drawn(row.field.key) if drawn and row.field.key else "",
            *texts,
            lang,
            cells,
            count,
        )
        for row, texts, count in zip(rows, told, counts, strict=True)
    ]


def is_cut(line: Row, width: int) -> bool:
    """Return whether a line of a list of `width` cells has more to say than it has room
    for.
    """
    is_short = any(column.text.endswith("…") for column in line if not column.width)
    return (
        is_short
        or sum(column.width or cell_width(column.text) for column in line)
        > width - SIDES
    )


@lru_cache(256)
def _value_and_evidence(
    row: FormRow, lang: str, *, is_remarked: bool
) -> tuple[str, str]:
    """Return the field's value, or what is wrong without one, and its amount of
    evidence.
    """
    text = value_of(row, lang)
    if not text and row.state == "wrong":
        text = isolate(problem_of(row, lang))
    elif row.state == "empty" and not text:
        text = state_in_words(lang, row.state)
    evidence = f"×{len(row.answer.evidence)}" if row.answer.evidence else ""
    evidence += REPEATED if row.repeats else ""
    return (
        text,
        f" {evidence}{'✎' if row.answer.comment or is_remarked else ''}".rstrip(),
    )


def value_of(row: FormRow, lang: str) -> str:
    """Return the field's value, and which other events link to this one, and how."""
    value = in_line(
        row.field, row.text, lang
    )  # a name in the article's language must not reverse the line
    links = (
        say(
            lang,
            "link_back",
            event=event_number(event),
            relation=relation.label.of(lang),
        )
        for event, relation in row.linked_from
    )
    return listed(value, *links) if row.linked_from else value


@lru_cache(256)
def _with_state(row: FormRow, value: str, room: int, lang: str) -> str:
    """Return a value, and that it is only proposed if there is room; the sign says it
    in any case.
    """
    told = (
        listed(value, state_in_words(lang, row.state))
        if row.state == "proposed"
        else value
    )
    return told if cell_width(told) <= room else value


@lru_cache(256)
def _field_lines(
    row: FormRow,
    letter: str,
    value: str,
    evidence: str,
    lang: str,
    cells: tuple[int, int, int],
    most: int,
) -> Sequence[Row]:
    """Return a field's state sign, letter, label, value and evidence.

    cells: those of the last three; a value without evidence takes the room of both.
    most: the lines of label and value.
    """
    is_settled = row.state == "empty" and not row.is_open
    style = STYLES.get(row.state, palette.VALUE)
    # What is wrong with a value stands below the record in full.
    value_style = palette.VALUE if row.state == "wrong" and row.text else style
    label_style = palette.TEXT if row.field.required else palette.DIM
    labels, room, ends = cells
    texts = (
        ["" if is_settled else f" {SIGNS[row.state]}"],
        [letter],
        _in_lines(row.field.label.of(lang), labels - _GAP, most, lang),
        _value_lines(row, value, room, most, lang),
        [evidence],
    )
    return tuple(
        (
            Column(sign, _SIGN, palette.KEY if row.is_open else style),
            Column(f" {key}", _KEY, palette.DIM),
            Column(fit(label, labels - _GAP), labels, label_style),
            Column(words, 0, value_style),
            Column(end, ends if evidence else 1, palette.DIM),
        )
        for sign, key, label, words, end in zip_longest(*texts, fillvalue="")
    )


def _value_lines(
    row: FormRow, value: str, width: int, most: int, lang: str
) -> list[str]:
    """Return a value in lines, by name alone and cut between words if there are too few
    for the whole.

    A name alone says only of what is to be confirmed that there is more to read.
    """
    lines = _in_lines(value, width, most, lang)
    if cell_width(lines[-1]) <= width or not row.brief:
        return lines
    more = " …" if row.state == "proposed" else ""
    shorter = _in_lines(in_line(row.field, row.brief, lang) + more, width, most, lang)
    if row.field.type not in ("date", "int_range") and cell_width(shorter[-1]) > width:
        last = wrapped(shorter[-1], width - 2, int(lang == "ar"))[0]
        shorter[-1] = last + "\u2069" * len(still_open(last)) + " …"
    return shorter if cell_width(shorter[-1]) <= width else lines


def _in_lines(text: str, width: int, most: int, lang: str) -> list[str]:
    """Return a text in at most so many lines of `width` cells, the last of which may be
    longer.

    Items of a list that fit a line are kept on one where that takes no line too many.
    """
    if most == 1 or cell_width(text) <= width:
        return [text]
    items = (
        i.replace(" ", "\u00a0") if cell_width(i) <= width else i
        for i in _BETWEEN_ITEMS.split(text)
    )
    lines = wrapped(" ".join(items), width, int(lang == "ar"))
    if len(lines) > most:
        lines = wrapped(text, width, int(lang == "ar"))
    return (
        [*lines[: most - 1], " ".join(lines[most - 1 :])]
        if len(lines) > most
        else lines
    )


def problem_of(row: FormRow, lang: str) -> str:
    """Return the field's first problem, without the field's name, or ""."""
    return in_field(row.problem, row.field, lang) if row.problem is not None else ""


def in_field(problem: Problem, field: Field, lang: str) -> str:
    """Return a problem in words without the name of the field beside which it stands."""
    text = problem.message.of(lang)
    name = field.label.of(lang)
    return text.removeprefix(f"{name}: ").removesuffix(f" ({name})")


def left_in_words(problems: Iterable[Problem], event_id: str, lang: str) -> str:
    """Return how many fields of a record wait for a value, and how many errors it has."""
    errors = [
        p for p in problems if p.severity == "error" and (p.event_id or "") == event_id
    ]
    left = len({p.field for p in errors if p.is_open})
    wrong = sum(not p.is_open for p in errors)
    return listed(
        say(lang, "fields_left", n=left) if left else "",
        catalogue.say(lang, "counts.errors", n=wrong) if wrong else "",
    )


def tabs(
    coding: Coding,
    event_id: str,
    problems: Sequence[Problem],
    codebook: Codebook,
    lang: str,
    role: Role,
    width: int,
) -> tuple[Column, ...]:
    """Return the tabs, as many around the current one as fit in `width` cells, then its
    errors and its type.

    They are the article and the event numbers, with `!` for errors, bright if fields
    wait for a value. A type for which they leave no room is left out: its field says it
    too.
    """
    event = coding.event(event_id)
    counts = Counter(
        (p.event_id or "", p.is_open) for p in problems if p.severity == "error"
    )
    errors = left_in_words(problems, event_id, lang)  # which explains the signs
    numbers = {
        "": say(lang, "article"),
        **{each.id: event_number(each.id) for each in coding.events},
    }
    here = [*numbers].index(event_id)
    columns = list[Column]()
    for at, (tab_id, number) in enumerate(numbers.items()):
        name = number + "!" * (counts[tab_id, False] > 0)
        keys = steps_to(
            at - here, key_of("form.next_event"), key_of("form.previous_event")
        )
        column = tab(name, keys, is_open=at == here)
        is_bright = at != here and counts[tab_id, True]
        columns.append(replace(column, style=palette.VALUE) if is_bright else column)
    if role == palette.PANE:
        columns[here] = replace(columns[here], style=palette.CHOSEN_AWAY)
    article, *events = columns
    room = width - 2 - article.width  # beside a cell of line at either side
    room -= 3  # blanks around what stands at the end, and a cell of line behind it
    head = fitted(f" {say(lang, 'events_head')} ", palette.DIM)
    left = room - cell_width(errors) - sum(event.width for event in events)
    is_named = (
        bool(events) and not 0 <= left < head.width
    )  # the number of an event says more
    before = [article, head] if is_named else [article]
    room -= head.width * is_named
    shown = _around(events, here - 1, room - cell_width(errors))
    title = listed(
        errors, type_in_words(event, codebook, lang) if event is not None else ""
    )
    is_whole = cell_width(title) <= room - sum(column.width for column in shown)
    end = title if is_whole else errors
    return (
        *before,
        *shown,
        Column("", 0, role),
        *([fitted(f" {end} ", role)] if end else ()),
    )


def _around(columns: Sequence[Column], here: int, room: int) -> Row:
    """Return the columns around one of them that fit into so many cells, with a sign
    for those left out.
    """
    first = 0
    last = len(columns) - 1
    more = Column("… ", 2, palette.DIM) if columns else Column("")
    while first < last and sum(c.width for c in columns[first : last + 1]) > room:
        room -= 2 * (first == 0 and last == len(columns) - 1)
        first, last = (
            (first + 1, last) if here - first > last - here else (first, last - 1)
        )
    shown = columns[first : last + 1]
    return (
        *([more] if first else []),
        *shown,
        *([more] if last < len(columns) - 1 else []),
    )


def type_in_words(event: Event, codebook: Codebook, lang: str) -> str:
    """Return the event's type in words, or `—` if it is not coded or events have no
    type.
    """
    field = codebook.type_field
    answer = event.answer(field.id) if field is not None else MISSING
    return (
        show(field, answer.value, codebook, lang)
        if field is not None and answer.coded
        else "—"
    )


def about_mark(
    mark: Mark,
    target: Candidate | Span | None,
    coding: Coding,
    codebook: Codebook,
    lang: str,
) -> Column:
    """Describe a highlight: kind, state, value, and the fields it is evidence for, or
    else its origin.
    """
    kind = codebook.span_kind(mark.kind)
    words = [f"{kind.glyph} {kind.label.of(lang)}", say(lang, mark.state)]
    if mark.state == REJECTED and not coding.is_submitted:
        words.append(say(lang, "taken_back_by", go=shown(key_of("article.confirm"))))
    for field in codebook.fields_for_kind(mark.kind):
        value = (
            read_fitting_value(field, target, codebook, read_publication_day(coding))
            if target is not None
            else None
        )
        if (
            value is not None
        ):  # only for the first field that can take a value from the highlight
            words.append(in_line(field, show(field, value, codebook, lang), lang))
            break
    fields = []
    for event in coding.events:
        names = [
            codebook.event_field(n).label
            for n, each in event.fields.items()
            if mark.id in each.evidence
        ]
        if names:
            fields.append(
                say(
                    lang,
                    "field_of_event",
                    event=event_number(event.id),
                    fields=join_texts(names),
                )
            )
    if fields:
        words.append(say(lang, "in_fields", fields=listed(*fields)))
    else:
        words.append(
            origin_in_words(
                lang, mark.origin, target.quote if target is not None else ""
            )
        )
    return Column(listed(*words), 0, palette.TEXT)


def kinds_by_letter(codebook: Codebook, lang: str, width: int) -> Column:
    """Name the kinds of spans and their letters, each cut so that all fit into two
    lines of `width` cells.
    """
    labels = [kind.label.of(lang) for kind in codebook.span_kinds]
    widths = [*map(cell_width, labels)]
    room = (
        2 * (width - 2) - cell_width(say(lang, "drawing", kinds="")) - 3 * len(labels)
    )
    room -= (
        max(shared(widths, room), default=0) + 2
    )  # the first line ends before a kind that does not fit
    words = zip(codebook.span_kinds, labels, shared(widths, room), strict=True)
    named = (
        f"{kind.key}={fit(label, cells)}".replace(" ", "\u00a0")
        for kind, label, cells in words
    )
    text = say(
        lang, "drawing", kinds=" ".join(isolate(name, lang == "ar") for name in named)
    )
    return Column(text, 0, palette.EDGE)


def legend_rows(
    codebook: Codebook, lang: str, width: int, *, drawing: bool
) -> list[Row]:
    """Return the kinds of spans with their signs, each in its colour, on as few lines
    as they need.

    drawing: show instead of the signs the letters that give the drawn span its kind, as
    does a click.
    """
    items = list[Row]()
    for rank, kind in enumerate(codebook.span_kinds):
        sign, key = (kind.key, kind.key) if drawing else (kind.glyph, "")
        label = f" {fit(kind.label.of(lang), width - 8)}  "
        style = palette.TEXT if drawing else palette.DIM
        items.append(
            (
                fitted(f" {sign} ", palette.mark_role(rank), key),
                fitted(label, style, key),
            )
        )
    return _side_by_side(tuple(items), width)


def sign_rows(lang: str, width: int) -> list[Row]:
    """Return the signs of the fields' states with their words, but for blanks, which
    stand as the value.
    """
    words = ((sign, state_in_words(lang, state)) for state, sign in SIGNS.items())
    items = (
        (fitted(f"{sign} ", palette.TEXT), fitted(f"{word}  ", palette.DIM))
        for sign, word in words
        if word
    )
    return _side_by_side(tuple(items), width)


@lru_cache(64)
def _side_by_side(items: tuple[Row, ...], width: int) -> list[Row]:
    """Return the items in columns, of which long ones take several, on the fewest lines
    without holes.
    """
    counts = range(1, len(items) + 1)
    return min(
        (_in_columns(items, width - SIDES, count) for count in counts),
        key=len,
        default=[],
    )


def _in_columns(items: Sequence[Row], width: int, count: int) -> list[Row]:
    rows = list[Row]()
    left = list[int]()
    each = max(1, width // count)
    for item in items:
        cells = sum(column.width for column in item)
        taken = min(count, -(-cells // each))
        at = next((n for n, free in enumerate(left) if taken <= free), len(rows))
        if at == len(rows):
            rows.append((Column(" ", 1),))
            left.append(count)
        rest = taken * each - cells
        rows[at] += (*item, *[Column("", rest)] * (rest > 0))
        left[at] -= taken
    return rows


def about_field(
    row: FormRow, evidence: Iterable[Candidate | Span], lang: str
) -> Column:
    """Describe a field: its full value, comment, problem and evidence."""
    value = value_of(row, lang)
    problem = problem_of(row, lang).removesuffix(".")  # more follows
    is_wrong = row.state == "wrong" and problem
    # A rule that is broken stands in front of the value, which may be long.
    words = [
        row.field.label.of(lang),
        problem if is_wrong else state_in_words(lang, row.state),
    ]
    if row.repeats:
        words.append(say(lang, "as_in_event", event=event_number(row.repeats)))
    words.append(value)
    if row.answer.comment:
        words.append(f"✎ {row.answer.comment}")
    is_said = (
        row.state == "proposed" and row.problem is not None and row.problem.is_open
    )
    if problem and not is_wrong and not is_said:
        words.append(problem)
    words += [f"«{span.quote}»" for span in evidence]
    return Column(
        listed(*words), 0, palette.WRONG if row.state == "wrong" else palette.TEXT
    )
