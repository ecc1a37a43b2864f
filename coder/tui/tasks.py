"""Finding words in the article and writing a comment: what the chooser asks for beside values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.codebook.schema import Field
from coder.model import Answer
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.text.reading import Reading
from coder.tui.sentences import say
from coder.tui.widgets.chooser import Task
from coder.values.typed import Choice


def find_task(reading: Reading, lang: str, accept: Callable[[int, int], None], after: int = 0) -> Task:
    """The task of finding words in a text, in any spelling; accept gets the stretch that was chosen.

    after: the code point from which on the first find is the first of the list.
    """
    folded, text = reading.folded, reading.text

    def offered(query: str) -> Sequence[Choice]:
        wanted = fold_key(query)
        found: list[Choice] = []
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0 and len(found) < 99:
            start, end = folded.span(at, at + len(wanted))
            around = text[max(0, start - 20) : end + 30].replace("\n", " ")
            found.append(Choice(f"{start}-{end}", isolate(around)))
            at = folded.text.find(wanted, at + 1)
        return sorted(found, key=lambda c: int(c.id.partition("-")[0]) < after)

    def chosen(choice: Choice | str) -> None:
        if isinstance(choice, Choice):
            start, _, end = choice.id.partition("-")
            accept(int(start), int(end))

    return Task(say(lang, "find"), offered, chosen, digits=False)


def comment_task(field: Field, answer: Answer, lang: str, accept: Callable[[str], None]) -> Task:
    """The task of writing a comment on a field; a lone dash takes the comment away."""

    def chosen(choice: Choice | str) -> None:
        text = choice if isinstance(choice, str) else choice.label
        accept("" if text.strip() == "-" else text)

    title = say(lang, "comment_on", field=field.label.of(lang))
    return Task(title, lambda _: (), chosen, read=lambda text: text, digits=False, query=answer.comment)
