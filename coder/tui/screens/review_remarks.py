"""The keys for comments, giving a coding back, and the lists of articles and questions
in review.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.adjudicate.resolve import ARTICLE
from coder.errors import CoderError
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.remarks import Place, Remarks, Talk
from coder.service.review.gold_session import ReviewSession, reopen
from coder.tui.keys import Keys
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.asking_page import AskingPage
from coder.tui.screens.comments_page import CommentsPage
from coder.tui.screens.questions_page import QuestionsPage
from coder.tui.screens.review_keys import GridKeys
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import say


def remark_keys(
    screen: WorkScreen,
    grid: GridKeys,
    open_article: Callable[[str], None],
    show_queue: Callable[[], None],
) -> Keys:
    """Return what these keys do; an article chosen in a list is opened, and one given
    back left.
    """

    def choose_from(page: AskingPage[str]) -> None:
        screen.app.push_screen(
            page, lambda article: open_article(article) if article else None
        )

    project = screen.project
    person = screen.person
    return {
        "grid.remarks": partial(_open_remarks, screen, grid),
        "grid.give_back": partial(_give_back, screen, grid, show_queue),
        "queue.articles": lambda: choose_from(
            ArticleListScreen(ArticleList(project, ""), "", screen.lang)
        ),
        "queue.questions": lambda: choose_from(
            QuestionsPage(project, person, screen.lang)
        ),
    }


def _open_remarks(screen: WorkScreen, grid: GridKeys) -> None:
    """Open the page of comments on the codings, those on the cell under the cursor
    first.
    """
    session = grid.session
    remarks = Remarks(
        screen.project, session.article.id, screen.person, lambda: session.state.codings
    )

    def closed(talk: Talk | None) -> None:
        if talk is not None:
            grid.go_to(_cluster_with(session, talk), talk.field or None)
            if talk.stretch[1]:
                screen.pane.show_span(*talk.stretch)

    page = CommentsPage(
        remarks,
        screen.codebook,
        session.article,
        _places(grid),
        screen.drafts,
        screen.lang,
    )
    screen.app.push_screen(page, closed)


def _give_back(
    screen: WorkScreen, grid: GridKeys, show_queue: Callable[[], None]
) -> None:
    """Reopen a coding for its coder, with a comment on what to change."""
    session = grid.session
    article = session.article.id

    def chosen(coder: str) -> None:
        title = say(screen.lang, "give_back", who=coder)
        about = (article, coder)
        screen.open_comment(
            about, title, "", partial(give, coder), partial(given_back, coder)
        )

    def give(coder: str, text: str) -> None:
        if not text.strip():
            raise CoderError("review.say_what", coder=coder)
        session.writer.flush()
        reopen(screen.project, screen.person, article, coder, text.strip())

    def given_back(coder: str) -> None:
        show_queue()
        screen.say("given_back", who=coder)

    grid.ask_coder(chosen, session.state.coders)


def _places(grid: GridKeys) -> list[Place]:
    """Return the places in each coder's work: the field under the cursor, then its
    event or article.
    """
    here = [(coder, "") for coder in grid.state.coders]
    if grid.cluster_id != ARTICLE:
        here = list(grid.state.cluster(grid.cluster_id).members)
    fields = [grid.field_id, ""] if grid.rows else [""]
    return [(coder, event, field, 0, 0) for coder, event in here for field in fields]


def _cluster_with(session: ReviewSession, talk: Talk) -> str:
    """Return the cluster to which the talk's event belongs, or the article's own record
    if none does.
    """
    member = talk.coder, talk.event
    return next(
        (cluster.id for cluster in session.state.clusters if member in cluster.members),
        ARTICLE,
    )
