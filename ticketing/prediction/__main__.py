"""python -m ticketing.prediction calibrate    fit the model on simulated desks, measure it on others, write model.json
python -m ticketing.prediction measure      measure the model that ships on simulated desks it has not seen
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ticketing.prediction import calibration, rules
from ticketing.prediction.rules import Model

SEEN, UNSEEN = range(1, 13), range(101, 107)


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.prediction", description="The chance of a breach.")
    parser.add_argument("do", choices=["calibrate", "measure"])
    asked = parser.parse_args(arguments)
    if asked.do == "calibrate":
        found = calibration.fit(calibration.histories(SEEN))
        rules.MODEL.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        model = Model(found["bias"], found["weights"], found["means"])
        sys.stdout.write(f"written to {rules.MODEL.name}\n")
    else:
        model = rules.model()
    _print(calibration.measure(calibration.histories(UNSEEN), model))
    return 0


def _print(figures: dict[str, Any]) -> None:
    say = sys.stdout.write
    say(f"{figures['snapshots']:,} promises of desks not seen before, {figures['broken']:.1%} of them broken\n")
    say(
        f"AUC {figures['auc']:.3f}   Brier {figures['brier']:.3f} (always the share: {figures['brier_of_the_share']:.3f})"
    )
    say(f"   calibration error {figures['calibration_error']:.3f}\n said    happened   promises\n")
    for band in figures["bands"]:
        say(f"{band['said']:>5.1%} {band['happened']:>9.1%} {band['count']:>10,}\n")


if __name__ == "__main__":
    raise SystemExit(main())
