"""Which words get letters on the coding screen: all that fit, as many at a time as
there are letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.geometry import Size

from coder.model import REJECTED
from coder.service.coding.article_marks import Mark
from coder.service.project.ordered_writer import Way
from coder.tui import palette
from coder.tui.keys import drawn_in_arabic, key_of, shown
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.gathering import Gathering
from coder.tui.screens.highlights import LETTERS, Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say

TAKE = "jump_take"
SUPPORT = "jump_support"
DONE = "jump_next"
"""The titles of letters that stay after one is typed."""
ATTACH = "jump_attach"
OPEN = "jump_open"
"""The titles of letters that give evidence, or open an event, once."""
RECORD_LETTERS = LETTERS[:26]
"""The letters in the record, where digits have another meaning."""


class JumpLetters(CodingPart):
    """The letters that are shown on words; what they do is in `jump_keys`."""

    title = ""
    """The key of the message about what a letter does."""
    _fits: Callable[[Mark], bool]
    """Whether a highlight's words are what the letters are for."""
    _group = 0
    _groups = 1
    """The group of words that has letters, and how many there are: each has as many
    words as letters.
    """
    _order: Sequence[tuple[str, int, int]] = ()
    """The words as they are grouped, each by its kind, start and end."""
    _top: int | None = None
    """The article's first line before letters turned to other words, while nothing was
    done there.
    """
    _size = Size()
    """The article's size when letters were drawn."""

    def __init__(
        self, screen: WorkScreen, highlights: Highlights, record: RecordForm
    ) -> None:
        super().__init__(screen, highlights, record)
        self.gathering = Gathering(screen, highlights, record)

    def undo_or_redo(self, way: Way) -> None:
        """Undo or redo a change and go to its place, or to the field at which it was
        made.
        """
        before = self.session.coding
        self.screen.undo_or_redo(way)
        if self.session.coding is before:
            return  # there was nothing to undo or redo
        changed = before if way == "undo" else self.session.coding
        made_at = (
            (event, field)
            for coding, event, field in reversed(self.record.made_at)
            if coding == changed
        )
        if place := next(made_at, None):
            self.record.go_to_event(*place)
        if self.record.rows:
            self.record.led_to = self.record.here

    @property
    def is_done(self) -> bool:
        """Return whether letters open the next event, as no field of this one is open."""
        return bool(self.highlights.letters) and self.title == DONE

    def letters_of_fields(self, scope: str) -> Callable[[str], str] | None:
        """Return how the fields' letters are drawn where keys have this scope, capitals
        if they need Shift.

        None hides them, as under an Arabic layout, where Shift makes signs of letters.
        """
        in_arabic = self.highlights.is_arabic()
        if scope in ("article", "field"):
            return drawn_in_arabic if in_arabic else str
        return str.upper if self.is_done and not in_arabic else None

    @property
    def in_words(self) -> str:
        """Return what a letter does, and the key that gives other words letters, with
        their group's number.
        """
        field = self.record.row.field if self.record.rows else None
        is_alone = self.title == DONE and not self._takes_words()
        label = field.label.of(self.lang) if field else ""
        edit = shown(key_of("form.edit"))
        is_added = (
            self.title == TAKE
            and field is not None
            and field.is_list
            and self.answer(field).coded
        )
        is_empty_day = (
            field is not None
            and field.type == "date"
            and self.answer(field).value is None
        )
        is_day = self.title == ATTACH and not self.record.event_id and is_empty_day
        does = (
            "jump_next_or_edit" if is_alone else "jump_add" if is_added else self.title
        )
        told = say(
            self.lang, "jump_attach_day" if is_day else does, field=label, edit=edit
        )
        if not self._has_others:
            return told
        go = shown(key_of("jump.others"))
        return listed(
            told,
            say(self.lang, "other_letters", go=go, n=self._group + 1, m=self._groups),
        )

    @property
    def _has_others(self) -> bool:
        """Return whether a key gives other words letters."""
        return self._groups > 1 and self.title != DONE

    @property
    def idle(self) -> frozenset[str]:
        """The ids of actions that lead to nothing now."""
        idle = set[str]() if self._has_others else {"jump.others"}
        if self.highlights.letters and self.title != DONE:
            idle.add("form.jump")  # its key gives other words letters
        return frozenset(idle)

    @property
    def may_be_text(self) -> bool:
        """Return whether an Arabic letter may begin a text for the record's field
        instead of taking words.
        """
        return self.record.has_keys and self.title in (TAKE, SUPPORT)

    def _takes_words(self) -> bool:
        """Return whether words can be the value or the evidence of the record's field."""
        return (
            bool(self.record.event_id and self.record.rows)
            and self.record.row.field.evidence != "none"
        )

    def _draw_letters(self, marks: Iterable[Mark], group: int = 0) -> None:
        """Label a group of highlights. The first has the likeliest or nearest; words
        stay in their group.

        Where a letter takes the words' value or opens an event, other words follow: of
        the event's other fields, or to support the value of the field under the cursor.
        """
        near = self._middle()
        cited = {*self.gathering.cited.values()}
        others = list[Mark]()

        def likeliest(mark: Mark) -> tuple[bool, bool, int]:
            is_cited = mark.stretch in cited
            return not self.fits(mark), not is_cited, abs(mark.start - near)

        if self.title in (TAKE, DONE):
            kinds = self._other_kinds()
            others = self.highlights.in_view(
                lambda mark: mark.kind in kinds and not self._fits(mark)
            )
        signs = RECORD_LETTERS if self.record.has_keys else LETTERS
        is_evidence = self.title in (SUPPORT, ATTACH)
        firsts = sorted(
            marks, key=likeliest if is_evidence else lambda mark: abs(mark.start - near)
        )
        every = [*firsts, *sorted(filter(self._is_usable, others), key=likeliest)]
        if group:
            rank = {stretch: n for n, stretch in enumerate(self._order)}
            every.sort(key=lambda mark: rank.get(mark.stretch, len(rank)))
        self._order = [mark.stretch for mark in every]
        self._size = self.highlights.pane.size
        self._groups = max(1, -(-len(every) // len(signs)))
        self._group = group % self._groups
        here = slice(self._group * len(signs), (self._group + 1) * len(signs))
        role = palette.LETTER_OPENS if self.title in (OPEN, DONE) else palette.LETTER
        looks = dict.fromkeys(firsts, role)
        self.highlights.letter(
            every[here], near, signs, lambda mark: looks.get(mark, palette.LETTER_ASIDE)
        )

    def _other_kinds(self) -> set[str]:
        """Return the kinds of words that get the letters that are left."""
        if self.title == TAKE:
            same_type = (
                k.id
                for k in self.codebook.span_kinds
                if self.gathering.gives_value(k.id)
            )
            return self.gathering.kinds().union(same_type)
        return {k.id for k in self.codebook.span_kinds} if self._supports() else set()

    def _supports(self) -> bool:
        """Return whether words can support the value of the record's field."""
        return self._takes_words() and self.record.row.answer.coded

    def _on_nearest_page(self) -> list[Mark]:
        """Scroll to the nearest fitting highlight and return the fitting ones on that
        page.
        """
        middle = self._middle()
        fitting = filter(self._fits, self.highlights.marks)
        nearest = min(fitting, key=lambda mark: abs(mark.start - middle), default=None)
        if nearest is None:
            return []
        self.highlights.scroll_to(nearest)
        return self.highlights.in_view(self._fits)

    def _turn_back(self) -> None:
        """Show the lines again from which letters turned to other words, if nothing was
        done there.
        """
        if self._top is not None:
            self.highlights.pane.scroll_to(
                y=self._top, animate=False, force=True, immediate=True
            )
            self._top = None

    def _show_next_trigger(self) -> None:
        """Scroll to the next words that open no event yet, unless they are in view or
        evidence is missing.

        Beside the article's own record these are the first such words.
        """
        used = self.words_of_types()
        before = self._middle() if self.event() else -1
        (top, end) = self.highlights.pane.in_view
        after = (m for m in self.highlights.marks if m.start > before and self._fits(m))
        mark = next((m for m in after if m.stretch not in used), None)
        answer = self.record.row.answer
        takes = self._takes_words()
        is_supported = bool(answer.evidence) or not (takes and answer.coded)
        if mark is not None and not top <= mark.start < end and is_supported:
            self.highlights.scroll_to(mark)

    def _middle(self) -> int:
        """Return the visible offset nearest to the wanted words: the event's trigger,
        or else the cursor.
        """
        event = self.event()
        field = self.codebook.type_field
        current = self.highlights.current
        spans = self.evidence_of(event.answer(field.id)) if event and field else []
        wanted = (
            spans[0].start
            if spans and self.title != "jump_there"
            else current.start
            if current
            else 0
        )
        start, end = self.highlights.pane.in_view
        return max(start, min(end, wanted))

    @staticmethod
    def _is_usable(mark: Mark) -> bool:
        return mark.state != REJECTED
