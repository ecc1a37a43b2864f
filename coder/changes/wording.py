"""A list of changes as one line of text, for messages, undo, the history and conflicts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from coder.changes.coding_changes import (
    AnswerChange,
    Change,
    ClusterChange,
    EventChange,
    MadeEdit,
    SpanChange,
    StatusChange,
    codebook_position,
    drop_consequences,
    find_field,
)
from coder.codebook.schema import Codebook
from coder.grouping import grouped
from coder.messages import catalogue
from coder.messages.catalogue import Message
from coder.model import Decision, Span, Status, event_number
from coder.text.display import isolate, isolate_within
from coder.values.typed import show

COMPOSED = (
    "event.duplicated",
    "event.split",
    "events.merged",
    "values.copied",
    "values.filled",
    "coding.imported",
    "coding.rescued",
    "coding.recoded",
    "coding.carried",
    "gold.agreed",
    "gold.applied",
    "gold.coding_rejected",
    "gold.recoded",
    "gold.carried",
    "gold.closed",
    "gold.reopened",
    "clusters.linked",
    "clusters.split",
)
"""The names in the journal that say more than the list of changes does."""
_WHOLE = (
    "coding.imported",
    "coding.rescued",
    "coding.recoded",
    "coding.carried",
    "gold.recoded",
    "gold.carried",
    "gold.closed",
    "gold.reopened",
)
"""Of these, the ones about the whole article."""
_VALUE_SHOWN = ("value.set", "proposals.accepted", "values.copied", "values.filled")
_MOST_NAMED = 6
"""How many fields a line names; of more it names the first and counts the others."""


class EditWords(Struct, frozen=True):
    """An edit in words, in the language of whoever reads them."""

    edit: MadeEdit
    codebook: Codebook

    def of(self, lang: str) -> str:
        """Return the words in `ar` or `en`."""
        return describe_edit(self.edit, self.codebook, lang)


def describe_edit(edit: MadeEdit, codebook: Codebook, lang: str) -> str:
    """Return an edit in words, as `describe_changes`."""
    return describe_changes(edit.changes, codebook, lang, edit.what)


def describe_changes(
    changes: Sequence[Change], codebook: Codebook, lang: str, what: str = ""
) -> str:
    """Return a list of changes in words: what was done, to what, and the new value if
    there is one.

    The kind of change that matters most is described, the others are counted. what: the
    name in the journal, which gives the verb if it is one of COMPOSED.
    """
    meant = drop_consequences(changes, codebook)
    if what in _WHOLE or not meant:
        return _verb(what, lang) if what else ""
    by_verb = grouped((_verb_of(change), change) for change in meant)
    verb = min(by_verb, key=_ORDER.index)
    described = by_verb[verb]
    others = len(meant) - len(described)
    if what in COMPOSED:
        # A composed edit has one verb for all fields or events that it changed.
        verb = what
        others = 0
        described = [each for each in meant if type(each) is type(described[0])]
    words = _verb(verb, lang)
    about = _describe_objects(described, codebook, lang)
    if about:
        words = f"{words} {isolate(about)}"
    value = _describe_value(verb, described, codebook, lang)
    if value:
        words = f"{words}: {isolate_within(value, lang == 'ar')}"
    if others:
        words = Message("edits.and_others", words=words, n=others).of(lang)
    return words


def describe_field(event_ids: Sequence[str], labels: Sequence[str], lang: str) -> str:
    """Return events and fields in words: `Place, event 2`; several of them with dots
    between.
    """
    numbers = [event_number(event_id) for event_id in event_ids if event_id]
    numbers = sorted(dict.fromkeys(numbers), key=lambda number: (len(number), number))
    event = ""
    if numbers:
        event = Message("edits.event_number", number=" · ".join(numbers)).of(lang)
    if event and len(labels) == 1:
        return Message("edits.field_of_event", field=labels[0], event=event).of(lang)
    return " · ".join([event, *labels] if event else labels)


def describe_quote(span: Span) -> str:
    """Return the words of a span between quotation marks, on one line."""
    return f"«{' '.join(span.quote.split())}»"


_ORDER = (
    "coding.submitted",
    "coding.reopened",
    "event.added",
    "event.deleted",
    "gold.rejected",
    "gold.restored",
    "clusters.changed",
    "value.set",
    "proposals.accepted",
    "value.not_stated",
    "value.not_applicable",
    "value.missing",
    "evidence.added",
    "evidence.removed",
    "comment.set",
    "gold.reason",
    "span.drawn",
    "span.edited",
    "span.confirmed",
    "span.rejected",
    "span.removed",
)
"""The verbs; where changes of several kinds happen at once, the first one is described.
"""


def _verb_of(change: Change) -> str:
    match change:
        case StatusChange(after=after):
            is_closed = after is Status.SUBMITTED
            return "coding.submitted" if is_closed else "coding.reopened"
        case EventChange(before=before):
            return "event.added" if before is None else "event.deleted"
        case ClusterChange():
            return _verb_of_cluster(change)
        case SpanChange():
            return _verb_of_span(change)
        case AnswerChange():
            return _verb_of_answer(change)


def _verb_of_cluster(change: ClusterChange) -> str:
    was = change.before
    now = change.after
    if was is not None and now is not None and was.members == now.members:
        return "gold.rejected" if now.rejected else "gold.restored"
    if was is None and now is not None and not now.members:
        return "event.added"
    return "clusters.changed"


def _verb_of_span(change: SpanChange) -> str:
    was = change.before
    now = change.after
    if now is None:
        return "span.removed"
    if now.decision is Decision.REJECTED:
        return "span.rejected"
    is_moved = was is not None and was.stretch != now.stretch
    if is_moved or (was is None and now.decision is Decision.EDITED):
        return "span.edited"
    return "span.drawn" if was is None and now.decision is None else "span.confirmed"


def _verb_of_answer(change: AnswerChange) -> str:
    was = change.before
    now = change.after
    if not change.is_value_changed:
        if now.comment != was.comment:
            return "comment.set"
        if change.gained:
            return "evidence.added"
        return "evidence.removed" if change.lost else "gold.reason"
    if now.blank is not None:
        return f"value.{now.blank.value}"
    is_accepted = was.proposed and not now.proposed and was.value == now.value
    return "proposals.accepted" if is_accepted else "value.set"


def _describe_objects(changes: Sequence[Change], codebook: Codebook, lang: str) -> str:
    """Return what changes of one kind are about: fields, events, or a span with its
    kind.
    """
    first = changes[0]
    if isinstance(first, AnswerChange):
        answers = [change for change in changes if isinstance(change, AnswerChange)]
        answers.sort(key=lambda change: codebook_position(change, codebook))
        named = answers if len(answers) <= _MOST_NAMED else answers[:1]
        labels = {}
        for change in named:
            field = find_field(codebook, change)
            labels[change.field_id] = field.label.of(lang) if field else change.field_id
        event_ids = [change.event_id for change in named]
        words = describe_field(event_ids, list(labels.values()), lang)
        if len(named) == len(answers):
            return words
        return Message("edits.and_more", place=words, n=len(answers) - 1).of(lang)
    if isinstance(first, SpanChange):
        span = first.span
        kinds = {kind.id: kind.label.of(lang) for kind in codebook.span_kinds}
        words = f"{kinds.get(span.kind, '')} {describe_quote(span)}".strip()
        if len(changes) == 1:
            return words
        return Message("edits.and_others", words=words, n=len(changes) - 1).of(lang)
    whole_events: list[str] = []
    for each in changes:
        if isinstance(each, EventChange):
            whole_events.append(each.event.id)
        elif isinstance(each, ClusterChange):
            whole_events.append(each.cluster.id)
    return describe_field(whole_events, (), lang)


def _describe_value(
    verb: str, changes: Sequence[Change], codebook: Codebook, lang: str
) -> str:
    """Return the new value, comment or evidence if the changes are about a single
    field.
    """
    answers = [change for change in changes if isinstance(change, AnswerChange)]
    if not answers or len({change.field_id for change in answers}) > 1:
        return ""
    first = answers[0]
    if verb == "comment.set":
        return " ".join(first.after.comment.split()) or "—"
    if verb in ("evidence.added", "evidence.removed"):
        spans = first.gained or first.lost
        return describe_quote(spans[0])
    field = find_field(codebook, first)
    if verb not in _VALUE_SHOWN or field is None:
        return ""
    if first.after.blank is not None:
        return codebook.blank(first.after.blank.value).label.of(lang)
    return show(field, first.after.value, codebook, lang)


def _verb(what: str, lang: str) -> str:
    key = f"edits.did.{what}"
    return catalogue.say(lang, key) if catalogue.has(key) else what
