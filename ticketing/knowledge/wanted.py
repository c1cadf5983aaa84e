"""What a question wants to be told (how long, how much, where …) and which lines tell such a thing, by their words.

“要多久” after an article shares no word with “1–3 个工作日”, and an embedding hears little of it in a line about something else.
"""

from __future__ import annotations

import re

_WANTED = {
    "how_long": (
        r"多久|几天|多长|什么时候|几时|啥时|何时|哪天|几点|多快|几个(?:工作日|小时|月)|等到|\bwhen\b|\bhow (?:long|soon|fast|many (?:days|hours|weeks|months))\b|\bwhat time\b",
        r"\d+ ?个?(?:工作日|天|小时|分钟|秒|周|个月|年)|当[天日]|次日|立即|马上|实时|即时|随时|\d:\d\d|月底"
        r"|\b(?:(?:working|business) days?|hours?|minutes?|days?|weeks?|months?|at once|immediately|instantly|(?:same|next) day|right away|at any time)\b",
    ),
    "how_much": (
        r"手续费|收费|费用|要钱|收钱|多少钱|免费|花钱|交钱|扣钱|扣多少|\b(?:fees?|costs?|charged?|free|pay(?:ing)? for|expensive|price|how much)\b",
        r"免费|费|\d ?元|%|不收|\b(?:free|fees?|charge[sd]?|costs?|yuan)\b",
    ),
    "where": (
        r"在哪|哪里|哪儿|哪点|哪个(?:页面|菜单)|入口|找不到(?:按|入)?|\bwhere\b|\bwhich (?:page|menu|tab|screen)\b|\bcan'?t find\b",
        r"›|页|\b(?:page|menu|screen)\b",
    ),
    "how": (
        r"怎么(?!会|回事|样|还|没|才|就)|咋(?!回事|样)|如何|怎样|步骤|流程|点样|哪一步|\bhow (?:do|to|can|should|would)\b|^how$|\bsteps?\b",
        r"›|点“|填写|选择|提交|\b(?:tap|go to|open|enter|choose|submit|select)\b",
    ),
    "how_many": (
        r"最[多高低少]|上限|限额|起步|几[次张]|几个(?!工作|月|小时)|多少(?!钱|天)|\b(?:limit|max(?:imum)?|min(?:imum)?|most|least|how (?:many|often)|cap)\b",
        r"最[多高低]|上限|不超过|至少|以内|每[天日]|次|\b(?:up to|at (?:most|least)|limit|no more than|maximum|minimum|cap(?:ped)?|times|once|twice)\b",
    ),
    "papers": (
        r"材料|证件|身份证|资料|带什么|凭证|证明|文件|\b(?:documents?|papers?|id|proof|paperwork|bring|evidence|photos?)\b",
        r"材料|证件|身份证|证明|资料|凭证|截图|\b(?:documents?|id|proof|evidence|certificate|photo)\b",
    ),
    "failing": (
        r"不行|失败|没收?到|不成功|不了|不通过|被拒|怎么办|不够|打不开|\b(?:what if|doesn'?t|didn'?t|fail\w*|not (?:work|come|arriv|receiv)\w*|still|stuck|rejected|refused|declined|won'?t)\b",
        r"若|如果|仍|失败|[未没不]|超过|\b(?:if|still|fail\w*|not|unless|otherwise)\b",
    ),
    "days": (
        r"周末|周[六日]|节?假[日期]|过年|春节|国庆|晚上|半夜|夜里|凌晨|星期|\b(?:weekends?|saturdays?|sundays?|holidays?|nights?|midnight|evening|new year)\b",
        r"周末|节?假日|工作日|夜间|顺延|周[一二三四五六日]|24|每天|\b(?:weekends?|holidays?|working days?|nights?|every day|at any time|saturday|sunday)\b",
    ),
    "undoing": (
        r"取消|撤|[反后]悔|退(?!休)|改主意|不要了|\b(?:cancel|undo|reverse|take (?:it )?back|withdraw|change my mind|refund|get (?:it|my money) back)\b",
        r"取消|撤|退|\b(?:cancel\w*|undo|revers\w+|refund\w*|withdraw\w*|returned?)\b",
    ),
}
_PATTERNS = {
    name: (re.compile(asks, re.IGNORECASE), re.compile(tells, re.IGNORECASE)) for name, (asks, tells) in _WANTED.items()
}


def asked_for(text: str) -> frozenset[str]:
    """What a question wants to be told; mostly one thing, or none that is known."""
    return frozenset(name for name, (asks, _) in _PATTERNS.items() if asks.search(text))


def told_by(line: str) -> frozenset[str]:
    """What a line may tell of that."""
    return frozenset(name for name, (_, tells) in _PATTERNS.items() if tells.search(line))
