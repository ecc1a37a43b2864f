"""Corrects the text of an article after coding began, or undoes that.

A correction adds a version of the text and carries all work on the article over to it,
in one transaction. Work that loses nothing stays as it is; a submitted coding that
loses a span is open again. Undo is possible while nobody has coded on the new version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from coder.changes.carried_coding import CarriedCoding, carry_coding, carry_remark
from coder.errors import CoderError, ConflictError
from coder.importers.registry import files
from coder.model import Article, Candidate, Coding, Correction, Remark
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project
from coder.storage_limits import unstorable
from coder.store import convert, journal
from coder.store.queries import Queries
from coder.store.work import Work
from coder.text.boilerplate import find_boilerplate
from coder.text.text_change import TextChange


class CarriedWork(NamedTuple):
    """A coding, or an article's gold, before and after a correction."""

    before: Coding
    after: CarriedCoding

    @property
    def is_reopened(self) -> bool:
        """True if the coder must look at it again."""
        return self.before.is_submitted and not self.after.coding.is_submitted


class TextCorrection(NamedTuple):
    """What a correction does: the article with its new text, what changes in it, and
    the work on it.
    """

    article: Article
    change: TextChange
    work: Sequence[CarriedWork]


def read_text(file: Path) -> str:
    """Return the text of the one article in a file of a format for articles.

    Raises CoderError if the file cannot be read, or has no article or several.
    """
    texts = []
    for path, reader in files([file], name=None, left_out=[]):
        for piece in reader.pieces(path):
            article = reader.taken(piece).article
            if article is not None:
                texts.append(article.text)
    if len(texts) != 1:
        raise CoderError("project.not_one_text", n=len(texts), where=str(file))
    return texts[0]


def preview_correction(project: Project, article_id: str, text: str) -> TextCorrection:
    """Return what a correction would do, without writing anything.

    Raises CoderError if there is no such article, or if the text is empty, cannot be
    stored or is the one that the article has.
    """
    with project.store.read() as queries:
        return _plan(project, queries, article_id, text)


def correct_text(
    project: Project, supervisor: str, article_id: str, text: str, reason: str
) -> TextCorrection:
    """Add a version of an article's text and carry the work on it over.

    reason: why, for the journal. Raises CoderError as `preview_correction`, and without
    a reason.
    """
    project.person(supervisor, "supervisor")
    if not reason.strip():
        raise CoderError("project.correction_without_reason")
    with project.store.begin(supervisor) as work:
        work.queries.expect_all()
        work.hold_journal()
        plan = _plan(project, work.queries, article_id, text)
        old_candidates = work.queries.candidates(article_id)
        new = plan.article
        work.correct_text(
            Correction(article_id, new.version, new.text, new.boilerplate, reason)
        )
        for carried in plan.work:
            _save(work, carried)
        _carry_remarks(work, article_id, plan.change)
        _carry_candidates(work, article_id, old_candidates, plan.change)
    _suggest_again(project, article_id)
    return plan


def undo_correction(project: Project, supervisor: str, article_id: str) -> Article:
    """Put the version before the last correction in force again, with the work as it
    was then; return the article.

    Raises CoderError if the text was never corrected, and ConflictError if somebody
    has coded on the new version.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        queries = work.queries
        queries.expect_all()
        work.hold_journal()
        corrected = queries.article(article_id)
        if corrected is None:
            raise CoderError("delivery.no_article", article=article_id)
        if work.undo(f"text:{article_id}") is None:
            raise CoderError("project.never_corrected", article=article_id)
        before = queries.articles_of([article_id])[article_id]
        _undo_carrying(work, article_id)
        change = TextChange(corrected.text, before.text)
        _carry_candidates(work, article_id, queries.candidates(article_id), change)
    _suggest_again(project, article_id)
    return before


def _plan(
    project: Project, queries: Queries, article_id: str, text: str
) -> TextCorrection:
    article = queries.article(article_id)
    if article is None:
        raise CoderError("delivery.no_article", article=article_id)
    if not text.strip():
        raise CoderError("project.correction_empty")
    if problem := unstorable(text):
        raise CoderError("delivery.article_holds", problem=problem, where=article_id)
    if text == article.text:
        raise CoderError("project.same_text", article=article_id)
    boilerplate = find_boilerplate(text, project.codebook.lexicon.boilerplate_words)
    new = replace(
        article, text=text, boilerplate=boilerplate, version=article.version + 1
    )
    change = TextChange(article.text, text)
    work = [
        CarriedWork(coding, carry_coding(coding, change, new))
        for coding in _codings_of(queries, article_id)
    ]
    return TextCorrection(new, change, work)


def _suggest_again(project: Project, article_id: str) -> None:
    """Make the candidates of an article anew, if it had some."""
    with project.store.read() as queries:
        had_candidates = bool(queries.candidates(article_id))
    if had_candidates:
        suggest(project, opened_too=True, only=[article_id])


def _codings_of(queries: Queries, article_id: str) -> Iterator[Coding]:
    """Yield all work on an article: gold, too, and what was set aside."""
    every = queries.with_withdrawn()
    return every.codings_of(every.coding_heads([article_id]))


def _save(work: Work, carried: CarriedWork) -> None:
    before = carried.before
    after = carried.after.coding
    if not before.is_gold:
        work.save_coding(before, after, "coding.carried")
        return
    clusters = work.queries.clusters(before.article)
    work.save_gold(
        (before, clusters), (after, clusters), "gold.carried", before.article
    )


def _carry_remarks(work: Work, article_id: str, change: TextChange) -> None:
    """Move the remarks about words, as one change of each coder's remarks."""
    moved: dict[str, list[tuple[Remark, Remark]]] = {}
    for remark in work.queries.with_withdrawn().remarks(article_id):
        after = carry_remark(remark, change)
        if after != remark:
            moved.setdefault(remark.coder, []).append((remark, after))
    for coder, pairs in moved.items():
        before = convert.remark_rows(remark for remark, _ in pairs)
        after_rows = convert.remark_rows(after for _, after in pairs)
        work.record(
            f"remarks:{article_id}/{coder}", "remark.carried", before, after_rows
        )


def _carry_candidates(
    work: Work, article_id: str, old: Sequence[Candidate], change: TextChange
) -> None:
    """Move the candidates whose words stayed.

    An article that the suggester has read is read again, which keeps imported ones.
    """
    if work.queries.suggester_of(article_id) is None:
        return
    moved: list[Candidate] = []
    for candidate in old:
        place = change.move(candidate.start, candidate.end)
        if place is not None:
            start, end = place
            name = f"{candidate.kind}:{start}-{end}"
            moved.append(replace(candidate, id=name, start=start, end=end))
    work.replace_candidates(article_id, moved, "")
    work.forget_suggested([article_id])


def _undo_carrying(work: Work, article_id: str) -> None:
    """Undo the last carrying of all work on an article.

    Raises ConflictError if a coding was changed or begun since.
    """
    queries = work.queries
    for coding in [*_codings_of(queries, article_id)]:
        subject = f"gold:{article_id}" if coding.is_gold else f"coding:{coding.id}"
        version = journal.last_standing(queries.history(subject))
        entry = queries.entry(subject, version)
        if entry.what not in journal.CARRIED:
            raise ConflictError(
                "project.coded_since", article=article_id, who=entry.person
            )
        work.undo_entry(subject, version)
    for coder in {each.coder for each in queries.with_withdrawn().remarks(article_id)}:
        subject = f"remarks:{article_id}/{coder}"
        carried = journal.standing(queries.history(subject), journal.CARRIED)
        if carried:
            work.undo_entry(subject, max(carried))
