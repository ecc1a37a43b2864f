"""The keys to submit an article: showing what is missing, going there, and opening the
next article.
"""

from __future__ import annotations

from collections.abc import Callable

from coder.errors import CoderError
from coder.model import Article
from coder.service.coding.session import find_next_article
from coder.tui.keys import Keys
from coder.tui.screens.article_keys import ArticleKeys
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.missing_screen import Missing, MissingScreen, missing
from coder.tui.screens.overview_keys import OverviewKeys
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import quoted


class SubmitKeys(CodingPart):
    """Keys that work in article and record alike; in training, gold is shown before the
    next article.
    """

    def __init__(
        self,
        screen: WorkScreen,
        deciding: ArticleKeys,
        overview: OverviewKeys,
        open_article: Callable[[Article], None],
    ) -> None:
        super().__init__(screen, overview.highlights, overview.record)
        self.deciding = deciding
        self.overview = overview
        self.open_article = open_article
        self._left_out: list[
            str
        ] = []  # the unsaved texts without which the coder went on

    @property
    def keys(self) -> Keys:
        return {"article.submit": self._ask, "form.submit": self._ask}

    def _ask(self) -> None:
        """Open the page of what is missing, to go to an item or, if no errors are left,
        to submit.
        """
        if not self.screen.is_active:
            return  # the page is already open: two keys arrived together
        self.session.expect_open()
        unsaved = self._unsaved()
        new = [text for text in unsaved if text not in self._left_out]
        if new and self.screen.asks_first(new, "submit_with_drafts", texts=quoted(new)):
            return
        self._left_out = unsaved

        def answered(answer: Missing | bool | None) -> None:
            if isinstance(answer, Missing):
                self._go_to(answer)
            elif answer:
                self.screen.attempt(self._submit)

        items = missing(self.session, self.session.problems(), self.lang)
        self.screen.app.push_screen(MissingScreen(items, self.lang), answered)

    def _unsaved(self) -> list[str]:
        """Return the texts typed in this article and not saved, but for those about an
        event taken back.
        """
        here = self.session.article.id
        events = {"", *(event.id for event in self.session.coding.events)}
        drafts = self.screen.drafts.items()
        return [
            text
            for (article, *about), text in drafts
            if article == here and about[-4:][0] in events
        ]

    def _go_to(self, item: Missing) -> None:
        """Go to the field of a problem, or to an undecided candidate."""
        if (candidate := item.candidate) is not None:
            self.screen.keys["form.switch"]()
            self.highlights.set_current(
                self.highlights.named(candidate.id) or self.highlights.current
            )
        if (problem := item.problem) is not None:
            self.record.go_to_event(problem.event_id or "", problem.field)
            self.deciding.show_event()
            self.screen.keys["article.switch"]()

    def _submit(self) -> None:
        self.session.submit()
        if not self.overview.show_gold(then=self._go_on):
            self._go_on()

    def _go_on(self) -> None:
        try:
            following = find_next_article(self.screen.project, self.screen.person)
        except CoderError:
            self.screen.refresh_work()
            self.say("all_done")
        else:
            self.open_article(self.screen.project.article(following))
            self.screen.keys["form.switch"]()
            self.say("was_submitted")
