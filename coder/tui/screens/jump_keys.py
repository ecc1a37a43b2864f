"""Letters on the visible highlights: typing one goes there, or takes the words for the record's field.

In the record the letters stay until Esc, from the first event that a letter opens: every next field gets its
letters at once, and when the event has no open fields left, the letters open the next event.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.codebook.schema import Field
from coder.model import Candidate, Coding, Event, Span
from coder.service.coding.article_marks import REJECTED, Mark
from coder.service.edits.field_values import serves
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.desk import CodingPart, RecordForm
from coder.tui.screens.gathering import Gathering
from coder.tui.screens.highlights import LETTERS, Highlights
from coder.tui.screens.work_screen import WorkScreen

NEXT, ALL = 1, 2
TAKE, SUPPORT, DONE = "jump_take", "jump_support", "jump_next"
"""The titles of letters that stay after one is typed."""
_FOR_FIELD = (TAKE, SUPPORT, "jump_attach")
"""The titles of letters that give the field under the record's cursor words."""
RECORD_LETTERS = LETTERS[:26]
"""The letters in the record, where digits have another meaning."""


class JumpKeys(CodingPart):
    """What the letters on highlights do; while they are shown, keys belong to the scope `jump`."""

    title = ""
    """The key of the message about what a letter does."""
    _fits: Callable[[Mark], bool]
    _chosen: Callable[[Mark], None]
    _typed, _more, _is_taking = "", 0, False
    """_more: NEXT if one more letter follows the next one, ALL if letters follow until Esc."""
    _shown_for: tuple[str, Field | None, Coding | None] | None = None
    """The event, field and coding for which letters were last drawn; None if they must be redrawn."""
    _event: Event | None = None
    """The event as it was after the previous key."""

    def __init__(self, screen: WorkScreen, highlights: Highlights, record: RecordForm) -> None:
        super().__init__(screen, highlights, record)
        self.gathering = Gathering(screen, highlights, record)

    @property
    def keys(self) -> Keys:
        return {
            "article.jump": partial(self._ask, "jump_there", self._is_usable, self.highlights.set_current),
            "article.gather": self._gather,
            "form.jump": self._fill,
            "article.new_event": self._open,
            "form.new_event": self._open,
            "form.attach_by_letter": partial(self._ask, "jump_attach", self._is_usable, self._attach_mark),
            "form.take": self._take_current,
            "jump.more": self._type_more,
            **step_keys("jump.page_down", "jump.page_up", self._page),
            "jump.cancel": self._cancel,
            "jump.record": self._to_record,
        }

    def letter(self, key: str) -> bool:
        """Handle a typed letter; one that begins no label changes nothing.

        A capital letter does not leave the field, so that another letter can follow.
        """
        self._typed += key.lower()
        letters = self.highlights.letters
        if (mark := letters.get(self._typed)) is not None:
            if key.isupper() and self.title in _FOR_FIELD:
                self._more = max(self._more, NEXT)
            self._end()
            self._is_taking = True
            event_id, field, _ = self._here()
            try:
                self._chosen(mark)
            finally:
                self._is_taking, self._shown_for = False, (event_id, field, None)
            if self._more:
                self._more -= self._more == NEXT
                if self.title == TAKE:  # a single-valued field now has its value
                    self._set_staying_action()
                self._event = self.event()  # not finished: another letter follows
                self._show()
        elif not any(name.startswith(self._typed) for name in letters):
            self.say("no_such_letter", letter=self._typed)
            self._typed = ""
        return True

    def follow(self) -> None:
        """Draw letters on the visible words that can fill the field under the record's cursor.

        After a change that leaves nothing open in the event, draw the letters that open the next event. While
        the chooser is open, letters belong to it, and none are drawn.
        """
        if self.screen.chooser.asked is not None and self.highlights.letters and not self._is_taking:
            self._shown_for = None
            self._end()
        if not self.record.by_letter or self._is_taking:
            return
        if self.session.submitted:
            self._cancel()
            return
        is_staying = self.title in (TAKE, SUPPORT)
        is_in_record = self.record.has_keys and self.screen.chooser.asked is None
        before, now = self._shown_for, self._here()
        if is_in_record and self._is_finished():
            self._shown_for = now
            self._open_event_by_letter(DONE)
            self._show_next_trigger()
            self._draw_letters(self.highlights.in_view(self._fits))
            return
        if not (is_in_record and self._takes_words()):
            self._shown_for = None
            if is_staying and self.highlights.letters:
                self._end()
            return
        is_same = before is not None and before[:2] == now[:2]
        is_due = before is None or before[2] is None or (before[2] is not now[2] and is_staying)
        if is_due or not is_same:
            self._shown_for, self._more = now, self._more * is_same
            self._set_staying_action()
            self._draw_letters(self.highlights.in_view(self._fits))

    def _is_finished(self) -> bool:
        """Return whether the last change to the event left nothing open in it."""
        event, before = self.event(), self._event
        self._event = event
        is_changed = event is not None and before is not None and event.id == before.id and event != before
        return is_changed and not self._more and not self.record.asks

    def _here(self) -> tuple[str, Field | None, Coding]:
        field = self.record.row.field if self.record.rows else None
        return self.record.event_id, field, self.session.coding

    def _takes_words(self) -> bool:
        """Return whether words can be the value or the evidence of the record's field."""
        return bool(self.record.event_id and self.record.rows) and self.record.row.field.evidence != "none"

    def _fill(self) -> None:
        """Show letters from now on; if words cannot fill the field, only once, to attach evidence."""
        if self.session.submitted:
            self.say("read_only")
            return
        if not self._takes_words():
            self._ask("jump_attach", self._is_usable, self._attach_mark)
            return
        self.record.by_letter, self._more = True, 0
        self._set_staying_action()
        self._show()

    def _set_staying_action(self) -> None:
        """Make a letter take value and evidence, or evidence alone if no words can add a value.

        None can if no kind of span serves the field, or if it has a value and is no list, or is a list whose
        value has no evidence yet. If words can, other words go to the field for their kind.
        """
        field = self.record.row.field
        answer, kinds = self.answer(field), self.codebook.span_kinds
        is_given = answer.coded and (answer.value != field.default or bool(answer.evidence))
        must_stay = is_given and not (field.is_list and answer.evidence)
        if must_stay or not any(serves(kind.id, field, self.codebook) for kind in kinds):
            self.title, self._fits, self._chosen = SUPPORT, self._is_usable, self._attach_mark
        else:
            self.title, self._fits = TAKE, self.fits
            self._chosen = partial(self._with_mark, act=self._take)

    def _draw_letters(self, marks: list[Mark], *, few: bool = True) -> None:
        """Label highlights. few: for evidence, only as many as single letters last, likeliest first.

        Where a letter takes the words' value or opens an event, the single letters that are left go to other
        words: of the event's other fields, or to support the value of the field under the cursor.
        """
        near, cited = self._middle(), {*self.gathering.cited.values()}

        def likeliest(mark: Mark) -> tuple[bool, bool, int]:
            is_cited = mark.stretch in cited
            return not self.fits(mark), not is_cited, abs(mark.start - near)

        others = list[Mark]()
        if few and self.title == SUPPORT:
            marks.sort(key=likeliest)
            del marks[len(RECORD_LETTERS) :]
        elif self.title in (TAKE, DONE):
            kinds = self._other_kinds()
            others = self.highlights.in_view(lambda mark: mark.kind in kinds and not self._fits(mark))
            others = sorted(filter(self._is_usable, others), key=likeliest)
            del others[max(0, len(RECORD_LETTERS) - len(marks)) :]
        signs = RECORD_LETTERS if self.record.has_keys else LETTERS
        self.highlights.letter(marks, near, signs, others)

    def _cancel(self) -> None:
        self.record.by_letter = False
        self._end()

    def _open(self) -> None:
        self._open_event_by_letter("jump_open")
        self._more = 0
        self._show()

    def _open_event_by_letter(self, title: str) -> None:
        """Make a letter open an event and move the focus to the record."""

        def fits(mark: Mark) -> bool:
            return self._is_usable(mark) and self.codebook.is_trigger(mark.kind)

        def open_event(mark: Mark) -> None:
            if not fits(mark):
                self._attach_mark(mark)
                return
            self.highlights.set_current(mark)
            self.screen.keys["article.open_event"]()
            if not self.record.has_keys:
                self.screen.keys["article.switch"]()
            self.record.by_letter = self.event() is not None

        self.title, self._fits, self._chosen = title, fits, open_event

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

    def _other_kinds(self) -> set[str]:
        """Return the kinds of words that get the letters that are left."""
        if self.title == TAKE:
            same_type = (k.id for k in self.codebook.span_kinds if self.gathering.gives_value(k.id))
            return self.gathering.kinds().union(same_type)
        is_given = self._takes_words() and self.record.row.answer.coded
        return {k.id for k in self.codebook.span_kinds} if is_given else set()

    def _to_record(self) -> None:
        """Go from the article to the first open field of the record, or back to the article."""
        self._end()
        if self.record.has_keys:
            self.screen.keys["form.switch"]()
            return
        self.screen.keys["article.switch"]()
        self.record.go_to_next("empty", "proposed", "wrong", after=-1)

    def _ask(
        self, title: str, fits: Callable[[Mark], bool], chosen: Callable[[Mark], None], *, more: int = 0
    ) -> None:
        self.title, self._fits, self._chosen, self._more = title, fits, chosen, more
        self._show()

    def _show(self, *, few: bool = True) -> None:
        self._typed, self._shown_for = "", self._here()
        marks = self.highlights.in_view(self._fits) or self._on_nearest_page()
        self._draw_letters(marks, few=few)
        if not marks:
            self.say_of_field("none_in_view")

    def _on_nearest_page(self) -> list[Mark]:
        """Scroll to the nearest fitting highlight and return the fitting ones on that page."""
        middle, fitting = self._middle(), filter(self._fits, self.highlights.marks)
        nearest = min(fitting, key=lambda mark: abs(mark.start - middle), default=None)
        if nearest is None:
            return []
        self.highlights.scroll_to(nearest)
        return self.highlights.in_view(self._fits)

    def _show_next_trigger(self) -> None:
        """Scroll to the next words that open no event yet, unless they are in view or evidence is missing."""
        field = self.codebook.type_field
        answers = [e.answer(field.id) for e in self.session.coding.events] if field else []
        used = {s.stretch for answer in answers for s in self.evidence_of(answer)}
        start, (_, end) = self._middle(), self.highlights.pane.in_view
        after = (m for m in self.highlights.marks if m.start > start and self._fits(m))
        mark = next((m for m in after if m.stretch not in used), None)
        answer, takes = self.record.row.answer, self._takes_words()
        is_supported = bool(answer.evidence) or not (takes and answer.coded)
        if mark is not None and mark.start >= end and is_supported:
            self.highlights.scroll_to(mark)

    def _middle(self) -> int:
        """Return the visible offset nearest to the wanted words: the event's trigger, or else the cursor."""
        event, field, current = self.event(), self.codebook.type_field, self.highlights.current
        spans = self.evidence_of(event.answer(field.id)) if event and field else []
        wanted = spans[0].start if spans and self.title != "jump_there" else current.start if current else 0
        start, end = self.highlights.pane.in_view
        return max(start, min(end, wanted))

    def _page(self, step: int) -> None:
        if self.highlights.turn_to(self._fits, step):
            self._show(few=False)
        else:
            self.say_of_field("none_further")

    def _type_more(self) -> None:
        if self.title == DONE:
            self._fill()  # go on with this event
            return
        self._more = min(ALL, self._more + NEXT)
        self.say("jump_more" if self._more == ALL else "jump_one_more")

    def _end(self) -> None:
        self._typed = ""
        self.highlights.letter((), 0)

    @staticmethod
    def _is_usable(mark: Mark) -> bool:
        return mark.state != REJECTED

    # ---------------------------------------------------------------- actions of letters in the record
    def _take_current(self) -> None:
        if (target := self.target()) is None:
            self.say("no_marks")
        elif self.event() is None:
            self.say_no_event()
        else:
            self.gathering.take(target)

    def _attach_mark(self, mark: Mark) -> None:
        self._with_mark(mark, lambda target: self.gathering.attach(target, stays=bool(self._more)))

    def _with_mark(self, mark: Mark, act: Callable[[Candidate | Span], None]) -> None:
        target = self.marked(mark)
        if target is not None:
            self.highlights.set_current(mark)
            act(target)

    def _take(self, target: Candidate | Span) -> None:
        """Take words that fit the field under the cursor; put others into the field for their kind."""
        if self.gathering.gives_value(target.kind):
            self.gathering.take(target, stays=bool(self._more))
        else:
            self.gathering.put(target)
