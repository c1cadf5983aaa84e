"""Fitting the model on simulated desks and measuring it on others. Needs scikit-learn; nothing else here does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss, roc_auc_score  # type: ignore[import-untyped]

from ticketing.prediction import rules, simulation
from ticketing.prediction.rules import Outlook

LOADS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7)
Rows = list[tuple[Outlook, bool]]
Array = NDArray[np.float64]


def histories(seeds: Sequence[int]) -> Rows:
    """Snapshots of desks, each seed once at every load."""
    rows: Rows = []
    for seed in seeds:
        for load in LOADS:
            rows.extend(simulation.snapshots(simulation.simulate(seed, load=load), seed))
    return rows


def fit(rows: Rows) -> dict[str, Any]:
    """The model's coefficients, as `model.json` keeps them."""
    inputs = [rules.features(outlook) for outlook, _ in rows]
    names = sorted({name for row in inputs for name in row})
    table: Array = np.array([[row.get(name, 0.0) for name in names] for row in inputs])
    means, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit((table - means) / spread, [broken for _, broken in rows])
    weights = fitted.coef_[0] / spread
    return {
        "bias": round(float(fitted.intercept_[0] - weights @ means), 5),
        "weights": {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)},
        "means": {name: round(float(mean), 5) for name, mean in zip(names, means, strict=True)},
    }


def measure(rows: Rows, model: rules.Model) -> dict[str, Any]:
    """AUC, Brier score (and that of always saying the share), and how true each tenth of the scale is."""
    said: Array = np.array([rules.chance(outlook, model).probability for outlook, _ in rows])
    truth: Array = np.array([float(broken) for _, broken in rows])
    bands = []
    for low in np.arange(0, 1, 0.1):
        inside = (said >= low) & ((said < low + 0.1) | (low > 0.85))
        if inside.any():
            bands.append(
                {
                    "from": round(float(low), 1),
                    "count": int(inside.sum()),
                    "said": round(float(said[inside].mean()), 4),
                    "happened": round(float(truth[inside].mean()), 4),
                }
            )
    error = sum(band["count"] * abs(band["said"] - band["happened"]) for band in bands) / len(rows)
    return {
        "snapshots": len(rows),
        "broken": round(float(truth.mean()), 4),
        "auc": round(float(roc_auc_score(truth, said)), 4),
        "brier": round(float(brier_score_loss(truth, said)), 4),
        "brier_of_the_share": round(float(truth.mean() * (1 - truth.mean())), 4),
        "calibration_error": round(error, 4),
        "bands": bands,
    }
