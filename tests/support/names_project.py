"""A project with the named-entity codebook: one article, two coders' codings made by
hand.
"""

from __future__ import annotations

from pathlib import Path

from coder.codebook import shipped
from coder.foreign import to_json
from coder.model import Answer, Article, Coding, Span, Status
from coder.native import from_coding
from coder.service.delivery import intake
from coder.service.project.opened import Project, create_project

TEXT = (
    "قال فؤاد حسين في بغداد إن واشنطن أبلغت وزارة الخارجية العراقية بذلك يوم الأربعاء."
)
ARTICLE = Article("a1", TEXT)
AMAL = (
    ("person", "فؤاد حسين"),
    ("place", "بغداد"),
    ("organisation", "واشنطن"),
    ("organisation", "وزارة الخارجية العراقية"),
    ("date", "الأربعاء"),
)
BASIM = (
    ("person", "فؤاد حسين"),
    ("place", "بغداد"),
    ("place", "واشنطن"),  # another kind
    ("organisation", "وزارة الخارجية"),  # other edges; and no date
)


def coding(coder: str, marked: tuple[tuple[str, str], ...]) -> Coding:
    """A submitted coding of the article with these names marked."""
    spans = tuple(
        Span(f"s{n}", kind, TEXT.index(quote), TEXT.index(quote) + len(quote), quote)
        for n, (kind, quote) in enumerate(marked, start=1)
    )
    answers = {"usable": Answer(value="usable")}
    ref = "named-entities-ar@1.0.0"
    return Coding(
        "a1", ARTICLE.text_sha256, ref, coder, Status.SUBMITTED, answers, spans
    )


def make(folder: Path) -> Project:
    """The project, with both codings taken in."""
    project = create_project(
        folder / "project", codebook=shipped.codebook("named_entities"), language="en"
    )
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")
    (folder / "a1.txt").write_text(TEXT, "utf-8")
    lines = [
        to_json(from_coding(coding(*each)))
        for each in (("amal", AMAL), ("basim", BASIM))
    ]
    (folder / "codings.jsonl").write_text("\n".join(lines), "utf-8")
    intake.import_files(project, [folder / "a1.txt", folder / "codings.jsonl"])
    return project
