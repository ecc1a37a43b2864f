"""The demo project: sample articles, two coders' codings and one adjudicated article."""

from collections.abc import Sequence
from pathlib import Path

from coder.cli import launch
from coder.cli.agree import print_report
from coder.cli.commands import Options
from coder.cli.output import Output, tell
from coder.cli.show import print_article
from coder.messages.catalogue import Message
from coder.service.figures.agreement_report import agreement_report
from coder.service.learning.learned_terms import candidates_for_all
from coder.service.project.opened import Project
from coder.service.sample_project import SUPERVISOR, VISITOR, make_demo

SHOWN = "004"


def run_demo(options: Options, out: Output) -> None:
    """Create the project, then open it on the screens or, without a terminal, print it."""
    folder = options.folder or options.folder_of_project or Path("demo-project")
    project, exported = make_demo(folder, lambda what: tell(str(what)))
    if launch.is_terminal() and not options.json and not options.print:
        launch.code(project, VISITOR, None)
    else:
        _print(folder, project, exported, options, out)
    out.note("cli.demo.go_on", coder=VISITOR, folder=folder)
    out.note("cli.demo.review", supervisor=SUPERVISOR, folder=folder)
    project.close()


def _print(
    folder: Path,
    project: Project,
    exported: Sequence[Path],
    options: Options,
    out: Output,
) -> None:
    """Print what the screens would show of the project: an article with its candidates,
    and agreement.
    """
    article = project.article(SHOWN)
    candidates = candidates_for_all(project, article)
    _, report = agreement_report(project, stage="calibration", with_cases=options.json)
    exports = list(map(str, exported))
    summary = {
        "project": str(folder),
        "article": article.id,
        "candidates": len(candidates),
    }
    out.document({**summary, "agreement": report.document(), "exports": exports})
    kinds = "  ".join(
        f"{kind.glyph} {kind.label.en}" for kind in project.codebook.span_kinds
    )
    count = Message("counts.candidates", n=len(candidates))
    length = len(article.text)
    out.say(
        "cli.demo.article",
        article=article.id,
        length=length,
        candidates=count,
        kinds=kinds,
    )
    out.line()
    print_article(project, article, candidates, options.width, out)
    out.line()
    print_report(report, out)
    out.line()
    out.say("cli.demo.exported")
    for path in exports:
        out.line(f"  {path}")
