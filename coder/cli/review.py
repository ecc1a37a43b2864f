"""The review screen: the queue of articles with disagreements, or ARTICLE at once."""

from typing import Any

from coder.cli import launch
from coder.cli.commands import Options
from coder.cli.output import Output


def run(options: Options, _out: Output) -> None:
    """Open the screen."""
    project, article = options.project, options.article
    project.person(options.person, "supervisor")
    if article is not None:
        article = project.standing_article(article).id
    launch.need_terminal("cli.review.no_terminal")

    def first() -> Any:
        from coder.tui.screens.review_screen import ReviewScreen

        return ReviewScreen(project, options.person, article)

    launch.open_at_work(first, project)
