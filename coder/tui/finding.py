"""The task of finding words in an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.text.segment import Reading
from coder.tui.sentences import say
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.chooser_task import Task
from coder.values.typed import Choice

_BEFORE, _BEHIND = 20, 30  # code points of the words around what was found


def find_task(
    reading: Reading, lang: str, accept: Callable[[int, int], None], after: int = 0
) -> Task:
    """Return the task of finding words in a text, in any spelling; accept gets start
    and end of the match.

    Where a word begins so, at once or after a proclitic, is listed before the middle of
    words; of each, what is at the code point `after` or later is listed first. A match
    has whole words, but for proclitics.
    """
    folded = reading.folded
    line = reading.text.replace("\n", " ")

    def matches(query: str) -> Sequence[Choice]:
        wanted = fold_key(query)
        begins = reading.clitic_edges
        places = re.finditer(f"(?={re.escape(wanted)})", folded.text) if wanted else ()
        found = [
            folded.span(place.start(), place.start() + len(wanted)) for place in places
        ]
        found.sort(key=lambda span: (span[0] not in begins, span[0] < after))
        return [around(*words) for words in dict.fromkeys(map(whole, found[:99]))]

    def whole(match: tuple[int, int]) -> tuple[int, int]:
        """Return a match with the rest of its words, but for a proclitic before it."""
        start, end = match
        return reading.whole_words(start, reading.word_end(end))

    def around(start: int, end: int) -> Choice:
        """Return a match with the words around it."""
        first = (
            (line.find(" ", start - _BEFORE, start) + 1 or start - _BEFORE)
            if start > _BEFORE
            else 0
        )
        last = max(end, f"{line} ".rfind(" ", end, end + _BEHIND))
        label, shift = (
            isolate(line[first:last]),
            1 - first,
        )  # the sign of the isolate is in front
        return Choice(f"{start}-{end}", label, marks=((start + shift, end + shift),))

    def chosen(choice_id: str) -> None:
        accept(*_match(choice_id))

    return Task(say(lang, "find"), matches, chosen, digits=False, apart=True)


def followed(task: Task, pane: ArticlePane) -> Task:
    """Return the task of finding words, with each match that is under the cursor shown
    in its article.
    """
    before = pane.selection
    top = pane.scroll_offset.y

    def look(choice_id: str) -> None:
        pane.set_selection(_match(choice_id))

    def left(_: str) -> None:
        pane.set_selection(before)
        pane.scroll_to(y=top, animate=False, force=True, immediate=True)

    def accept(choice_id: str) -> None:
        left(choice_id)
        task.accept(choice_id)

    return replace(task, accept=accept, look=look, left=left)


def _match(choice_id: str) -> tuple[int, int]:
    start, _, end = choice_id.partition("-")
    return int(start), int(end)
