"""Which language a message is in, and which one to answer in. Pure."""

import re

from bot.components.text import normalise

_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|ks-\d+\S*")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """
    a about after again agent all am an and any are as at be been before but by can can't cancel complain complaint
    could customer did didn't do does doesn't don't for from get give good had has have he hello help her hi his how
    human i i'd i'm i've if in is isn't it its just like me my need never no not of off on or our out please person
    refund she should so someone speak status still talk than thank thanks that the their them there they this to
    too twice up want was we were what when where which who why will with would yeah yes you your
    """,
    )
)
_NEUTRAL = frozenset(re.findall(r"\S+", "ok okay app vip sms pos atm pin kyc usd cny rmb bye hi hello no yes"))
_GRAMMAR = re.compile(r"[了的吗呢吧啊嘛呀我你您他她们这那哪没不是在有把被给要想怎么什啥谁为请帮吾係唔冇嘅咗]")
_SYLLABLES = frozenset(
    re.findall(
        r"\S+",
        """
        zhuan zhuang zhang zheng zhong zhi zhe zenme zen zuo wo wei women yao yan yin yong yue yi yang tou
        tui tuo tong tian ti su shi shen shou sheng xian xiang xiao xie xin xing xi xu xun qian qing qu quan
        qi ren ru gong guan gai ge gei kou kuan kefu ke kai ka kan ni nin nei na hao huan hui huo hu duo dao
        dai deng du jiu jin jie jian jiao jia ji mei ming mi ma bu bang bei bao ban le li lilv lv liang de
        fu fang fei cha chu chuan ci can ru sha
        """,
    )
)
_LONGEST_SYLLABLE = max(map(len, _SYLLABLES))


def language_of(text: str) -> str | None:
    """`zh` or `en` when the message itself is clearly in it, else None (numbers, "ok", one foreign word).

    In mixed text the language that lends the grammar counts: "我的card被吞了" is Chinese, "why was 余额宝 charged" English.
    Pinyin is Chinese.
    """
    text = _ADDRESS.sub(" ", normalise(text).replace("’", "'"))
    chinese = len(_CJK.findall(text))
    words = [word for word in _WORD.findall(text) if word not in _NEUTRAL]
    known = sum(word in _ENGLISH for word in words)
    if chinese:
        return _of_mixed(text, chinese, words, known)
    pinyin = sum(word not in _ENGLISH and _is_pinyin(word) for word in words)
    if len(words) >= 2:
        return "zh" if pinyin >= len(words) / 2 else "en"
    return "en" if words and known == len(words) else None


def _is_pinyin(word: str) -> bool:
    """Whether a word can be parted into syllables; by the places where one may end, for the ways to part it double with each."""
    ends = {0}
    for start in range(len(word)):
        if start in ends:
            ends |= {end for end in range(start + 1, start + 1 + _LONGEST_SYLLABLE) if word[start:end] in _SYLLABLES}
    return len(word) in ends


def _of_mixed(text: str, chinese: int, words: list[str], known: int) -> str | None:
    """The language of a text with Chinese characters in it."""
    grammar = len(_GRAMMAR.findall(text))
    if known > grammar and len(words) >= 2:
        return "en"
    if not words or grammar > known or (chinese >= 2 and 3 * chinese >= 2 * len(words)):
        return "zh"
    return "en" if len(words) >= 3 and known else None


def answer_language(text: str, *, current: str | None, locked: bool) -> str:
    """The language to answer in: the conversation's unless the message is clearly in the other one."""
    if locked and current in ("zh", "en"):
        return str(current)
    return language_of(text) or current or ("zh" if _CJK.search(text) else "en" if _WORD.search(text.lower()) else "zh")
