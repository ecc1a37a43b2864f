"""All comments on an article, by the place they are about, to read and to answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

from coder.codebook.schema import Codebook
from coder.model import COMMENT, Article, Coding, Remark
from coder.service.coding.remarks import Place, Remarks, Talk
from coder.service.project.drafts import Place as Draft
from coder.text.display import fit
from coder.tui import palette
from coder.tui.keys import key_of, shown, step_keys
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.text_page import paragraph_rows
from coder.tui.sentences import column_head, event_named, listed, say, when
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Column, Row, wrapped

INDENT = 4


def place_in_words(
    place: Place,
    codings: Sequence[Coding],
    codebook: Codebook,
    article: Article,
    lang: str,
) -> list[str]:
    """Return a place in words: the event and field, the quoted words, or the article.

    With several codings, the coder's name comes first.
    """
    coder, event_id, field_id, start, end = place
    coding = next((each for each in codings if each.coder == coder), None)
    words = [coder] if len(codings) > 1 else []
    if event_id:
        event = coding.event(event_id) if coding is not None else None
        name = ""
        if event is not None:
            name = type_in_words(event, codebook, lang).strip("—")
        elif coding is not None:
            name = say(
                lang, "gone"
            )  # of a coding that is not submitted, nothing is told
        words += [event_named(lang, event_id, name)]
    if field_id:
        field = codebook.field(field_id)
        words.append(field.label.of(lang) if field is not None else field_id)
    if end:
        words.append(f"«{' '.join(article.text[start:end].split())}»")
    if not (event_id or field_id or end):
        words.append(column_head(lang, "article"))
    return words


def remark_rows(remark: Remark, width: int, lang: str) -> list[Row]:
    """Return the rows of a comment: its author and date, then its text wrapped to the
    width.
    """
    kind = say(lang, f"article_{remark.kind}") if remark.kind != COMMENT else ""
    style = palette.TITLE if remark.by != remark.coder else palette.TEXT
    head = listed(remark.by, when(lang, remark.at), kind)
    rows: list[Row] = [(Column("", INDENT), Column(head, 0, style))]
    for line in wrapped(remark.text, width - 2 * INDENT, 1 if lang == "ar" else None):
        rows.append((Column("", INDENT), Column(line, 0, palette.TEXT)))
    return rows


def _unsaved(
    drafts: Iterable[Draft], article: Article, coders: Collection[str]
) -> Iterator[Place]:
    """Yield the places of unsaved comments on these coders' codings of an article."""
    for draft in drafts:
        match draft:
            case (
                article.id,
                str(coder),
                str(event),
                str(field),
                int(start),
                int(end),
            ) if coder in coders:
                yield coder, event, field, start, end


class CommentsPage(BlocksPage[Talk]):
    """A page whose answer is the talk to whose place to go.

    begun: places that are listed even without comments, so that the user can begin
    there. drafts: what was typed and not saved, by article and place, which is listed
    too.
    """

    SCOPE = "remarks"

    def __init__(
        self,
        remarks: Remarks,
        codebook: Codebook,
        article: Article,
        begun: Sequence[Place],
        drafts: Mapping[Draft, str],
        lang: str,
    ) -> None:
        super().__init__(lang)
        self.remarks = remarks
        self.codebook = codebook
        self.article = article
        self.unsaved = drafts
        self.begun = [
            *begun,
            *_unsaved(drafts, article, {coding.coder for coding in remarks.codings()}),
        ]
        self.talks = remarks.talks(self.begun)
        self.keys = {
            **step_keys("remarks.down", "remarks.up", self.step),
            "remarks.write": self._write,
            "remarks.take_away": self._take_away,
            "remarks.go": self.go,
            "remarks.back": partial(self.answer, None),
        }

    def show(self) -> None:
        """Show each place with its comments, wrapped to the width and apart from
        others.
        """
        width = self.row_width
        lang = self.lang
        count = say(
            lang, "comments_count", n=sum(len(talk.said) for talk in self.talks)
        )
        self.show_title(
            listed(say(lang, "comments_title"), count, self.article.headline)
        )
        blocks: list[list[Row]] = []
        for talk in self.talks:
            name = listed(*self._words(talk.place))
            blocks.append(
                [(Column(f" {name}", 0, palette.TITLE if talk.said else palette.DIM),)]
            )
            for remark in talk.said:
                blocks[-1] += remark_rows(remark, width, lang)
            if draft := self.unsaved.get((self.article.id, *talk.place)):
                head = say(lang, "unsaved_comment")
                words = " ".join(draft.split())
                blocks[-1].append(
                    (
                        Column("", INDENT),
                        Column(listed(head, fit(words, width)), 0, palette.DIM),
                    )
                )
        if not any(talk.said for talk in self.talks) and blocks:
            words = say(lang, "no_comments", go=shown(key_of("remarks.write")))
            blocks[-1] += [(), *paragraph_rows([("", words)], self.rtl, width)]
        said = [bool(talk.said) for talk in self.talks]
        self.load(
            blocks,
            {
                n: ((),)
                for n, either in enumerate(map(max, pairwise(said)), 1)
                if either
            },
        )

    def on_chooser_closed(
        self, message: Chooser.Closed
    ) -> None:  # Textual calls that of the base class too
        self.show()

    def _words(self, place: Place) -> list[str]:
        return place_in_words(
            place, self.remarks.codings(), self.codebook, self.article, self.lang
        )

    def _write(self) -> None:
        """Write a comment at the place, or edit the coder's own last one."""
        if not self.talks:
            return
        talk = self.talks[self.at]
        place = talk.place
        was = self.remarks.own(talk.place)
        title = listed(say(self.lang, "comment"), *self._words(place))
        write = partial(self.remarks.say, place)
        then = partial(self._said, talk, was)
        text = self.remarks.text_to_edit(place)
        hint = say(self.lang, "or_question")
        self.open_comment((self.article.id, *place), title, text, write, then, hint)

    def _take_away(self) -> None:
        if self.talks:
            talk = self.talks[self.at]
            if was := self.remarks.own(talk.place):
                self.remarks.say(talk.place, "")
                self._said(talk, was)
            else:
                self.say("not_your_comment" if talk.said else "comment_gone")

    def _said(self, before: Talk, was: str) -> None:
        """Show what is said at a place now, and what takes it back or brings back what
        `was` there.
        """
        self.talks = self.remarks.talks(self.begun)
        self.at = next(
            (i for i, talk in enumerate(self.talks) if talk.place == before.place), 0
        )
        self.show()
        now = next((talk.said for talk in self.talks if talk.place == before.place), ())
        if len(now) < len(before.said):
            self.removed[(self.article.id, *before.place)] = was
            self.say("comment_removed", write=shown(key_of("remarks.write")))
        elif self.remarks.own(before.place):
            self.say("remark_kept", take_away=shown(key_of("remarks.take_away")))

    def go(self) -> None:
        if self.talks:
            self.answer(self.talks[self.at])
