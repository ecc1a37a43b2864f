"""The keys of the review grid: deciding on single cells and on whole events."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from coder.adjudicate import gold_edits
from coder.adjudicate.gold_edits import RejectCluster
from coder.adjudicate.resolve import ARTICLE, SUPERVISOR, cluster_id
from coder.codebook.validate import Problem, is_stretch
from coder.errors import CoderError
from coder.model import AGREED, MISSING, Answer, Cluster, Coding, Json, event_number
from coder.tui.keys import Keys, key_of, shown, step_keys
from coder.tui.screens.missing_screen import Missing, MissingScreen, problem_items
from coder.tui.screens.review_deciding import DecidingKeys
from coder.tui.screens.review_events import coders_of, event_words, provisional_event
from coder.tui.screens.review_rows import DIGITS
from coder.tui.sentences import event_named, listed, say
from coder.tui.tasks import ValueTask, choice_task
from coder.values.typed import Choice


class GridKeys(DecidingKeys):
    """The grid with the decisions on one article; they apply to the cell under the
    cursor.
    """

    @property
    def keys(self) -> Keys:
        return {
            **self.evidence_keys,
            **self.deciding_keys,
            **step_keys("grid.down", "grid.up", self._step),
            **step_keys("grid.next_event", "grid.previous_event", self._switch),
            "grid.next": self._next,
            "grid.definition": self._definition,
            "grid.accept_agreed": self._accept_agreed,
            "grid.edit": self._edit,
            "grid.reason": self._another_reason,
            "grid.next_reason": partial(self._another_reason, follows=True),
            "grid.take_event": self._take_event,
            "grid.clear": self._clear,
            "grid.reject_event": self._reject_event,
            "grid.link": self._link,
            "grid.split": self._split,
            "grid.events": self._switch_to_events,
            "grid.close_gold": self._close,
            "grid.sign": self._sign,
        }

    def digit(self, key: str) -> bool:
        """Take coder n's value for the cell or the selected rows; in the list of
        events, the whole event.
        """
        if not key.isdecimal() or not int(key) or not self.rows:
            return False
        if self.is_meant_for_reason(key):
            return True
        if int(key) > len(self.state.coders):
            raise CoderError(
                "review.no_such_coder",
                digit=key,
                most=min(DIGITS, len(self.state.coders)),
            )
        self.expect_decidable()
        coder = self.state.coders[int(key) - 1]
        if self.screen.focused is self.events.list or self.selected:
            self._take_several(coder)
            return True
        take = partial(gold_edits.Take, self.cluster_id, self.field_id, coder)
        take(AGREED).apply(
            self.state, self.session.supervisor
        )  # raises before asking for a reason
        if self.row.state == "agreed":
            self.decide_cell(take(AGREED), coder)
        else:
            is_none = is_stretch(self.field_id, self.state.codebook)
            is_none &= not self.row.answers[coder].coded
            self.ask_reason(
                self.kind("not_stated" if is_none else "take"),
                lambda reason: self.decide_cell(take(reason), coder),
            )
        return True

    # ---------------------------------------------------------------- moving
    def _step(self, step: int) -> None:
        if self.screen.focused is self.events.list:
            self._switch(step)
        else:
            self.go(self.index + step)

    def _switch_to_events(self) -> None:
        """Move the focus between grid and list of events, which replaces the article on
        a narrow screen.
        """
        to_list = self.screen.focused is not self.events.list
        self.screen.set_class(to_list, "listing")
        self.screen.set_focus(self.events.list if to_list else self.list)
        self.screen.call_after_refresh(self.screen.refresh_work)
        self.screen.show_mode()

    def leave_events(self) -> bool:
        """Go back from the list of events to the grid; return False if the list has no
        focus.
        """
        if self.screen.focused is not self.events.list:
            return False
        self._switch_to_events()
        return True

    def _switch(self, step: int) -> None:
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        self.go_to(ids[(ids.index(self.cluster_id) + step) % len(ids)])

    def _next(self) -> None:
        """Go to the next open field, in the grid: there the coders' digits decide that
        field alone.

        A decision goes there by itself: pressed directly after it, the key skips
        nothing.
        """
        self.leave_events()
        before = self.screen.state()
        arrived = self.arrived
        self.arrived = None
        if before == arrived:
            self.screen.say("is_next_open", again=shown(key_of("grid.next")))
        elif not self.go_to_open():
            self.say_none_left()
        elif self.screen.state() == before:
            self.screen.say("last_open")

    def _definition(self) -> None:
        """Open a page with all answers in full, their comments and quotes, and the
        codebook's help.
        """
        row = self.row
        gold = self.state.gold
        paragraphs = []

        def tell(who: str, words: str, by: Coding, answer: Answer) -> None:
            spans = filter(None, map(by.span, answer.evidence))
            comment = f"✎ {answer.comment}" if answer.comment else ""
            parts = (words, " · ".join(f"«{span.quote}»" for span in spans), comment)
            paragraphs.append((who, " — ".join(filter(None, parts))))

        for coding in self.state.codings:
            if (answer := row.answers.get(coding.coder)) is not None:
                tell(coding.coder, self.words_of(row.field, answer), coding, answer)
        if (decided := self.decided()) is not None:
            words = self.words_of(row.field, decided)
            words = f"{words} ({self.origin_in_words(decided)})"
            tell(say(self.lang, "gold"), words, gold, decided)
        self.screen.open_page(row.field, paragraphs, decided)

    # ---------------------------------------------------------------- deciding
    def _accept_agreed(self) -> None:
        if self.take_selected(""):
            return
        before = len([*self.session.to_do()])
        gold = self.state.gold
        self.do(gold_edits.TakeAgreed())
        key = "none_agreed" if self.state.gold == gold else "agreed_taken"
        self.screen.say(key, before=before, n=len([*self.session.to_do()]))
        if not self.go_on():
            self.say_none_left()

    def _edit(self) -> None:
        """Enter a value of the supervisor's own; in the list of events, go to the
        event's fields.
        """
        if self.leave_events() or self.is_by_habit(shown(key_of("grid.edit"))):
            return
        self.expect_decidable()
        kind = self.kind("set")
        who = self.session.supervisor
        decide = partial(gold_edits.Decide, self.cluster_id, self.field_id)
        before = self.decided() or MISSING

        def accept(value: Json) -> None:
            if value in ([], ""):
                if (
                    before.coded
                ):  # an empty text box does not take away that it is not stated
                    self._clear()
                return
            answer = Answer(value=value)
            self.ask_reason(
                kind, lambda reason: self.decide_cell(decide(answer, reason), who)
            )

        events = [
            provisional_event(self.state, c)
            for c in self.state.clusters
            if not c.rejected
        ]
        cell = (self.row.field, before, self.state.codebook)
        coding = replace(self.state.gold, events=tuple(events))
        ask = self.screen.open_task
        event_id = f"g{event_number(self.cluster_id)}"
        task = ValueTask(*cell, coding, self.lang, event_id, accept, ask).begin()
        self.screen.open_text(
            task, ("gold", self.session.article.id, self.cluster_id, self.field_id)
        )

    def _another_reason(self, *, follows: bool = False) -> None:
        """Change the reason of the decision under the cursor, or of the last one;
        follows: to the next.
        """
        self.forget_habit()
        rejected = {cluster.id: cluster.rejected for cluster in self.state.clusters}
        is_decided = (
            bool(rejected.get(self.cluster_id))
            or not self.rows
            or self.decided() is not None
        )
        if not is_decided and self._last and self._last[0] in (ARTICLE, *rejected):
            self.go_to(*self._last)
        here = self.cluster_id
        if was := rejected.get(here):
            self._ask_to_reject(was=was, follows=follows)
            return
        decided = self.decided()
        if decided is None:
            raise CoderError("review.not_decided")
        edit = partial(gold_edits.Reason, here, self.field_id)
        who = self.givers(decided)
        what = (
            "union"
            if len(decided.taken_from) > 1
            else "set"
            if decided.coded
            else "not_stated"
        )
        kind = self.kind(what if SUPERVISOR in decided.taken_from else "take")

        def change(reason: str) -> None:
            self.decide_cell(edit(reason), who)

        self.ask_reason(kind, change, was=decided.reason, follows=follows)

    def _take_event(self) -> None:
        self.expect_decidable()
        self.ask_coder(self._take_several)

    def _take_several(self, coder: str) -> None:
        """Take a coder's answers to the undecided fields: the selected ones, or all of
        the event.
        """
        if self.screen.focused is not self.events.list and self.take_selected(coder):
            return
        here = self.cluster_id
        is_only_coder = len({coder for row in self.rows for coder in row.answers}) == 1
        if not any(coder in row.answers for row in self.rows):
            raise CoderError("review.not_their_event", coder=coder)
        gold_edits.TakeEvent(here, coder, AGREED).apply(
            self.state, self.session.supervisor
        )  # likewise

        def take(reason: str) -> None:
            before = self.state
            self.do(gold_edits.TakeEvent(here, coder, reason))
            if self.state is before:
                self.screen.say("already_so", field=event_named(self.lang, here))
                return
            moved = self.go_on()
            self.screen.say("took_event", who=coder)
            if not moved:
                self.say_none_left()

        self.ask_reason(("event", "one" if is_only_coder else "several"), take)

    def _clear(self) -> None:
        if self.decided() is not None:
            self.do(gold_edits.Clear(self.cluster_id, self.field_id))
            self.screen.say("undecided_again", field=self.row.field.label.of(self.lang))

    def _reject_event(self) -> None:
        """Reject the event, or restore it if it is rejected; directly after rejecting,
        as undoing does.
        """
        here = self.cluster_id
        if here == ARTICLE:
            return
        event, state = self.rejected or ("", None)
        if here == event and self.state is state:
            self.screen.undo_or_redo("undo")
        elif self.state.cluster(here).rejected:
            self.change_events(gold_edits.RestoreCluster(here))
            self.screen.say_too("decisions_stay_away")
        else:
            self._ask_to_reject()

    def _ask_to_reject(self, *, was: str | None = None, follows: bool = False) -> None:
        here = self.cluster_id

        def reject(reason: str) -> None:
            linking = [
                event_named(self.lang, each) for each in self.session.linking(here)
            ]
            self.change_events(RejectCluster(here, reason))
            self.rejected = here, self.state
            if linking:
                self.screen.say_too("links_lost", events=listed(*linking))

        self.ask_reason(("reject", "event"), reject, was=was, follows=follows)

    def _link(self) -> None:
        """Join this event with another one, chosen from a list, as the same event."""
        self.session.expect_open()
        here = self.cluster_id
        clusters = self.state.clusters
        coders = {coder for c in clusters if c.id == here for coder, _ in c.members}
        choices = [
            Choice(c.id, self._in_words(c), number=event_number(c.id))
            for c in clusters
            if c.id != here and coders.isdisjoint(dict(c.members))
        ]
        if here == ARTICLE or not choices:
            raise CoderError("review.nothing_to_link")

        def link(other: str) -> None:
            self.change_events(gold_edits.Link(here, other))

        self.screen.open_task(choice_task(say(self.lang, "link_which"), choices, link))

    def _in_words(self, cluster: Cluster) -> str:
        """Return the coders who have an event, and what distinguishes it; its number
        stands before it.
        """
        return listed(
            coders_of(self.state, cluster), *event_words(self.state, cluster, self.lang)
        )

    def _split(self) -> None:
        here = self.cluster_id
        self.session.expect_open()
        if here == ARTICLE:
            return
        if len(self.state.cluster(here).members) < 2:
            raise CoderError("review.nothing_to_split")
        self.ask_coder(lambda coder: self.change_events(gold_edits.Split(here, coder)))

    def _close(self) -> None:
        """Close gold at once if the codebook finds no problems; else open a page of
        them to go to.
        """
        problems = (
            ()
            if self.session.closed or self.session.open_cells
            else self.session.problems
        )
        if not problems:
            self._finish()
            return

        def place(problem: Problem) -> str:
            at = cluster_id(problem.event_id)
            return (
                event_named(self.lang, at)
                if at != ARTICLE
                else say(self.lang, "article")
            )

        def answered(answer: Missing | bool | None) -> None:
            if isinstance(answer, Missing) and answer.problem is not None:
                self.go_to(cluster_id(answer.problem.event_id), answer.problem.field)
            elif answer is True:
                self.screen.attempt(self._finish)

        items = problem_items(problems, place, self.lang)
        self.screen.app.push_screen(
            MissingScreen(items, self.lang, gold=True), answered
        )

    def _finish(self) -> None:
        try:
            self.session.close_gold()
        finally:  # show what others did meanwhile even if closing is refused
            self.screen.refresh_work()
        self.screen.say("gold_closed")

    def _sign(self) -> None:
        """Sign closed gold that another supervisor made."""
        self.session.sign()
        self.screen.refresh_work()
        self.screen.say("signed")
