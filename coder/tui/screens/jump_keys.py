"""Letters on the visible highlights: typing one goes there, or takes the words for the
record's field.

In the record the letters stay until Esc, from the first event that a letter opens:
every next field gets its letters at once, and when the event has no open fields left,
the letters open the next event.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.model import Candidate, Coding, Event, Span
from coder.service.coding.article_marks import Mark
from coder.service.edits.field_values import is_meant_for
from coder.tui.keys import Keys, key_of, shown, step_keys
from coder.tui.screens.jump_letters import (
    ATTACH,
    DONE,
    OPEN,
    SUPPORT,
    TAKE,
    JumpLetters,
)

NEXT = 1
ALL = 2
_WORD = 3
"""The letters in a row that may be a word."""
_FOR_FIELD = (TAKE, SUPPORT, ATTACH)
"""The titles of letters that give the field under the record's cursor words."""


class JumpKeys(JumpLetters):
    """What the letters on highlights do; while they are shown, keys belong to the scope
    `jump`.
    """

    _chosen: Callable[[Mark], None]
    _more = 0
    _is_taking = False
    """_more: NEXT if another letter follows this one, ALL if letters follow until Esc.
    """
    _was_told = False
    """Whether it was said that letters take words, to who seems to type a word."""
    _shown_for: tuple[str, Field | None, Coding | None] | None = None
    """The event, field and coding for which letters were last drawn; None if they must
    be redrawn.
    """
    _event: Event | None = None
    """The event as it was after the previous key."""

    @property
    def keys(self) -> Keys:
        return {
            "article.jump": partial(
                self._ask, "jump_there", self._is_usable, self.highlights.set_current
            ),
            "article.gather": self._gather,
            "form.jump": self._fill,
            "article.new_event": self._open,
            "form.new_event": self._open,
            "form.attach_by_letter": partial(
                self._ask, ATTACH, self._is_usable, self._attach_mark
            ),
            "form.take": self._take_current,
            "jump.others": self._letter_others,
            **step_keys("jump.page_down", "jump.page_up", self._page),
            "jump.cancel": self._cancel,
            "jump.record": self._to_record,
        }

    def letter(self, key: str, arabic_in_a_row: int) -> bool:
        """Handle a typed letter; one that stands on no words changes nothing.

        A capital letter does not leave the field, so that another letter can follow; if
        no field is open, it goes to the field that has it. arabic_in_a_row: as many as
        may be a word are answered, once, with what letters do.
        """
        if len(key) > 1:
            return False  # no letter, but a key that has no meaning here
        if key.isupper() and self.is_done:
            self.go_to_field_of(key.lower())
        elif (mark := self.highlights.letters.get(key.lower())) is not None:
            if key.isupper() and self.title in _FOR_FIELD:
                self._more = max(self._more, NEXT)
            self._end()
            self._is_taking = True
            self._top = None
            event_id, field, before = self._here()
            try:
                self._chosen(mark)
                if (
                    self.session.coding is not before
                    and field is not None
                    and self.record.has_keys
                ):
                    self.record.made_at.append(
                        (self.session.coding, event_id, field.id)
                    )
            finally:
                self._is_taking = False
                self._shown_for = (event_id, field, None)
            if self._more:
                self._more -= self._more == NEXT
                if self.title == TAKE:  # a single-valued field now has its value
                    self._set_staying_action()
                self._event = self.event()  # not finished: another letter follows
                self._show(self._group)
        else:
            self.say("no_such_letter", letter=self.highlights.drawn(key.lower()))
        if arabic_in_a_row == _WORD and not self._was_told:
            self._was_told = True
            self.screen.say_too("letters_take_words", edit=shown(key_of("form.edit")))
        return True

    def follow(self) -> None:
        """Draw letters on the visible words that can fill the field under the record's
        cursor.

        After a change that leaves nothing open in the event, draw the letters that open
        the next event. While the chooser is open, letters belong to it, and none are
        drawn.
        """
        if (
            self.screen.chooser.asked is not None
            and self.highlights.letters
            and not self._is_taking
        ):
            self._shown_for = None
            self._end()
        if self.highlights.letters and self.highlights.pane.size != self._size:
            self._draw_letters(self.highlights.in_view(self._fits), self._group)
        if not self.record.by_letter or self._is_taking:
            return
        if self.session.submitted:
            self._cancel()
            return
        is_staying = self.title in (TAKE, SUPPORT)
        is_in_record = self.record.has_keys and self.screen.chooser.asked is None
        before = self._shown_for
        now = self._here()
        is_same = before is not None and before[:2] == now[:2]
        if is_in_record and self._is_finished() and not self.record.takes_text:
            self._shown_for = now
            self._open_event_by_letter(DONE)
            self._show_next_trigger()
            self._draw_letters(self.highlights.in_view(self._fits))
            return
        if not (is_in_record and self._takes_words()):
            is_event = self.event() is not None and not self.record.takes_text
            opens_next = is_in_record and is_event and self.title == DONE
            self._shown_for = now if opens_next else None
            if opens_next and not is_same:
                self._draw_letters(
                    self.highlights.in_view(self._fits)
                )  # words are no evidence of this field
            elif (
                not opens_next
                and self.title in (TAKE, SUPPORT, DONE)
                and self.highlights.letters
            ):
                self._end()
            return
        is_due = (
            before is None
            or before[2] is None
            or (before[2] is not now[2] and is_staying)
        )
        if is_due or not is_same:
            self._shown_for = now
            self._more = self._more * is_same
            if not is_same:
                self._turn_back()
            self._set_staying_action()
            self._draw_letters(self.highlights.in_view(self._fits))

    def _is_finished(self) -> bool:
        """Return whether a change left nothing open in the event, or took away the one
        after it.
        """
        event = self.event()
        before = self._event
        self._event = event
        if event is None or before is None or self._more or self.record.asks:
            return False
        is_changed = event.id == before.id and event != before
        return is_changed or self.session.coding.event(before.id) is None

    def _here(self) -> tuple[str, Field | None, Coding]:
        field = self.record.row.field if self.record.rows else None
        return self.record.event_id, field, self.session.coding

    def _fill(self) -> None:
        """Show letters from now on; if words cannot fill the field, only once, to
        attach evidence.

        On a field that takes no words they open the next event, if nothing is open in
        this one.
        """
        self.session.expect_open()
        if self.row.field.evidence == "none":
            if self.event() is None or self.record.asks or self.record.takes_text:
                raise CoderError("coding.takes_no_evidence", field=self.row.field.label)
            self.record.by_letter = True
            self._open_event_by_letter(DONE)
            self._show_next_trigger()
            self._show()
            return
        if not self._takes_words():
            self._ask(ATTACH, self._is_usable, self._attach_mark)
            return
        self.record.by_letter = True
        self._more = 0
        self._event = self.event()  # what changed before is not what finishes it now
        self._set_staying_action()
        self._show()

    def _set_staying_action(self) -> None:
        """Make a letter take value and evidence, or evidence alone if no words can add
        a value.

        None can if no kind of span serves the field, or if it has a value and is no
        list, or is a list whose value has no evidence yet. If words can, other words go
        to the field for their kind.
        """
        field = self.record.row.field
        answer = self.answer(field)
        kinds = self.codebook.span_kinds
        is_given = answer.coded and (
            answer.value != field.default or bool(answer.evidence)
        )
        must_stay = is_given and not (field.is_list and answer.evidence)
        if must_stay or not any(
            is_meant_for(kind.id, field, self.codebook) for kind in kinds
        ):
            self.title = SUPPORT
            self._fits = self._is_usable
            self._chosen = self._attach_mark
        else:
            self.title = TAKE
            self._fits = self.fits
            self._chosen = partial(self._with_mark, act=self._take)

    def _cancel(self) -> None:
        self.record.by_letter = False
        self._turn_back()
        self._end()

    def _open(self) -> None:
        self.session.expect_open()
        self._open_event_by_letter(OPEN)
        self._more = 0
        if self.record.has_keys and self.record.rows and self.event() is None:
            self._show_next_trigger()
        self._show()

    def _open_event_by_letter(self, title: str) -> None:
        """Make a letter open an event and move the focus to the record."""
        used = self.words_of_types() if title == DONE else set()

        def fits(mark: Mark) -> bool:
            is_trigger = self._is_usable(mark) and self.codebook.is_trigger(mark.kind)
            supports = mark.stretch in used and self._supports()
            return (
                is_trigger and not supports
            )  # what opened an event supports the value just given

        def open_event(mark: Mark) -> None:
            if not fits(mark):
                self._attach_mark(mark)
                return
            self.highlights.set_current(mark)
            self.screen.keys["article.open_event"]()
            if not self.record.has_keys:
                self.screen.keys["article.switch"]()
            self.record.by_letter = self.event() is not None

        self.title = title
        self._fits = fits
        self._chosen = open_event

    def _gather(self) -> None:
        """Put word after word into the event, each into the field for its kind."""
        event = self.event()
        if event is None:
            self.say_no_event()
            return
        kinds = self.gathering.kinds()

        def fits(mark: Mark) -> bool:
            return self._is_usable(mark) and mark.kind in kinds

        def put(target: Candidate | Span) -> None:
            if (field := self.gathering.put(target)) is not None:
                self.record.go_to_field(field.id)

        self._ask("jump_gather", fits, partial(self._with_mark, act=put), more=ALL)

    def _to_record(self) -> None:
        """Go from the article to the first open field of the record, or back to the
        article.
        """
        self._end()
        if self.record.has_keys:
            self.screen.keys["form.switch"]()
            return
        self.screen.keys["article.switch"]()
        self.record.go_to_next("empty", "proposed", "wrong", after=-1)

    def _ask(
        self,
        title: str,
        fits: Callable[[Mark], bool],
        chosen: Callable[[Mark], None],
        *,
        more: int = 0,
    ) -> None:
        self.title = title
        self._fits = fits
        self._chosen = chosen
        self._more = more
        self._show()

    def _show(self, group: int = 0) -> None:
        self._shown_for = self._here()
        self._top = None
        marks = self.highlights.in_view(self._fits)
        top = self.highlights.pane.scroll_offset.y
        if not marks and (marks := self._on_nearest_page()):
            self._top = top
            self.screen.say_too("nearest_words")
        self._draw_letters(marks, group)
        if not marks:
            self.say_of_field("none_in_view")

    def _page(self, step: int) -> None:
        """Turn to a page with such words; to open an event, to the next one if it has
        any: all is read.
        """
        pane = self.highlights.pane
        opens = self.title in (OPEN, DONE)
        before = pane.in_view
        top = pane.scroll_offset.y
        if opens:
            self.highlights.turn_page(step)
        is_found = pane.in_view != before and self.highlights.in_view(self._fits)
        if not is_found and not self.highlights.turn_to(
            self._fits, step, goes_round=not opens
        ):
            pane.scroll_to(
                y=top, animate=False, force=True, immediate=True
            )  # letters stay on words in view
            self.say_of_field("none_further")
            return
        self._show()
        if (pane.in_view[0] - before[0]) * step < 0:
            self.say("pages_from_first" if step > 0 else "pages_from_last")

    def _letter_others(self) -> None:
        if self.title == DONE:
            self._fill()  # go on with this event
        elif self._groups == 1:
            self.say("all_have_letters")
        else:
            self._draw_letters(self.highlights.in_view(self._fits), self._group + 1)

    def _end(self) -> None:
        self.highlights.letter((), 0)

    # ---------------------------------------------------------------- actions of letters in the record
    def _take_current(self) -> None:
        if (target := self.target()) is None:
            self.say("no_marks")
        elif self.event() is not None:
            self.gathering.take(target)
        elif self.record.rows and self.row.field.evidence != "none":
            self.gathering.add(target)
        else:
            self.say_no_event()

    def _attach_mark(self, mark: Mark) -> None:
        self._with_mark(
            mark, lambda target: self.gathering.attach(target, stays=bool(self._more))
        )

    def _with_mark(self, mark: Mark, act: Callable[[Candidate | Span], None]) -> None:
        target = self.marked(mark)
        if target is not None:
            self.highlights.set_current(mark)
            act(target)

    def _take(self, target: Candidate | Span) -> None:
        """Take words that fit the field under the cursor; put others into the field for
        their kind.
        """
        if self.gathering.gives_value(target.kind):
            self.gathering.take(target, stays=bool(self._more))
        elif not self.gathering.asks_first(target):
            self.gathering.put(target)
