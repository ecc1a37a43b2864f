"""The history of a coding: its changes, which of them are in effect, and the working
time spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.changes.coding_changes import (
    AnswerChange,
    Change,
    SpanChange,
    drop_consequences,
    find_field,
)
from coder.changes.wording import describe_changes, describe_field
from coder.codebook.schema import Codebook, Field
from coder.messages import catalogue
from coder.model import Remark, Span, moment
from coder.service.coding.session import CodingSession
from coder.service.figures.working_time import NOT_WORK, Stopwatch
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.store.entry_changes import changes_of
from coder.store.journal import BARRIERS, REDO, UNDO, Entry, stacks
from coder.text.display import isolate, isolate_within

State = Literal["stands", "now", "undone", "gone"]
"""`stands`: in effect; `now`: the last one in effect; `undone`: can be redone; `gone`:
cannot be redone.
"""
SPANS = "spans"
EVENTS = "events"
"""The names under which working time is counted that was not spent on a field."""
_WITHOUT_FIELDS = ("coding.imported", "coding.rescued")
"""Changes of a whole coding."""


class Step(Struct, frozen=True):
    """One change of a coding, or a remark on it; the first step, with an empty `what`,
    is the coding before.

    version: 0 also for remarks, which are no changes. goal: the argument of
    `CodingSession.go_to` that restores the coding as it was after this change, None if
    it cannot be restored. spent: working time, including that of undoing and redoing
    the change. quote: the words that a remark is about.
    """

    version: int
    at: datetime | None
    what: str
    changes: tuple[Change, ...] = ()
    remark: Remark | None = None
    quote: str = ""
    state: State = "stands"
    goal: int | None = None
    spent: timedelta = timedelta()


def steps(entries: Sequence[Entry]) -> list[Step]:
    """Return the changes of one coding, oldest first, from its journal."""
    undoable, redoable = stacks(
        [(entry.version, entry.what, entry.undoes) for entry in entries]
    )
    watch = Stopwatch()
    undone = set[int]()
    spans: dict[str, Span] = {}
    result = {0: Step(0, None, "")}
    for entry in entries:
        spent = watch.spent_on(entry)
        changes = changes_of(entry, spans)
        for change in changes:
            if isinstance(change, SpanChange):
                spans[change.span.id] = change.span
        if entry.what not in (UNDO, REDO):
            result[entry.version] = Step(
                entry.version,
                moment(entry.at),
                entry.what,
                tuple(changes),
                spent=spent,
            )
        elif (step := result.get(entry.undoes or 0)) is not None:
            result[step.version] = replace(step, spent=step.spent + spent)
            if entry.what == UNDO:
                undone.add(step.version)
            else:
                undone.discard(step.version)
    base = 0
    for entry in entries:
        if entry.what in BARRIERS and entry.version not in undone:
            base = max(base, entry.version)
    last = undoable[-1] if undoable else base
    for version, step in result.items():
        goal: int | None = None
        if version == base:
            goal = 0
        elif version in undoable or version in redoable:
            goal = version
        state: State = "stands"
        if version in undone and version not in redoable:
            state = "gone"
        elif version == last:
            state = "now"
        elif version in redoable:
            state = "undone"
        result[version] = replace(step, goal=goal, state=state)
    return [step for step in result.values() if step.version or not base]


def history(session: CodingSession) -> list[Step]:
    """Return the changes of a coding and the coder's own remarks on it, which cannot be
    undone, by time.
    """
    found = steps(session.history())
    text = session.article.text
    own = session.coder
    with session.project.store.read() as queries:
        remarks = queries.remarks(session.article.id)
    for each in remarks:
        if each.coder == each.by == own:
            found.append(
                Step(
                    0,
                    moment(each.at),
                    f"remark.{each.kind}",
                    remark=each,
                    quote=text[each.start : each.end],
                )
            )
    beginning = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda step: step.at or beginning)


def describe_step(step: Step, codebook: Codebook, lang: str) -> str:
    """Return a step as one line: what was done, to what, and the field's new value."""
    if step.remark is not None:
        return _describe_remark(step.remark, step.quote, codebook, lang)
    if not step.what:
        return catalogue.say(lang, "edits.nothing_yet")
    return describe_changes(step.changes, codebook, lang, step.what)


def _describe_remark(remark: Remark, quote: str, codebook: Codebook, lang: str) -> str:
    words = " ".join(quote.split())
    field = codebook.field(remark.field) if remark.field else None
    labels = [field.label.of(lang) if field else remark.field] if remark.field else []
    about = describe_field([remark.event], labels, lang)
    if words:
        about = f"«{words}»"
    about = about or catalogue.say(lang, "screens.article")
    done = catalogue.say(lang, f"edits.did.remark.{remark.kind}")
    line = f"{done} {isolate(about)}"
    text = " ".join(remark.text.split())
    return f"{line}: {isolate_within(text, lang == 'ar')}" if text else line


def _find_single_field(step: Step, codebook: Codebook) -> Field | None:
    """Return the field that a step changed, None for several or for whole events and
    spans.
    """
    if step.what in _WITHOUT_FIELDS:
        return None
    fields: dict[str, Field | None] = {}
    for change in drop_consequences(step.changes, codebook):
        if not isinstance(change, AnswerChange):
            return None
        fields[change.field_id] = find_field(codebook, change)
    return next(iter(fields.values())) if len(fields) == 1 else None


class Spent(NamedTuple):
    """Working time and number of changes for one field, or for SPANS or EVENTS; label:
    its displayed name.
    """

    field: str
    label: str
    time: timedelta
    changes: int


def spent_by_field(steps: Iterable[Step], codebook: Codebook, lang: str) -> list[Spent]:
    """Return the working time per field, most time first; then that of spans and of
    whole events.
    """
    totals: dict[tuple[bool, str], Spent] = {}
    for step in steps:
        if step.what and step.what not in NOT_WORK:
            _add_time(totals, step, _find_single_field(step, codebook), lang)
    keys = sorted(totals, key=lambda key: (key[0], -totals[key].time, key[1]))
    return [totals[key] for key in keys]


def _add_time(
    totals: dict[tuple[bool, str], Spent], step: Step, field: Field | None, lang: str
) -> None:
    """Add the time of a step to its field's, or to that of spans or of whole events."""
    if field is not None:
        name = field.id
        label = field.label.of(lang)
    else:
        name = SPANS if step.what.startswith("span.") else EVENTS
        label = catalogue.say(lang, f"edits.time_{name}")
    key = (field is None, name)
    before = totals.get(key, Spent(name, label, timedelta(), 0))
    totals[key] = before._replace(
        time=before.time + step.spent, changes=before.changes + 1
    )


def spent_in_project(
    project: Project, progress: ReportProgress = no_progress
) -> tuple[dict[str, timedelta], list[Spent]]:
    """Return the working time of each coding by id (only those above zero) and the
    total by field.
    """
    by_coding: dict[str, timedelta] = {}
    totals: dict[tuple[bool, str], Spent] = {}
    codebook = project.codebook
    with project.store.read() as queries:
        heads = [head for head in queries.coding_heads() if not head.is_gold]
        heads.sort(key=attrgetter("article", "coder"))
        for number, head in enumerate(heads, start=1):
            of_coding = steps(list(queries.entries(subject=f"coding:{head.id}")))
            time = sum((step.spent for step in of_coding), timedelta())
            if time:
                by_coding[head.id] = time
            for step in of_coding:
                if step.what and step.what not in NOT_WORK:
                    field = _find_single_field(step, codebook)
                    _add_time(totals, step, field, "en")
            progress(number, len(heads))
    keys = sorted(totals, key=lambda key: (key[0], -totals[key].time, key[1]))
    return by_coding, [totals[key] for key in keys]
