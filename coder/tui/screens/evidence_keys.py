"""The evidence of the field under the record's cursor: attached, detached, and shown in
the article.
"""

from __future__ import annotations

from coder.model import CONFIRMED
from coder.service.coding.article_marks import Mark
from coder.text.display import isolate
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.gathering import Gathering
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import say
from coder.tui.tasks import choice_task
from coder.values.typed import Choice


class EvidenceKeys(CodingPart):
    """Actions on a field's evidence."""

    _last_evidence: tuple[object, int] = (None, -1)
    """The field whose evidence was last visited, and the index of the evidence."""

    def __init__(
        self, screen: WorkScreen, highlights: Highlights, record: RecordForm
    ) -> None:
        super().__init__(screen, highlights, record)
        self.gathering = Gathering(screen, highlights, record)

    @property
    def keys(self) -> Keys:
        return {
            "article.attach": self._attach,
            "form.attach": self._attach,
            "article.detach": self._detach,
            "form.evidence": self._next_evidence,
            "form.evidence_list": self._list_evidence,
            **step_keys(
                "form.next_fitting", "form.previous_fitting", self.next_fitting
            ),
        }

    def _attach(self) -> None:
        target = self.target()
        if target is None:
            self.say("no_marks")
        elif not self.record.rows:
            self.say("no_fields_here")
        else:
            self.gathering.add(target)

    def _detach(self) -> None:
        target = self.target()
        evidence = self.row.answer.evidence if self.record.rows else ()
        same = (
            i
            for i in evidence
            if target and (s := self.named(i)) and s.stretch == target.stretch
        )
        if not self.record.rows:
            self.say("no_fields_here")
        elif span_id := next(same, ""):
            self.gathering.remove(span_id)
        else:
            self.say_of_field("not_its_evidence")

    def _next_evidence(self) -> None:
        ids = self.row.answer.evidence
        if not ids:
            self.say("no_evidence")
            return
        here = (self.record.event_id, self.row.field.id)
        last, index = self._last_evidence
        at = (index + 1) % len(ids) if last == here else 0
        self._last_evidence = here, at
        self._show_evidence(ids[at])

    def _list_evidence(self) -> None:
        spans = self.evidence_of(self.row.answer)
        if not spans:
            self.say("no_evidence")
            return
        choices = [Choice(f"go:{s.id}", isolate(f"«{s.quote}»")) for s in spans]
        choices += [
            Choice(f"drop:{s.id}", say(self.lang, "remove", text=f"«{s.quote}»"))
            for s in spans
        ]

        def chosen(choice_id: str) -> None:
            what, _, span_id = choice_id.partition(":")
            if what == "drop":
                self.gathering.remove(span_id)
                if (
                    self.record.by_letter and not self.row.answer.evidence
                ):  # other words are to follow
                    self.screen.keys["form.attach_by_letter"]()
            else:
                self._show_evidence(span_id)

        def look(choice_id: str) -> None:
            self._show_evidence(choice_id.partition(":")[2])

        title = say(
            self.lang,
            "evidence_of",
            field=self.row.field.label.of(self.lang),
            n=len(spans),
        )
        self.screen.open_task(choice_task(title, choices, chosen, look=look))

    def _show_evidence(self, span_id: str) -> None:
        span = self.named(span_id)
        if span is not None:
            fallback = Mark(span.id, span.kind, span.start, span.end, CONFIRMED)
            self.highlights.set_current(self.highlights.at(*span.stretch) or fallback)
