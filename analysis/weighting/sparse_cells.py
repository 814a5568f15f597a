"""Joining sparse weighting cells with their neighbours."""

from collections.abc import Sequence


def neighbours_joined(sizes: Sequence[int], least: int) -> list[list[int]]:
    """Join cells that stand in an order until each group is large enough.

    Parameters
    ----------
    sizes
        Number of respondents per cell, the cells in an order in which neighbours are alike.
    least
        Fewest respondents a group may have.

    Returns
    -------
    list of list of int
        Positions of the cells of each group. A sparse cell joins the next one, at the end the one
        before; a single group stays as it is, however small.
    """
    groups: list[list[int]] = [[]]
    held = 0
    for position, size in enumerate(sizes):
        if groups[-1] and held >= least:
            groups.append([])
            held = 0
        groups[-1].append(position)
        held += size
    if len(groups) > 1 and held < least:
        remainder = groups.pop()
        groups[-1] += remainder
    return groups
