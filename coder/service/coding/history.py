"""The history of a coding: what was done when, what of it stands, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from coder.codebook.schema import Codebook, Field
from coder.messages import catalogue
from coder.messages.catalogue import Message
from coder.model import GOLD, Blank, event_number
from coder.service.figures.working_time import NOT_WORK, Stopwatch
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.convert import Row
from coder.store.journal import BARRIERS, REDO, UNDO, Entry, moment, stacks
from coder.text.display import isolate, isolate_within
from coder.values.typed import show

State = Literal["stands", "now", "undone", "gone"]
"""`now`: the last that stands; `undone`: redo does it again; `gone`: nothing brings it back."""
SPANS, EVENTS = "spans", "events"
"""What working time went into where it was no field."""
GIVING = ("value.put", "value.set", "values.copied", "values.filled", "proposals.accepted")
"""The changes of which the value that came is told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a coding; the first of all, with no word, is the coding before any change.

    goal: what leads to the coding as it was after it (`CodingSession.go_to`), None where nothing does.
    spent: working time, also that of taking it back and of doing it again.
    """

    version: int
    at: datetime | None
    what: str
    event_id: str = ""
    field: str = ""
    span: Row | None = None
    answer: Row | None = None
    state: State = "stands"
    goal: int | None = None
    spent: timedelta = timedelta()


def steps(entries: Sequence[Entry], codebook: Codebook) -> list[Step]:
    """The changes of one coding, oldest first, from its journal."""
    told = [(entry.version, entry.what, entry.undoes) for entry in entries]
    done, undone = stacks(told)
    barriers = [entry.version for entry in entries if entry.what in BARRIERS]
    watch, off = Stopwatch(), set[int | None]()
    found = {0: Step(0, None, "")}
    for entry in entries:
        spent = watch.spent_on(entry)
        if entry.what not in (UNDO, REDO):
            found[entry.version] = replace(_step(entry, codebook), spent=spent)
        elif (of := found.get(entry.undoes or 0)) is not None:
            found[of.version] = replace(of, spent=of.spent + spent)
            (off.add if entry.what == UNDO else off.discard)(of.version)
    base = max((version for version in barriers if version not in off), default=0)
    last = done[-1] if done else base
    for version, each in found.items():
        goal = 0 if version == base else version if version in done or version in undone else None
        state: State = "now" if version == last else "undone" if version in undone else "stands"
        found[version] = replace(each, goal=goal, state="gone" if version in off - {*undone} else state)
    return [each for each in found.values() if each.version or not base]


def _step(entry: Entry, codebook: Codebook) -> Step:
    rows: dict[str, list[Row]] = {}
    for change in entry.changes:
        if row := change.after or change.before:
            rows.setdefault(change.table, []).append(row)
    order = [field.id for field in codebook.fields]
    # A value may set others along with it: the first field of the codebook is the one that was meant.
    answers = sorted(
        rows.get("answer", []), key=lambda row: order.index(row["field"]) if row["field"] in order else -1
    )
    spans, events, about = rows.get("span", [{}]), rows.get("event", []), entry.what.partition(".")[0]
    step = Step(entry.version, moment(entry.at), entry.what, span=spans[0] or None)
    if about in ("event", "events") and events:
        return replace(step, event_id=events[0]["id"])
    if not answers or about == "span":
        return step
    whole = about in ("event", "events") or (about != "value" and len(answers) > 1)
    first = answers[0]
    return replace(step, event_id=first["event"], field="" if whole else first["field"], answer=first)


def in_words(step: Step, codebook: Codebook, lang: str) -> str:
    """A change as one line: what was done, to what, and what a field holds since."""
    if not step.what:
        return catalogue.say(lang, "edits.nothing_yet")
    field, what, value = _field(step, codebook), step.what, ""
    done = catalogue.say(lang, f"edits.did.{what}") if catalogue.has(f"edits.did.{what}") else what
    if field is not None and step.answer is not None:
        if what == "comment.set":
            value = str(step.answer.get("comment") or "—")
        elif what.startswith("evidence."):
            value = f"‹{_quote(step.span)}›" if step.span is not None else ""
        elif what in GIVING:
            value = _held(field, step.answer, codebook, lang)
    thing = _thing(step, field, codebook, lang)
    words = f"{done} {isolate(thing)}" if thing else done
    return f"{words}: {isolate_within(value, lang == 'ar')}" if value else words


def _thing(step: Step, field: Field | None, codebook: Codebook, lang: str) -> str:
    number = event_number(step.event_id)
    event = Message("edits.event_number", number=number).of(lang) if number else ""
    if step.field:
        label = field.label.of(lang) if field is not None else step.field
        return Message("edits.field_of_event", field=label, event=event).of(lang) if event else label
    if step.what.startswith("span.") and step.span is not None:
        kind = next((k.label.of(lang) for k in codebook.span_kinds if k.id == step.span.get("kind")), "")
        return f"{kind} ‹{_quote(step.span)}›".strip()
    return event


def _quote(span: Row) -> str:
    return " ".join(str(span.get("quote", "")).split())


def _held(field: Field, answer: Row, codebook: Codebook, lang: str) -> str:
    blank = answer.get("blank")
    if blank is None:
        return show(field, answer.get("value"), codebook, lang)
    return codebook.blank(blank).label.of(lang) if blank in [each.value for each in Blank] else "—"


def _field(step: Step, codebook: Codebook) -> Field | None:
    fields = codebook.event_fields if step.event_id else codebook.article_fields
    return next((field for field in fields if field.id == step.field), None)


class Spent(NamedTuple):
    """Working time and changes by the field that they went into, or by SPANS or EVENTS; label: its name."""

    field: str
    label: str
    time: timedelta
    changes: int


def spent_by_field(found: Iterable[Step], codebook: Codebook, lang: str) -> list[Spent]:
    """The fields, most time first; then spans and whole events."""
    of: dict[tuple[bool, str], Spent] = {}
    for step in (step for step in found if step.what and step.what not in NOT_WORK):
        field = _field(step, codebook)
        rest = SPANS if step.what.startswith("span.") else EVENTS
        name = field.id if field is not None else rest
        label = field.label.of(lang) if field is not None else catalogue.say(lang, f"edits.time_{rest}")
        before = of.get(key := (field is None, name), Spent(name, label, timedelta(), 0))
        of[key] = before._replace(time=before.time + step.spent, changes=before.changes + 1)
    return [of[key] for key in sorted(of, key=lambda key: (key[0], -of[key].time, key[1]))]


def spent_in_project(project: Project, progress: Told = untold) -> tuple[dict[str, timedelta], list[Spent]]:
    """The working time of each coding that has some, by its id, and that of all of them by field."""
    by_coding: dict[str, timedelta] = {}
    every: list[Step] = []
    with project.store.read() as queries:
        heads = [head for head in queries.coding_heads() if head.coder != GOLD]
        for number, head in enumerate(sorted(heads, key=attrgetter("article", "coder")), start=1):
            found = steps(list(queries.entries(subject=f"coding:{head.id}")), project.codebook)
            if time := sum((step.spent for step in found), timedelta()):
                by_coding[head.id] = time
            every += [replace(step, span=None, answer=None) for step in found]
            progress(number, len(heads))
    return by_coding, spent_by_field(every, project.codebook, "en")
