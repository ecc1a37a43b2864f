"""Four articles that name a group no lexicon knows, and coders who mark it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from coder.model import GOLD, Answer, Coding, Event, Span, Status
from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import import_files
from coder.service.edits.span_edits import Draw
from coder.service.project.opened import Project, create_project

DAWN = "قوات الفجر"
TEXTS = {
    "a1": f"نص عن {DAWN} هنا. ثم {DAWN} هناك. وأخيراً {DAWN}.",
    "a2": f"نص ثان عن {DAWN} لا غير.",
    "a3": f"نص ثالث عن {DAWN} لا غير.",
    "a4": f"نص ثالث عن {DAWN} لا غير.",
}


@contextmanager
def four_articles(tmp_path: Path, database_url: str) -> Iterator[Project]:
    """amal has three articles, basim two, nobody the last."""
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    made = create_project(tmp_path / "p", database=database_url)
    for name, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
        made.add_person(name, role)
    import_files(made, [tmp_path / f"{name}.txt" for name in TEXTS])
    with made.store.begin("setup") as work:
        work.assign([(f"a{i}", "amal", "production", i) for i in (1, 2, 3)])
        work.assign([(f"a{i}", "basim", "production", i) for i in (1, 2)])
    yield made
    made.close()


def session(project: Project, coder: str, article: str) -> CodingSession:
    return CodingSession(project, project.article(article), coder)


def draw(at: CodingSession, nth: int = 0) -> Span:
    """Mark the group's nth name as an actor."""
    start = -1
    for _ in range(nth + 1):
        start = at.article.text.index(DAWN, start + 1)
    at.do(Draw("actor", start, start + len(DAWN)))
    return next(span for span in at.coding.spans if span.start == start)


def drawn_in(project: Project, coder: str, *articles: str) -> None:
    """The coder marks the group's first name in each of the articles."""
    for article in articles:
        at = session(project, coder, article)
        draw(at)
        at.close()


def suggested(project: Project, coder: str, article: str) -> list[int]:
    """Where the group is suggested to a coder who opens the article."""
    at = session(project, coder, article)
    found = [c.start for c in at.candidates if c.origin == f"learned:{DAWN}"]
    at.close()
    return found


def add_gold(project: Project, article: str, status: Status = Status.SUBMITTED) -> None:
    """Gold that marks the group once."""
    text = project.article(article)
    start = text.text.index(DAWN)
    span = Span("s1", "actor", start, start + len(DAWN), DAWN)
    event = Event("e1", {"initiators": Answer(value=["usa"], evidence=("s1",))})
    gold = Coding(
        article,
        text.text_sha256,
        project.codebook.ref,
        GOLD,
        status,
        spans=(span,),
        events=(event,),
    )
    with project.store.begin("salma") as work:
        before = work.queries.gold(article)
        work.save_gold((before, []), (gold, []), "gold.closed", article)


def submit(project: Project, coder: str, article: str) -> None:
    with project.store.begin(coder) as work:
        before = work.queries.coding(article, coder)
        text = project.article(article).text_sha256
        after = before or Coding(article, text, project.codebook.ref, coder)
        work.save_coding(
            before, replace(after, status=Status.SUBMITTED), "coding.submitted"
        )
