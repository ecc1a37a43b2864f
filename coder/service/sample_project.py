"""The sample project: the sample articles, two coders' codings, one adjudicated
article, exports.

It is built from files shipped with the program and by its own clock, so every run makes
the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from coder.adjudicate.gold_edits import (
    GoldEdit,
    Link,
    RejectCluster,
    Take,
    TakeAgreed,
    TakeEvent,
)
from coder.codebook.shipped import folder as shipped
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.coding.session import CodingSession
from coder.service.delivery import intake
from coder.service.delivery.datasets import deliver
from coder.service.edits.answer_edits import SetValue
from coder.service.figures.agreement_report import agreement_report
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
LEFT_TO_DECIDE = (
    "c5",
    "c7",
)  # clusters left undecided for a supervisor who takes the tour
BEGIN = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)

Tell = Callable[[Message], None]
# Action name in the decisions file → edit class, and the step's keys passed to it as
# arguments.
_STEPS: Mapping[str, tuple[Callable[..., GoldEdit], tuple[str, ...]]] = {
    "take": (Take, ("cluster", "field", "coder", "reason")),
    "event": (TakeEvent, ("cluster", "coder", "reason")),
    "reject": (RejectCluster, ("cluster", "reason")),
    "link": (Link, ("cluster", "other")),
}


def make_demo(folder: Path, tell: Tell) -> tuple[Project, list[Path]]:
    """Open or create the sample project in `folder`; return it with the paths of its
    exports.
    """
    folder = folder.resolve()
    # Settings without their database file are left over from a killed run.
    has_settings = (folder / config.FILE).exists()
    database = file_of(config.read(folder).database_url) if has_settings else None
    if has_settings and (database is None or database.exists()):
        project = open_project(folder)
        if VISITOR not in {p.name for p in project.people()}:
            raise CoderError("project.no_sample", folder=folder)
        tell(Message("project.sample_is_there", folder=folder))
    else:
        ticks = count()  # the clock is read by several threads
        create_project(
            folder,
            clock=lambda: BEGIN + timedelta(seconds=next(ticks)),
            fill=lambda made: _fill(made, tell),
        ).close()
        project = open_project(
            folder
        )  # by the real clock, as the visitor's changes are real
    return project, _export(project, folder / "exports", tell)


def make_tour(folder: Path, role: str, language: config.Language) -> Project:
    """Create a project in `folder` for the tour: one article to code or, for a
    supervisor, to review.
    """
    fill = _begin_coding if role == "coder" else _begin_review
    return create_project(folder, language=language, fill=fill)


def _begin_coding(project: Project) -> None:
    """Assign the visitor a short article whose article-level fields are already filled."""
    project.add_person(VISITOR, "coder")
    intake.import_files(project, [Path(__file__).with_name("exercise.txt")])
    suggest(project)
    assign(project, [VISITOR], 1, "training")
    session = CodingSession(project, project.article("exercise"), VISITOR)
    day = next(c.value for c in session.candidates if c.kind == "date")
    values = {"relevance": "relevant", "genre": "news", "pub_date": day}
    for field in project.codebook.article_fields:
        if field.id in values:
            session.do(SetValue("", field, values[field.id]))
    session.close()


def _begin_review(project: Project) -> None:
    """Import an article coded by two and, as the visitor, decide all clusters but
    `LEFT_TO_DECIDE`.
    """
    for name in CODERS:
        project.add_person(name, "coder")
    project.add_person(VISITOR, "supervisor")
    seeds = shipped("seeds")
    name = json.loads((seeds / "decisions.json").read_text("utf-8"))["article"]
    lines = (
        line
        for path in sorted(seeds.glob("codings/*.jsonl"))
        for line in path.open(encoding="utf-8")
    )
    codings = project.config.folder / "codings.jsonl"
    codings.write_text(
        "".join(line for line in lines if json.loads(line)["article"]["id"] == name),
        "utf-8",
    )
    intake.import_files(project, [seeds / f"{name}.txt", codings])
    session, steps = _review_steps(project, VISITOR)
    for cluster, edit in steps:
        if cluster not in LEFT_TO_DECIDE:
            session.do(edit)
    session.close()


def _fill(project: Project, tell: Tell) -> None:
    for name in (*CODERS, VISITOR):
        project.add_person(name, "coder")
    project.add_person(SUPERVISOR, "supervisor")
    seeds = shipped("seeds")
    articles = Message(
        "counts.articles",
        n=intake.import_files(project, sorted(seeds.glob("*.txt"))).articles,
    )
    assign(project, CODERS, len(CODERS), "calibration")
    taken = intake.import_files(project, sorted(seeds.glob("codings/*.jsonl")))
    codings = Message("counts.codings", n=taken.codings)
    tell(Message("project.sample_taken", articles=articles, codings=codings))
    tell(
        Message(
            "project.sample_suggested",
            articles=Message("counts.articles", n=suggest(project, opened_too=True)),
        )
    )
    assign(project, [VISITOR], 1, "training")
    _adjudicate(project, tell)


def _adjudicate(project: Project, tell: Tell) -> None:
    """Adjudicate one article from its decisions file: the agreed values first, then
    each disagreement.
    """
    session, steps = _review_steps(project, SUPERVISOR)
    session.do(TakeAgreed())
    for _, edit in steps:
        session.do(edit)
    session.close_gold()
    session.close()
    gold = session.state.gold
    events = Message("counts.gold_events", n=len(gold.events))
    tell(
        Message(
            "project.sample_adjudicated",
            article=gold.article,
            supervisor=SUPERVISOR,
            events=events,
        )
    )


def _review_steps(
    project: Project, supervisor: str
) -> tuple[ReviewSession, list[tuple[str, GoldEdit]]]:
    """Open the sample article for review; return the session and the decisions as
    (cluster, edit) pairs.
    """
    decisions = json.loads((shipped("seeds") / "decisions.json").read_text("utf-8"))
    steps = []
    for step in decisions["decisions"]:
        if step["do"] not in _STEPS:
            raise CoderError("project.sample_step", step=step["do"])
        edit, names = _STEPS[step["do"]]
        steps.append((step["cluster"], edit(*(step[name] for name in names))))
    return ReviewSession(
        project, project.article(decisions["article"]), supervisor
    ), steps


def _export(project: Project, folder: Path, tell: Tell) -> list[Path]:
    """Export gold in every format and the agreement figures, unless the files exist;
    return the paths.
    """
    gold = {form: folder / f"gold.{form}" for form in ("jsonl", "csv")}
    gold["native"] = folder / "gold.native.jsonl"
    agreement = folder / "agreement.json"
    for form, path in gold.items():
        if not path.exists():
            deliver(project, form, "gold", path, allow_loss=True)
    if not agreement.exists():
        _, report = agreement_report(project, stage="calibration", with_cases=True)
        with new_file(agreement) as draft:
            draft.write_text(
                json.dumps(report.document(), ensure_ascii=False, indent=2) + "\n",
                "utf-8",
            )
    tell(Message("project.sample_exported", folder=folder))
    return [*gold.values(), agreement]
