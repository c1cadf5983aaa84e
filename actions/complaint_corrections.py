"""Corrections of what was told: “不对，是300”, “不是支付宝，是微信”, “actually it was last Friday”, and taking one back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.complaint_clauses import named_story, named_wish, one_more_wish, pair, story_added
from actions.complaint_slots import CATEGORIES, Read, by_words, money, named_values, read
from actions.complaint_state import LONGEST_DESCRIPTION, STEPS, Form
from actions.complaint_vocabulary import ADDS_WISH, CATEGORY_WORDS, CORRECTION, RESERVATION, SLOT_WORDS, UNDO, YES
from actions.said import Said, is_question

_NAMED = (("wish", named_wish), ("description", named_story), ("description", story_added))
_CLAUSE = re.compile(r"(?:(?!，|；|。|、|;|, | and ).)+")


@dataclass(frozen=True)
class Corrected:
    """A form after a correction: which slots it changed, or the one to be asked anew because no value was given."""

    form: Form
    changed: tuple[str, ...] = ()
    asks: str | None = None


def undone(form: Form, said: Said) -> Corrected | None:
    """The form as it was before the last correction, when that is what is wanted."""
    if form.before is None or said.button is not None or not UNDO.search(said.text):
        return None
    if any(kind in said.entities for kind in ("amount", "order_number")):
        return None
    gone = [name for name, value in form.before.items() if value is None]
    values = {name: value for name, value in {**form.values, **form.before}.items() if name not in gone}
    changed = changed_slots(form.values, values)
    skipped = tuple(slot for slot in form.skipped if slot not in changed)
    restored = replace(form, values=values, before=former(form.values, values), skipped=skipped,
                       revision=form.revision + 1, failures=0, offered_person=False)  # fmt: skip
    return Corrected(restored, changed)


def corrected(form: Form, said: Said) -> Corrected | None:
    """The form after a correcting sentence; None when it is none, or does not say what it is about."""
    changed, asks, given_any = form.values, None, False
    meant = [(slot, part) for part in _parts(said) for slot in _meant(part, form)]
    for slot, part in meant:
        given = _read(slot, part)
        if slot == "wish" and given and ADDS_WISH.search(part.text) and (wish := form.values.get("wish")):
            given = Read({"wish": one_more_wish(wish, given.values["wish"])})
        if slot == "description" and (more := story_added(part.text)) and (story := form.values.get(slot)):
            given = Read({slot: f"{story}\n{more}"[:LONGEST_DESCRIPTION]})
        if given is None:
            asks = asks or slot
        else:
            changed, given_any = {**changed, **_whole(given, form)}, True
    if (asks in (None, "description") or not meant) and changed == form.values and not given_any:
        changed = _of_pair(said, form) or _told_anew(said, form) or changed
        asks = None if changed != form.values else asks
    slots = changed_slots(form.values, changed)
    if not slots and asks is None and not given_any:
        return None
    skipped = tuple(slot for slot in form.skipped if slot not in slots)
    after = replace(form, values=changed, skipped=skipped, before=former(form.values, changed) or form.before,
                    revision=form.revision + bool(slots), failures=0, offered_person=False)  # fmt: skip
    return Corrected(after, slots, asks)


def _parts(said: Said) -> list[Said]:
    """The clauses of a sentence when several of them name a slot, “金额改成260，订单号改成…”; else the sentence."""
    clauses = [
        match
        for match in _CLAUSE.finditer(said.text)
        if any(re.search(w, match.group().lower()) for w in SLOT_WORDS.values())
    ]
    if len(clauses) < 2:
        return [said]
    return [
        replace(said, text=clause.group(), entities={
            kind: [one | {"start": one["start"] - clause.start(), "end": one["end"] - clause.start()} for one in found
                   if clause.start() <= one["start"] < clause.end()]
            for kind, found in said.entities.items()})
        for clause in clauses
    ]  # fmt: skip


def _whole(given: Read, form: Form) -> dict[str, Any]:
    """What was read; another channel does without the old one's address."""
    channel = given.values.get("contact_channel")
    return (
        {"contact": None, **given.values} if channel not in (None, form.values.get("contact_channel")) else given.values
    )


def changed_slots(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """The slots that differ, in the form's order."""
    return tuple(slot for slot in STEPS if old.get(slot) != new.get(slot))


def former(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What values had before they differed; None for those that had none."""
    return {name: old.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}


def is_correction(said: Said, *, asked_what: bool) -> bool:
    """Whether something told before is to be changed."""
    if asked_what and said.intent not in ("affirm", "deny", "cancel"):
        return True
    if is_question(said.text) and said.intent == "ask_question":
        return False
    return (said.intent == "correct_answer" and said.confidence >= 0.35) or (
        bool(CORRECTION.search(said.text)) and said.intent != "open_complaint"
    )


def restates(said: Said, form: Form) -> bool:
    """Whether a short sentence names a slot and gives it another value: “金额是5200”, “诉求没写，我要…”."""
    if named_wish(said.text) or named_story(said.text) or story_added(said.text):
        return True
    if is_question(said.text) or len(said.text) > 40:
        return False
    named = [
        slot for slot, words in SLOT_WORDS.items() if form.values.get(slot) and re.search(words, said.text.lower())
    ]
    given = {"amount": ("amount", "number"), "order_number": ("order_number",), "contact_channel": ("phone", "email")}
    return any(said.first(kind) for slot in named for kind in given.get(slot, ()))


def reserved(said: Said) -> bool:
    """Whether a yes comes with a reservation: “好的，不过是300块”, “yes, but call me instead”."""
    return bool(RESERVATION.search(said.text)) or any(
        said.first(kind) for kind in ("amount", "order_number", "phone", "email")
    )


def agrees(text: str) -> bool:
    """Whether a text begins with a yes that neither changes nor reserves anything: “同意，金额是5000”."""
    return bool(YES.match(text.strip())) and not (CORRECTION.search(text) or RESERVATION.search(text))


def _meant(said: Said, form: Form) -> list[str]:
    """Which slots a correction is about: by the slots' names, else by what it gives."""
    text = said.text.lower()
    if named := [slot for slot, given in _NAMED if given(said.text)]:
        return named
    by_name = [slot for slot, words in SLOT_WORDS.items() if re.search(words, text)]
    given = named_values(said, in_story=False)
    changed = pair(said.text)
    told = form.values.get("amount") or (changed and changed[0] in str(form.values.get("description") or ""))
    if not by_name and said.first("number") and "amount" not in given and told:
        given["amount"] = said.first("number")
    if changed and not _product_of_pair(said):
        given.pop("product", None)
    by_value = [slot for slot in ("amount", "order_number", "contact_channel", "product") if slot in given]
    if by_name and by_value and not set(by_name) & set(by_value):
        return by_value if by_value != ["product"] else by_name
    if not by_name and not by_value and by_words(text, CATEGORY_WORDS):
        return ["category"]
    return [slot for slot in by_name if slot in by_value] or by_name[:1] or by_value


def _read(slot: str, said: Said) -> Read | None:
    """The new value of a slot out of a correcting sentence; None when it gives none."""
    if slot in ("description", "wish"):
        given = named_wish(said.text) if slot == "wish" else named_story(said.text)
        return Read({slot: given[:LONGEST_DESCRIPTION]}) if given else None
    tail = re.split(r"改成|改为|应该是|应为|而?是|to be|should be|\bto\b|\bis\b|,|，|:|：", said.text)[-1]
    if slot == "category":
        category = by_words(tail.lower(), CATEGORY_WORDS)
        return Read({"category": category}) if category in CATEGORIES else None
    amounts = said.entities.get("amount") or []
    if slot == "amount" and len(amounts) > 1:
        return money(_affirmed(said, amounts))
    if slot == "order_number" and not said.entities.get("order_number"):
        loose = re.search(r"(?=[a-z-]*+\d)[a-z0-9][a-z0-9-]{4,31}", tail.lower())
        return Read({"order_number": loose.group().upper()}) if loose else None
    if slot == "product" and (product := _product_of_pair(said)):
        return Read({"product": product[:200]})
    products = said.entities.get("product") or []
    if slot == "product" and len(products) > 1:
        return Read({"product": str(_affirmed(said, products)["value"])})
    return read(slot, said, {})


def _affirmed(said: Said, named: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several things of a kind the one meant: in “300，不是500” the first, in “不是500，是300” the last."""
    meant = pair(said.text)
    return next((one for one in named if meant and said.text[one["start"] : one["end"]] in meant[1]), named[-1])


def _product_of_pair(said: Said) -> str | None:
    """“是零钱转的 不是银行卡”: what it is, where what it is or is not is a product by name."""
    meant = pair(said.text)
    named = {said.text[one["start"] : one["end"]] for one in said.entities.get("product", ())}
    return meant[1] if meant and named & set(meant) else None


def _of_pair(said: Said, form: Form) -> dict[str, Any] | None:
    """“不是支付宝，是微信”: the slot that holds the first takes the second."""
    meant = pair(said.text)
    if meant is None:
        return None
    no, yes = (part.lower() for part in meant)
    held = next((slot for slot in ("product", "wish") if no and no in str(form.values.get(slot) or "").lower()), None)
    if held is None and form.step == "product":
        held = "product"
    return {**form.values, held: meant[1][:200]} if held and yes else None


def _told_anew(said: Said, form: Form) -> Mapping[str, Any] | None:
    """A correction of the story itself, a date or a thing named in it, is written under it in the customer's words."""
    story = form.values.get("description")
    if not story or not (said.entities.get("date") or pair(said.text)):
        return None
    return {**form.values, "description": f"{story}\n{said.text.strip()}"[:LONGEST_DESCRIPTION]}
