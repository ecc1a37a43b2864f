"""The content of a report on agreement: sentences and tables, independent of the output
format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.field_agreement import NOT_STATED_LEFT_OUT, FieldAgreement
from coder.agreement.reliability import Reliability
from coder.agreement.result import NO_VARIATION, Interval, MeanScore, Score
from coder.agreement.scales import (
    ONLY_ITEM,
    Compared,
    find_measured_fields,
    find_measured_parts,
    label_of,
    question_of,
)
from coder.agreement.study import Study
from coder.codebook.label import Label, join_texts
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message, first_few
from coder.model import GOLD
from coder.report import details
from coder.report.beside import Beside, tabulate_against_gold, tabulate_suggestions
from coder.report.figure_tables import (
    DATA,
    EVERYBODY,
    PAGE_AND_DATA,
    PEOPLE,
    Cell,
    Column,
    Named,
    Table,
    document_of,
    documents,
    name_field,
    reason_words,
    reasons_of,
    tabulate,
)
from coder.report.methods import Sentence, methods


class Report(NamedTuple):
    """A report on a study. basis: sentences on the data.

    remarks: caveats to be read before the figures.

    facts: the JSON document's data besides the tables.
    """

    title: Message
    coders: Sequence[str]
    facts: Mapping[str, Any]
    basis: Sequence[Bilingual]
    remarks: Sequence[Bilingual]
    tables: Sequence[Table]
    methods: Sequence[Sentence]

    @property
    def references(self) -> list[str]:
        """The keys of the methods' sources, sorted."""
        return sorted(
            {source for sentence in self.methods for source in sentence.sources}
        )

    def document(self) -> dict[str, Any]:
        """Return the report as JSON: the facts, the tables by name, remarks, methods
        and references.
        """
        document = dict(self.facts)
        for table in self.tables:
            if table.name not in self.facts:
                document[table.name] = document_of(table)
        document["remarks"] = [remark.of("en") for remark in self.remarks]
        document["methods"] = [sentence.of("en") for sentence in self.methods]
        document["references"] = self.references
        return document


def report_of(
    study: Study,
    cases: Sequence[details.Case] = (),
    field: str = "",
    beside: Beside | None = None,
) -> Report:
    """Return the report on a study, or on one of its fields or parts.

    Raises CoderError if that field or part is not compared.
    """
    if field:
        expect_compared(study, field)
    rows = [row for row in worst_first(study.fields) if field in ("", row.field)]
    parts = [
        row
        for row in worst_first(study.parts)
        if field in ("", row.field, row.field.partition(".")[0])
    ]
    beside = beside or Beside()
    has_gold = bool(beside.gold) or GOLD in study.coders
    is_whole = not field
    tables: list[Table] = []
    if is_whole:
        tables += _tabulate_events(study)
        tables += details.tabulate_unmatched_events(study)
    tables += _tabulate_fields(study, "fields", rows)
    tables += details.tabulate_strict_alpha(study, rows)
    tables += _tabulate_fields(study, "parts", parts)
    if not rows:
        rows = parts
    if is_whole:
        tables += details.tabulate_links(study)
        tables += _tabulate_weakest(study)
        tables += _tabulate_spans(study)
        tables += tabulate_suggestions(beside.audit, study.codebook)
    tables += details.tabulate_months(study, rows)
    tables += details.tabulate_pairs(
        study, rows, with_events=is_whole, has_gold=has_gold
    )
    tables += tabulate_against_gold(beside.gold, rows, with_events=is_whole)
    tables += details.tabulate_categories(study, rows)
    tables += details.tabulate_confusions(study, rows)
    tables += details.tabulate_cases(study.codebook, cases)
    if is_whole:
        tables += details.tabulate_splits(study)
    return Report(
        Message("report.title", codebook=study.codebook.title),
        study.coders,
        _facts(study, field),
        _basis(study),
        remarks(study),
        tables,
        methods(study, [table.name for table in tables]),
    )


def expect_compared(study: Study, field: str) -> None:
    """Raise CoderError if a field or part is not compared."""
    names = [each.name for each in find_measured_fields(study.codebook)]
    parts = [each.name for each in find_measured_parts(study.codebook)]
    if field in (*names, *parts):
        return
    if field in [link.id for link in study.codebook.link_fields]:
        raise CoderError("cli.agree.field_of_links", field=field)
    raise CoderError("cli.agree.no_field", field=field, names=", ".join(names))


def worst_first(rows: Sequence[FieldAgreement]) -> list[FieldAgreement]:
    """Sort fields by their guarded lower bound, else by alpha.

    Behind them come fields with too few disagreements to tell, then those without
    either figure.
    """

    def weakness(row: FieldAgreement) -> tuple[int, float]:
        figure = row.guarded_lower_bound.value
        if figure is None:
            figure = row.alpha.value
        if figure is None:
            return 2, 0.0
        return int(row.status is Reliability.FEW_TO_TELL), figure

    return sorted(rows, key=weakness)


def _facts(study: Study, field: str) -> dict[str, Any]:
    basis = study.basis
    plan = study.plan
    events = study.events
    overall = study.overall
    counts = basis._asdict()
    del counts["wrong"]  # which codings these are, whoever asks for the report says
    facts: dict[str, Any] = {
        "coders": list(study.coders),
        "articles": list(study.articles),
        "codebook": study.codebook.ref,
        "basis": counts,
        "plan": {"B": plan.B, "seed": plan.seed, "confidence": plan.confidence},
        "not_measured": list(study.not_measured),
    }
    if field:
        return facts
    scores = {
        f"{threshold:g}": score for threshold, score in events.by_threshold.items()
    }
    facts["events"] = {
        "articles": events.articles,
        "events": dict(events.events),
        "events_of_one_coder": dict(events.alone),
        "events_without_evidence": events.without_evidence,
        "needs_evidence": events.needs_evidence,
        "matches": sum(pair.matches for pair in events.pairs),
        "pairs": [pair._asdict() | {"f1": pair.f1} for pair in events.pairs],
        **documents(
            f1=events.f1,
            interval=events.interval,
            chance_f1=events.chance,
            corrected=events.corrected,
        ),
        "f1_by_threshold": documents(**scores),
    }
    weakest = {
        "field": overall.field,
        "status": overall.status,
        "undefined": dict(overall.undefined),
        "too_few_to_tell": list(overall.few),
    }
    lowest = documents(guarded_lower_bound=overall.guarded_lower_bound)
    return {**facts, "overall": lowest | weakest}


# ------------------------------------------------------------ sentences
def _basis(study: Study) -> list[Bilingual]:
    basis = study.basis
    plan = study.plan
    events = study.events
    sentences: list[Bilingual] = [
        Message(
            "report.basis.who",
            articles=Message("counts.articles", n=len(study.articles)),
            codings=Message("counts.codings", n=basis.codings),
            names=join_texts(study.coders),
            shared=events.articles,
            codebook=study.codebook.ref,
        )
    ]
    for name, counts in (("events", events.events), ("alone", events.alone)):
        if counts and study.codebook.event_fields:
            by_coder = join_texts([f"{coder} {n}" for coder, n in counts.items()])
            sentences.append(Message(f"report.basis.{name}", counts=by_coder))
    if events.without_evidence:
        rule = "apart" if events.needs_evidence else "by_values"
        sentences.append(Message(f"report.basis.{rule}", n=events.without_evidence))
    if basis.stages:
        key = "stages" if basis.revised is None else "stages_and_revised"
        values = {"counts": in_stages(basis.stages), "revised": basis.revised}
        sentences.append(Message(f"report.basis.{key}", **values))
    if days := sorted(basis.submitted.values()):
        sentences.append(Message("report.basis.days", first=days[0], last=days[-1]))
    sentences.append(Message("report.basis.plan", B=plan.B, seed=plan.seed))
    return sentences


def in_stages(stages: Mapping[str, int]) -> Label:
    """Return the numbers of codings by stage in words.

    "": codings that were not assigned.
    """
    counts = [
        (Message(f"report.stage.{name or 'none'}"), n)
        for name, n in sorted(stages.items())
    ]
    return join_texts(
        Message("report.basis.counted", what=name, count=n) for name, n in counts
    )


def remarks(study: Study) -> list[Bilingual]:
    """Return caveats to be read before the figures: what was left out, and what is
    missing.
    """
    sentences: list[Bilingual] = []
    if left_out := study.basis.left_out:
        wrong = first_few([id_ for id_, _ in study.basis.wrong])
        codings = join_texts(
            Message(f"figures.left_out.{why}", n=n, names=wrong)
            for why, n in sorted(left_out.items())
        )
        sentences.append(Message("report.left_out", codings=codings))
    book = study.codebook
    events = study.events
    shared = events.articles
    if not shared:
        sentences.append(Message("report.remark.no_overlap"))
    elif shared == 1:
        sentences.append(Message("report.remark.one_article"))
    elif shared < LEAST_ARTICLES:
        articles = Message("counts.articles", n=shared)
        few = Message(
            "report.remark.few_articles", least=LEAST_ARTICLES, articles=articles
        )
        sentences.append(few)
    if book.event_fields and not any((*events.events.values(), *events.alone.values())):
        sentences.append(Message("report.remark.no_events"))
    equal = [row.field for row in study.fields if row.alpha.reason == NO_VARIATION]
    blank = []
    for row in study.fields:
        if shared and row.units and not row.pairable:
            blank.append(row.field)
    without_alpha = {
        "all_equal": equal,
        "all_blank": blank,
        "not_compared": study.not_measured,
    }
    for key, names in without_alpha.items():
        if names:
            labels = join_texts(label_of(book, name) for name in names)
            sentences.append(Message(f"report.remark.{key}", fields=labels))
    return sentences


# ------------------------------------------------------------ tables
def _tabulate_events(study: Study) -> list[Table]:
    if not study.codebook.event_fields:
        return []
    events = study.events
    f1 = Message("report.event.f1")
    if isinstance(events.f1, MeanScore):
        f1 = Message("report.event.mean_f1", n=events.f1.pairs)
    rows: list[list[Cell]] = [
        [Named("f1", f1), events.f1.n, events.f1, events.interval],
    ]
    chance = (("chance", events.chance), ("corrected", events.corrected))
    for name, score in chance:
        words = Message(f"report.event.{name}")
        rows.append([Named(name, words), score.n, score, None])
    for threshold, score in events.by_threshold.items():
        words = Message("report.event.at", threshold=f"{threshold:g}")
        rows.append([Named(f"f1_at_{threshold:g}", words), score.n, score, None])
    pairs = []
    for pair in events.pairs:
        if pair.events:
            coders = join_texts(pair.coders, " و", " and ")
            counts = {"matches": pair.matches, "events": pair.events}
            pairs.append(Message("report.event.pair", coders=coders, **counts))
    notes = []
    if pairs:
        by_pair = join_texts(pairs, "؛ ", "; ")
        value = "" if events.f1.value is None else f"{events.f1.value:.3f}"
        notes.append(Message("report.note.events", f1=value, pairs=by_pair))
    if events.interval.reason:
        reason = reason_words(events.interval.reason)
        notes.append(Message("report.note.no_interval", reason=reason))
    return tabulate("events", ["figure", "n", "f1", "interval"], rows, notes)


def _tabulate_fields(
    study: Study, name: str, rows: Sequence[FieldAgreement]
) -> list[Table]:
    """Return the table of fields or of parts, with a note on what is compared."""
    columns: list[Column | str] = [
        "field",
        Column("level", DATA),
        Column("compared", DATA),
        "distance",
        Column("articles", PAGE_AND_DATA),
        Column("differing", PAGE_AND_DATA),
        Column("units", PAGE_AND_DATA),
        "pairable",
        Column("not_stated", PAGE_AND_DATA),
        Column("not_applicable", PAGE_AND_DATA),
        Column("missing", PAGE_AND_DATA),
        Column("left_out", DATA),
        "equal_keys",
        Column("equal_keys_interval", DATA),
        "equal_values",
        Column("equal_values_interval", DATA),
        "alpha",
        "interval",
        "guarded_lower_bound",
        Column("below_667", EVERYBODY - {"paper"}),
        Column("status", DATA),
        Column("judged", PEOPLE),
        Column("note", DATA),
    ]
    cells: list[list[Cell]] = []
    for row in rows:
        status = _name_status(row.status)
        undefined = reasons_of((row.equal_keys, row.alpha, row.guarded_lower_bound))
        is_judged = row.guarded_lower_bound.value is not None
        cells.append(
            [
                name_field(study.codebook, row.field),
                row.level,
                _what_is_compared(row.compared, row.field, study.codebook),
                Named(row.distance, Message(f"report.distance.{row.distance}")),
                row.articles,
                row.differing,
                row.units,
                row.pairable,
                row.blanks["not_stated"],
                row.blanks["not_applicable"],
                row.blanks["missing"],
                row.left_out,
                row.equal_keys,
                row.equal_keys_interval,
                row.equal_values,
                row.equal_values_interval,
                row.alpha,
                row.interval,
                row.guarded_lower_bound,
                row.below,
                status,
                status.words if is_judged else undefined,
                row.note,
            ]
        )
    notes = [Message("report.note.fields"), *_note_compared(study, rows)]
    if study.codebook.event_fields:
        notes.append(Message("report.note.fields_of_events"))
    notes.append(Message("report.note.status"))
    lists = []
    for row in rows:
        if row.left_out and row.compared.what.startswith(ONLY_ITEM):
            lists.append(row.field)
    ranks = [row.field for row in rows if NOT_STATED_LEFT_OUT in row.note]
    cautious = [row.field for row in rows if row.is_few]
    few = [row.field for row in rows if row.status is Reliability.FEW_TO_TELL]
    about = {"lists": lists, "ranks": ranks, "cautious": cautious, "few": few}
    for key, names in about.items():
        if names:
            labels = join_texts(label_of(study.codebook, each) for each in names)
            notes.append(Message(f"report.note.{key}", fields=labels))
    notes += _without_interval(study.codebook, rows)
    return tabulate(name, columns, cells, notes)


def _name_status(status: Reliability) -> Named:
    key = status.value.replace(" ", "_")
    return Named(status.value, Message(f"report.status.{key}"))


def _without_interval(
    codebook: Codebook, rows: Sequence[FieldAgreement]
) -> list[Message]:
    """Return why fields have a lower bound but no interval, one note for each reason."""
    fields: dict[str, list[Label]] = {}
    for row in rows:
        if row.guarded_lower_bound.value is not None and row.interval.reason:
            labels = fields.setdefault(row.interval.reason, [])
            labels.append(label_of(codebook, row.field))
    notes = []
    for reason, labels in fields.items():
        words = {"reason": reason_words(reason), "fields": join_texts(labels)}
        notes.append(Message("report.note.without_interval", **words))
    return notes


def _what_is_compared(compared: Compared, name: str, codebook: Codebook) -> Message:
    """Return what is compared of the values of a field or part, in words."""
    field_id = name.partition(".")[0]
    parts = []
    for part_id in compared.parts:
        part = question_of(codebook, f"{field_id}.{part_id}")
        parts.append(part.label or Label.same(part_id))
    return Message(f"report.compared.{compared.what}", parts=join_texts(parts))


def _note_compared(study: Study, rows: Sequence[FieldAgreement]) -> list[Message]:
    """Return a note on what is compared; fields compared alike stand together."""
    fields: dict[str, list[str]] = {}
    words: dict[str, Message] = {}
    for row in rows:
        what = _what_is_compared(row.compared, row.field, study.codebook)
        words[what.en] = what
        fields.setdefault(what.en, []).append(row.field)
    groups = []
    for key, names in fields.items():
        labels = join_texts(label_of(study.codebook, name) for name in names)
        groups.append(Message("report.compared_of", what=words[key], fields=labels))
    if not groups:
        return []
    return [Message("report.note.compared", groups=join_texts(groups, "؛ ", "; "))]


def _tabulate_weakest(study: Study) -> list[Table]:
    """Return the table of the field that limits the data's usability, if any field has
    a lower bound.
    """
    overall = study.overall
    if overall.guarded_lower_bound.value is None:
        return []
    name = name_field(study.codebook, overall.field)
    status = _name_status(overall.status)
    notes = [Message("report.note.without_bound", n=len(overall.undefined))]
    if overall.few:
        labels = join_texts(label_of(study.codebook, each) for each in overall.few)
        notes.append(Message("report.note.no_say", fields=labels))
    columns = ["field", "guarded_lower_bound", "status"]
    row: list[Cell] = [name, overall.guarded_lower_bound, status]
    return tabulate("overall", columns, [row], notes)


def _tabulate_spans(study: Study) -> list[Table]:
    kinds = {kind.id: kind.label for kind in study.codebook.span_kinds}
    rows: list[list[Cell]] = []
    figures: list[Score | Interval] = []
    for row in study.spans:
        name = Named("all", Message("report.all_kinds"))
        if row.kind:
            name = Named(row.kind, kinds.get(row.kind, Label.same(row.kind)))
        figures += [row.exact, row.u_alpha, row.u_alpha_interval]
        rows.append(
            [
                name,
                row.articles,
                row.exact.n,
                row.exact,
                row.exact_interval,
                row.relaxed,
                row.relaxed_interval,
                row.u_alpha,
                row.u_alpha_interval,
            ]
        )
    columns: list[Column | str] = [
        "kind",
        Column("articles", PAGE_AND_DATA),
        "n",
        "exact_f1",
        Column("exact_f1_interval", PAGE_AND_DATA),
        "relaxed_f1",
        Column("relaxed_f1_interval", PAGE_AND_DATA),
        "u_alpha",
        "u_alpha_interval",
    ]
    notes = [Message("report.note.spans")]
    if any(figure.reason for figure in figures):
        notes.append(Message("report.note.lacking", reason=reasons_of(figures)))
    return tabulate("spans", columns, rows, notes)
