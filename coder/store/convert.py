"""Model to rows and back: the only place that knows both.

Rows are keyed `(table, key…)` and hold plain JSON values; two sets of rows compare as dicts, which is
how the journal finds what a change touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from coder.model import (
    Answer,
    Article,
    Blank,
    Candidate,
    Cluster,
    Coding,
    Decision,
    Event,
    Ruling,
    Span,
    Status,
    Verdict,
)
from coder.store.damage import damaged
from coder.store.soundness import fault
from coder.store.tables import METADATA
from coder.text.normalize import fold_key

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[Key, Row]


def article_rows(article: Article) -> Rows:
    """The row of an article."""
    row = {
        "id": article.id,
        "text": article.text,
        "text_sha256": article.text_sha256,
        "source": article.source,
        "boilerplate": [list(stretch) for stretch in article.boilerplate],
    }
    return {("article", article.id): row}


def to_article(row: Mapping[str, Any]) -> Article:
    """The article in a row."""
    _expect_sound("article", row)
    marked = tuple((start, end) for start, end in row["boilerplate"] or ())
    return Article(id=row["id"], text=row["text"], source=row["source"], boilerplate=marked)


def candidate_row(article: str, position: int, candidate: Candidate) -> Row:
    """The row of one candidate, at its place in reading order."""
    return {
        "article": article,
        "id": candidate.id,
        "position": position,
        "kind": candidate.kind,
        "start": candidate.start,
        "end": candidate.end,
        "quote": candidate.quote,
        "value": candidate.value,
        "origin": candidate.origin,
        "score": candidate.score,
    }


def to_candidate(row: Mapping[str, Any]) -> Candidate:
    """The candidate in a row."""
    _expect_sound("candidate", row)
    names = ("id", "kind", "start", "end", "quote", "value", "origin", "score")
    return Candidate(**{name: row[name] for name in names})


def coding_rows(coding: Coding | None) -> Rows:
    """All rows of a coding: head, spans, events, answers; none for None."""
    if coding is None:
        return {}
    head = {
        "id": coding.id,
        "article": coding.article,
        "coder": coding.coder,
        "codebook": coding.codebook,
        "text_sha256": coding.text_sha256,
        "status": coding.status.value,
    }
    rows: Rows = {("coding", coding.id): head}
    for position, span in enumerate(coding.spans):
        rows["span", coding.id, span.id] = _span_row(coding.id, position, span)
    for position, event in enumerate(coding.events):
        rows["event", coding.id, event.id] = {"coding": coding.id, "id": event.id, "position": position}
        for name, answer in event.fields.items():
            rows["answer", coding.id, event.id, name] = _answer_row(coding.id, event.id, name, answer)
    for name, answer in coding.answers.items():
        rows["answer", coding.id, "", name] = _answer_row(coding.id, "", name, answer)
    return rows


def to_coding(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Coding | None:
    """The coding in (table, row) pairs, None where they hold no head."""
    by_table: dict[str, list[Mapping[str, Any]]] = {"coding": [], "span": [], "event": [], "answer": []}
    for table, row in rows:
        _expect_sound(table, row)
        by_table[table].append(row)
    if not by_table["coding"]:
        return None
    head = by_table["coding"][0]
    fields: dict[str, dict[str, Answer]] = {"": {}}
    for row in by_table["answer"]:
        fields.setdefault(row["event"], {})[row["field"]] = _to_answer(row)
    return Coding(
        article=head["article"],
        text_sha256=head["text_sha256"],
        codebook=head["codebook"],
        coder=head["coder"],
        status=Status(head["status"]),
        answers=fields[""],
        spans=tuple(_to_span(row) for row in _ordered(by_table["span"])),
        events=tuple(Event(row["id"], fields.get(row["id"], {})) for row in _ordered(by_table["event"])),
    )


def cluster_rows(clusters: Iterable[Cluster]) -> Rows:
    """The rows of an article's clusters, in their order."""
    return {
        ("cluster", c.article, c.id): {
            "article": c.article,
            "id": c.id,
            "position": position,
            "members": [list(member) for member in c.members],
            "gold": c.gold,
            "rejected": c.rejected,
        }
        for position, c in enumerate(clusters)
    }


def to_cluster(row: Mapping[str, Any]) -> Cluster:
    """The cluster in a row."""
    _expect_sound("cluster", row)
    members = tuple((coder, event) for coder, event in row["members"] or ())
    return Cluster(row["id"], row["article"], members, row["gold"], row["rejected"])


def ruling_rows(ruling: Ruling | None) -> Rows:
    """The row of a decision about a term; none for None."""
    if ruling is None:
        return {}
    folded = fold_key(ruling.text)
    row = {"kind": ruling.kind, "folded": folded, "text": ruling.text, "value": ruling.value}
    return {("lexicon", ruling.kind, folded): {**row, "decision": ruling.verdict.value}}


def to_ruling(row: Mapping[str, Any]) -> Ruling:
    """The decision about a term in a row."""
    _expect_sound("lexicon", row)
    return Ruling(row["kind"], row["text"], Verdict(row["decision"]), row["value"])


def named(table: str, row: Mapping[str, Any]) -> str:
    """A row's table and key, for people: `span a1/amal/s1`."""
    return f"{table} {'/'.join(str(row.get(c.name)) for c in METADATA.tables[table].primary_key)}"


def _expect_sound(table: str, row: Mapping[str, Any]) -> None:
    """Raises DamagedError, which names the row, where it does not hold what its columns are for."""
    if what := fault(table, row):
        raise damaged(f"The {named(table, row)} cannot be read, {what}")


def _ordered(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: (row["position"], row["id"]))


def _span_row(coding: str, position: int, span: Span) -> Row:
    return {
        "coding": coding,
        "id": span.id,
        "position": position,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
        "value": span.value,
        "decision": span.decision.value if span.decision else None,
        "candidate": span.candidate,
        "reason": span.reason,
    }


def _to_span(row: Mapping[str, Any]) -> Span:
    names = ("id", "kind", "start", "end", "quote", "value", "candidate", "reason")
    decision = Decision(row["decision"]) if row["decision"] else None
    return Span(**{name: row[name] for name in names}, decision=decision)


def _answer_row(coding: str, event: str, name: str, answer: Answer) -> Row:
    return {
        "coding": coding,
        "event": event,
        "field": name,
        "value": answer.value,
        "blank": answer.blank.value if answer.blank else None,
        "evidence": list(answer.evidence),
        "comment": answer.comment,
        "proposed": answer.proposed,
        "taken_from": list(answer.taken_from),
        "reason": answer.reason,
        "by": answer.by,
    }


def _to_answer(row: Mapping[str, Any]) -> Answer:
    return Answer(
        value=row["value"],
        blank=Blank(row["blank"]) if row["blank"] else None,
        evidence=tuple(row["evidence"] or ()),
        comment=row["comment"],
        proposed=bool(row["proposed"]),
        taken_from=tuple(row["taken_from"] or ()),
        reason=row["reason"],
        by=row["by"],
    )
