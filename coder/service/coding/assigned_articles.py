"""The articles that somebody has to do with: whose turn it is, what is flagged, what is put off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from coder.model import FLAG, GOLD, SKIP, Remark, Status
from coder.service.coding.remarks import made, write
from coder.service.project.opened import Project
from coder.store.queries import Assigned
from coder.text.normalize import fold_key

NEW, OPEN, SUBMITTED = "new", Status.OPEN.value, Status.SUBMITTED.value
FILTERS = ("all", "to_do", FLAG, SKIP, "answered", SUBMITTED)


_TITLE = 120  # code points of a title at most


@dataclass(frozen=True)
class Listed:
    """One article of the list.

    title: its headline. imprint: when and where it came out; words: all that is known of it. status: NEW,
    OPEN (begun) or SUBMITTED; of several coders the one furthest back. submitted, coders: how many have
    submitted, of how many. marks: flags and skips. answered: how many remarks are by others than the coder.
    """

    article: str
    title: str
    imprint: tuple[str, ...]
    words: str
    stage: str
    status: str
    submitted: int
    coders: int
    marks: tuple[Remark, ...] = ()
    answered: int = 0

    def marked(self, kind: str) -> Remark | None:
        """The first mark of that kind."""
        return next((each for each in self.marks if each.kind == kind), None)

    def passes(self, name: str) -> bool:
        """Whether it is among those of one of FILTERS."""
        if name in (FLAG, SKIP):
            return self.marked(name) is not None
        if name == "answered":
            return self.answered > 0
        return name == "all" or (self.status == SUBMITTED) == (name == SUBMITTED)

    @cached_property
    def key(self) -> str:
        """What is searched: id, title and all that is known of it, folded."""
        return fold_key(f"{self.article} {self.title} {self.words}")


@dataclass
class ArticleList:
    """A coder's assigned articles in working order; for coder "" everybody's, in the order of ids."""

    project: Project
    coder: str
    listed: list[Listed] = field(init=False)

    def __post_init__(self) -> None:
        self.listed = listing(self.project, self.coder)

    def found(self, name: str, query: str) -> Sequence[Listed]:
        """Those that pass a filter and have each word of the query in what is searched."""
        found = self.listed if name == "all" else [each for each in self.listed if each.passes(name)]
        for word in fold_key(query).split():
            found = [each for each in found if word in each.key]
        return found[:]

    def get_ready(self) -> None:
        """Fold what is searched, so that the first letter need not wait for it."""
        for each in self.listed:
            _ = each.key

    def following(self, article: str) -> Listed | None:
        """The next article to do after this one, round to the first; those that are put off come last."""
        at = next((i + 1 for i, each in enumerate(self.listed) if each.article == article), 0)
        left = [
            each
            for each in (*self.listed[at:], *self.listed[:at])
            if each.status != SUBMITTED and each.article != article
        ]
        return min(left, key=lambda each: each.marked(SKIP) is not None, default=None)

    def turn(self, article: str, kind: str, text: str = "") -> Listed:
        """Flag an article or put it off, or no more; returns it as it is then, when that is written."""
        at = next(i for i, each in enumerate(self.listed) if each.article == article)
        before = self.listed[at].marked(kind)
        others = tuple(mark for mark in self.listed[at].marks if mark != before)
        after = None if before else made(article, (self.coder, "", "", 0, 0), self.coder, text, kind)
        written = write(self.project, self.coder, before, after)
        self.listed[at] = replace(self.listed[at], marks=(*others, written) if written else others)
        return self.listed[at]


def listing(project: Project, coder: str = "") -> list[Listed]:
    """The articles of a coder's assignments in working order, or those that anybody has, by their ids."""
    with project.store.read() as queries:
        assigned = queries.assignments(coder or None)
        begun = {(head.article, head.coder) for head in queries.coding_heads() if head.coder != GOLD}
        beginnings = {each.id: each for each in queries.beginnings(coder or None)}
        remarks: dict[str, list[Remark]] = defaultdict(list)
        for remark in queries.remarks(coder=coder or None):
            remarks[remark.article].append(remark)
    by_article: dict[str, list[Assigned]] = defaultdict(list)
    for each in assigned if coder else sorted(assigned, key=lambda a: a.article):
        by_article[each.article].append(each)
    found = []
    for article, of in by_article.items():
        done = sum(each.status == SUBMITTED for each in of)
        status = SUBMITTED if done == len(of) else NEW
        if status == NEW and any((article, each.coder) in begun for each in of):
            status = OPEN
        said = remarks[article]
        marks = tuple(remark for remark in said if remark.kind in (FLAG, SKIP))
        answered = sum(remark.by != remark.coder for remark in said)
        text = beginnings[article]
        found.append(
            Listed(
                article,
                text.headline[:_TITLE],
                text.imprint or (text.source,),
                " ".join((text.source, *text.metadata.values())),
                of[0].stage,
                status,
                done,
                len(of),
                marks,
                answered,
            )
        )
    return found
