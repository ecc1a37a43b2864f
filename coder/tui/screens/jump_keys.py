"""Letters on the highlights in view: typing one goes there, or takes the words for the record's field.

In the record they stay: whatever field comes next has its letters at once, and when the event has nothing
open any more the words have theirs that open the next, until Esc.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from coder.codebook.schema import Field
from coder.codebook.validate import visible
from coder.model import Blank, Candidate, Coding, Event, Span
from coder.service.coding.article_marks import REJECTED, Mark
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import AcceptProposals, AttachEvidence, Put
from coder.service.edits.field_values import serves
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.desk import Desk
from coder.tui.screens.highlights import LETTERS

NEXT, ALL = 1, 2
TAKE, SUPPORT, DONE, HANDS = "jump_take", "jump_support", "jump_next", LETTERS[:26]
"""What letters do that stay; those of the record, where digits have their meaning."""


class JumpKeys(Desk):
    """While letters show, the keys are theirs; another page has letters of its own.

    title: the message that says what a letter does.
    """

    title = ""
    _fits: Callable[[Mark], bool]
    _chosen: Callable[[Mark], None]
    _typed, _more, _is_taking = "", 0, False
    """_more: NEXT while another letter follows the next one, ALL while one follows each."""
    _shown_for: tuple[str, Field | None, Coding | None] | None = None
    """The event and the field whose letters were drawn last, and the coding then; None: others are due."""
    _event: Event | None = None
    """The event as it was after the key before."""

    @property
    def keys(self) -> Keys:
        attach = self._attach_mark
        return {
            "article.jump": partial(self._ask, "jump_there", self._stands, self.highlights.set_current),
            "article.gather": self._gather,
            "form.jump": self._fill,
            "article.new_event": self._open,
            "form.new_event": self._open,
            "form.attach_by_letter": partial(self._ask, "jump_attach", self._stands, attach),
            "form.take": self._take_current,
            "jump.more": self._stay,
            **both_ways("jump.page_down", "jump.page_up", self._page),
            "jump.cancel": self._cancel,
            "jump.record": self._to_record,
        }

    def letter(self, key: str) -> bool:
        """A letter of a highlight's name; what is no name ends it."""
        self._typed += key
        letters = self.highlights.letters
        if (mark := letters.get(self._typed)) is not None:
            self._end()
            self._is_taking = True
            event_id, field, _ = self._here()
            try:
                self._chosen(mark)
            finally:
                self._is_taking, self._shown_for = False, (event_id, field, None)
            if self._more:
                self._more -= self._more == NEXT
                if self.title == TAKE:  # the only value of a field that is there now stands
                    self._stay_letters()
                self._event = self.event()  # which is not finished: a letter is still to come
                self._show()
        elif not any(name.startswith(self._typed) for name in letters):
            self._end()
        return True

    def follow(self) -> None:
        """Letters on the words in view that give the field under the record's cursor its value.

        After the change that leaves nothing open in the event: those that open the next one.
        """
        if not self.record.by_letter or self._is_taking:
            return
        is_staying = self.title in (TAKE, SUPPORT)
        is_here = self.record.form.has_focus and self.screen.chooser.asked is None
        before, now = self._shown_for, self._here()
        if is_here and self._is_finished():
            self._shown_for = now
            self._open_letters(DONE)
            self._name(self.highlights.in_view(self._fits))
            return
        if not (is_here and self._takes_words()):
            self._shown_for = None
            if is_staying and self.highlights.letters:
                self._end()
            return
        is_same = before is not None and before[:2] == now[:2]
        is_due = before is None or before[2] is None or (before[2] is not now[2] and is_staying)
        if is_due or not is_same:
            self._shown_for, self._more = now, self._more * is_same
            self._stay_letters()
            self._name(self.highlights.in_view(self._fits))

    def _is_finished(self) -> bool:
        """Whether the last change to the event left nothing open in it."""
        event, before = self.event(), self._event
        self._event = event
        is_changed = event is not None and before is not None and event.id == before.id and event != before
        return is_changed and not self._more and not self.record.asks

    def _here(self) -> tuple[str, Field | None, Coding]:
        field = self.record.row.field if self.record.rows else None
        return self.record.event_id, field, self.session.coding

    def _takes_words(self) -> bool:
        """Whether words can give the record's field its value, or support it."""
        return bool(self.record.event_id and self.record.rows) and self.record.row.field.evidence != "none"

    def _fill(self) -> None:
        """Letters from now on; in the article's own record once, for evidence."""
        if not self._takes_words():
            self._ask("jump_attach", self._stands, self._attach_mark)
            return
        self.record.by_letter, self._more = True, 0
        self._stay_letters()
        self._show()

    def _stay_letters(self) -> None:
        """A letter takes value and evidence; evidence alone where the value stands, or no words give one.

        It stands where it is the only one that the field can hold, or was chosen and has no evidence yet.
        """
        field = self.record.row.field
        answer, kinds = self.answer(field), self.codebook.span_kinds
        is_given = answer.coded and (answer.value != field.default or bool(answer.evidence))
        stands = is_given and not (field.is_list and answer.evidence)
        if stands or not any(serves(kind.id, field, self.codebook) for kind in kinds):
            self.title, self._fits, self._chosen = SUPPORT, self._stands, self._attach_mark
        else:
            self.title, self._fits, self._chosen = TAKE, self.fits, partial(self._with_mark, does=self._take)

    def _name(self, found: list[Mark], *, few: bool = True) -> None:
        """Letters on them. few: where any words can be evidence a letter each, first for those that fit."""
        near = self._middle()
        if few and self.title == SUPPORT:
            found.sort(key=lambda mark: (not self.fits(mark), abs(mark.start - near)))
            del found[len(HANDS) :]
        self.highlights.letter(found, near, HANDS if self.record.form.has_focus else LETTERS)

    def _cancel(self) -> None:
        self.record.by_letter = False
        self._end()

    def _open(self) -> None:
        self._open_letters("jump_open")
        self._more = 0
        self._show()

    def _open_letters(self, title: str) -> None:
        """One opens an event, and the keys are the record's."""

        def fits(mark: Mark) -> bool:
            return self._stands(mark) and self.codebook.is_trigger(mark.kind)

        def chosen(mark: Mark) -> None:
            self.highlights.set_current(mark)
            self.screen.keys["article.open_event"]()
            if not self.record.form.has_focus:
                self.screen.keys["article.switch"]()

        self.title, self._fits, self._chosen = title, fits, chosen

    def _gather(self) -> None:
        """Word after word goes into the event, each where words of its kind belong."""
        event = self.event()
        if event is None:
            self.say("no_event")
            return
        kinds = {kind.id for kind in self.codebook.span_kinds if home_of(event, kind.id, (), self.session)}

        def fits(mark: Mark) -> bool:
            return self._stands(mark) and mark.kind in kinds

        self._ask("jump_gather", fits, partial(self._with_mark, does=self._take_home), more=ALL)

    def _take_home(self, target: Candidate | Span) -> None:
        event = self.event()
        ids = [i for i, each in self._evidence_ids() if each == target.stretch]
        field = home_of(event, target.kind, ids, self.session) if event else None
        if event is None or field is None:
            self.say("no_home")
        elif set(ids) & set(event.answer(field.id).evidence) and event.answer(field.id).proposed:
            self.session.do(AcceptProposals(event.id, (field,)))
            self.say_field("was_put", field)
        else:
            self.session.do(Put(event.id, field, target))
            self.say_field("was_put", field) if self.answer(field).coded else self.say_attached(field)
        self.screen.refresh_work()
        if field is not None:
            self.record.go_to_field(field.id)

    def _evidence_ids(self) -> list[tuple[str, tuple[str, int, int]]]:
        """What the event's evidence names, with the stretch that each is."""
        event = self.event()
        ids = [i for answer in event.fields.values() for i in answer.evidence] if event else []
        return [(i, s.stretch) for i in ids if (s := self.named(i)) is not None]

    def _to_record(self) -> None:
        """From the article to the record, where what is open comes first; back from there."""
        self._end()
        if self.record.form.has_focus:
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
        found = self.highlights.in_view(self._fits) or self._elsewhere()
        self._name(found, few=few)
        if not found:
            self.say_of_field("none_in_view")

    def _elsewhere(self) -> list[Mark]:
        """Those nearest to what shows, which is then the page that they stand on."""
        middle, fitting = self._middle(), filter(self._fits, self.highlights.marks)
        nearest = min(fitting, key=lambda mark: abs(mark.start - middle), default=None)
        if nearest is None:
            return []
        pane = self.highlights.pane
        line = pane.locate(nearest.start)[0] - pane.size.height // 3
        pane.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)
        return self.highlights.in_view(self._fits)

    def _middle(self) -> int:
        """Where the words that are wanted mostly stand: at the event's trigger, else at the cursor."""
        event, field, current = self.event(), self.codebook.type_field, self.highlights.current
        spans = self.evidence_of(event.answer(field.id)) if event and field else []
        here = spans[0].start if spans and self.title != "jump_there" else current.start if current else 0
        start, end = self.highlights.pane.in_view
        return max(start, min(end, here))

    def _page(self, step: int) -> None:
        self.highlights.turn_page(step)
        self._show(few=False)

    def _stay(self) -> None:
        if self.title == DONE:
            self._fill()  # there is more for this event
            return
        self._more = min(ALL, self._more + NEXT)
        self.say("jump_more" if self._more == ALL else "jump_one_more")

    def _end(self) -> None:
        self._typed = ""
        self.highlights.letter((), 0)

    @staticmethod
    def _stands(mark: Mark) -> bool:
        return mark.state != REJECTED

    # ---------------------------------------------------------------- what a letter does in the record
    def _take_current(self) -> None:
        if (target := self.target()) is None:
            self.say("no_marks")
        elif self.event() is None:
            self.say("no_event")
        else:
            self._take(target)

    def _attach_mark(self, mark: Mark) -> None:
        self._with_mark(mark, self._attach)

    def _with_mark(self, mark: Mark, does: Callable[[Candidate | Span], None]) -> None:
        target = self.marked(mark)
        if target is not None:
            self.highlights.set_current(mark)
            does(target)

    def _take(self, target: Candidate | Span) -> None:
        """Value and evidence in one, and on to what is still open, unless the value is to be typed."""
        field = self.record.row.field
        self.session.do(Put(self.record.event_id, field, target))
        self.say_field("was_put", field) if self.answer(field).coded else self.say_attached(field)
        self.screen.refresh_work()
        if self.answer(field).coded and not self._more:
            self.record.go_to_next("empty", "proposed", "wrong")

    def _attach(self, target: Candidate | Span) -> None:
        field = self.record.row.field
        self.session.do(AttachEvidence(self.record.event_id, field, target))
        self.say_attached(field)
        self.screen.refresh_work()
        if self.answer(field).coded and self.record.by_letter and not self._more:
            self.record.go_to_next("empty", "proposed", "wrong")


def home_of(event: Event, kind: str, ids: Collection[str], session: CodingSession) -> Field | None:
    """The field that words of a kind go into: where they are proposed, else the first that is empty.

    Then one where others are proposed, then the last list of all. ids: what evidence may call the words.
    """
    asked = visible(event, session.coding, session.codebook)
    fields = [f for f in session.codebook.fields_for_kind(kind) if f.id in asked]
    answers = {f.id: event.answer(f.id) for f in fields}
    offered = [f for f in fields if answers[f.id].proposed]
    ranks = (
        [f for f in offered if not set(ids).isdisjoint(answers[f.id].evidence)],
        [f for f in fields if answers[f.id].blank is Blank.MISSING],
        offered,
        [f for f in reversed(fields) if f.is_list and answers[f.id].coded],
    )
    return next((f for rank in ranks for f in rank), None)
