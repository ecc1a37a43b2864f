"""A second pair of coders in the sample project, who coded short articles alike."""

from __future__ import annotations

from pathlib import Path

from coder.model import Answer, Coding, Event, Span, Status
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project


def add_second_pair(project: Project, folder: Path, articles: int = 1) -> None:
    """Dana and dina coded each of some new articles, with one event on one span."""
    for coder in ("dana", "dina"):
        project.add_person(coder, "coder")
    trigger = Span("s1", "trigger", 4, 8, "هجوم")
    event = Event("e1", {"event_type": Answer("threat", evidence=("s1",))})
    for number in range(articles):
        (folder / f"90{number}.txt").write_text(f"وقع هجوم اليوم {number}.", "utf-8")
        import_files(project, [folder / f"90{number}.txt"])
        article = project.article(f"90{number}").id
        with project.store.read() as queries:
            [text_hash] = queries.article_hashes([article]).values()
        for coder in ("dana", "dina"):
            of = (article, text_hash, project.codebook.ref, coder)
            own = Coding(
                *of, status=Status.SUBMITTED, spans=(trigger,), events=(event,)
            )
            with project.store.begin(coder) as work:
                work.save_coding(None, own, "coding.submitted")
