"""Where a customer stands with the company: registered → verified → trading → investing → leaving. Pure.

Source: handbook §4.5. A stage is read from what is known now, so it goes back too: who no longer holds anything trades, and
who comes back after leaving is where their trades say. Leaving is said by the customer (``leaving_on``) or by a long silence
after they have traded.
"""

from __future__ import annotations

from datetime import date

from ticketing.customers.segmentation import Facts

STAGES = ("registered", "verified", "trading", "investing", "leaving")
SILENT_DAYS = 365
"""After so long without a trade and with nothing left in the account somebody is taken to be leaving."""


def stage_of(facts: Facts, today: date) -> tuple[str, str]:
    """The stage, and the code of what it was judged by."""
    if facts.leaving_on is not None:
        return "leaving", "asked_to_leave"
    if facts.holdings:
        return "investing", "holds_products"
    if facts.last_trade_on is not None and (today - facts.last_trade_on).days > SILENT_DAYS:
        return "leaving", "long_silent"
    if facts.trades_90d or facts.last_trade_on is not None:
        return "trading", "has_traded"
    return ("verified", "identity_verified") if facts.verified_on is not None else ("registered", "signed_up")
