"""What is told to a complaint form in own words: an early answer, the wish, a question of theirs, more of the story. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import complaint_slots as slots
from actions import said as hearing
from actions.complaint_clauses import apart, demand, one_more_wish, told_besides, wanted, without_channels
from actions.complaint_filling import absorb, accept, advance, describe, note, tell
from actions.complaint_slots import Read
from actions.complaint_state import CHANGE, FREE_TEXT, STEPS, SUMMARY, Form, Outcome
from actions.complaint_vocabulary import ADDS_DEMAND, DEMANDS, HAILS, HOW_DARE, TELLS_ON, TROUBLE, WHY_THEY
from actions.said import SHORT, Said

TELLS = frozenset({"open_complaint", "add_to_complaint", "tell_situation", "inform"})
"""What more of the story is taken for; whatever it is taken for, a sentence with a date tells, and so does a long one."""

_MISSES = re.compile(r"(?<!有)[没沒冇]|\b(?:no ?body|no one)\b", re.IGNORECASE)
"""“几天了没人联系我” tells, and so does whatever misses something."""


_LINKS = r"(?:[\s，,。.；;：:…？?！!—-]|对了|等等|等一下|先?问一?下|那|还有|哦|\b(?:oh|ok|but|and|wait|before (?:that|this)|first|one (?:more )?(?:thing|question)|btw|by the way)\b)+"
_LINKED = re.compile(rf"^{_LINKS}|{_LINKS}$", re.IGNORECASE)
"""What links a wish to a question in the same message."""
_ORDERS = re.compile(
    r"(?:^|[.;:,]\s*)(?:please |just )?(?:send|waive|replace|issue|unlock|unfreeze|restore|credit)\b", re.IGNORECASE
)


def demanded(form: Form, said: Said) -> Outcome | None:
    """A plain demand is the wish asked for, whatever it is taken for; what is asked besides it is served, unless only in form."""
    if form.step != "wish":
        return None
    told, asked = apart(said)
    wish = _LINKED.sub("", without_channels(told.text))
    if not asked or only_in_form(asked):
        plain = hearing.is_short(wish) and demand(wish) and hearing.names_no_person(told.text)
        return accept(form, "wish", Read({"wish": wish}), told) if plain else None
    orders = DEMANDS.search(wish) or _ORDERS.search(wish)
    if DEMANDS.search(asked) or not (orders and hearing.informative(wish)):
        return None
    return replace(accept(form, "wish", Read({"wish": wish}), told), do="digress", rest=_LINKED.sub("", asked) + "?")


def only_in_form(asked: str) -> bool:
    """Whether a question wants no answer: “你到底有没有在听？”, "hello??"."""
    return bool(HOW_DARE.search(asked) or HAILS.fullmatch(asked))


def early(form: Form, said: Said) -> Outcome | None:
    """An answer to a question not asked yet, “退钱”, “打电话就行”, a phone number: kept, and the question stays."""
    if form.step in FREE_TEXT or not form.values.get("description") or hearing.is_question(said.text):
        return None
    found = slots.early_values(said, plain=not hearing.digresses(said, own_words=False))
    fresh = {slot: value for slot, value in found.items() if not form.values.get(slot)}
    if "wish" in found and not fresh and (wish := form.values.get("wish")):
        both = one_more_wish(wish, found["wish"]) if ADDS_DEMAND.search(said.text) else wish
        grown = replace(form, values={**form.values, "wish": both}, revision=form.revision + (both != wish))
        return Outcome(grown, notes=("added" if both != wish else "noted",))
    if not set(fresh) & set(STEPS):
        return None
    skipped = tuple(slot for slot in form.skipped if slot not in fresh)
    values = {**form.values, **fresh}
    grown = replace(form, values=values, skipped=skipped, revision=form.revision + 1, failures=0, confirmed=True)
    if said.intent == "open_complaint" and hearing.informative(_unread(said)):
        grown = _guess_taken(note(grown, said))
    elif not hearing.is_short(said.text) and (told := told_besides(said)):
        grown = _guess_taken(tell(grown, told))
    elif form.step in (SUMMARY, CHANGE) and (told_besides(said) or hearing.informative(_unread(said))):
        grown = note(grown, said)
    return Outcome(advance(grown), notes=("added",))


def _unread(said: Said) -> str:
    """What is left of a message without all it names, its ways of contact and its demand."""
    text = said.text
    for one in sorted((one for found in said.entities.values() for one in found), key=lambda one: -one["start"]):
        text = f"{text[: one['start']]} {text[one['end'] :]}"
    wish = wanted(text)
    return without_channels(text).replace(wish, " ") if wish else without_channels(text)


def asks(form: Form, said: Said) -> Outcome | None:
    """“为什么要冻结”, “一个礼拜罚多少”: a question taken for more of the story is served."""
    text = said.text
    if not form.values.get("description") or not hearing.is_question(text) or hearing.is_noise(text):
        return None
    told, _ = apart(said)
    if HOW_DARE.search(text) or hearing.informative(told.text):
        return None
    plain = WHY_THEY.search(text) or (hearing.is_short(text) and not TROUBLE.search(text) and not _MISSES.search(text))
    return Outcome(form, "digress", rest=text) if plain else None


def free(form: Form, said: Said) -> Outcome | None:
    """Slots that take the customer's own words."""
    if hearing.is_noise(said.text):
        return None
    if said.intent in ("affirm", "deny") and len(said.text) <= SHORT and not hearing.skips(said.text):
        return None
    troubled = said.intent == "open_complaint" and TROUBLE.search(said.text)
    if form.step == "description" and (hearing.informative(said.text) or troubled):
        return Outcome(advance(describe(form, said)), notes=("heard",))
    if form.step != "wish" or len(said.text.strip()) < 2:
        return None
    if TELLS_ON.search(said.text) and not DEMANDS.search(said.text):
        return Outcome(advance(note(form, said)), notes=("added",))
    wish = without_channels(said.text)
    if not wish:
        return Outcome(advance(absorb(form, said)), notes=("noted",))
    return accept(form, "wish", Read({"wish": wish[:2000]}), said)


def supplement(form: Form, said: Said) -> Outcome | None:
    """More of the story in between is added to it."""
    unknown = said.intent == "nlu_fallback" and not hearing.is_short(said.text)
    if said.intent not in TELLS and (hearing.is_question(said.text) or not (unknown or said.first("date"))):
        return None
    if not form.values.get("description"):
        return Outcome(form) if said.intent == "open_complaint" else None
    if not hearing.informative(said.text) or hearing.is_noise(said.text):
        return Outcome(form) if said.intent == "open_complaint" else None
    told = replace(note(form, said), failures=0)
    return Outcome(advance(_guess_taken(told)), notes=("added",))


def _guess_taken(form: Form) -> Form:
    """Who is asked for the class and goes on telling does not mind the one guessed; the summary shows it, and it can be changed."""
    guess = form.values.get("category_predicted")
    return replace(form, values={**form.values, "category": guess}) if form.step == "category" and guess else form
