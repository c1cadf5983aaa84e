"""Conditional logit: weights under which, of each case's options, a right one has the largest share (McFadden 1974)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def fit(
    signals: Sequence[Numbers], rights: Sequence[Flags], *, counts: Sequence[float], pull: float, start: Numbers
) -> Numbers:
    """One weight per signal.

    ``signals`` has a matrix ``(options, signals)`` a case and ``rights`` which options are right, at least one in each case; ``counts`` is
    how much a case counts beside the others, ``pull`` how strongly weights are drawn to nothing, ``start`` where the search begins.
    """
    stacked, right = np.concatenate(signals), np.concatenate(rights)
    sizes, parts = np.array([len(each) for each in rights]), np.array(counts) / np.sum(counts)
    starts = sizes.cumsum() - sizes

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = stacked @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        shares = np.exp(scores)
        shares /= np.repeat(np.add.reduceat(shares, starts), sizes)
        hit = shares * right
        hits = np.add.reduceat(hit, starts) + 1e-12
        missed = pull * float(weights @ weights) - float(parts @ np.log(hits))
        slope = (shares - hit / np.repeat(hits, sizes)) * np.repeat(parts, sizes)
        return missed, 2 * pull * weights + slope @ stacked

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x, dtype=np.float64)
