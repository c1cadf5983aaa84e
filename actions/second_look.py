"""A second look at what a few words were taken for, before a skill serves them: they may ask about what was answered.

“要什么材料” after an article looks like anything when read alone, and a classifier that must choose chooses small talk. So short
words after an article are looked up with it, and small talk must sound like it.
"""

from __future__ import annotations

import re

from actions import answer, complaint, fallback, situation, urgent
from actions.complaint_vocabulary import COMPLAINT, TROUBLE
from actions.said import is_noise, is_question, is_short, may_lean
from actions.told import remember
from actions.turn import Turn

SERVED = frozenset({"ask_question", "nlu_fallback", "forbidden_request"})
"""Looked up with the earlier topic in any case; refused whatever was answered."""
LOOSE = frozenset({"out_of_scope", "inform", "tell_situation", "correct_answer", "affirm", "deny", "cancel"})
"""What a few words are taken for when they fit nothing."""
SOUNDS_LIKE = {
    "withdraw_complaint": r"撤|取消|不投诉|不告|销案|销单|结案|拿回|收回|\b(?:withdraw\w*|cancel\w*|take (?:it |that |my complaint )?back|drop|close|retract|call off|stop (?:the|my) (?:complaint|case))\b",
    "ask_ticket_status": r"工单|投诉|单号|单子|案子|案件|进度|进展|处理|结果|回复|答复|回音|消息|怎么样|咋样|点样|到哪|哪一步|催|查|多久|几时|什么时候|撤|有人(?:管|看|跟)|办(?:好|完|妥)|jindu|KS-?\d|\b(?:case|ticket|complaint|status|progress|update|news|outcome|result|decision|repl(?:y|ied)|hear|heard|answer|look(?:ing|ed) into|handled|resolved|sorted|investigat\w+|reference|how is|how's|where (?:is|are) (?:it|we|things)|what happened (?:to|with)|any(?:thing)? (?:new|yet))\b",
    "greet": r"[您你妳恁][们]?好|哈[喽啰]|嗨|喂|早|晚上?好|下午好|中午好|在[吗嘛么不]|在线|有人|有没有人|\b(?:hi+|hello+|hey+|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|there|any(?:one|body)|morning)\b",
    "thank": r"谢|謝|感[恩激]|辛苦|多得|唔该|唔該|破费|给力|帮.{0,3}忙|好人|太好|满意|不错|[真很]棒|\b(?:thank\w*|thx|tks|tq|ty|cheers|ta|appreciate\w*|grateful|helpful|great|perfect|awesome|brilliant|good job|well done|lifesaver|lovely|wonderful|nice)\b",
    "goodbye": r"再见|再會|再会|拜|回头|回見|下次|改天|先这样|先這樣|就这样|就到这|到此|没事了|没有了|没别的|没问题了|先忙|忙去|去忙|下线|下了|走了|撤了|溜|闪了|退了|晚安|明天见|回聊|好梦|结束|不聊|先不|不用了|不打扰|886|\b(?:bye+|goodbye|cya|see (?:you|ya)|later|good ?night|take care|farewell|cheers|ciao|that'?s all|that is all|nothing else|all for now|i'?m done|have a (?:good|nice|great)|ttyl|gotta go|talk soon)\b",
    "bot_challenge": r"机器|機器|真人|人工智能|智能|[你您妳]是(?:谁|誰|什么|啥|哪|人|男|女|不是)|[你您]叫|名字|会(?:什么|啥)|能(?:做|干|帮)|本事|程序|软件|自动|客服|人话|听.{0,2}懂|看.{0,2}懂|听(?:没|不)|笨|蠢|傻|聪明|智障|智商|脑子|废物|没用|答非|复读|\b(?:ai|bots?|robots?|chatbots?|chatgpt|gpt|llm|siri|human|humans|person|people|machine|computer|program|programme|software|automat\w+|artificial|real|name|who|what are you|what can you|stupid|dumb|idiot|useless|smart|clever|understand\w*|listen\w*|brain|not what i|already (?:told|said))\b",
    "talk_to_person": r"人工|客服|真人|活人|专员|坐席|座席|经理|领导|主管|老板|同事|工作人员|接线|人员|[找换叫喊来要派转接]个?人|个人|有人|人呢|人聊|人说|人谈|人跟|留言|电话|转接|能[管做]|说话|\b(?:agents?|humans?|person|people|someone|somebody|anyone|representative|rep|reps|operators?|staff|colleagues?|managers?|supervisors?|advis\w+|talk|speak|call|phone|live|real|connect|transfer me|put me through|support|helpdesk|leave (?:a )?(?:message|note))\b",
    "rate_service": r"分|星|评|評|打个?|好评|差评|满意|服务|态度|客服|\b(?:stars?|scores?|rat(?:e|ing|ed)|points?|review|feedback|service|satisf\w+|marks?|grade|out of|thumbs?|happy|survey|thanks)\b|/\s?(?:5|10)",
}
"""Words of which what is taken for these has one."""
_POLITE = {"greet", "thank", "goodbye"}
_POLITE_WORDS = re.compile(
    r"^(?:[，,。.!！~\s]|好的?|行|嗯|哦|谢谢?(?:[你您]|啊|啦|了)?|感谢|多谢|唔该|辛苦了?|[你您]好|早上?好|晚上好|下午好|哈[喽啰]|不好意思|打扰了?|麻烦了?|"
    r"(?:ok(?:ay)?|great|good|perfect|alright|right|cool|nice|thanks?|thank you|thx|ta|cheers|hi|hello|hey|morning|sorry|opo|salamat|ok po|po|so much|very much|a lot|lots|that'?s (?:great|good|helpful|clear)|and|also|but|so|one more thing|last na)\b)++",
    re.IGNORECASE,
)
"""What courtesy stands before a question."""
_GENERAL = re.compile(
    r"一般|通常|多久|几天|多长时间|会不会|会[^，。]{0,10}吗|怎么[评撤补查找投]|在哪|哪里|\b(?:how (?:long|do|can|many)|usually|normally|where (?:can|do)|will i|what happens|when (?:do|will) you)\b",
    re.IGNORECASE,
)
_OWN_CASE = re.compile(
    r"我的(?:投诉|工单|单|案)|那件|那个|刚才|上次|昨天|进度|到哪|怎么样了|KS-?\d|\b(?:my (?:case|ticket|complaint)|the status|progress|update)\b",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"几点|几時|幾點|上班|下班|营业|工作时间|服务时间|电话|号码|热线|400|\b(?:hours?|open|opening|what time|when (?:are|do|is)|phone|hotline|number|call cent)\b",
    re.IGNORECASE,
)
_MAY_COMPLAIN = re.compile(
    r"(?:那|所以|这个?|这事儿?|这种|我|就|也)*(?:能不能|可不可以|可以|能)(?:就?这(?:个|件)?事儿?)?投诉(?:这个|这事|他们|你们|一下)?(?:吗|么|不)?[?？。!！\s]*"
    r"|(?:(?:so|then|and|but|ok(?:ay)?)[, ]+)*(?:can|could|may) i (?:make a |file a )?complain(?:t)?(?: (?:about|over) (?:that|this|it|them))?(?: (?:here|now|please))*[?.!\s]*",
    re.IGNORECASE,
)
"""“那这个能投诉吗”: a question by its form, a wish by what it wants."""
STRANGE = 0.9
"""What is less surely about nothing of ours than this goes on about what was told just before: “how i freeze it”."""
LONGEST_HITCH = 70
"""A story longer than this many characters is a complaint, not a hitch."""
_LEANS = re.compile(
    r"[^，。,.!！?？\s]{1,13}呢[?？~～]*"
    r"|那么?[^，。,.!！?？\s]{1,12}(?:吗|么|嘛|多久|多少|几天)[?？~～]*"
    r"|(?:(?:and|but|so|ok|okay),? )?(?:what|how) about [\w'’-]+(?: [\w'’-]+){0,3} ?\?*"
    r"|(?:and|or) [\w'’-]+(?: [\w'’-]+){0,3} ?\?+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"那|这么说|也就是|所以|(?:so|then|and|but)\b", re.IGNORECASE)
"""How a fact begins that asks what follows from what was told: “那我第五期了”."""
_THEIR_OWN = re.compile(
    r"(?:钱|^那?人|客服|经理|回复|答复|结果|进度|工单|单子|投诉|说法|解释|消息|你们?)呢|我的|还没|还不|没到|一直|怎么|为什么|为啥|凭什么"
    r"|\b(?:my|money|refund|agent|person|human|someone|complaint|case|ticket|reply|you)\b",
    re.IGNORECASE,
)
"""What such words ask after is the customer's own matter, a grievance or a person, whatever was answered before."""
_PLAIN = re.compile(
    r"(?:好|好的|好吧|是|是的|对|对的|嗯+|行|可以|ok|okay|yes|yeah|yep|sure|fine|no|nope|nah|不|不是|不用|不要|没有|没事|不了|不必|免了|没|冇|算了|取消|cancel|never ?mind|stop|知道了|明白了?|懂了|了解|got it|i see|understood|alright|all right)"
    r"(?:谢谢|多谢|thanks|thank you|了|啊|哦|吧|的|[，,。.!！~\s])*",
    re.IGNORECASE,
)
"""Yes and no in so many words."""
_COMPLAINS = re.compile(
    r"投诉|投訴|客诉|举报|说法|交代|赔|退[我钱给]|凭什么|乱|骗|坑|多扣|又|\b(?:complain\w*|refund|compensat\w+|twice|again|never)\b",
    re.IGNORECASE,
)
"""Words of someone who wants it put right, not explained."""
_LASTS = re.compile(r"天天|几次|\b(?:still|always|every time|keeps?)\b", re.IGNORECASE)
"""Words of a trouble that has a history; what keeps failing may have a remedy all the same."""
_STORY = re.compile(r"\d[^\d\n]*[，,。.；;]|[，,。.；;][^，,。.；;\n]*\d")
"""A day, a sum or a number in more than one clause; “i sent 800 to the wrong person” wants help."""


def take(turn: Turn) -> bool:
    """Whether the message was a question after all, or small talk only by the classifier; it has been served then."""
    if turn.is_button or turn.memory.get("tasks"):
        return False
    if situation.go_on(turn):
        return True
    text = " ".join(turn.text.split())
    if turn.intent == "ask_question" and _MAY_COMPLAIN.fullmatch(text):
        complaint.open_complaint(turn)
        return True
    if turn.intent in SERVED:
        return False
    if turn.intent == "open_complaint":
        return _may_be_helped(turn, text) and (_help(turn, text) or _tell_unknown(turn, text))
    if _asks_otherwise(turn, text):
        return _answer(turn, _POLITE_WORDS.sub("", text))
    if is_noise(text) or _PLAIN.fullmatch(text):
        return False
    sound = SOUNDS_LIKE.get(turn.intent)
    unlike = sound is not None and not re.search(sound, text, re.IGNORECASE)
    topic = answer.topic(turn)
    goes_on = turn.intent == "out_of_scope" and turn.confidence < STRANGE and answer.was_told_just_now(turn)
    leans = bool(topic) and (goes_on or _leans(turn, text, unlike=unlike))
    if not leans and not unlike and turn.intent != "out_of_scope":
        return False
    found = turn.try_call(turn.api.search, text, topic if leans else None) or {}
    told = [
        "answer",
        *(["ask"] if leans or unlike else []),
        *(["passage"] if is_question(text) or _GOES_ON.match(text) else []),
    ]
    if found.get("verdict") in told and found.get("results"):
        answer.tell_found(turn, found)
    elif unlike or goes_on or _LEANS.fullmatch(text):
        fallback.not_understood(turn, found)
    else:
        return False
    return True


def _asks_otherwise(turn: Turn, text: str) -> bool:
    """Whether what was taken for courtesy, the wish for a person or a wish about one's own case asks something else."""
    if turn.intent in _POLITE:
        rest = _POLITE_WORDS.sub("", text)
        return len(rest) >= 4 and is_question(rest) and rest != text
    if turn.intent == "talk_to_person":
        return is_question(text) and bool(_HOURS.search(text))
    if turn.intent == "add_to_complaint":  # "one day late also?" after an answer
        return answer.was_told_just_now(turn) and is_question(text) and may_lean(text) and not _OWN_CASE.search(text)
    if turn.intent == "withdraw_complaint":
        return is_question(text) and not COMPLAINT.search(text) and turn.named("ticket_number") is None
    if turn.intent == "ask_ticket_status":
        return is_question(text) and bool(_GENERAL.search(text)) and not _OWN_CASE.search(text)
    return False


def _answer(turn: Turn, text: str) -> bool:
    """Whether the knowledge base knows; a courtesy with a question it does not know is told so."""
    found = turn.try_call(turn.api.search, text, answer.topic(turn)) or {}
    if found.get("verdict") != "decline" or turn.intent in _POLITE:
        answer.tell_found(turn, found)
        return True
    return False


def _leans(turn: Turn, text: str, *, unlike: bool) -> bool:
    """Whether a few words may go on about the article told last."""
    if _LEANS.fullmatch(text) and turn.intent != "talk_to_person":
        return not _THEIR_OWN.search(text)
    return is_short(text) and (turn.intent in LOOSE or unlike)


def _may_be_helped(turn: Turn, text: str) -> bool:
    """Whether a text tells of a hitch that may have a remedy, or asks, rather than telling of a wrong."""
    if urgent.anger(text) or urgent.stolen(text):
        return False
    if _only_asks(turn, text):
        return True
    lasts = _LASTS.search(text) or _STORY.search(text) or (re.search(r"\d", text) and not may_lean(text))
    if _COMPLAINS.search(text) or (lasts and not _fails(turn)):
        return False
    return is_question(text) or len(text) <= LONGEST_HITCH


def _fails(turn: Turn) -> bool:
    return turn.category is not None and turn.category[0] == "system_failure" and may_lean(turn.text)


def _only_asks(turn: Turn, text: str) -> bool:
    """Whether a text that looks like a grievance is a question, or comes from somebody who said that they have none."""
    if COMPLAINT.search(text):
        return False
    return bool(turn.memory.get("no_complaint")) or (is_question(text) and not TROUBLE.search(text))


def _tell_unknown(turn: Turn, text: str) -> bool:
    """Whether it was said that there is no answer: nobody who only asks is asked to complain; the button is there."""
    if not _only_asks(turn, text):
        return False
    remember(turn)
    answer.tell_found(turn, {})
    return True


def _help(turn: Turn, text: str) -> bool:
    """“绑卡失败”: the remedy first, if there is one, and the complaint a press away."""
    found = turn.try_call(turn.api.search, text, answer.topic(turn)) or {}
    only_asks = _only_asks(turn, text)
    likely = _fails(turn) or only_asks or (is_question(text) and may_lean(text))
    enough = ("answer", "passage", "ask") if likely else ("answer",)
    if found.get("verdict") not in enough or not found.get("results"):
        return False
    remember(turn)
    answer.tell_found(turn, found)
    if not only_asks:
        offered = (turn.replies[-1].get("custom") or {}).get("kind") == "choices"
        key = "answer.or_complain" if offered else "answer.else_complain"
        turn.say(key, buttons=[turn.button("complain", "open_complaint", text=text)])
    return True
