"""Publishes a self-describing dataset: its tables together with everything needed to
use them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters.dataset_tables import (
    TableDescription,
    checksum_line,
    count_together,
    counted,
    describe_tables,
)
from coder.exporters.descriptors import (
    SUMS,
    Imprint,
    checksums,
    citation_file,
    croissant,
    data_package,
)
from coder.manual.pages import page as manual
from coder.messages.catalogue import Bilingual, Message
from coder.model import GOLD, Article
from coder.report.contents import Report
from coder.report.data_folder import data_files
from coder.report.figure_tables import field_of
from coder.report.page_sections import page
from coder.report.written import markdown
from coder.service.delivery.codes import codes_of
from coder.service.delivery.datasets import Delivered, Terms, deliver
from coder.service.delivery.releases import Release
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.adjudicated import training_articles
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.sign_off import signatures
from coder.service.publication.data_card import Card, Origin, card
from coder.service.review.review_queue import stale_gold
from coder.store.merge import is_copy, original
from coder.store.queries import Queries

LANGUAGES = {"en": "README.md", "ar": "README.ar.md"}
FORMAT = "dataset"
CODEBOOK = "codebook/codebook.json"


def publish(
    project: Project,
    what: str,
    out: Path,
    *,
    release: Release | None = None,
    progress: ReportProgress = no_progress,
    **terms: Unpack[Terms],
) -> Delivered:
    """Write the dataset into the new folder `out`; the other arguments are those of
    `deliver`.

    The same gold under the same codebook gives the same bytes. So does a release, even
    after later changes: its figures, too, are those of the codings at that time.
    """
    project = project.at(release.position if release else None)
    with project.store.read() as queries:
        queries.expect_all()
        codes = codes_of(queries)
        imprint = _imprint(project, queries, release)
    finish = partial(_finish, project, what, imprint, codes)
    return deliver(
        project,
        FORMAT,
        what,
        out,
        names=codes,
        finish=finish,
        progress=progress,
        **terms,
    )


def _imprint(project: Project, queries: Queries, release: Release | None) -> Imprint:
    about = project.config.dataset
    position = queries.last_position()
    at = release.at if release else next(iter(queries.entries(position - 1))).at
    title = about.title or project.config.name
    described_as = Message(
        "publication.described", title=title, codebook=project.codebook.ref
    ).en
    description = about.description or described_as
    authors = about.authors or (
        Message("publication.team", title=project.config.name).en,
    )
    version = f"{release.number}.0.0" if release else f"0.0.{position}"
    return Imprint(
        title,
        description,
        authors,
        about.license,
        about.url,
        about.doi,
        version,
        at[:10],
    )


def _finish(
    project: Project,
    what: str,
    imprint: Imprint,
    codes: dict[str, str],
    folder: Path,
    done: Delivered,
) -> None:
    """Write everything that explains the tables beside them."""
    book = project.codebook
    _write(folder, CODEBOOK, book.to_json() + "\n")
    _write(folder, "codebook/manual.html", manual(book, ("en", "ar"), "html"))
    report: Report | CoderError
    try:
        study, report = agreement_report(project, names=codes)
    except CoderError as error:  # nothing to compare: the card gives the reason
        report = error
    else:
        _write(folder, "agreement/report.html", page(report, project.config.language))
        _write(folder, "agreement/report.md", markdown(report))
        for name, text in data_files(study, report):
            _write(folder, f"agreement/data/{name}", text)
    _write(folder, "LICENSE.txt", _license(imprint))
    _write(folder, "CITATION.cff", citation_file(imprint))
    tables = describe_tables(folder)
    values = _card(project, what, imprint, codes, folder, tables, report, done)
    for lang, name in LANGUAGES.items():
        _write(folder, name, card(values, lang))
    describe(folder, imprint, tables)


def describe(folder: Path, imprint: Imprint, tables: list[TableDescription]) -> None:
    """Write the machine-readable descriptions of the tables, then the checksums of all
    files.
    """
    card = (folder / LANGUAGES["en"]).read_text("utf-8")
    for each in tables:
        place = f"  data_files: {each.parquet.path}\n"
        card = re.sub(
            rf"{re.escape(place)}(  description: .*\n)?",
            f"{place}{checksum_line(each.parquet)}",
            card,
        )
    _write(folder, LANGUAGES["en"], card)
    _write(folder, "croissant.json", croissant(imprint, tables))
    _write(folder, "datapackage.json", data_package(imprint, tables))
    _write(folder, SUMS, checksums(folder))


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode("utf-8"))


def _license(imprint: Imprint) -> str:
    key = "licensed" if imprint.license else "unlicensed"
    message = Message(
        f"publication.{key}",
        title=imprint.title,
        license=imprint.license,
        url=imprint.license_url,
    )
    return f"{message.en}\n\n{message.ar}".rstrip("\n") + "\n"


def _agreement(book: Codebook, report: Report) -> Sequence[Bilingual]:
    """Return what the card says of agreement: the data, the main figures, then what to
    read before them.
    """
    document = report.document()
    figures = list[Bilingual]()
    intervals = list[Mapping[str, Any]]()
    events = document.get("events")
    if events and events["f1"]["value"] is not None:
        figures.append(_f1_of_events(events["f1"], events["interval"]))
        intervals.append(events["interval"])
    of_fields = []
    for row in document["fields"]:
        if row["alpha"]["value"] is not None:
            of_fields.append(_alpha_of_field(book, row))
            intervals.append(row["interval"])
    if of_fields:
        fields = join_texts(of_fields, "؛ ", "; ")
        figures.append(Message("publication.alphas", fields=fields))
    if any(interval["low"] is not None for interval in intervals):
        figures.append(Message("publication.intervals"))
    return (*report.basis, *figures, *report.remarks)


def _alpha_of_field(book: Codebook, row: Mapping[str, Any]) -> Bilingual:
    """Return a field's alpha in words, with its interval and guarded lower bound if it
    has them.
    """
    field = field_of(book, row["field"]).label
    alpha = _with_interval(row["alpha"]["value"], row["interval"])
    bound = row["guarded_lower_bound"]["value"]
    if bound is None:
        return Message("publication.alpha_of", field=field, alpha=alpha)
    return Message(
        "publication.alpha_and_bound", field=field, alpha=alpha, bound=f"{bound:.2f}"
    )


def _with_interval(value: float, interval: Mapping[str, Any]) -> str:
    """Return a figure, and in brackets its interval if it has one."""
    if interval["low"] is None:
        return f"{value:.2f}"
    return f"{value:.2f} [{interval['low']:.2f}, {interval['high']:.2f}]"


def _f1_of_events(found: Mapping[str, Any], interval: Mapping[str, Any]) -> Bilingual:
    """Return F1 of events in words; of several pairs of coders with what the mean
    consists of.
    """
    f1 = _with_interval(found["value"], interval)
    if "pooled" not in found:
        return Message("publication.f1_of_events", f1=f1, n=found["n"])
    sizes = {"n": found["pairs"], "smallest": found["smallest_pair"], "of": found["n"]}
    return Message(
        "publication.mean_f1_of_events", f1=f1, pooled=f"{found['pooled']:.2f}", **sizes
    )


def _card(
    project: Project,
    what: str,
    imprint: Imprint,
    codes: dict[str, str],
    folder: Path,
    tables: list[TableDescription],
    report: Report | CoderError,
    done: Delivered,
) -> Card:
    with project.store.read() as queries:
        heads = [head for head in queries.coding_heads() if not head.is_gold]
        coders = {original(head.coder) for head in heads}
        staged = queries.stages()
        stages = Counter(
            staged.get((head.article, head.coder), "")
            for head in heads
            if head.is_submitted and not is_copy(head.coder)
        )
        people = [
            change
            for entry in queries.entries(subject="people")
            for change in entry.changes
        ]
        supervisors = {
            each.key[0]
            for each in people
            if (each.after or {}).get("role") == "supervisor"
        }
        signed = signatures(queries).keys() if what == "gold" else set[str]()
        training = training_articles(staged) if what == "gold" else set[str]()
    limits: list[Bilingual] = [*done.in_words]
    if done.open_gold:
        limits.append(
            Message(
                "publication.open_gold",
                count=Message("counts.articles", n=done.open_gold),
            )
        )
    if done.training:
        limits.append(
            Message(
                "publication.training_left_out",
                count=Message("counts.articles", n=done.training),
            )
        )
    if done.wrong:
        limits.append(Message("publication.wrong_codings", n=len(done.wrong)))
    return Card(
        imprint=imprint,
        what=what,
        codebook=project.codebook.ref,
        rows={each.name: each.rows for each in tables},
        outlets=counted(folder, "articles", "outlet"),
        languages=counted(folder, "articles", "language"),
        days=sorted(
            day.isoformat()
            for text in counted(folder, "articles", "published").elements()
            if (day := Article("", "", metadata={"published": text}).published)
        ),
        states=counted(folder, "values", "state"),
        origins=_origins(folder),
        imported=_count_imported(folder),
        training=sorted(training & counted(folder, "articles", "article").keys()),
        rejected=counted(folder, "alignment", "rejected"),
        coders=sorted(codes[name] for name in coders if name in codes),
        supervisors={codes[name] for name in supervisors if name in codes},
        stages=stages,
        stale=stale_gold(project) if what == "gold" else [],
        signed=len(signed & counted(folder, "articles", "article").keys()),
        agreement=report
        if isinstance(report, CoderError)
        else _agreement(project.codebook, report),
        limits=limits,
    )


def _origins(folder: Path) -> Counter[Origin]:
    """Count the rows of gold's values by where they come from; of codings there are
    none.
    """
    rows = count_together(folder, "values", Origin._fields)
    return Counter({Origin(*row): n for row, n in rows.items() if any(row)})


def _count_imported(folder: Path) -> Counter[str]:
    """Count the articles with imported gold by its file."""
    rows = count_together(folder, "codings", ("coder", "imported_from"))
    return Counter(
        {file: n for (coder, file), n in rows.items() if coder == GOLD and file}
    )
