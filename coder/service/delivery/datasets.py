"""Datasets out: gold, codings or candidates in any format of the registry."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from coder.errors import CoderError
from coder.exporters.registry import WHAT, writer
from coder.exporters.writer import Dataset
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.output_paths import written


def dataset(project: Project, what: str, *, withdrawn: bool = False) -> Dataset:
    """What there is to export, that of withdrawn articles too if asked; raises CoderError if nothing is."""
    if what not in WHAT:
        raise CoderError("delivery.not_exported", what=what, known=", ".join(WHAT))
    with project.store.read() as view:
        queries = view.with_withdrawn() if withdrawn else view
        ids, codings = queries.article_ids(), []
        if what == "gold":
            codings = queries.golds()
        elif what == "codings":
            codings = queries.codings(submitted=False)
        found = {i: queries.candidates(i) for i in ids} if what == "candidates" else {}
        wanted = {c.article for c in codings} | found.keys()
        books = {c.codebook: project.revision(queries, c.codebook, c.id) for c in codings}
        codings = [expect_sound(coding, books[coding.codebook]) for coding in codings]
        earlier = books.keys() - {project.codebook.ref}
        revisions = {ref: books[ref] for ref in queries.every_codebook() if ref in earlier}
        articles = {i: article for i in ids if i in wanted and (article := queries.article(i))}
    if not codings and not found:
        raise CoderError(f"delivery.no_{what}")
    return Dataset(what, project.codebook, articles, codings, found, revisions)


def deliver(
    project: Project,
    name: str,
    what: str,
    out: Path | BinaryIO,
    *,
    withdrawn: bool = False,
    force: bool = False,
) -> str:
    """Write a dataset; returns what the format left out, "" for nothing.

    withdrawn: with what there is on withdrawn articles. A file appears whole or not at all, and over another
    only with `force`.
    """
    form = writer(name)
    if what not in form.holds:
        raise CoderError("delivery.cannot_hold", format=name, what=what)
    data = dataset(project, what, withdrawn=withdrawn)
    if isinstance(out, Path):
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CoderError("delivery.not_writable", problem=error.strerror, where=str(out)) from None
        with written(out, project.config.folder, force=force) as stream:
            form.write(data, stream)
    else:
        form.write(data, out)
    return form.leaves_out
