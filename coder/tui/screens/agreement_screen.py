"""The agreement tab of the review: fields, confused values, pairs of coders, and
agreement over time.

It shows the tables of `coder agree`, computed in a thread from the cached comparisons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from coder.agreement.reliability_data import Unit
from coder.agreement.study import Study
from coder.errors import CoderError
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project
from coder.tui import palette
from coder.tui.keys import key_of, list_keys, step_keys
from coder.tui.screens.agreement_cases import CasesView
from coder.tui.screens.agreement_views import (
    CodersView,
    FieldsView,
    Figures,
    TimeView,
    ValuesView,
    View,
)
from coder.tui.screens.asking_page import AskingPage
from coder.tui.sentences import complaint, say
from coder.tui.widgets.rows import ACROSS, Column, fitted, steps_to, tab

VIEWS = ("fields", "values", "coders", "time")


@dataclass
class Shown:
    """The state of the tab, which outlives the screen while the user looks at an
    article.

    view: the name of the open view. cases: the list of cases, if open over the view.
    """

    view: str = VIEWS[0]
    views: dict[str, View] = field(default_factory=dict)
    cases: CasesView | None = None

    def take(self, figures: Figures) -> None:
        """Show new figures in all views, whose cursors stay."""
        for view in self.views.values():
            view.figures = figures
        if not self.views:
            fields = FieldsView(figures)
            views = (
                fields,
                ValuesView(figures, fields),
                CodersView(figures),
                TimeView(figures),
            )
            self.views = dict(zip(VIEWS, views, strict=True))

    @property
    def study(self) -> Study | None:
        """The study of the figures, or None until it is first computed."""
        return self.views[VIEWS[0]].figures.study if self.views else None


class AgreementScreen(AskingPage[tuple[str, Unit]]):
    """A page whose answer is a field and a unit on which coders differ, for the grid to
    show.
    """

    SCOPE = "agreement"
    BOXED = False
    ABOVE = ("title", "head")
    BELOW = ("info", "message", "footer")

    def __init__(self, project: Project, shown: Shown, lang: str) -> None:
        super().__init__(lang)
        self.project = project
        self.shown = shown
        self.is_up_to_date = (
            False  # until the figures are computed, the previous ones are shown
        )
        self.refusal: CoderError | None = None  # why there are no figures
        on, back = ACROSS[self.rtl]
        self.keys = {
            **list_keys("agreement", self._down, self.list.page),
            **step_keys(f"agreement.{on}", f"agreement.{back}", self._across),
            **step_keys("agreement.turn", "agreement.turn_back", self._turn),
            "agreement.go": self._go,
            "agreement.back": self._back,
        }

    def on_mount(self) -> None:
        super().on_mount()
        self.in_thread(self._compute, self._take, self._show_progress)

    # ---------------------------------------------------------------- figures
    def _compute(self, progress: Callable[[int, int], None]) -> Figures | CoderError:
        try:
            return Figures(
                *agreement_report(self.project, progress=progress), self.lang
            )
        except CoderError as error:
            return error

    def _show_progress(self, done: int, of: int) -> None:
        self.say("agreement_compared", done=done, of=of)

    def _take(self, found: Figures | CoderError) -> None:
        self.bars["message"].show()
        if isinstance(found, CoderError):
            self.refusal = found
            self.complain(found) if self.shown.study is not None else self.show()
            return
        self.shown.take(found)
        self.is_up_to_date = True
        self.show()
        if (cases := self.shown.cases) is not None:
            self._find_cases(cases.field, cases.two)

    # ---------------------------------------------------------------- drawing
    @property
    def view(self) -> View:
        """The view that is shown: the cases, if open, or the current view."""
        return self.shown.cases or self.shown.views[self.shown.view]

    def show(self) -> None:
        study = self.shown.study
        self.idle = frozenset(
            () if study is not None and self.view.leads_on else ("agreement.go",)
        )
        self.show_mode()
        if study is None:
            self.show_title(say(self.lang, "agreement"))
            why = (
                complaint(self.lang, self.refusal)
                if self.refusal
                else say(self.lang, "agreement_working")
            )
            self.list.show_otherwise(Column(why))
            return
        if (
            not self.is_up_to_date
            and self.refusal is None
            and not self.bars["message"].row
        ):
            self.say("agreement_anew")
        tabs = [fitted(f" {say(self.lang, 'agreement')} ", palette.FOCUSED)]
        for steps, view in enumerate(VIEWS, -VIEWS.index(self.shown.view)):
            name = say(self.lang, f"agreement_{view}")
            keys = steps_to(
                steps, key_of("agreement.turn"), key_of("agreement.turn_back")
            )
            tabs.append(tab(name, keys, is_open=not steps))
        count = say(self.lang, "agreement_articles", n=study.shared_articles)
        self.bars["title"].show(*tabs, Column(f"  {count}"))
        laid = self.view.lay_out(self.row_width)
        self.bars["head"].show(*laid.head)
        self.show_info(Column(laid.info, 0, palette.TEXT))
        self.list.whole_rows = self.view.whole_rows
        self.list.show_otherwise(laid.otherwise)
        self.list.load([*laid.rows, *laid.notes], self.view.at)
        if self.view.at == len(laid.rows) - 1:
            self.list.show_to_end()

    # ---------------------------------------------------------------- keys
    def _down(self, step: int) -> None:
        if self.shown.study is not None:
            self.view.down(step)
            self.show()

    def _across(self, step: int) -> None:
        if self.shown.study is not None:
            self.view.across(step)
            self.show()

    def _turn(self, step: int) -> None:
        self.shown.cases = None
        self.shown.view = VIEWS[(VIEWS.index(self.shown.view) + step) % len(VIEWS)]
        self.bars["message"].show()
        self.show()

    @property
    def field(self) -> str:
        """The field under the cursor of the list of fields, or "" if there is none."""
        fields = self.shown.views.get("fields")
        return fields.field if isinstance(fields, FieldsView) else ""

    def _go(self) -> None:
        """Go from a field to its values, from a pair of values to the cases, from a
        case to its article.
        """
        if self.shown.cases is not None:
            self.answer(self.shown.cases.case)
            return
        values = self.shown.views.get("values")
        if not isinstance(values, ValuesView) or not self.field:
            return
        if self.shown.view == "fields" and values.table is not None:
            self._turn(1)
        elif not self.is_up_to_date:
            self.say("agreement_anew")
        elif self.view.leads_on:
            self._find_cases(self.field, values.two)

    def _find_cases(self, name: str, two: tuple[str, str] | None) -> None:
        """Find the cases of two values, or all on which coders differ, by reading the
        comparisons again.
        """
        self.say("agreement_looking")
        figures = self.view.figures
        before = (self.shown.view, self.shown.cases)

        def find(_: object) -> CasesView | None:
            cases = figures.study.cases(name, two)
            titles = {
                each: self.project.article(each).headline
                for each in {case.article for case in cases}
            }
            return CasesView(figures, name, two, cases, titles) if cases else None

        def show(cases: CasesView | None) -> None:
            self.bars["message"].show()
            if (
                self.shown.view,
                self.shown.cases,
            ) == before:  # else the user has gone on
                self._list_cases(cases)

        self.in_thread(find, show)

    def _list_cases(self, cases: CasesView | None) -> None:
        if cases is not None and self.shown.cases is not None:
            cases.at = self.shown.cases.at
        self.shown.cases = cases
        if cases is None:
            self.say("agreement_no_cases")
        self.show()

    def _back(self) -> None:
        """Go back from the cases to the view, then to the fields, then to the queue."""
        if self.shown.cases is not None:
            self.shown.cases = None
        elif self.shown.view != VIEWS[0]:
            self.shown.view = VIEWS[0]
        else:
            self.answer(None)
            return
        self.show()

    def picked(self, index: int, column: int) -> None:
        """Go to the clicked row or cell; a click on the current one opens it."""
        if self.shown.study is None:
            return
        down = index - self.list.cursor
        across = self.view.steps_across(column)
        self._down(down)
        self._across(across)
        if not (down or across):
            self._go()
