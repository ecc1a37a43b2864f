"""The history of a coding: its changes, which of them are in effect, and the working time spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.grouping import grouped
from coder.messages import catalogue
from coder.messages.catalogue import Message
from coder.model import Blank, event_number, moment
from coder.service.coding.session import CodingSession
from coder.service.figures.working_time import NOT_WORK, Stopwatch
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.store.convert import Row
from coder.store.journal import BARRIERS, REDO, UNDO, Entry, stacks
from coder.text.display import isolate, isolate_within
from coder.values.typed import show

State = Literal["stands", "now", "undone", "gone"]
"""`stands`: in effect; `now`: the last one in effect; `undone`: can be redone; `gone`: cannot be redone."""
SPANS = "spans"
EVENTS = "events"
"""The names under which working time is counted that was not spent on a field."""
WITH_VALUE = (
    "value.put",
    "value.set",
    "values.copied",
    "values.filled",
    "proposals.accepted",
)
"""The changes whose history line shows the new value."""


class Step(Struct, frozen=True):
    """One change of a coding; the first step, with an empty `what`, is the coding before any change.

    version: 0 also for remarks, which are no changes. events, fields: the ids of those it changed, without
    fields for whole events. goal: the argument of `CodingSession.go_to` that restores the coding as it was
    after this change, None if it cannot be restored. spent: working time, including that of undoing and
    redoing the change.
    """

    version: int
    at: datetime | None
    what: str
    events: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    span: Row | None = None
    answer: Row | None = None
    state: State = "stands"
    goal: int | None = None
    spent: timedelta = timedelta()


def steps(entries: Sequence[Entry], codebook: Codebook) -> list[Step]:
    """Return the changes of one coding, oldest first, from its journal."""
    undoable, redoable = stacks(
        [(entry.version, entry.what, entry.undoes) for entry in entries]
    )
    watch = Stopwatch()
    undone = set[int]()
    result = {0: Step(0, None, "")}
    for entry in entries:
        spent = watch.spent_on(entry)
        if entry.what not in (UNDO, REDO):
            result[entry.version] = replace(_step(entry, codebook), spent=spent)
        elif (step := result.get(entry.undoes or 0)) is not None:
            result[step.version] = replace(step, spent=step.spent + spent)
            (undone.add if entry.what == UNDO else undone.discard)(step.version)
    standing_barriers = (
        e.version for e in entries if e.what in BARRIERS and e.version not in undone
    )
    base = max(standing_barriers, default=0)
    last = undoable[-1] if undoable else base
    for version, step in result.items():
        goal = (
            0
            if version == base
            else version
            if version in undoable or version in redoable
            else None
        )
        state: State = (
            "now" if version == last else "undone" if version in redoable else "stands"
        )
        state = "gone" if version in undone - {*redoable} else state
        result[version] = replace(step, goal=goal, state=state)
    return [step for step in result.values() if step.version or not base]


def _step(entry: Entry, codebook: Codebook) -> Step:
    rows = grouped(
        (each.table, row)
        for each in entry.changes
        if (row := each.after or each.before)
    )
    order = [field.id for field in codebook.fields]
    # Setting one value may set others too: the field that comes first in the codebook is the one meant.
    answers = sorted(
        rows.get("answer", []),
        key=lambda row: order.index(row["field"]) if row["field"] in order else -1,
    )
    spans = rows.get("span", [{}])
    events = rows.get("event", [])
    about = entry.what.partition(".")[0]
    step = Step(entry.version, moment(entry.at), entry.what, span=spans[0] or None)
    if about in ("event", "events"):
        ids = (events or [{"id": answer["event"]} for answer in answers])[:1]
        return replace(step, events=tuple(row["id"] for row in ids))
    if (
        not answers
        or about == "span"
        or entry.what in ("coding.imported", "coding.rescued")
    ):  # all of it
        return step
    changed = answers[:1] if about == "value" else answers
    of_events, fields = (
        tuple(dict.fromkeys(row[name] for row in changed))
        for name in ("event", "field")
    )
    return replace(step, events=of_events, fields=fields, answer=answers[0])


def history(session: CodingSession) -> list[Step]:
    """Return the changes of a coding and the coder's own remarks on it, which cannot be undone, by time."""
    changes = steps(session.history(), session.codebook)
    text = session.article.text
    own = session.coder
    with session.project.store.read() as queries:
        remarks = [
            each
            for each in queries.remarks(session.article.id)
            if each.coder == each.by == own
        ]
    said = [
        Step(
            0,
            moment(each.at),
            f"remark.{each.kind}",
            (each.event,),
            (each.field,) if each.field else (),
            {"quote": text[each.start : each.end]},
            {"comment": each.text},
        )
        for each in remarks
    ]
    return sorted(
        (*changes, *said), key=lambda step: step.at or datetime.min.replace(tzinfo=UTC)
    )


def in_words(step: Step, codebook: Codebook, lang: str) -> str:
    """Return a change as one line: what was done, to what, and the field's new value."""
    if not step.what:
        return catalogue.say(lang, "edits.nothing_yet")
    field = _field(step, codebook)
    what = step.what
    value = ""
    done = (
        catalogue.say(lang, f"edits.did.{what}")
        if catalogue.has(f"edits.did.{what}")
        else what
    )
    if step.answer is not None and (
        what == "comment.set" or what.startswith("remark.")
    ):
        value = " ".join(step.answer["comment"].split()) or (
            "—" if what == "comment.set" else ""
        )
    elif field is not None and step.answer is not None:
        if what.startswith("evidence."):
            value = f"«{_quote(step.span)}»" if step.span is not None else ""
        elif what in WITH_VALUE:
            value = _value(field, step.answer, codebook, lang)
    changed = _what_changed(step, codebook, lang)
    words = f"{done} {isolate(changed)}" if changed else done
    return f"{words}: {isolate_within(value, lang == 'ar')}" if value else words


def _what_changed(step: Step, codebook: Codebook, lang: str) -> str:
    numbers = [number for event_id in step.events if (number := event_number(event_id))]
    numbers.sort(key=lambda number: (len(number), number))
    event = (
        Message("edits.event_number", number=" · ".join(numbers)).of(lang)
        if numbers
        else ""
    )
    if step.fields:
        labels = {field.id: field.label.of(lang) for field in codebook.fields}
        names = [labels.get(each, each) for each in step.fields]
        if event and len(names) == 1:
            return Message("edits.field_of_event", field=names[0], event=event).of(lang)
        return " · ".join(
            [event, *names] if event else names
        )  # what is cut in a list are fields
    quote = (
        f"«{_quote(step.span)}»" if step.span is not None and _quote(step.span) else ""
    )
    if step.what.startswith("span.") and step.span is not None:
        kind = next(
            (
                k.label.of(lang)
                for k in codebook.span_kinds
                if k.id == step.span.get("kind")
            ),
            "",
        )
        return f"{kind} {quote}".strip()
    if step.what.startswith("remark."):
        return quote or event or catalogue.say(lang, "screens.article")
    return event


def _quote(span: Row) -> str:
    return " ".join(str(span.get("quote", "")).split())


def _value(field: Field, answer: Row, codebook: Codebook, lang: str) -> str:
    blank = answer.get("blank")
    if blank is None:
        return show(field, answer.get("value"), codebook, lang)
    return (
        codebook.blank(blank).label.of(lang)
        if blank in [each.value for each in Blank]
        else "—"
    )


def _field(step: Step, codebook: Codebook) -> Field | None:
    """Return the field that a step changed, None for several."""
    fields = codebook.event_fields if any(step.events) else codebook.article_fields
    return next((field for field in fields if step.fields == (field.id,)), None)


class Spent(NamedTuple):
    """Working time and number of changes for one field, or for SPANS or EVENTS; label: its displayed name."""

    field: str
    label: str
    time: timedelta
    changes: int


def spent_by_field(steps: Iterable[Step], codebook: Codebook, lang: str) -> list[Spent]:
    """Return the working time per field, most time first; then that of spans and of whole events."""
    totals: dict[tuple[bool, str], Spent] = {}
    for step in (step for step in steps if step.what and step.what not in NOT_WORK):
        field = _field(step, codebook)
        rest = SPANS if step.what.startswith("span.") else EVENTS
        name = field.id if field is not None else rest
        label = (
            field.label.of(lang)
            if field is not None
            else catalogue.say(lang, f"edits.time_{rest}")
        )
        before = totals.get(
            key := (field is None, name), Spent(name, label, timedelta(), 0)
        )
        totals[key] = before._replace(
            time=before.time + step.spent, changes=before.changes + 1
        )
    return [
        totals[key]
        for key in sorted(totals, key=lambda key: (key[0], -totals[key].time, key[1]))
    ]


def spent_in_project(
    project: Project, progress: ReportProgress = no_progress
) -> tuple[dict[str, timedelta], list[Spent]]:
    """Return the working time of each coding by id (only those above zero) and the total by field."""
    by_coding: dict[str, timedelta] = {}
    all_steps: list[Step] = []
    with project.store.read() as queries:
        heads = [head for head in queries.coding_heads() if not head.is_gold]
        for number, head in enumerate(
            sorted(heads, key=attrgetter("article", "coder")), start=1
        ):
            of_coding = steps(
                list(queries.entries(subject=f"coding:{head.id}")), project.codebook
            )
            if time := sum((step.spent for step in of_coding), timedelta()):
                by_coding[head.id] = time
            all_steps += [
                replace(step, span=None, answer=None) for step in of_coding
            ]  # saves memory
            progress(number, len(heads))
    return by_coding, spent_by_field(all_steps, project.codebook, "en")
