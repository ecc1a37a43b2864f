"""Codings with values that their codebook does not allow, which work on many codings
leaves out.

The program writes none, but a coder's own SQL can. One of them must not stop everybody
else's work: whatever reads many codings leaves out the wrong ones, and says which. This
module alone decides which ones are wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec import Struct

from coder.codebook.validate import VERSION
from coder.errors import CoderError, DamagedError
from coder.grouping import batched
from coder.messages.catalogue import LANGUAGES, Message, first_few
from coder.model import Coding, OneCodersWork
from coder.service.project.fitting import wrong_values
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

_KIND = "wrong"
_FORMAT = 1  # of the cached results; increase it with changes here or in `fitting`
_AT_ONCE = 100  # codings that are read together
_WORTH = 400  # number of codings from which several processes pay off
_MOST = 20  # values of one coding that are named


class Words(Struct, frozen=True):
    """A sentence in each language, as it is cached."""

    texts: Mapping[str, str]

    def of(self, lang: str) -> str:
        """Return the sentence in `ar` or `en`."""
        return self.texts[lang]


class WrongValue(Struct, frozen=True):
    """One value that is not allowed: its event ("" for the article), its field ("" for
    a span), and why.
    """

    event_id: str
    field: str
    what: Words


class WrongCoding(Struct, OneCodersWork, frozen=True):
    """A coding, or gold, that is left out, with the first values that are wrong in it."""

    article: str
    coder: str
    status: str
    values: tuple[WrongValue, ...]

    @property
    def error(self) -> CoderError:
        """The error for work that cannot leave out this coding."""
        names = {"article": self.article, "coder": self.coder}
        return DamagedError("delivery.unsound", problem=self.values[0].what, **names)

    @property
    def document(self) -> dict[str, str]:
        """Return the coding and its first wrong value as JSON."""
        return {"coding": self.id, "problem": self.values[0].what.of("en")}


class StampedCoding(NamedTuple):
    """A coding to be read, and a digest of all that the result depends on."""

    head: CodingHead
    stamp: str

    @property
    def key(self) -> str:
        """The coding's id."""
        return self.head.id


def read_sound(
    project: Project, queries: Queries, heads: Sequence[CodingHead]
) -> tuple[list[Coding], list[WrongCoding]]:
    """Read the codings of these heads; return the sound ones, in their order, and the
    wrong ones.
    """
    sound = list[Coding]()
    wrong = list[WrongCoding]()
    for batch in batched(heads, _AT_ONCE):
        for each in _read(project, queries, batch):
            if isinstance(each, WrongCoding):
                wrong.append(each)
            else:
                sound.append(each)
    return sound, wrong


def without_wrong(
    project: Project,
    heads: Sequence[CodingHead],
    progress: ReportProgress = no_progress,
) -> tuple[list[CodingHead], list[WrongCoding]]:
    """Return the heads of the sound codings, and the wrong codings; what is found is
    cached.

    progress: called while codings are read that changed since they were read last.
    """
    with project.store.read() as queries:
        versions = queries.versions()
    results = KeptResults(project, _KIND, [*_make_keys(heads, versions)], _find_wrong)
    results.make(progress, worth=_WORTH)
    found = zip(results.asked, results.bodies(results.asked), strict=True)
    wrong = [msgspec.json.decode(body, type=WrongCoding) for _, body in found if body]
    ids = {each.id for each in wrong}
    return [head for head in heads if head.id not in ids], wrong


def sentence(wrong: Sequence[WrongCoding]) -> Message:
    """Return how many codings are left out, and the first of them, as one sentence."""
    return sentence_of([each.id for each in wrong])


def sentence_of(ids: Sequence[str]) -> Message:
    """Return the same sentence, given the ids of the codings."""
    return Message("project.wrong_codings", n=len(ids), names=first_few(ids))


def _make_keys(
    heads: Iterable[CodingHead], versions: Mapping[str, str]
) -> Iterator[StampedCoding]:
    for head in heads:
        changed = [versions.get(f"coding:{head.id}")]
        if head.is_gold:
            changed.append(versions.get(f"gold:{head.article}"))
        yield StampedCoding(head, stamp(VERSION, _FORMAT, head.codebook, changed))


def _find_wrong(project: Project, part: Sequence[StampedCoding]) -> list[Result]:
    """Return for each coding what is wrong in it as JSON, "" for nothing."""
    with project.store.read() as queries:
        _, wrong = read_sound(project, queries, [each.head for each in part])
    bodies = {each.id: msgspec.json.encode(each).decode() for each in wrong}
    return [Result(each.key, each.stamp, bodies.get(each.key, "")) for each in part]


def _read(
    project: Project, queries: Queries, heads: Sequence[CodingHead]
) -> Iterator[Coding | WrongCoding]:
    try:
        codings = list(queries.codings_of(heads))
    except DamagedError as error:
        if len(heads) > 1:  # one of them cannot be read: find out which
            for head in heads:
                yield from _read(project, queries, [head])
            return
        words = Words({lang: error.words(lang)[0] for lang in LANGUAGES})
        yield _wrong(heads[0], [WrongValue("", "", words)])
        return
    for coding in codings:
        book = project.revision(queries, coding.codebook, coding.id)
        values = [
            WrongValue(
                event_id, field, Words({lang: what.of(lang) for lang in LANGUAGES})
            )
            for event_id, field, what in islice(wrong_values(coding, book), _MOST)
        ]
        yield _wrong(coding, values) if values else coding


def _wrong(of: Coding | CodingHead, values: Sequence[WrongValue]) -> WrongCoding:
    return WrongCoding(of.article, of.coder, of.status, tuple(values))
