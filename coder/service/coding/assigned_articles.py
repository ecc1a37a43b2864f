"""The list of a coder's articles: their status, flags and skips, and which comes next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from coder.grouping import grouped
from coder.model import FLAG, SKIP, Remark, Status
from coder.service.coding.remarks import made, write
from coder.service.project.opened import Project
from coder.store.merge import is_copy
from coder.store.queries import Assigned
from coder.text.normalize import fold_key

NEW = "new"
OPEN = Status.OPEN.value
SUBMITTED = Status.SUBMITTED.value
FILTERS = ("all", "to_do", FLAG, SKIP, "answered", SUBMITTED)


class Listed(Struct, frozen=True, dict=True):
    """One article of the list.

    title: its headline. imprint: date, outlet and author, as far as known. words:
    source and all metadata. status: NEW, OPEN (begun) or SUBMITTED; with several
    coders, SUBMITTED only if all have submitted. submitted: how many of the `coders`
    have submitted. marks: flags and skips. answered: how many remarks are by somebody
    other than the coder.
    """

    article: str
    title: str
    imprint: tuple[str, ...]
    words: str
    stage: str  # "" without an assignment
    status: str
    submitted: int
    coders: int
    marks: tuple[Remark, ...] = ()
    answered: int = 0

    def marked(self, kind: str) -> Remark | None:
        """Return the first mark of this kind, if any."""
        return next((each for each in self.marks if each.kind == kind), None)

    def passes(self, name: str) -> bool:
        """Return whether the article matches a filter, one of FILTERS."""
        if name in (FLAG, SKIP):
            return self.marked(name) is not None
        if name == "answered":
            return self.answered > 0
        if name == "to_do":
            return self.status != SUBMITTED
        return name in ("all", self.status)

    @cached_property
    def key(self) -> str:
        """The folded text that is searched: id, title, source and metadata."""
        return fold_key(f"{self.article} {self.title} {self.words}")


class ArticleList:
    """A coder's articles, or everybody's by id if `coder` is "".

    The assigned ones in working order, then those of which a coding was imported
    without an assignment.
    """

    def __init__(self, project: Project, coder: str) -> None:
        self.project = project
        self.coder = coder
        self.listed = _list_articles(project, coder)

    def found(self, name: str, query: str) -> Sequence[Listed]:
        """Return the articles that pass a filter and contain every word of the query."""
        result = [each for each in self.listed if name == "all" or each.passes(name)]
        for word in fold_key(query).split():
            result = [each for each in result if word in each.key]
        return result

    def precompute_keys(self) -> None:
        """Compute every search key in advance, so that the first typed letter is
        answered at once.
        """
        for each in self.listed:
            _ = each.key

    def following(self, article: str) -> Listed | None:
        """Return the next unsubmitted article after this one, wrapping around; skipped
        ones come last.
        """
        ids = [each.article for each in self.listed]
        start = ids.index(article) + 1 if article in ids else 0
        skipped = None
        for each in (*self.listed[start:], *self.listed[:start]):
            if each.status == SUBMITTED or each.article == article:
                continue
            if each.marked(SKIP) is None:
                return each
            skipped = skipped or each
        return skipped

    def turn(self, article: str, kind: str, text: str = "") -> Listed:
        """Toggle a flag or skip and store it; return the article with its new marks."""
        index = next(i for i, each in enumerate(self.listed) if each.article == article)
        before = self.listed[index].marked(kind)
        others = tuple(mark for mark in self.listed[index].marks if mark != before)
        after = None
        if before is None:
            place = (self.coder, "", "", 0, 0)
            after = made(article, place, self.coder, text, kind)
        written = write(self.project, self.coder, before, after)
        marks = others if written is None else (*others, written)
        self.listed[index] = replace(self.listed[index], marks=marks)
        return self.listed[index]


def _list_articles(project: Project, coder: str) -> list[Listed]:
    with project.store.read() as queries:
        assigned = queries.assignments(coder or None)
        heads = queries.coding_heads()
        articles = {each.id: each for each in queries.beginnings(coder or None)}
        remarks = grouped(
            (remark.article, remark) for remark in queries.remarks(coder=coder or None)
        )
    begun = {}
    for head in heads:
        is_coders_work = not is_copy(head.coder) and not head.is_gold
        if is_coders_work and coder in ("", head.coder):
            begun[head.article, head.coder] = head.status
    unassigned = begun.keys() - {(each.article, each.coder) for each in assigned}
    in_order = [*assigned]
    for key in sorted(unassigned):
        in_order.append(Assigned(*key, "", 0, begun[key]))
    if not coder:
        in_order.sort(key=lambda each: each.article)
    result = []
    for id_, assignments in grouped((each.article, each) for each in in_order).items():
        own_remarks = remarks.get(id_, ())
        submitted = sum(each.status == SUBMITTED for each in assignments)
        status = SUBMITTED if submitted == len(assignments) else NEW
        if status == NEW and any((id_, each.coder) in begun for each in assignments):
            status = OPEN
        article = articles[id_]
        result.append(
            Listed(
                id_,
                article.headline,
                article.imprint or (article.source,),
                " ".join((article.source, *article.metadata.values())),
                assignments[0].stage,
                status,
                submitted,
                len(assignments),
                marks=tuple(each for each in own_remarks if each.kind in (FLAG, SKIP)),
                answered=sum(remark.by != remark.coder for remark in own_remarks),
            )
        )
    return result
