"""A project from the sample articles: two coders' codings, one adjudicated article, exports.

Everything is made from files that travel with the program, at a fixed clock, so that each run gives the
same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from coder.adjudicate.gold_edits import GoldEdit, Link, RejectCluster, Take, TakeAgreed, TakeEvent
from coder.codebook.shipped import folder as shipped
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.delivery import intake
from coder.service.delivery.datasets import deliver
from coder.service.figures.progress import study, study_document
from coder.service.learning.batch import suggest
from coder.service.project import config
from coder.service.project.opened import Project, create_project, open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.team.members import assign
from coder.store.engine import file_of
from coder.store.whole_file import new_file

CODERS = ("amal", "basim")
VISITOR = "you"
SUPERVISOR = "salma"
BEGIN = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)

Tell = Callable[[Message], None]
# What a decisions file calls an edit, and what the edit is given of the step.
_STEPS: Mapping[str, tuple[Callable[..., GoldEdit], tuple[str, ...]]] = {
    "take": (Take, ("cluster", "field", "coder", "reason")),
    "event": (TakeEvent, ("cluster", "coder", "reason")),
    "reject": (RejectCluster, ("cluster", "reason")),
    "link": (Link, ("cluster", "other")),
}


def make_demo(folder: Path, tell: Tell) -> tuple[Project, list[Path]]:
    """The sample project in `folder`, made if it is not there, else with the visitor's work; its exports."""
    folder = folder.resolve()
    # Settings whose database is not there yet were left by a kill.
    has_settings = (folder / config.FILE).exists()
    database = file_of(config.read(folder).database_url) if has_settings else None
    if has_settings and (database is None or database.exists()):
        project = open_project(folder)
        if VISITOR not in {p.name for p in project.people()}:
            raise CoderError("project.no_sample", folder=folder)
        tell(Message("project.sample_is_there", folder=folder))
    else:
        clock = (BEGIN + timedelta(seconds=tick) for tick in count())
        project = create_project(folder, clock=lambda: next(clock), fill=lambda made: _fill(made, tell))
    return project, _export(project, folder / "exports", tell)


def _fill(project: Project, tell: Tell) -> None:
    for name in (*CODERS, VISITOR):
        project.add_person(name, "coder")
    project.add_person(SUPERVISOR, "supervisor")
    seeds = shipped("seeds")
    taken = intake.take(project, [*sorted(seeds.glob("*.txt")), *sorted(seeds.glob("codings/*.jsonl"))])
    articles = Message("counts.articles", n=taken.articles)
    codings = Message("counts.codings", n=taken.codings)
    tell(Message("project.sample_taken", articles=articles, codings=codings))
    tell(Message("project.sample_suggested", articles=Message("counts.articles", n=suggest(project))))
    assign(project, CODERS, len(CODERS), "calibration")
    assign(project, [VISITOR], 1, "training")
    _adjudicate(project, tell)


def _adjudicate(project: Project, tell: Tell) -> None:
    """Decide one article as its decisions file says: agreed values first, then each disagreement."""
    decisions = json.loads((shipped("seeds") / "decisions.json").read_text("utf-8"))
    session = ReviewSession(project, project.article(decisions["article"]), SUPERVISOR)
    session.do(TakeAgreed())
    for step in decisions["decisions"]:
        if step["do"] not in _STEPS:
            raise CoderError("project.sample_step", step=step["do"])
        edit, names = _STEPS[step["do"]]
        session.do(edit(*(step[name] for name in names)))
    session.close_gold()
    session.close()
    gold = session.state.gold
    events = Message("counts.gold_events", n=len(gold.events))
    tell(Message("project.sample_adjudicated", article=gold.article, supervisor=SUPERVISOR, events=events))


def _export(project: Project, folder: Path, tell: Tell) -> list[Path]:
    """Gold in every format and the agreement figures; files that are there already stay as they are."""
    gold = {form: folder / f"gold.{form}" for form in ("jsonl", "csv")}
    gold["native"], agreement = folder / "gold.native.jsonl", folder / "agreement.json"
    for form, path in gold.items():
        if not path.exists():
            deliver(project, form, "gold", path)
    if not agreement.exists():
        figures = study_document(study(project, stage="calibration"))
        with new_file(agreement) as half:
            half.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
    tell(Message("project.sample_exported", folder=folder))
    return [*gold.values(), agreement]
