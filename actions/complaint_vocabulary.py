"""The words customers use for each slot of a complaint, zh and en side by side; patterns only."""

import re

STOCK = re.compile(
    r"我?(?:要|想|得|必须|需要|打算|准备)?(?:进行|提交?|申请|发起|办理)?(?:一个|一下|个)?(?:投诉|投訴|客诉|客訴|举报)(?:一下)?(?:你们?|妳們|公司|客服)?(?:的|了|啦|啊)?"
    r"|你好|您好|请问|麻烦|帮我?|我要|我想|给我|在哪里?|有问题|一件事|出问题了?|不满意?|很生气|怎么回事|什么情况"
    r"|\b(?:i|i'd|id|i'm|would|like|want|wish|need|have|to|a|an|the|make|file|lodge|open|submit|raise|register|my|about|you|your|company|hi|hello|please|can|could"
    r"|complain|complaint|complaining|problem|issue|something|help|me|with|this|is|it|and|of|against|very|so|unhappy|angry|upset)\b"
)
ADDING = re.compile(
    r"我?(?:想|要|还要|需要|得)?(?:给|对|往|在)?(?:我的?|之前的?|上次的?|那个|原来的?)*(?:投诉|工单|投訴|case|单子?)?(?:里|上)?(?:再)?(?:补充|追加|增加|添加|补|加)(?:一?[点下些])?(?:说明|材料|资料|内容|情况|信息|证据|截图)?"
    r"|\b(?:i|i'd|would|like|want|to|add|more|something|some|information|info|details?|my|the|a|an|complaint|case|can|please|have|evidence|need)\b"
)
LETTERS = re.compile(r"[㐀-鿿]|[a-z]+|\d+")
QUESTION = re.compile(
    r"[?？]|吗\s*[。!！]*$|么\s*$|呢\s*$|怎么|怎样|如何|什么时候|是什么|啥时候|多久|多少钱|多长时间|能不能|可不可以|可以.{0,8}吗|是不是|会不会|为什么|为啥|哪里|哪儿|哪个|几天|几个工作日"
    r"|^\s*(?:what|how|why|when|where|who|which|can (?:i|you|we)|could (?:i|you)|do (?:i|you)|does|is (?:it|there|my)|are (?:you|there)|will|would|should)\b",
    re.IGNORECASE,
)
SKIP = re.compile(
    r"^(?:我?(?:真的?|也)?(?:没有|没|木有|无|暂无|不知道|不清楚|不记得|记不清|记不得|忘了|忘记了|找不到|不涉及|跳过|略过?|都不是|不适用|不确定|說不清|沒有|冇)(?:了|啦|啊|呀|哦|具体|多少|金额|订单号|单号|订单|流水号|什么|特别|要求|别的|其他|邮箱|电话|钱|哪天|的|，|,|这个|。|只有截图|\s)*"
    r"|(?:订单号?|单号|金额|流水号?)?(?:没有|忘了|找不到|不涉及|不知道|记不清|不记得)了?"
    r"|跟钱没关系.*|随便|都行|看着办|没要求|没什么特别要求"
    r"|(?:i )?(?:do ?n[o']?t|dont|don't) (?:know|have|remember|recall)(?: (?:it|one|that|the .*|any|exactly|how much))?|(?:there is |there's )?(?:none|no (?:idea|amount|order(?: number)?|money involved)|nothing|nope|skip(?: (?:it|this))?|n/?a|not sure|not applicable|no clue)|can'?t (?:find|remember) (?:it|one|the .*))$",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"不对|说错|写错|打错|填错|选错|输错|弄错|搞错|看错|发错|错了|更正|纠正|改一?下|改成|改为|修改|想改|要改|应该是|应为|重新填|換成|不是.{1,12}(?:是|，是|,是)|啊?不，?是"
    r"|\bsorry,? (?:it|i|that|the)|\bi meant|\bactually\b|\bwrong\b|\bcorrection\b|\bchange (?:the|my|it)|\bmistake|\bmistyped|\btypo|should (?:be|have been)|not .{1,20}(?:but|,? it'?s)\b",
    re.IGNORECASE,
)
GIVES_UP = re.compile(
    r"算了|拉倒|取消|退出|放弃|停止|不(?:想|要|用)?再?(?:投诉|弄|填|搞|说|提交|继续|投訴)了?|撤(?:诉|销|回|掉|了)|不.{0,4}了$|下次再"
    r"|\b(?:cancel|never ?mind|forget (?:it|about)|stop|quit|exit|drop (?:it|this)|give up|abort|leave it|don'?t want to (?:continue|complain)|not now|discard)\b",
    re.IGNORECASE,
)
SLOT_WORDS = {
    "amount": r"金额|金額|钱数|多少钱|数额|价格|amount|sum\b|price",
    "order_number": r"订单|訂單|单号|單號|流水|交易号|order|reference",
    "category": r"类型|类别|分类|種類|归到|归类|category|type of complaint|\bclass\b",
    "product": r"产品|產品|业务|product",
    "wish": r"诉求|訴求|要求|希望|期望|wish|want (?:instead|a refund)|outcome|demand",
    "contact_channel": r"联系|聯絡|电话|手机|邮箱|邮件|email|e-mail|phone|contact",
    "description": r"描述|经过|内容|事情|情况|description|story|what happened|details",
}
CATEGORY_WORDS = {
    "transaction_dispute": r"交易纠纷|交易|纠纷|扣款|transaction|dispute",
    "system_failure": r"系统故障|系统|故障|闪退|系統|system|failure|technical|app (?:problem|issue)",
    "policy_issue": r"政策问题|政策|规则|收费标准|policy|policies|rules?\b",
    "product_service": r"产品服务|产品或服务|服务态度|服务|产品|客服|product|service|staff",
}
ORDINALS = {
    r"第?一个?$|^1$|first": 0,
    r"第?二个?$|^2$|second": 1,
    r"第?三个?$|^3$|third": 2,
    r"第?四个?$|^4$|fourth|last": 3,
}
CHANNEL_WORDS = {
    "email": r"邮箱|邮件|郵件|電郵|e-?mail|\bmail\b",
    "phone": r"电话|電話|手机|手機|打给我|call|phone|mobile|ring me",
    "chat": r"聊天|这里|這裡|这儿|在线|线上|對話|对话|就这|站内|app|here|chat|online|this window",
}
PERSON = re.compile(r"人工|真人|转接|客服|经理|领导|agent|human|person|someone|representative", re.IGNORECASE)
WISH = re.compile(
    r"(?:我?(?:要求|希望|请求|强烈要求)|请你?们?|我要|必须|赶紧|尽快)(?P<z>(?:把钱|全额|原路|你们|尽快|马上|立即|给我)?(?:退|赔|补偿|道歉|解释|返还|取消|解决|恢复|处理|查清|撤销|解冻)[^，。！!；;\n]{0,30})"
    r"|(?P<e>\bi (?:want|demand|expect|would like|'d like) (?:a |an |my |the |you to )?(?:full )?(?:refund|money back|apology|compensation|explanation|cancel|fix|return)[^.,;!\n]{0,60})",
    re.IGNORECASE,
)
