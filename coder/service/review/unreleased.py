"""What is not gold yet, and why: the one count behind `status`, the review queue and
`gold release`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from coder.grouping import grouped
from coder.messages.catalogue import Message, first_few
from coder.service.project.adjudicated import (
    coders_of_data,
    revisions_of,
    training_articles,
    without_trainees,
)
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.sign_off import find_unsigned
from coder.service.project.wrong_codings import without_wrong
from coder.service.review.review_queue import stale_gold
from coder.store.merge import original
from coder.store.queries import CodingHead

Why = Literal["not_coded", "coded_once", "in_review", "to_redo", "to_sign", "training"]
"""Why an article is not gold yet, in the order of its way: nobody has coded it, or
somebody who has it has not submitted it; one person has; a supervisor has to decide;
gold or codings have to be mended; a second supervisor has to sign; it is for training
only, and left out of releases on purpose.
"""


class Unreleased(Struct, frozen=True):
    """The articles that are not gold yet for one reason.

    command: what goes on with them, or with the first of them; the supervisor who
    enters it is `NAME`.
    """

    why: Why
    articles: Sequence[str]
    command: str

    @property
    def in_words(self) -> tuple[Message, Message, str, str]:
        """The reason, how many articles, the first of them, and the command."""
        return (
            Message(f"gold.unreleased_{self.why}"),
            Message("counts.articles", n=len(self.articles)),
            first_few(self.articles),
            self.command,
        )


class _Found(NamedTuple):
    """What decides about each article.

    heads: by article, without trainees' codings and those with wrong values. coders: by
    article, who has it for the data. The others are sets of articles: for training
    only; whose answers changed after gold was closed; whose gold, or codings, have
    wrong values; whose gold lacks a signature.
    """

    heads: Mapping[str, Sequence[CodingHead]]
    coders: Mapping[str, Set[str]]
    training: Set[str]
    stale: Set[str]
    wrong_gold: Set[str]
    wrong_codings: Set[str]
    to_sign: Set[str]


def find_unreleased(
    project: Project,
    progress: ReportProgress = no_progress,
    *,
    training: bool = False,
) -> list[Unreleased]:
    """Return the articles that are not gold yet, by reason; each is counted once.

    Withdrawn articles are not among them. training: count articles for training only
    like the others. Empty for people who may see their own work only.
    """
    with project.store.read() as queries:
        if queries.own_only:
            return []
        articles = queries.article_ids()
        stages = queries.stages()
        retired = {person.name for person in queries.people() if person.retired}
        heads = without_trainees(queries.coding_heads(), stages)
        closed = [head for head in heads if head.is_gold and head.is_submitted]
        to_sign = find_unsigned(project, queries, closed)
    sound, wrong = without_wrong(project, heads)
    found = _Found(
        grouped((head.article, head) for head in sound),
        coders_of_data(stages, retired),
        set() if training else training_articles(stages),
        set(stale_gold(project, progress) if closed else ()),
        {each.article for each in wrong if each.is_gold},
        {each.article for each in wrong if not each.is_gold},
        set(to_sign),
    )
    articles_of = grouped((_why(article, found), article) for article in articles)
    return [
        Unreleased(why, articles_of[why], _command(why, articles_of[why], found))
        for why in get_args(Why)
        if why in articles_of
    ]


def _why(article: str, found: _Found) -> Why | None:
    """Return why an article is not gold yet, None if it is."""
    heads = found.heads.get(article, ())
    codings = [head for head in heads if not head.is_gold]
    gold = next((head for head in heads if head.is_gold), None)
    if article in found.training:
        return "training"
    if article in found.stale or article in found.wrong_gold or revisions_of(heads):
        return "to_redo"
    if gold is not None and gold.is_submitted:
        return "to_sign" if article in found.to_sign else None
    if gold is not None or len(codings) > 1:
        return "in_review"
    if article in found.wrong_codings:
        return "to_redo"
    if not codings or _missing(article, found):
        return "not_coded"
    return "coded_once"


def _missing(article: str, found: _Found) -> list[str]:
    """Return the coders who have an article and have not submitted it."""
    submitted = {original(head.coder) for head in found.heads.get(article, ())}
    return sorted(found.coders.get(article, set()) - submitted)


def _command(why: Why, articles: Sequence[str], found: _Found) -> str:
    """Return the command that goes on with articles of one class."""
    first = articles[0]
    match why:
        case "not_coded":
            if not all(_missing(article, found) for article in articles):
                return "coder assign --coders A,B"
            return f"coder code {first} --as {_missing(first, found)[0]}"
        case "coded_once":
            return "coder gold apply --policy single --as NAME"
        case "in_review":
            return "coder review --as NAME"
        case "to_redo" if first in found.stale:
            return f"coder review {first} --as NAME"
        case "to_redo" if revisions_of(found.heads.get(first, ())):
            return "coder codebook upgrade FILE --gold --as NAME"
        case "to_redo":
            return "coder check"
        case "to_sign":
            return f"coder gold sign {first} --as NAME"
        case "training":
            return "coder gold release --training --as NAME"
