"""Sums of money as customers write them, zh and en, and which of several is meant. Pure; texts come folded."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.components.numerals import CHINESE, ENGLISH_NUMBER, ENGLISH_UNITS, english_number, mixed_number


@dataclass(frozen=True)
class Sum:
    """A sum, its ISO 4217 currency, and where it stands."""

    value: Decimal
    currency: str
    start: int
    end: int


CURRENCIES = {
    "CNY": "¥ ￥ rmb cny 人民币 元人民币 yuan kuai renminbi 元 块 块钱 圆 大洋 大元 蚊",
    "USD": "$ us$ usd dollar dollars us-dollars us-dollar bucks buck 美元 美金 美刀 刀",
    "HKD": "hk$ hkd 港币 港元 港纸 港蚊 hong-kong-dollars",
    "EUR": "€ eur euro euros 欧元 欧",
    "GBP": "£ gbp pound pounds quid sterling 英镑",
    "JPY": "jpy yen japanese-yen 日元 日币 日圆",
    "TWD": "nt$ twd ntd 台币 新台币",
    "MOP": "mop 澳门币 葡币",
    "SGD": "s$ sgd singapore-dollars 新币 新加坡元 坡币",
    "AUD": "a$ au$ aud australian-dollars 澳元 澳币 澳刀",
    "CAD": "c$ ca$ cad canadian-dollars 加元 加币 加刀",
    "KRW": "krw won 韩元 韩币",
    "THB": "thb baht 泰铢",
    "CHF": "chf swiss-francs 瑞郎 瑞士法郎",
    "MYR": "myr ringgit 马币 林吉特",
    "RUB": "rub rubles roubles 卢布",
}
_CODES = {sign.replace("-", " "): code for code, signs in CURRENCIES.items() for sign in signs.split()}


def _any(signs: list[str]) -> str:
    """The signs as alternatives, longest first."""
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


_BEFORE = _any([s for s in _CODES if s.endswith(("$", "¥", "￥", "€", "£")) or (len(s) == 3 and s.isascii())]
               + ["人民币", "美元", "美金", "港币", "港元", "欧元", "英镑", "日元", "台币", "澳元", "加元", "新币"])  # fmt: skip
_AFTER = _any([s for s in _CODES if s not in "¥￥€£" and not s.endswith("$")] + ["¥", "€", "£"])
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
# What follows a unit is never given back: “7百百百…” would be read in two ways at every character.
_STEPS = rf"{_DIGITS}(?:\s?[多几来余]?个?[万千百亿wkm](?![a-z])(?:\d{{1,4}}(?![\d.])|[{CHINESE}]++(?:(?<=[万千百亿])\d{{1,4}}(?![\d.]))?)?+)*"
_NUMERALS = rf"[{CHINESE}]+(?:点[{CHINESE}]+)?(?:[多几来余][百千万亿])*"
_ABOUT = r"(?:[多来几余]|左右|上下|出头|大几)?"
_COUNTED = (
    "个天年月日号点时分秒次位人家笔张条遍回岁周期小层楼只件%％成倍折度级股克份页字集米公里斤平套杯瓶台部辆名环步块毫积"
)
_TENTHS = rf"(?:零?(?P<t>\d(?![\d{_COUNTED}])|[一二两三四五六七八九](?![{CHINESE}{_COUNTED}]))(?:[毛角](?:(?P<c>\d|[一二三四五六七八九])分?)?)?)?"
_THINGS = (
    r"(?:times?|days?|nights?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|secs?|people|agents?|calls?|texts?"
    r"|messages?|mails?|emails?|am|pm|points?|percent|stars?|instal\w*|payments?|charges?|transactions?|transfers?|cards?"
    r"|accounts?|o'?clock|copies|pages|branches|documents?|attempts?|shares?|units?|orders?|apps?|years?|working|business"
    r"|calendar|different|separate|of\s(?:us|them|my|your|the))\b"
)
_NAMED = (
    rf"(?P<s>{_BEFORE})\s?(?P<n>{_STEPS}|{_NUMERALS})(?:\s(?P<u>{'|'.join(ENGLISH_UNITS)})\b)?",
    rf"(?<![\d.])(?P<n>{_STEPS}){_ABOUT}\s?(?:(?P<u>{'|'.join(ENGLISH_UNITS)})\s)?(?P<s>{_AFTER})(?![a-z]){_TENTHS}",
    rf"(?P<n>{_NUMERALS}){_ABOUT}(?P<s>{_any([s for s in _CODES if not s.isascii() or s in ('rmb', 'cny', 'usd', 'hkd', 'yuan')])}){_TENTHS}",
    rf"(?P<n>{ENGLISH_NUMBER})\s(?P<s>{_any([s for s in _CODES if (s.isascii() and s.isalpha()) or ' ' in s])})\b",
)
_PATTERNS = tuple(re.compile(pattern) for pattern in _NAMED)
_SMALL = re.compile(
    rf"(?<![\d.{CHINESE}])(?:(?P<t>\d|[{CHINESE}])[毛角](?:(?P<c>\d|[一二三四五六七八九])分?)?钱?|(?P<f>\d|[{CHINESE}])分钱)(?![利病衣巾坯落色度]|钱?(?:都|也|还)?[没不未冇])"
)
_ROUND = re.compile(
    rf"(?<![{CHINESE}\d.第])(?<!分之)(?P<n>\d+(?:\.\d+)?(?:[多几来余]?个?[亿万千百kw](?![a-z])\d{{0,4}})+"
    rf"|[{CHINESE}]*[一二两俩三四五六七八九十百千][多几来余]?[百千万亿](?:[{CHINESE}]|[多几来余][百千万亿])*)"
    rf"[多来余]?+(?!分之|医疗|保障|意外)(?![{_COUNTED}a-z\d%])"
)
_ENGLISH_ROUND = re.compile(
    rf"(?P<n>{ENGLISH_NUMBER}|{_DIGITS}\s(?:{'|'.join(ENGLISH_UNITS)}))\b(?!\s{_THINGS})(?!\s?%)"
)
_MONEY_WORDS = (
    r"(?:扣|收|退|赔|少|多|转|充|提|付|交|刷|还|借|存|花|亏|欠|差|剩|打款|打给|汇|损失|骗|值|共|合计|总计|金额|本金|余额|到账|转账|充值|提现|退款|扣款"
    r"|消费|支付|工资|手续费|利息|罚息|违约金|年费|会员费|保费|学费|货款|账单|写着|显示|原价|标价|售价|价格|单价|里面|卡里|账上|账户里|户口|每月|月供|每期|每次|每笔|单笔|这笔|那笔|一笔|到手|收费|罚款|罚|实际|应该|本来)"
    r"(?:了|掉|走|去|给|我|他|她|你们?|人家|整整|大概|大约|差不多|将近|快|近|约|才|只|就|到|过|出|进|来|回|上|着|是|有|为|的|算|剩|:|共|计|\s)*"
    r"|\b(?:charged?|debited|deducted|paid|pay|took|taken|lost|sent|send|transferr?(?:ed)?|refund(?:ed)?|withdr[ae]w|owed?|costs?|billed|received|got|missing"
    r"|amount|total|sum|balance|fee|payment|refund|transfer|withdrawal|topped up|repaid|overcharged|short|down|spent|invested|stole|invoice|purchase|bill|price|worth|debit|i am out|i'm out|should be|i meant|deposit(?:ed)?|withdrawn|gave|give)\s?"
    r"(?:(?:me|us|you|him|her|them|about|only|roughly|around|exactly|over|nearly|almost|just|some|another|an? extra|extra|out|by|was|is|of|for|to|a total of|in|my|from me)\s|:\s?)*"
)
_AFTER_MONEY_WORD = re.compile(
    rf"(?:{_MONEY_WORDS})(?P<n>{_DIGITS}|[{CHINESE}]{{2,}})[多来余]?(?![{_COUNTED}{CHINESE}多几来余a-z\d*/-]|\.\d|,\d|:\d|\s{_THINGS}|(?:st|nd|rd|th)\b)"
)
_BEFORE_MONEY_WORD = re.compile(
    rf"(?<![\d.,:/*{CHINESE}a-z-])(?P<n>\d+,\d{{3}}(?:\.\d+)?|\d{{2,7}}(?:\.\d{{1,2}})?|[{CHINESE}]{{2,}})(?:左右|多)?(?:"
    r"的?(?:钱|款|就|也|都|全|还|一直|到现在|凭空|莫名其妙)*(?:没了|没到|没收到|没退|没还|不见了|不翼而飞|打水漂|蒸发|少了|被扣|被划|被转|被骗|被盗|到账|退款|会员费?|年卡|月卡|手续费|服务费"
    r"|货款|转账|充值|提现|贷款|借款|学费|保费|押金|定金|订单|利息|罚息|违约金|那笔|这笔|那单|这单)|(?<=\d{3})的(?![人时利年版卡号工账月])"
    r"|\s(?:(?:is|was|has|have|just|been|never|simply|already|still|all|went|not|i)\s)*(?:gone|missing|vanished|disappeared|short|taken|debited|deducted|charged"
    r"|arrived|came|back|refund|fee|transfer|payment|deposit|withdrawal|charge|debit|top-up|instalment|salary|rent|invoice|loan|paid|sent|transferred|deposited|withdrew)\b)"
)
_WRITTEN_AS_MONEY = re.compile(
    rf"(?<![\d.,:/*a-z-])(?P<n>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,7}}\.\d{{2}})(?![\d.,:/*%a-z-]|\s?{_THINGS}|[{_COUNTED}]|,\d)"
)
_BARE = rf"(?:{_DIGITS}|[{CHINESE}]+)(?![{_COUNTED}{CHINESE}\d.a-z*/-])"
_TOLD_TWICE = re.compile(
    rf"(?:不是|并非|不系)(?P<a>{_BARE})[,，。;\s]*(?:而是|应该是|是|系)(?P<b>{_BARE})"
    rf"|(?<![\d.])(?P<c>{_BARE})[,，。;\s]*(?:哦|啊)?(?:不对|不是|错了|说错了|打错了|口误)[,，。;\s]*(?:应该是|应该|是)?(?P<d>{_BARE})"
    rf"|(?<![\d.])\b(?P<e>{_DIGITS})(?:,| -)? not (?P<f>{_DIGITS})(?![\d.,]*\d|\s?{_THINGS}|%)"
    rf"|\bnot (?P<g>{_DIGITS})[,.;]? (?:but |rather )?(?:it'?s |it is |it was )?(?P<h>{_DIGITS})(?![\d.,]*\d|\s?{_THINGS}|%)"
)
_NAMES_SOMETHING = re.compile(
    r"(?:尾号|末尾|工号|编号|卡号|单号|订单号?|流水号?|手机号?|电话|热线|版本|代码|错误码?|报错|年利率|利率|年龄|门牌|房间|第|version|v|code|error|ending(?: in)?|room|staff|agent|number|no\.?|id|ticket|order|case|model|iphone|android|flight|line|age|aged|top)"
    r"(?:是|为|:|#|\s|的)*$"
)
_NO_SUMS = frozenset(["百分", "千万", "万一", "万千", "百千", "万分", "百万千万", "一五一十"])
MOST = 10**12


def sums(text: str) -> Iterator[Sum]:
    """Every sum a text names, those with a currency first; they may overlap, and the earlier found is the truer."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield from _sum(text, match, _CODES[match["s"]])
    for match in _SMALL.finditer(text):
        value = (mixed_number(match["t"] or "0") or Decimal(0)) / 10 + (
            mixed_number(match["c"] or match["f"] or "0") or Decimal(0)
        ) / 100
        if value:
            yield Sum(value, "CNY", match.start(), match.end())
    for match in _TOLD_TWICE.finditer(text):
        if _NAMES_SOMETHING.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        for name in (name for name in "abcdefgh" if match[name]):
            if (value := mixed_number(match[name])) and 0 < value < MOST:
                yield Sum(value, "CNY", match.start(name), match.end(name))
    for pattern, least in (
        (_ROUND, 100),
        (_ENGLISH_ROUND, 100),
        (_AFTER_MONEY_WORD, 0),
        (_BEFORE_MONEY_WORD, 0),
        (_WRITTEN_AS_MONEY, 0),
    ):
        for match in pattern.finditer(text):
            yield from (found for found in _sum(text, match, "CNY") if found.value >= least)


def _sum(text: str, match: re.Match[str], currency: str) -> Iterator[Sum]:
    """The sum a match stands for, if it is one."""
    words, known = match["n"], match.groupdict()
    value = english_number(words) if words[0].isalpha() and words.isascii() else mixed_number(re.sub("个", "", words))
    if value is None and words.isascii():
        count, _, unit = words.rpartition(" ")
        value = Decimal(count.replace(",", "")) * ENGLISH_UNITS[unit] if unit in ENGLISH_UNITS else None
    if (
        value is None
        or words in _NO_SUMS
        or _NAMES_SOMETHING.search(text[max(0, match.start("n") - 14) : match.start("n")])
    ):
        return
    value *= ENGLISH_UNITS.get(known.get("u") or "", 1)
    value += (mixed_number(known.get("t") or "0") or Decimal(0)) / 10 + (
        mixed_number(known.get("c") or "0") or Decimal(0)
    ) / 100
    if 0 < value < MOST:
        yield Sum(
            value,
            currency,
            match.start() if known.get("s") else match.start("n"),
            match.end() if known.get("s") else match.end("n"),
        )


_REJECTED = re.compile(
    r"(?:不是|并非|并不是|而非|没有|不止|不到|唔系|\bnot|n't|rather than|instead of)(?:了|扣|收|转|是|说|我|的|那|a|the|was|about|,|\s)*$"
)
_CORRECTS = re.compile(
    r"不对|错了|口误|更正|纠正|准确|确切|应该是|应为|其实是|改成|改为|哦不|啊不|不不|实际|再一看|\bi mean|\bsorry|actually|correction|make (?:that|it)|\bno,|\bwait\b|\bscratch|to be (?:exact|precise)|exactly|should (?:be|have been)"
)
_SUMMED_UP = re.compile(r"一共|总共|合计|总计|加起来|加一块|统共|拢共|前前后后|total|altogether|all together|in all")
_IN_TOTAL = re.compile(r",? (?:in total|in all|altogether|all together|total)\b")
_TOLD_AGAIN = 14


def meant(text: str, found: list[Sum]) -> Sum | None:
    """The one sum a message is about: not the rejected one, the corrected one, the total, else the first."""
    kept = [s for s in found if not _REJECTED.search(text[max(0, s.start - 16) : s.start])] or found
    for before, after in reversed(list(itertools.pairwise(kept))):
        if _CORRECTS.search(text[before.end : after.start]) or _CORRECTS.search(
            text[after.end : after.end + _TOLD_AGAIN]
        ):
            return after
    edges = [0, *(s.end for s in kept)], [*(s.start for s in kept[1:]), len(text)]
    for one, left, right in zip(kept, *edges, strict=False):
        if _SUMMED_UP.search(text[left : one.start][-10:]) or _IN_TOTAL.match(text[one.end : right]):
            return one
    return kept[0] if kept else None
