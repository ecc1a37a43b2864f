"""Numbered releases of the gold: each is a journal position with the SHA-256 of the
gold at that point.

As the journal is append-only, a release can be reproduced from it at any time; nothing
else is stored. The hash is that of the native format, as `coder export native --release
N` writes it. Articles that were coded for training only are left out unless asked for;
releases made before this was possible hold them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from msgspec import Struct

from coder.errors import CoderError
from coder.exporters.registry import writer
from coder.messages.catalogue import Message
from coder.service.delivery.datasets import Delivered, deliver
from coder.service.project.adjudicated import training_articles
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.sign_off import expect_signed
from coder.store.data_problems import DataProblem
from coder.store.queries import Queries

SUBJECT = "releases"
WHAT = "gold.released"
_NO_TRAINING = "without_training"  # ends the action of a release without such articles


class Release(Struct, frozen=True):
    """A release; position: the last journal entry included; at: the time of release,
    ISO 8601.

    training: whether articles that were coded for training only are in it.
    """

    number: int
    at: str
    by: str
    articles: int
    sha256: str
    position: int
    training: bool = True


def releases(queries: Queries) -> list[Release]:
    """Return all releases in order."""
    every = []
    for entry in queries.entries(subject=SUBJECT):
        _, position, articles, sha256, *left_out = entry.what.split(" ")
        every.append(
            Release(
                entry.version,
                entry.at,
                entry.person,
                int(articles),
                sha256,
                int(position),
                _NO_TRAINING not in left_out,
            )
        )
    return every


def release_of(project: Project, number: int) -> Release:
    """Return the release with that number; raises CoderError if there is none."""
    with project.store.read() as queries:
        every = releases(queries)
    if not 1 <= number <= len(every):
        raise CoderError("gold.no_release", number=number, last=len(every))
    return every[number - 1]


def make(
    project: Project,
    supervisor: str,
    progress: ReportProgress = no_progress,
    *,
    training: bool = False,
) -> tuple[Release, bool, Delivered]:
    """Release the closed gold; return the release and whether it is new, not identical
    to the last one.

    Also what of it a published dataset leaves out, for which it is written only if that
    is allowed. training: with the articles that were coded for training only. Raises
    CoderError if gold that requires a second supervisor's signature is not signed.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        work.hold_journal()  # waits for transactions in progress
        position = work.queries.last_position()
    with project.at(position).store.read() as past:
        left_out = set() if training else training_articles(past.stages())
        gold = [
            head
            for head in past.coding_heads()
            if head.is_gold and head.is_submitted and head.article not in left_out
        ]
    with project.store.read() as queries:
        expect_signed(project, queries, gold)
    articles, sha256, published = _contents(
        project, position, progress, training=training
    )
    if published.wrong:  # a release holds all closed gold
        raise published.wrong[0].error
    with project.store.begin(supervisor) as work:
        work.hold_journal()
        earlier = releases(work.queries)
        if earlier and earlier[-1].sha256 == sha256:
            return earlier[-1], False, published
        what = f"{WHAT} {position} {articles} {sha256}"
        work.note(SUBJECT, what if training else f"{what} {_NO_TRAINING}")
        return releases(work.queries)[-1], True, published


def release_problems(project: Project) -> Iterator[DataProblem]:
    """Yield a problem for each release that the journal no longer reproduces
    identically.
    """
    with project.store.read() as queries:
        every = releases(queries)
    for release in every:
        try:
            found = _contents(project, release.position, training=release.training)
            is_same = found[:2] == (release.articles, release.sha256)
        except CoderError:
            is_same = False
        if not is_same:
            what = Message("gold.release_differs")
            mend = Message("store.mend_journal")
            yield DataProblem("release", str(release.number), what, mend)


class _Digest(BytesIO):
    """A stream that computes the SHA-256 and counts the lines written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sha256 = hashlib.sha256()
        self.lines = 0

    def write(self, data: Any, /) -> int:
        self.sha256.update(data)
        self.lines += bytes(data).count(b"\n")
        return len(data)


def _contents(
    project: Project,
    position: int,
    progress: ReportProgress = no_progress,
    *,
    training: bool,
) -> tuple[int, str, Delivered]:
    """Return the number of articles, their hash, and what a published dataset would
    leave out.
    """
    out = _Digest()
    lacking = writer("dataset").lacks
    done = deliver(
        project.at(position),
        "native",
        "gold",
        out,
        allow_loss=True,
        training=training,
        counted=lacking,
        progress=progress,
    )
    return out.lines, out.sha256.hexdigest(), done
