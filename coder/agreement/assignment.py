"""Linear sum assignment: pair rows and columns one to one with the greatest total gain.

By shortest augmenting paths (Crouse 2016, "On implementing 2D rectangular assignment algorithms"): rows are
added one at a time, reassigning earlier rows where that costs least. Among pairings of equal gain it chooses
the one that `scipy.optimize.linear_sum_assignment` chooses, so that figures can be reproduced with SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def best_pairs(gain: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The (row, column) pairs with the greatest total gain, as many as the shorter side has, by row."""
    columns = len(gain[0]) if gain else 0
    if len(gain) > columns:
        return sorted(
            (row, column) for column, row in best_pairs([*zip(*gain, strict=True)])
        )
    row_price = [0.0] * len(gain)
    column_price = [0.0] * columns
    column_of = [-1] * len(gain)
    row_of = [-1] * columns
    for new_row in range(len(gain)):
        open_columns = [*range(columns)][::-1]
        lengths = [inf] * columns
        came_from = [-1] * columns
        reached: list[int] = []
        row = new_row
        path_length = 0.0
        while row >= 0:
            gains = gain[row]
            price = row_price[row]
            nearest = inf
            for index, column in enumerate(open_columns):
                via_row = path_length - gains[column] - price - column_price[column]
                shortest = lengths[column]
                if via_row < shortest:
                    shortest = lengths[column] = via_row
                    came_from[column] = row
                if shortest < nearest or (shortest == nearest and row_of[column] < 0):
                    nearest = shortest
                    chosen = index
            # Fill the gap with the last column, as SciPy does: the order decides later ties.
            column = open_columns[chosen]
            open_columns[chosen] = open_columns[-1]
            open_columns.pop()
            reached.append(column)
            row = row_of[column]
            path_length = nearest
        row_price[new_row] += path_length
        for column in reached:
            if row_of[column] >= 0:
                row_price[row_of[column]] += path_length - lengths[column]
            column_price[column] -= path_length - lengths[column]
        while column >= 0:
            row = row_of[column] = came_from[column]
            column_of[row], column = column, column_of[row]
    return [*enumerate(column_of)]
