"""`python -m bot.promote [judge|candidate|refuse|back|status]`: which trained model serves.

judge      measure the candidate against the model that serves; promote it, or keep it aside and say why (the default)
candidate  promote the candidate whatever the gate says
refuse     keep the candidate aside (`--because`), and train nothing from its inputs again
back       the previous model serves again
status     print what is there
Exit codes: 0 done, 1 kept aside, 2 there is no such model. A running assistant must be started again (`make run` does it).
"""

import argparse
import os
import sys

from bot import gate
from bot.model import (
    CANDIDATE,
    CURRENT,
    PREVIOUS,
    ModelCard,
    Place,
    change_card,
    promote,
    read_card,
    refusals,
    refuse,
    swap_back,
)

SHARE = "KESU_CANARY_SHARE"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="judge", choices=["judge", "candidate", "refuse", "back", "status"])
    parser.add_argument("--because", default="refused by hand", help="why, for the record")
    options = parser.parse_args()
    if options.what == "status":
        return status()
    place = PREVIOUS if options.what == "back" else CANDIDATE
    card = read_card(place)
    if card is None:
        sys.stderr.write(f"there is no {'previous' if place is PREVIOUS else 'candidate'} model\n")
        return 2
    if options.what == "judge":
        return 0 if settle(card) else 1
    if options.what == "candidate":
        promote()
        print("candidate promoted", flush=True)
    elif options.what == "refuse":
        set_aside(card, options.because)
    else:
        back(options.because)
    return 0


def settle(card: ModelCard) -> bool:
    """Decide about the candidate; gives whether it may serve. Where a share of conversations shall try it first, it waits."""
    current = read_card(CURRENT)
    if current is None or current.code != card.code:
        promote()
        print("promoted: " + ("it is the first" if current is None else "the one before was made for other code"))
        return True
    current, card = _measured(CURRENT, current), _measured(CANDIDATE, card)
    _print(current, card)
    if reasons := gate.objections(_scores(current), _scores(card)):
        set_aside(card, "; ".join(reasons))
        print("The model before goes on serving. To promote this one all the same: python -m bot.promote candidate")
        return False
    if float(os.environ.get(SHARE) or 0) > 0:
        change_card(CANDIDATE, state="ready")
        print(f"passed the gate; waits for its trial ({SHARE} is set)", flush=True)
    else:
        promote()
        print("passed the gate and promoted", flush=True)
    return True


def set_aside(card: ModelCard, reason: str) -> None:
    """Keep the candidate where it is, never to serve or to be trained again by itself."""
    change_card(CANDIDATE, state="refused")
    refuse(card.fingerprint, reason)
    print(f"kept aside: {reason}", flush=True)


def back(reason: str) -> None:
    """The previous model serves again; the inputs of the one that goes are not trained again by themselves."""
    going = read_card(CURRENT)
    swap_back()
    if going is not None:
        refuse(going.fingerprint, f"rolled back: {reason}")
    print("rolled back to the previous model", flush=True)


def status() -> int:
    """Print every model with its score."""
    for name, place in (("current", CURRENT), ("candidate", CANDIDATE), ("previous", PREVIOUS)):
        card = read_card(place)
        if card is None:
            print(f"{name:<10} none")
            continue
        score = gate.told(gate.total(_scores(card))) if card.scores else "not measured"
        reason = refusals().get(card.fingerprint, "")
        print(f"{name:<10} {card.fingerprint[:12]}  {card.trained_at}  {score}  {card.state}  {reason}".rstrip())
    return 0


def _measured(place: Place, card: ModelCard) -> ModelCard:
    """The card with scores on today's evaluation sets."""
    today = gate.measured_on()
    if card.scores and card.measured_on == today:
        return card
    print(f"measuring {place.model.name} …", flush=True)
    return change_card(place, scores=gate.measure(place.model), measured_on=today)


def _scores(card: ModelCard) -> dict[str, tuple[int, int]]:
    return {kind: (right, rows) for kind, (right, rows) in card.scores.items()}


def _print(current: ModelCard, candidate: ModelCard) -> None:
    before, after = _scores(current), _scores(candidate)
    print(f"{'kind':<22}{'serves':>18}{'candidate':>18}")
    for kind in sorted(before | after):
        print(f"{kind:<22}{gate.told(before.get(kind, (0, 0))):>18}{gate.told(after.get(kind, (0, 0))):>18}")
    print(f"{'total':<22}{gate.told(gate.total(before)):>18}{gate.told(gate.total(after)):>18}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
