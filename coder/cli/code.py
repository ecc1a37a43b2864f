"""The coding screen; without an article the first assigned one that is not submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coder.cli import launch
from coder.cli.commands import Options
from coder.cli.output import Output

if TYPE_CHECKING:
    from coder.service.project.opened import Project
    from coder.tui.terminal import Replies


def run(options: Options, _out: Output) -> None:
    """Open the screen; the article's text shows before the project is open."""
    with launch.painted(options) as asked:
        project = options.project
        project.claiming = options.claim
        code(project, options.person, options.article, asked)


def code(project: Project, coder: str, article: str | None, asked: Replies | None = None) -> None:
    """The coding screen of an open project; asked: what the terminal answered, where it was asked before."""
    from coder.service.coding.session import next_article

    project.person(coder)
    chosen = project.standing_article(article or next_article(project, coder))
    launch.need_terminal("cli.code.no_terminal")

    def first() -> Any:
        from coder.tui.screens.coding_screen import CodingScreen

        return CodingScreen(project, coder, chosen)

    launch.open_at_work(first, project, asked)
