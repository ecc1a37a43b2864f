"""Where the letters of highlights are drawn in the article."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coder.service.coding.article_marks import Mark
from coder.tui.palette import Role
from coder.tui.widgets.article_pane import ArticlePane, Letters, Roles


def letter_places(
    labelled: Sequence[tuple[Mark, str, Role]], pane: ArticlePane
) -> tuple[Letters, Roles, Collection[int]]:
    """Return letters and their roles by code point, and which of these are last ones of
    a highlight.

    labelled: highlights with their letters, the likeliest first. A letter stands in
    front of its highlight. Where several begin together, that of the longest does, and
    each other one on its highlight's last cell.
    """
    letters = dict[int, tuple[str, ...]]()
    roles = dict[int, Role]()
    ends = set[int]()
    starts = {mark.start for mark, *_ in labelled}
    places = dict[str, int]()
    for mark, name, _ in sorted(labelled, key=lambda each: -each[0].end):
        at = mark.start
        if at in letters and _has_free_end(mark, starts.union(letters), pane):
            ends.add(at := mark.end - 1)
        letters[at] = (*letters.get(at, ()), name)
        places[name] = at
    for (
        _,
        name,
        role,
    ) in labelled:  # letters that share a place look like the likeliest of them
        roles.setdefault(places[name], role)
    return letters, roles, ends


def _has_free_end(mark: Mark, taken: Collection[int], pane: ArticlePane) -> bool:
    """Return whether the last cell is on the line of the first, no digit and not taken."""
    last = mark.end - 1
    is_free = (
        last > mark.start + 1
        and last not in taken
        and not pane.article.text[last].isdecimal()
    )
    return is_free and pane.locate(last)[0] == pane.locate(mark.start)[0]
