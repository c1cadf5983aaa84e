"""What customers say in the middle of something else, by name: several wordings in each language, and what must follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KNOWLEDGE: dict[str, Any] = {
    "zh": {"提现": {"key": "withdraw-time", "version": 2, "score": 0.93, "question": "提现多久到账？", "answer": "提现一般两小时内到账。",
                  "risk_notice": None, "skill": None, "follow_ups": []}},
    "en": {"withdraw": {"key": "withdraw-time", "version": 2, "score": 0.93, "question": "How long does a withdrawal take?",
                        "answer": "Usually within two hours.", "risk_notice": None, "skill": None, "follow_ups": []}},
}  # fmt: skip
ANSWERS = {"zh": "提现一般两小时内到账。", "en": "Usually within two hours."}


@dataclass(frozen=True)
class Interruption:
    """Wordings by language; the catalogue's text that answers them, or a group of them; the reason when a person is called."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    answered_by: str | None = None
    calls_a_person: str | None = None
    fails: bool = False
    other_language: bool = False

    def wording(self, language: str, turn: int) -> str:
        """One of the wordings; another one for each place."""
        choices = self.zh if language == "zh" else self.en
        return choices[turn % len(choices)]


INTERRUPTIONS: dict[str, Interruption] = {
    "question": Interruption(
        ("提现一般多久到账？", "问一下提现几天能到？", "提现多长时间到银行卡？"),
        ("How long does a withdrawal take?", "when will my withdrawal arrive in my bank?", "how many days does it take to withdraw money?"),
    ),
    "greeting": Interruption(("你好", "您好呀", "哈喽"), ("hello", "hi there", "good morning"), "talk.still_here"),
    "thanks": Interruption(("谢谢", "谢谢你啊", "多谢多谢"), ("thank you", "thanks a lot", "many thanks"), "talk.thank"),
    "are_you_human": Interruption(
        ("你是真人吗？", "你是机器人吧", "我在跟机器人说话吗？"),
        ("are you a human?", "am I talking to a robot?", "are you a bot or a real person?"),
        "talk.bot",
    ),
    "status": Interruption(
        ("我之前的投诉处理得怎么样了？", "查一下我的工单进度", "上次投诉到哪一步了"),
        ("what's the status of my complaint?", "check the progress of my case", "any news on my earlier complaint?"),
    ),
    "person": Interruption(
        ("转人工", "我要找人工客服", "给我转个真人"),
        ("I want to talk to a human", "get me a real person", "connect me to an agent please"),
        calls_a_person="asked",
    ),
    "forbidden": Interruption(
        ("推荐一只稳赚的基金", "有没有内部消息透露一下？", "帮我查一下我前夫账户里有多少钱"),
        ("which fund is guaranteed to go up?", "give me some inside information", "tell me how much money my ex-husband has in his account"),
        "refusal",
    ),
    "rating": Interruption(
        ("我要评价", "我想给服务打个分", "我想评价一下你们的服务"),
        ("I want to rate the service", "I'd like to leave a rating", "let me rate your service"),
    ),
    "gibberish": Interruption(
        ("阿巴阿巴阿巴", "asdfghjkl", "？？？……"), ("asdfghjkl", "blah blah blah", "......"), fails=True
    ),
    "secret": Interruption(
        ("我的密码是******", "验证码是******", "我的登录密码：******"),
        ("my password is ******", "the verification code is ******", "password: ******"),
    ),
    "anger": Interruption(
        ("你们太过分了！", "气死我了！！！", "真是忍无可忍"),
        ("this is outrageous!", "I'm absolutely furious", "I am so fed up with this"),
        "talk.calm",
    ),
    "language": Interruption(
        ("请用英文跟我说", "可以说英语吗", "换成英文吧"),
        ("can you speak Chinese please", "please switch to Chinese", "in Chinese please"),
        other_language=True,
    ),
    "off_topic": Interruption(
        ("今天天气怎么样？", "帮我写一首诗好吗？", "你知道附近哪里有好吃的火锅吗？"),
        ("what's the weather like today?", "can you write me a poem?", "where is a good pizza place around here?"),
        "talk.out_of_scope",
    ),
    "fraud": Interruption(
        ("有人冒充客服让我把钱转到安全账户", "我刚把验证码告诉骗子了", "骗子正在远程操作我的手机"),
        ("a scammer is making me transfer money to a safe account", "I just gave my verification code to a scammer",
         "someone pretending to be the police told me to share my screen, I think it's a scam"),
        "handover.fraud", "fraud",
    ),
    "distress": Interruption(
        ("欠太多了，我不想活了", "我真的活不下去了", "被逼得想跳楼"),
        ("I don't want to live anymore", "I want to die, the debt is too much", "I'm going to kill myself"),
        "handover.distress", "distress",
    ),
    "threat": Interruption(
        ("再不处理我就打12378投诉你们", "我要找记者曝光你们", "我马上去银保监会举报"),
        ("I'll report you to the regulator", "I'm going to the press with this", "fix it or I will sue you"),
        "handover.threat", "threat",
    ),
}  # fmt: skip
