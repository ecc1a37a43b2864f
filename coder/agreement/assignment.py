"""Rows and columns paired one to one so that what they gain together is greatest.

By shortest augmenting paths (Crouse 2016, "On implementing 2D rectangular assignment algorithms"): row after
row takes the column by which the whole loses least, and rows before it give way. Where pairings gain the same
it is the one of `scipy.optimize.linear_sum_assignment`, so that figures come out again by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def best_pairs(gain: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The pairs of greatest total gain, as many as the shorter side has, in the order of the rows."""
    columns = len(gain[0]) if gain else 0
    if len(gain) > columns:
        return sorted((row, column) for column, row in best_pairs([*zip(*gain, strict=True)]))
    row_price, column_price = [0.0] * len(gain), [0.0] * columns
    column_of, row_of = [-1] * len(gain), [-1] * columns
    for new in range(len(gain)):
        left, length, came_from = [*range(columns)][::-1], [inf] * columns, [-1] * columns
        reached: list[int] = []
        row, far = new, 0.0
        while row >= 0:
            gained, price, nearest = gain[row], row_price[row], inf
            for place, column in enumerate(left):
                through = far - gained[column] - price - column_price[column]
                near = length[column]
                if through < near:
                    near = length[column] = through
                    came_from[column] = row
                if near < nearest or (near == nearest and row_of[column] < 0):
                    nearest, chosen = near, place
            # The last takes the place of the one that is chosen, by which later ties fall.
            column, left[chosen] = left[chosen], left[-1]
            left.pop()
            reached.append(column)
            row, far = row_of[column], nearest
        row_price[new] += far
        for column in reached:
            if row_of[column] >= 0:
                row_price[row_of[column]] += far - length[column]
            column_price[column] -= far - length[column]
        while column >= 0:
            row = row_of[column] = came_from[column]
            column_of[row], column = column, column_of[row]
    return [*enumerate(column_of)]
