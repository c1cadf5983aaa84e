"""What must not wait, told from what only sounds like it."""

from __future__ import annotations

import pytest

from actions import suspicion, urgent
from actions.turn import Turn


def turn(text: str, intent: str = "open_complaint", confidence: float = 0.7, **known: object) -> Turn:
    return Turn("c", text, intent, confidence, "zh", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "再不处理我就打12378投诉你们", "我要找记者曝光你们", "我马上去银保监会举报", "明天就去消协", "你们等着收律师函，我要起诉", "已经向人民银行反映了",
        "信不信我发到微博上", "再拖我就告你们去", "我会让电视台来采访你们", "不退钱就法院见",
        "I'll report you to the regulator", "I'm going to the press with this", "refund me or I will sue you", "you will hear from my lawyer",
        "I have already contacted the ombudsman", "fix this or I'm posting it on twitter", "see you in court",
    ],
)  # fmt: skip
def test_going_outside_is_a_threat(text: str) -> None:
    assert urgent.threatens(text)
    assert urgent.reason(turn(text)) == "threat"


@pytest.mark.parametrize(
    "text",
    [
        "怎么向银保监会投诉？", "12378是什么电话？", "监管要求上传身份证，我传不上去", "你们是受央行监管的吗？", "我的账户被法院冻结了", "社交媒体账号绑不上",
        "我不想闹到法院", "你们说要起诉我", "律师费能报销吗？", "曝光率是什么意思", "转账三天没到账",
        "how do I complain to the regulator?", "the court froze my account", "I don't want to go to the press", "I read about it in the media",
        "my social account is locked", "who is your regulator?",
    ],
)  # fmt: skip
def test_asking_how_or_naming_an_authority_is_none(text: str) -> None:
    assert not urgent.threatens(text)


@pytest.mark.parametrize(
    "text",
    [
        "欠太多了，不想活了",
        "我真的活不下去",
        "唔想活喇",
        "想从楼上跳下去",
        "I want to die",
        "I'm going to kill myself",
        "遗书都写好了",
    ],
)
def test_self_harm_is_heard_whatever_the_classifier_thinks(text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9)) == "distress"


@pytest.mark.parametrize("text", ["App卡得想死机", "我快想死你们这个活动了"])
def test_figures_of_speech_are_no_distress(text: str) -> None:
    assert urgent.reason(turn(text, "inform")) is None


def test_fraud_is_heard_when_words_and_classifier_hint_at_it() -> None:
    text = "有个自称客服的让我共享屏幕，说要转到安全账户"
    assert urgent.reason(turn(text, "report_fraud", 0.8)) == "fraud"
    assert (
        urgent.reason(turn(text, "open_complaint", 0.4, ranking=[("open_complaint", 0.4), ("report_fraud", 0.3)]))
        == "fraud"
    )
    assert urgent.reason(turn("怎么识别冒充客服的骗子？", "ask_question", 0.7, ranking=[("report_fraud", 0.3)])) is None


@pytest.mark.parametrize(
    "text", ["催收的人打给我妈，说我是骗子", "They called my mother around 9 at night and said I'm a fraudster"]
)
def test_who_is_called_a_fraudster_is_not_robbed_by_one(text: str) -> None:
    assert urgent.reason(turn(text, "report_fraud", 0.88)) is None


@pytest.mark.parametrize(
    "text", ["我实在没钱了", "这个月手头太紧", "最近周转不开", "I'm broke", "there's no money left this month"]
)
def test_to_be_short_of_money_is_hardship_and_no_despair(text: str) -> None:
    assert urgent.is_hardship(text)
    assert urgent.reason(turn(text, "express_distress", 0.9)) is None


@pytest.mark.parametrize("text", ["余额怎么没钱了", "my card shows no money left for fees"])
def test_an_empty_account_is_no_hardship(text: str) -> None:
    assert not urgent.is_hardship(text)


@pytest.mark.parametrize(
    ("text", "heat"),
    [
        ("转账没到账", 0), ("我妈的卡被扣了钱", 0), ("收到好多垃圾短信", 0), ("太过分了", 1), ("你们就是骗子公司", 1), ("气死我了！！！", 1),
        ("他妈的还钱", 2), ("妈的，又扣我钱", 2), ("This is outrageous", 1), ("I am SO ANGRY RIGHT NOW PLEASE", 1), ("fuck this app", 2),
        ("my card was declined", 0),
    ],
)  # fmt: skip
def test_anger_has_three_degrees(text: str, heat: int) -> None:
    assert urgent.anger(text) == heat


def test_the_second_outburst_brings_a_person() -> None:
    assert urgent.reason(turn("太过分了")) is None
    assert urgent.reason(turn("太过分了", memory={"heated": 1})) == "anger"


def test_buttons_are_never_urgent() -> None:
    assert urgent.reason(turn("/report_fraud", "report_fraud", 1.0, is_button=True)) is None


@pytest.mark.parametrize(
    "text",
    [
        "等得我要死了 钱还没到",
        "累死了跑了三趟银行",
        "i have been waiting forever",
        "this is killing me, waiting for ages",
    ],
)
def test_impatience_is_no_distress_however_sure_the_classifier_is(text: str) -> None:
    assert urgent.reason(turn(text, "express_distress", 0.95)) is None
    assert urgent.is_false_alarm(turn(text, "express_distress", 0.95))


@pytest.mark.parametrize("text", ["我不想活期，想存定期", "跳楼价的保险有吗", "跳楼大甩卖是真的吗"])
def test_words_that_contain_those_of_despair_are_none(text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9)) is None


@pytest.mark.parametrize("text", ["my account is locked", "密码输错锁住了", "i paid the merchant yesterday"])
def test_what_the_words_do_not_bear_out_is_no_fraud(text: str) -> None:
    certain = 0.4 if "paid" in text else 0.9
    assert urgent.reason(turn(text, "report_fraud", certain)) is None


@pytest.mark.parametrize(
    "text",
    [
        "余额被盗刷了", "我嘞卡遭盗了", "有一笔不是我刷的", "别人用我的身份证注册还贷了款", "账户里的钱被人转走了",
        "my wallet was emptied overnight", "I never made this payment", "someone took 2000 from my account", "unauthorised charge of 99",
        "别人拿我的卡给商家付款，不是我付的", "he sent me a link and my wallet was emptied", "对方扫我的付款码，钱被人转走了",
    ],
)  # fmt: skip
def test_money_that_someone_else_moved_is_heard(text: str) -> None:
    assert urgent.stolen(text)


@pytest.mark.parametrize(
    "text",
    [
        "钱没到账",
        "不是我想要的答案",
        "盗刷能全额赔吗",
        "I never got my refund",
        "someone at your desk was rude",
        "不是我付钱，是客人用微信扫我的码给我付钱",
        "不是我付钱，是客人扫我的码给我付钱",
        "i didn't pay the shop, the customers pay me",
    ],
)
def test_other_losses_are_not_taken_for_theft(text: str) -> None:
    assert not urgent.stolen(text)


@pytest.mark.parametrize(
    "text",
    [
        "he told me to say its for decoration if the bank asks", "my mentor told me to lie to the bank about it", "recharge 800 yuan to unlock the next task, then commission",
        "they said i must move it to a safe account", "the man asked me to share my screen",
        "its 60 thousand, for a trading platform, my mentor says the offer closes tonight",
        "他教我跟银行说是装修款", "银行问起就说是装修款，老师交代的", "做任务要先充值解锁", "现在要我再垫一万二 说垫完一起返", "让我把钱转到安全账户", "对方让我共享屏幕",
        "导师带我做投资，让我今晚之前转过去", "网恋对象让我给他转两万", "他说不关百万保障会影响征信", "说不关闭会影响征信", "he says if i don't cancel the million yuan protection it will affect my credit", "pay 500 to unlock the next task, is it a scam?", "他教我跟银行说是装修款，可以吗？",
    ],
)  # fmt: skip
def test_plain_signs_of_fraud_are_heard_whatever_the_classifier_thinks(text: str) -> None:
    assert urgent.reason(turn(text, "forbidden_request", 0.9)) == "fraud"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("mentor", "ive withdrawn profit from it before so its real"), ("platform", "the offer closes tonight"), ("mentor", "are u saying its a scam?"),
        ("job", "is it safe to pay the 800 or not"), ("mentor", "i already sent 8k on monday"), ("stranger", "he wants me to send 5000"),
        ("mentor", "我之前提现过利润的，所以是真的"), ("job", "这个靠谱吗"), ("platform", "我已经转了八千"), ("mentor", "他说名额今晚截止"), ("mentor", "你是说我被骗了吗"),
    ],
)  # fmt: skip
def test_hints_of_a_conversation_add_up(before: str, text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9)) is None
    assert urgent.reason(turn(text, "ask_question", 0.9, memory={"hints": [before]})) == "fraud"


def test_the_hints_of_a_line_are_kept_and_raise_the_alarm_once() -> None:
    first = turn("my mentor is very kind", "nlu_fallback")
    suspicion.keep(first)
    assert first.memory["hints"] == ["mentor"]
    again = turn("my mentor says hello", "nlu_fallback", memory={"hints": ["mentor", "platform"]})
    assert urgent.reason(again) is None


@pytest.mark.parametrize(
    "text",
    [
        "how do task scams work, where you pay to unlock the next task?", "someone asked me to share my screen, i didn't fall for it",
        "my teacher asked me which bank i use", "does your platform have a trading app", "my landlord wants me to pay tonight", "i need to raise my transfer limit today",
        "what is a safe account scam", "the promotion ends today, how do i join", "i made a profit on my fund, how do i withdraw it",
        "导师让我写论文", "老师让我今晚之前交学费", "你们的投资平台几点开放", "什么是刷单骗局，是不是做任务要先充值解锁？", "有人让我共享屏幕，我没上当",
        "听说有骗子教人跟银行说是装修款", "我的基金赚了钱怎么提现", "积分任务怎么做", "房东让我今天之内转房租", "逾期不还会影响征信吗", "百万医疗险怎么取消", "i don't want to cancel my insurance",
    ],
)  # fmt: skip
def test_innocent_words_raise_no_alarm(text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9, ranking=[("report_fraud", 0.3)])) is None
    assert urgent.reason(turn(text, "ask_question", 0.9, memory={"hints": []})) is None


@pytest.mark.parametrize(
    "text",
    [
        "a scammer called, i didn't give my code, but 2000 is gone from my wallet", "骗子打来的，我没转钱，可是余额还是被转走了",
        "听说能赚钱，他教我跟银行说是装修款", "i didn't send it yet, he told me to move it to a safe account",
    ],
)  # fmt: skip
def test_who_lost_money_or_is_still_led_is_not_taken_for_unharmed(text: str) -> None:
    assert urgent.reason(turn(text, "report_fraud", 0.9)) == "fraud"


@pytest.mark.parametrize(
    "text",
    [
        "对不起爸妈，我还不起这些钱", "失业半年，真熬不住了", "i'm all alone since my wife died. I have no will left.",
        "my husband died and i don't know how to go on", "工作没了，贷款还不上，我该去死吧", "催收让我抬不起头，我想从桥上下去",
    ],
)  # fmt: skip
def test_words_of_despair_in_hardship_are_believed_with_the_classifier(text: str) -> None:
    assert urgent.reason(turn(text, "express_distress", 0.7)) == "distress"


@pytest.mark.parametrize(
    "text",
    [
        "i lost my job in october and the repayments are all late now", "I want him to stop, and I want an apology. My husband died in March.", "I lost my job and cannot pay my loan",
        "the collectors call my mother every day", "失业了还不上", "老公走了，贷款还没还完", "我被裁了，逾期两个月了", "催收天天给我家里人打电话",
    ],
)  # fmt: skip
def test_hardship_and_grief_are_no_despair_however_sure_the_classifier_is(text: str) -> None:
    assert urgent.reason(turn(text, "express_distress", 0.95)) is None


@pytest.mark.parametrize(
    "text",
    [
        "我失业了，撑不下去了",
        "老公走了，我也不想活了",
        "I lost my job and I can't go on",
        "my husband died, i want to die",
    ],
)
def test_despair_in_hardship_is_heard(text: str) -> None:
    assert urgent.reason(turn(text, "express_distress", 0.95)) == "distress"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("失业了还不上", "tell_situation"), ("i lost my job in october and the repayments are all late now", "tell_situation"),
        ("I lost my job, what can I do?", "ask_question"), ("老公走了，贷款怎么办", "ask_question"),
    ],
)  # fmt: skip
def test_hardship_is_served_as_what_it_asks_or_tells(text: str, intent: str) -> None:
    assert urgent.calmer_intent(turn(text, "express_distress", 0.9)) == intent
    assert urgent.calmer_intent(turn(text, "out_of_scope", 0.5)) == intent


@pytest.mark.parametrize(
    "text", ["your collectors phone my mum every day since i lost my job", "失业了还不上，催收天天骂我，我要投诉"]
)
def test_a_grievance_told_with_hardship_stays_one(text: str) -> None:
    assert not urgent.is_plight(turn(text, "open_complaint", 0.9))


@pytest.mark.parametrize(
    "text", ["我上周被骗了一万二，还能追回来吗", "i was scammed last week, 12,000 gone. can i get it back?"]
)
def test_who_was_defrauded_last_week_needs_a_person_though_they_ask(text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9)) == "fraud"


@pytest.mark.parametrize(
    "text", ["听说上周有人被骗了，怎么防？", "i read that people were scammed last week, is it true?"]
)
def test_who_only_heard_of_it_does_not(text: str) -> None:
    assert urgent.reason(turn(text, "ask_question", 0.9)) is None


def test_what_is_asked_about_the_dead_is_no_despair_unless_it_says_so() -> None:
    asked = turn("人都不在了怎么还会是他自己还？", "express_distress", 0.95, memory={"bereaved": {"at": 1}})
    assert urgent.reason(asked) is None
    asked.text = "人都不在了，我怎么活得下去，想死"
    assert urgent.reason(asked) == "distress"


@pytest.mark.parametrize(
    "text",
    [
        "都不是啊，我是自己输错号码，不是被骗的",
        "没被人骗，是我自己转错了",
        "I wasn't scammed, I sent it to the wrong number myself",
    ],
)
def test_who_says_that_nobody_deceived_them_is_not_warned(text: str) -> None:
    assert urgent.reason(turn(text, "report_fraud", 0.95)) is None


@pytest.mark.parametrize(
    "text",
    ["我是不是被骗了，已经转了两万", "我被骗了，不是被抢了，钱已经转过去了", "am I being scammed? I already sent it"],
)
def test_a_doubt_or_another_denial_is_heard(text: str) -> None:
    assert urgent.reason(turn(text, "report_fraud", 0.95)) == "fraud"


@pytest.mark.parametrize(
    "text",
    [
        "they lowered my loan limit by 5000 yuan",
        "they did not approve my loan of 20000 yuan",
        "they charged me a loan fee of 200 yuan",
        "你们收了我两百块手续费才放款",
        "贷款的手续费怎么收",
        "is there a fee before the loan is paid out",
    ],
)
def test_a_fee_of_ours_is_no_fraud(text: str) -> None:
    assert suspicion.sign(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "someone on WeChat says he can get it approved for 800 yuan fee",
        "he said he will release the loan after a deposit",
        "微信上有人说先交500块保证金就放款",
        "中介让我打两千验资款才能下款",
    ],
)
def test_who_takes_money_before_a_loan_is_a_deceiver(text: str) -> None:
    assert suspicion.sign(text) == "loan_fee"
