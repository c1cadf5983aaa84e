"""Words of feeling without a matter: a reproach that nothing is answered, a sigh, an insult. One word of regret; the topic stays.

What tells of anything besides (a sum, a trouble, a question, somebody of the staff) is served as that.
"""

from __future__ import annotations

import re

from actions.complaint_vocabulary import COMPLAINT
from actions.said import informative, is_question, may_lean
from actions.turn import Turn

WISHES = frozenset({"talk_to_person", "rate_service"})
"""“答非所问，给我人” wants more than a word of regret."""
PATIENCE = 2
"""So many misses in a row are followed by the offer of a person, and by no request to try again."""
_USELESS = re.compile(
    r"(?:你|您|你们|这|这个|真|啊|哎|唉|啥|刚才的?|[，,\s])*(?:帮了个寂寞|问了个寂寞|没听懂|听不懂|没看懂|看不懂|说了等于没说|(?:回答|答案|回复)?一点用(?:都|也)?没有?|没用|没什么用|啥用没有|废话|不是我(?:问|要)的|我(?:问|说)的不是这个|不是问这个|理解错了|搞错了吧你)(?:啊|呀|吧|了|嘛|[。.!！~\s])*"
    r"|(?:my god|omg|no|wow|er|but|sorry|[,.!\s])*(?:(?:you|u|this|it)(?:'re| are| is|s)? (?:so |really |totally |absolutely |a )?(?:useless|no help|not helpful|not helping|rubbish|dumb|stupid|wrong answer)|(?:that|this)(?:'s| is|s)? (?:not what i (?:asked|meant|said)|wrong|no help|not helpful)|not what i asked|you (?:are not|aren'?t|don'?t|didn'?t|did not|do not) (?:understand\w*|listen\w*|get it|read (?:it|that|what i (?:wrote|said)))(?: me)?|did you (?:even )?read (?:that|what i (?:wrote|said)|my message)|thanks? (?:a lot )?for nothing)[.!?]*",
    re.IGNORECASE,
)
_UNANSWERED = re.compile(
    r"(?:我|你|您)?(?:问|说)?(?:[你您]们?)?(?:的)?(?:[啥几两三多]个?|什么|哪个|问题|句话?|的)*(?:都|也|就|根本|完全|压根|一个)*答非所问"
    r"|(?:我)?问(?:[你您]们?)?[^，。,.\d]{0,5}(?:都|也)[^，。,.\d]{0,4}(?:答不|不知道|不懂|不会|不清楚|说不)(?:上来|出来|清楚|了|明白)?"
    r"|(?:都|也|就|还|还是|根本|完全|压根|一个|从来|老是|又|并)*(?:(?:没有?|不)(?:正面|直接|好好)?回?答|回?答不(?:上来|出来|了))(?:上来|出来|了)?(?:(?:到我?)?的?(?:问题|话|点子?上)|我)*|一问三不知"
    r"|\b(?:you|u|it|this (?:bot|thing))(?: guys)?(?:'re| are)? (?:just |even |still |really |always )*(?:never|not|n't|can'?t|cannot|cant|don'?t|dont|didn'?t|didnt|won'?t|wont|doesn'?t|keeps? not|haven'?t|havent)(?: \w+)? ?(?:answer\w*)(?: (?:anything|a thing|me|my (?:questions?|message)|(?:any|a single|one) (?:of my |simple )?questions?|the questions?|what i (?:ask|asked|say|said|am asking)|to (?:what i ask|me)|at all))*",
    re.IGNORECASE,
)
"""What says that the assistant does not answer, wherever it stands in a few words."""
_BY_STAFF = re.compile(
    r"客服|人工|真人|电话|经理|工单|单号|邮件|\b(?:agents?|staff|phones?|calls?|hotline|colleagues?|e-?mails?|ticket)\b",
    re.IGNORECASE,
)
_EMOJI = re.compile(r"[\s😡🤬😤😠👎🙄😒😞😔😩😫]+")
_SIGHS = re.compile(
    r"(?:唉|哎|嗯|呃|哼|啊|呀|了|的|吧|呢|哦|真是?|好|太|很|有点|实在|让人|感觉|觉得|我|都|这|搞得|心里|[，,。.!！~…\s])*"
    r"(?:烦死?人?|心烦|心累|好?累|郁闷|无语|服了|难受|憋屈|窝火|头疼|头大|麻烦(?!你|您|帮)|晦气|倒霉|糟心|闹心|没劲|扎心|离谱|气人)+"
    r"(?:唉|哎|啊|呀|了|的|吧|呢|哦|死|人|真是|[，,。.!！~…\s])*"
    r"|(?:h+m+|u+g*h++m*|a+rgh++m*|oh|sigh\w*+|god|omg|man|bro|well|this is|that is|that's|it's|its|how|what an?|really|very|just|soo*|i'?m|too|still|[,.!…\s])*"
    r"(?:annoying|annoyed|frustrat(?:ing|ed)|tiring|tired|exhausting|stressful|stressed|depressing|sad|unbelievable|sucks?|hassle|crap|damn(?: it)?|sigh\w*+|u+g+h+|a+rgh+)(?: (?:man|bro|lol|really|honestly|tbh))*[,.!…\s]*",
    re.IGNORECASE,
)
_INSULTS = re.compile(
    r"^[^，。]{0,3}(?:[你您]们|平台|公司|资本家?)(?:这[种些帮]\w{0,4})?(?:这样)?(?:不就|就|都|只|不过|无非|根本|真|光|还)*(?:是)?(?:只|就|光)?(?:想|会|认|知道|顾|图|盼)(?:着|让|要|得)?[^，。\d]{2,12}[。.!！~\s]*$"
    r"|\b(?:you|u|ya|yall)(?: guys| people| lot| all)? (?:(?:are|r) )?(?:just|only|all|always|simply|really|clearly|obviously)(?: just| all)? (?:want|wanna|care|love|like|think|enjoy|trying|out|in it|after|about)\b",
    re.IGNORECASE,
)
"""What we are said to want or care for, of which nothing can be looked into."""
_MATTER = re.compile(
    r"\d|[扣退赔还收骗锁冻]|账|帐|钱(?!奴)|卡|贷|款|提现|\b(?:charg\w+|refund\w*|fees?|money|account|cards?|loans?|transfer\w*|withdraw\w*|lock\w*|block\w*|fr[eo]ez\w*|frozen|log ?in)\b",
    re.IGNORECASE,
)


def take(turn: Turn) -> bool:
    """Whether a line was such words and nothing else; they have had their answer then."""
    if turn.is_button or turn.memory.get("tasks") or turn.intent in WISHES:
        return False
    text = " ".join(turn.text.split())
    person = [turn.button("person", "talk_to_person")]
    if is_reproach(text):
        missed = int(turn.memory.get("missed") or 0) + 1
        turn.memory["missed"] = missed
        again = missed >= PATIENCE
        failed = [turn.button("person", "talk_to_person", choice="failed")]
        turn.say("answer.given_up" if again else "talk.unhelpful", buttons=failed if again else person)
    elif is_sigh(text) or _is_insult(text):
        turn.say("talk.upset", buttons=[*person, turn.button("complain", "open_complaint")])
    else:
        return False
    keep_topic(turn)
    return True


def keep_topic(turn: Turn) -> None:
    """What was told just before is still what the next few words go on about."""
    for name in ("topic_at", "passage_at", "offered_at"):
        if turn.memory.get(name) == turn.count - 1:
            turn.memory[name] = turn.count


def is_reproach(text: str) -> bool:
    """Whether a text says that nothing was answered or understood, and nothing else."""
    if _USELESS.fullmatch(text):
        return True
    if not may_lean(text):  # first, for a long text would be searched for long
        return False
    rest, found = _UNANSWERED.subn(" ", text)
    return bool(found) and not (_BY_STAFF.search(text) or is_question(rest) or informative(rest))


def is_sigh(text: str) -> bool:
    """Whether a text is a sigh or an angry face."""
    return bool(_SIGHS.fullmatch(text) or _EMOJI.fullmatch(text)) and not is_question(text)


def _is_insult(text: str) -> bool:
    named = _MATTER.search(text) or COMPLAINT.search(text)
    return bool(_INSULTS.search(text)) and may_lean(text) and not (named or is_question(text))
