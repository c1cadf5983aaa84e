"""What made-up customers complain of and say: common words, rare ones, and numbers that differ."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from ticketing.tickets.rules import Category

ENGLISH_SHARE = 0.15
_ZH: dict[Category, Sequence[str]] = {
    Category.TRANSACTION_DISPUTE: (
        "{when}给{whom}转账{amount}元，{bank}显示已扣款，对方一直没到账。",
        "在{shop}买东西付了{amount}元，商家说没收到，钱却从{bank}卡里扣了两次。",
        "申请提现{amount}元到{bank}，页面一直显示处理中，已经{days}天了。",
        "{shop}退款{amount}元说早就退了，我的银行卡和余额里都没有看到。",
        "{when}有一笔{amount}元的扣款不是我本人操作的，商户名称写着{shop}，请查清楚并退回。",
        "还款日当天还了{amount}元，系统却显示逾期，还收了我滞纳金。",
    ),
    Category.PRODUCT_SERVICE: (
        "买{product}的时候经理说随时能赎回，现在要赎回却说还在封闭期。",
        "{product}的手续费比页面上写的高出{amount}元，客服每次说法都不一样。",
        "给客服打了{days}次电话都没人回，{product}的问题到现在没有解决。",
        "{city}线下网点办{product}让我跑了{days}趟，每次都说缺材料。",
        "{product}到期{days}天了，本金{amount}元和利息都没有回到账户。",
        "保险理赔材料交了{days}天，{city}的查勘员一直没有联系我。",
    ),
    Category.SYSTEM_FAILURE: (
        "{when}一直收不到验证码，登录不了，错过了{product}的赎回时间。",
        "人脸识别失败{days}次后账户被锁定，{bank}的卡也绑不上。",
        "App 更新以后一打开{product}页面就闪退，重装也没有用。",
        "付款{amount}元时页面卡住，重新支付后被扣了两笔，{shop}只收到一笔。",
        "积分商城兑换{shop}的券提示系统繁忙，积分扣了券没有到。",
    ),
    Category.POLICY_ISSUE: (
        "转账限额突然从五万降到{amount}元，没有任何通知，生意都没法做。",
        "{city}的营业执照明明有效，商户认证还是被拒绝，不告诉我原因。",
        "提前还款要收{amount}元违约金，合同里没有写，要求说明依据。",
        "注销账户要我等{days}天，期间还在给我发{product}的营销短信。",
        "年费{amount}元从{bank}卡直接扣，开卡时说首年免年费。",
    ),
}
_EN: dict[Category, Sequence[str]] = {
    Category.TRANSACTION_DISPUTE: (
        "I transferred {amount} yuan {en_when} and it has left my card but never arrived.",
        "{en_shop} says the refund of {amount} was sent, I cannot see it anywhere.",
        "There is a charge of {amount} from {en_shop} that I did not make.",
    ),
    Category.PRODUCT_SERVICE: (
        "Nobody called me back for {days} days about my insurance claim.",
        "The fee for redeeming my fund was {amount} higher than the page said.",
    ),
    Category.SYSTEM_FAILURE: (
        "The app crashes whenever I open the wealth page, so I missed the deadline.",
        "I was charged twice, {amount} each, because the payment page froze at {en_shop}.",
    ),
    Category.POLICY_ISSUE: (
        "My transfer limit was lowered to {amount} without any notice.",
        "My account has been frozen for {days} days and nobody tells me why.",
    ),
}
_SHOPS = (
    "便利蜂", "永辉超市", "盒马鲜生", "瑞幸咖啡", "滴滴出行", "携程旅行", "美团外卖", "京东商城", "苏宁易购", "唯品会",
    "屈臣氏", "海底捞", "全聚德", "稻香村", "蜀九香火锅", "老乡鸡", "西贝莜面村", "喜茶", "罗森", "大润发",
    "迪卡侬", "宜家家居", "孩子王", "好利来", "胖东来", "南京大牌档", "绿茶餐厅", "巴奴毛肚火锅", "鼎泰丰", "觅食记",
    "螺蛳粉先生", "云海肴", "雪域牧歌户外", "青瓷茶社", "麒麟电竞馆", "泸溪河糕点", "墨香书局", "黔灵山客栈",
)  # fmt: skip
_EN_SHOPS = ("Luckin", "Lawson", "IKEA", "Decathlon", "Trip.com", "Haidilao", "Heytea", "Watsons", "Qinglan Bookshop")
_BANKS = ("工商银行", "建设银行", "招商银行", "农业银行", "中国银行", "交通银行", "宁波银行", "徽商银行", "哈尔滨银行")
_CITIES = (
    "北京",
    "上海",
    "广州",
    "深圳",
    "成都",
    "杭州",
    "武汉",
    "西安",
    "长沙",
    "昆明",
    "呼和浩特",
    "齐齐哈尔",
    "攀枝花",
)
_WHOM = ("我妈妈", "房东", "妹妹", "供应商", "同事", "朋友", "表哥", "装修师傅")
_WHEN = ("昨天", "今天早上", "上周五", "前天晚上", "国庆期间", "十一点多", "月底")
_EN_WHEN = ("yesterday", "this morning", "last Friday", "two days ago")
_PRODUCTS = ("货币基金", "定期理财", "养老保险", "消费贷", "信用卡", "指数基金", "黄金积存", "车险")
_SAID = (
    "你好，我的问题处理得怎么样了？", "请问大概什么时候能有结果？", "我已经把转账凭证发过去了。", "麻烦查一下这笔钱到哪里了。",
    "我要投诉，你们一直不给说法。", "好的，我等你们的消息。", "谢谢，已经收到退款了。", "验证码还是收不到。",
)  # fmt: skip
_ANSWERED = (
    "您好，我是本案的处理人，正在和银行核对。", "已经为您提交加急，请留意短信通知。", "请您提供一下付款截图，方便核实。",
    "查到这笔资金在清算途中，预计明天到账。", "非常抱歉给您带来不便，退款已经发起。",
)  # fmt: skip
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = "建国伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀英霞平刚桂兰晓燕鹏辉梅雪琳宇浩轩梓涵欣怡子墨"


def story(pick: Random, category: Category) -> str:
    """A complaint of that class; a shop is the rarer the later it stands in the list."""
    english = pick.random() < ENGLISH_SHARE
    return pick.choice((_EN if english else _ZH)[category]).format(
        when=pick.choice(_WHEN), whom=pick.choice(_WHOM), amount=pick.randrange(10, 50_000), days=pick.randrange(2, 30),
        bank=_rarer(pick, _BANKS), shop=_rarer(pick, _SHOPS), city=_rarer(pick, _CITIES), product=pick.choice(_PRODUCTS),
        en_when=pick.choice(_EN_WHEN), en_shop=_rarer(pick, _EN_SHOPS),
    )  # fmt: skip


def said(pick: Random, author: str) -> str:
    """A line of a chat."""
    return pick.choice(_SAID if author == "customer" else _ANSWERED)


def name(pick: Random) -> str:
    """A customer's name."""
    return pick.choice(_SURNAMES) + "".join(pick.sample(_GIVEN, pick.choice((1, 2, 2))))


def _rarer(pick: Random, things: Sequence[str]) -> str:
    return things[int(len(things) * pick.random() ** 3)]
