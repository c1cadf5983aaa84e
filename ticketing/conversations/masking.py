"""Takes personal numbers out of a customer's text before anything is stored or passed on.

Phones, e-mail addresses, identity cards, bank cards, one-time codes and passwords are masked; ticket numbers, order numbers,
amounts and dates stay. Source: handbook §1.4 (minimum necessary data, masking).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import phonenumbers

from ticketing.conversations import numbers

Span = tuple[int, int, str, str]
"""Start, end, kind, replacement."""

CONTACT_KINDS = frozenset({"phone", "email"})
STARS = "******"
LONGEST_ADDRESS = 254
CHINA = 86

_TICKET = re.compile(r"(?<![A-Za-z0-9])KS[-‐‑–—－ ]?20\d{6}[-‐‑–—－ ]?\d{5}(?!\d)", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}[@＠](?:[A-Za-z0-9-]{1,63}[.．。])+[A-Za-z]{2,24}")
_FILLER = r"(?:\s|[:：=，,“”\"'「『【\[(（]|就?是|为|收到|我的|号码?|is|was|it's)"
_CODE_WORD = (
    r"(?:(?:短信|手机|动态|登录)?(?:验证码|校验码|驗證碼|校驗碼|确认码|动态码|动态密码|動態碼)|验证短信|"
    r"(?:verification|security|confirmation|one[- ]?time|sms|auth(?:entication)?|login) ?(?:pass)?(?:code|pin)|one[- ]time password|\botp)"
)
_NOT_A_MEASURE = r"(?!\d|\s*(?:元|块|年|月|日|号[^码]|次|位|分钟?|小时|天|秒|yuan|rmb|cny|times|minutes|hours|days))"
_CODE = (
    re.compile(rf"{_CODE_WORD}{_FILLER}{{0,8}}(?P<secret>\d{{4,8}}){_NOT_A_MEASURE}", re.IGNORECASE),
    re.compile(rf"{_CODE_WORD}{_FILLER}{{0,8}}(?P<secret>\d{{3}}[ -]\d{{3}}){_NOT_A_MEASURE}", re.IGNORECASE),
    re.compile(
        rf"(?<![\d*.])(?P<secret>\d{{4,8}})\s*(?:就?是|为|is)\s*(?:(?:我的|你们?发的|您发的|刚才的|my|the|your)\s*)?{_CODE_WORD}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:\b(?:cvv2?|cvc2?)|安全码|卡背后三位){_FILLER}{{0,6}}(?P<secret>\d{{3,4}}){_NOT_A_MEASURE}", re.IGNORECASE
    ),
    re.compile(r"\b(?:code|pin)\s*(?:is|was|[:：=])\s*(?P<secret>\d{4,8})(?!\d)", re.IGNORECASE),
)
_LOCK_WORD = r"(?:密码|密碼|口令|\bpassword|\bpasswd|\bpasscode|\bpwd|\bpin)"
_LOCK = r"[!-~]{4,64}"
_PASSWORD = (
    re.compile(
        rf"{_LOCK_WORD}\s*(?:(?P<told>[:：=]|就?是|为|设成了?|改成了?|is set to)|is|was)\s*[“\"'「]?(?P<secret>{_LOCK})",
        re.IGNORECASE,
    ),
    re.compile(rf"{_LOCK_WORD}[\s“\"'「]*(?P<secret>{_LOCK})", re.IGNORECASE),
    re.compile(
        rf"(?<![!-~])(?P<secret>{_LOCK}?)\s*(?:就?是|is)\s*(?:(?:我的|my|the)\s*)?(?:登录|登陆|支付|交易|取款|账户|银行卡)?{_LOCK_WORD}",
        re.IGNORECASE,
    ),
)
_MEASURE = re.compile(r"\d{1,4}\s*(?:$|[年月日号次位个元块分小天秒,，.。!！?？])")


@dataclass(frozen=True)
class Found:
    """One thing that was masked."""

    kind: str
    clear: str
    masked: str


@dataclass(frozen=True)
class Masked:
    """The text that may be stored, and what was taken out of it (never store ``found`` in the clear)."""

    text: str
    found: tuple[Found, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of things masked, each once."""
        return sorted({item.kind for item in self.found})


def mask(text: str) -> Masked:
    """Mask personal numbers in a cleaned text. Masking a masked text changes nothing."""
    found: list[Found] = []
    for _ in range(4):
        spans = list(_spans(text))
        if not spans:
            break
        found += [Found(kind, text[start:end], masked) for start, end, kind, masked in spans]
        text = _replace(text, spans)
    return Masked(text, tuple(found))


def _replace(text: str, spans: list[Span]) -> str:
    parts, at = [], 0
    for start, end, _kind, masked in spans:
        parts += [text[at:start], masked]
        at = end
    return "".join([*parts, text[at:]])


def _spans(text: str) -> Iterator[Span]:
    """What to mask, left to right, without overlaps. Secrets come first: a password may look like anything."""
    plain = _plain_digits(text)
    taken: list[tuple[int, int]] = [match.span() for match in _TICKET.finditer(plain)]
    chosen: list[Span] = []
    for source in (_secrets(plain), _emails(plain), _international(plain), numbers.find(plain)):
        for span in source:
            if all(span[1] <= start or end <= span[0] for start, end in taken) and text[span[0] : span[1]] != span[3]:
                taken.append(span[:2])
                chosen.append(span)
    yield from sorted(chosen)


def _plain_digits(text: str) -> str:
    """The same text, character for character, with every kind of digit as ASCII."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _plain_digit(char) for char in text)


def _plain_digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    if value is not None:
        return str(value)
    normal = unicodedata.normalize("NFKC", char)
    return normal if len(normal) == 1 and normal.isascii() and normal.isalpha() else char


def _secrets(text: str) -> Iterator[Span]:
    for pattern in _CODE:
        for match in pattern.finditer(text):
            yield (*match.span("secret"), "code", STARS)
    for pattern in _PASSWORD:
        for match in pattern.finditer(text):
            told = bool(match.groupdict().get("told"))
            if _is_password(match["secret"], text[match.start("secret") :], told=told):
                yield (*match.span("secret"), "password", STARS)


def _is_password(token: str, rest: str, *, told: bool) -> bool:
    """Whether a word beside "password" is one: told so, or at least not an ordinary word, a measure or a way to reach them."""
    if "****" in token or _MEASURE.match(rest):
        return False
    if told:
        return True
    reachable = numbers.is_mobile(token) or _EMAIL.fullmatch(token) is not None
    return any(char.isdigit() for char in token) and not reachable


def _emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        if len(match[0]) <= LONGEST_ADDRESS:
            local, _, domain = match[0].replace("＠", "@").partition("@")
            yield (*match.span(), "email", f"{local[0]}***@{domain}")


def _international(text: str) -> Iterable[Span]:
    """Numbers with another country's code, as phonenumbers sees them."""
    if "+" not in text and "＋" not in text:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.VALID, max_tries=200):
        if match.number.country_code != CHINA:
            national = str(match.number.national_number)
            yield match.start, match.end, "phone", f"+{match.number.country_code} ****{national[-4:]}"
