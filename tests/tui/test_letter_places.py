"""Where letters are drawn whose highlights begin together, and how they look."""

from __future__ import annotations

from coder.model import UNDECIDED, Article
from coder.service.coding.article_marks import Mark
from coder.tui import palette
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.letter_places import letter_places


def test_letters_that_share_a_place_look_like_the_likeliest_of_them() -> None:
    pane = ArticlePane([])
    pane.article = Article("a", "قتل 12 جندي")
    number, soldiers = (
        Mark("n", "number", 4, 6, UNDECIDED),
        Mark("o", "object", 4, 11, UNDECIDED),
    )
    labelled = (number, "f", palette.LETTER), (soldiers, "j", palette.LETTER_ASIDE)
    letters, roles, ends = letter_places(
        labelled, pane
    )  # the number ends in a digit, which is not covered
    assert (letters, roles, [*ends]) == ({4: ("j", "f")}, {4: palette.LETTER}, [])
