"""The words customers use for each slot of a complaint, zh and en side by side; patterns only."""

import re

# Whatever may be repeated is told apart by its first characters, or not given back (`++`, `*+`): were “嗯嗯” one 嗯+ or two, a
# customer who leans on the key would hold the assistant up for ever (tests/unit/bot/test_patterns_end.py).
STOCK = re.compile(
    r"(?:那|所以|这|個|个|事儿?|情况|种|也|就|我){0,8}(?:能不能|可不可以|可以|能)投[诉訴](?:[吗么不])?|"
    r"(?:我这边?|这边)?有(?:一?[个件点些])?(?:事儿?|事情|情况)(?:想|要)?(?:跟你们?|和你们?|找你们?)?(?:说说|说一下|说|讲讲?|反映一?下?|问)?"
    r"|我?(?:想|要|来)(?:跟你们?|和你们?|向你们?)?(?:反映|反应|反馈|说|讲|聊|吐槽)(?:说|讲|一下|下)?(?:一?[个件点些])?(?:事儿?|事情|问题|情况)?"
    r"|不可能[啊吧呀]?|我?(?:明明|之前|已经|上次|昨天|早就){0,4}投[诉訴]过(?:[了啊的])?"
    r"|垃圾|什么玩意儿?|就是个?笑话"
    r"|\b(?:guys|joke|clowns?|rubbish|trash|garbage|pathetic|bunch|whatever|guess|lol|idk|yeah|sigh|obviously|hello)\b"
    r"|\b(?:do the needful|kindly|disappointed|dissatisfied|dear|sir|madam|team|am|much|really|extremely|say|tell)\b|"
    r"我?(?:要|想|得|必须|需要|打算|准备)?(?:进行|提交?|申请|发起|办理)?(?:一个|一下|个)?(?:投诉|投訴|客诉|客訴|举报)(?:一下)?(?:你们?|妳們|公司|客服)?(?:的|了|啦|啊)?"
    r"|你好|您好|请问|麻烦|帮我?|我要|我想|给我|在哪里?|有问题|一件事|出问题了?|不满意?|很生气|怎么回事|什么情况"
    r"|\b(?:i|i'd|id|i'm|would|like|want|wish|need|have|to|a|an|the|make|file|lodge|open|submit|raise|register|my|about|you|your|company|hi|hello|please|can|could"
    r"|complain|complaint|complaining|problem|issue|something|help|me|with|this|is|it|and|of|against|very|so|unhappy|angry|upset)\b"
)
ADDING = re.compile(
    r"我?(?:想|要|还要|需要|得)?(?:给|对|往|在)?(?:我的?|之前的?|上次的?|那个|原来的?){0,6}(?:投诉|工单|投訴|case|单子?)?(?:里|上)?(?:再)?(?:补充|追加|增加|添加|补|加)(?:一?[点下些])?(?:说明|材料|资料|内容|情况|信息|证据|截图)?"
    r"|\b(?:i|i'd|would|like|want|to|add|more|something|some|information|info|details?|my|the|a|an|complaint|case|can|please|have|evidence|need)\b"
)
LETTERS = re.compile(r"[㐀-鿿]|[a-z]+|\d+")
QUESTION = re.compile(
    r"[?？]|吗\s*[。!！]*$|么\s*$|呢\s*$|怎么|怎样|如何|什么时候|是什么|啥时候|多久|多少钱|多长时间|能不能|可不可以|可以.{0,8}吗|是不是|会不会|为什么|为啥|哪里|哪儿|哪个|哪些|几天|几个工作日"
    r"|几点|几时|几時|(?P<a>[一-鿿]{1,2})(?:不|唔)(?P=a)|(?P<b>(?!有)[一-鿿])没(?P=b)|(?<=[^\W][^\W])(?<![算就还])(?:对|是)(?:吧|伐|啵)\W*$|伐\W*$|能行吗|什么(?:材料|证件|资料|条件|手续|意思|区别)|(?<=[用选填带按走])(?:什么|啥)(?!都|也|的都)|好多(?:钱|天|个|次|久)|几多|点样|點樣|可否|能否|(?<!没)多少\s*+(?:[啊呀呢]\s*+)?$|(?:^|你们|您们?|请问|那|还|，|\s)有没有|(?:^|\s)有冇"
    r"|咋(?:办|样|弄|搞|查|改|换|解|登|退|提|还|转|开|关|用|填|才|会|回事|不)|咋整(?!的)"
    r"|^\W*(?:(?:and|so|but|or|ok|okay|well|then|now|no|er|um|wait|hi|hello|hey|please|sorry|great|thanks|thank you|abeg|also)[,.!\s]+)*"
    r"(?:what(?!ever| happened)|how|(?:what|how|where|when)'?s|why|when(?! i| you| it| the| he| she| they| we)|where|who|which|would|should|will)\b"
    r"|(?:^|[,.!;:]|\b(?:and|but|so|or|then|no|ok|okay|well|now|hi|hello|please|sorry|thanks|also)\b)\s*(?:(?:what|how|where)'?s|how (?:much|many|long|do|does|can|should)|what (?:is|are|if|about|do|does|should|can)"
    r"|when (?:will|can|do|does|is|are|should)|where (?:is|are|do|can)|why (?:is|are|do|does|did|not)|which (?:is|one)|can (?:i|you|u|we)|could (?:i|you|u)"
    r"|do (?:i|you|u|we)|does|is (?:it|there|my)|are (?:you|u|there)|will (?:i|you|it|my|the|they)|shall i)\b|\b(?:shall|should) i\b",
    re.IGNORECASE,
)
"""A question; a clause that only begins like one (“…, who said he was from the police”) tells."""
REQUEST = re.compile(
    rf"{QUESTION.pattern}|帮|替|给我|教|[能想要]|可以|麻烦|请|让|告诉|推荐|有没|哪|求|把"
    r"|\b(?:can|could|will|would|help|give|tell|show|teach|let|please|pls|want|need|wanna|like|how|lend|send|get|make|do|any|just)\b",
    re.IGNORECASE,
)
"""Words without which a message that names a sum asks for nothing: “2000 yuan. to Bank of China. his name is Zhang Wei”."""
REDRESS = re.compile(
    r"^(?!.*(?:套现|流水|内幕|伪造|假|征信|徵信|记录|記錄|逾期|records?\b|credit)).*(?:退(?:[我钱款回给]|还)|还给我|赔|取消"
    r"|\b(?:cancel\w*|refund\w*|money back|back (?:since|to (?:me|my))|return(?:ed)? to (?:me|my))\b)",
    re.IGNORECASE | re.DOTALL,
)
"""What who complains wants, and may be granted: “i want it cancelled and the 40s back”."""
SENTENCES = re.compile(r"[^?？。！!;；\n]+[?？。！!;；\n]*|[?？。！!;；\n]+")
CLAUSES = re.compile(
    r"[，,]\s*(?:(?:and|also)\s+)?|\s++(?=另外|还有|還有|再问|顺便|順便)|\s++and\s+(?=(?:how|what|when|where|which|why|can|do|is|are)\b)",
    re.IGNORECASE,
)
TROUBLE = re.compile(
    r"[没沒未][^，。！？,!?]{0,3}[到收退回]|[收查登绑打提转取连付刷退看找用充点签验扫弄搞办还借][不冇][到了上进開开去出]|失败|失敗|多[扣收]|[被给]?[我]?[^，。！？,!?]{0,6}扣了|重复|重複|两[次遍笔]|冻结|凍結|锁了|老是|一直|总是|總是|突然|怎么会|怎么又|凭什么|无缘无故|莫名|不见了|少了|错了|卡住"
    r"|\b(?:still|not|hasn'?t|haven'?t|isn'?t|didn'?t|won'?t|can'?t|cannot|twice|again|keeps?|declin\w+|frozen|froze|locked|dropped|missing|failed|failing|wrong|stuck|disappeared|nothing|never|where(?:'s| is| are) my|was i charged|charged me)\b",
    re.IGNORECASE,
)
SKIP = re.compile(
    r"^(?:我?(?:真的?|也)?(?:没有|没|木有|无|暂无|不知道|不清楚|不记得|记不清|记不得|忘了|忘记了|找不到|找不着|不涉及|跳过|略过?|都不是|不适用|不确定|說不清|沒有|冇)(?:了|啦|啊|呀|哦|具体|多少|金额|订单号|单号|订单|流水号|什么|特别|要求|别的|其他|邮箱|电话|钱|哪天|的|，|,|这个|。|只有截图|\s)*"
    r"|(?:订单号?|单号|金额|流水号?)?(?:没有|忘了|找不到|找不着|丢了|不涉及|不知道|记不清|不记得)了?"
    r"|跟钱没关系.*|随便|都行|(?:你们?|您|恁们?)?看着办吧?|没要求|没什么特别要求"
    r"|(?:i )?(?:do ?n[o']?t|dont|don't) (?:know|have|remember|recall)(?: (?:it|one|that|the .*|any|exactly|how much))?|(?:there is |there's )?(?:none|no (?:idea|amount|order(?: number)?|money involved)|nothing|nope|skip(?: (?:it|this))?|n/?a|not sure|not applicable|no clue)|can'?t (?:find|remember) (?:it|one|the .*))$",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"不对|说错|写错|打错|填错|选错|输错|弄错|搞错|看错|发错|错了|更正|纠正|改一?下|改成|改为|修改|想改|要改|应该是|应为|重新填|換成|不是.{1,12}(?:是|，是|,是)|啊?不，?是"
    r"|^(?:no|wait)\b[,. ]*(?:(?:no|wait|hang on)[,. ]*)?(?:it|that)(?:'?s| is| was)\b(?! (?:all|it|everything|fine|ok|okay|right|correct|not|never)\b)|\bno,? wait\b|\bwait,? no\b|\bsorry,? (?:it|i|that|the)|\bi meant|\bactually\b|\bwrong\b|\bcorrection\b|\bchange (?:the|my|it|something|anything|one)|\bmistake|\bmistyped|\btypo|should (?:be|have been)|not .{1,20}(?:but|,? it'?s)\b",
    re.IGNORECASE,
)
PAIRS = (
    re.compile(r"不是(?P<no>[^，,。是]{1,14}?)[，,、；;\s]*(?:而?是|应该是|应为|係)(?P<yes>[^，,。！!？?]{1,20})"),
    re.compile(r"(?:^|(?<=[^不]))是(?P<yes>[^，,。是]{1,14}?)[，,、\s]*(?:而)?不是(?P<no>[^，,。！!？?]{1,20})"),
    re.compile(r"\bnot (?P<no>[^,.;]{1,30}?)[,;]? (?:but|it'?s|it was|it is) (?P<yes>[^,.;!?]{1,30})", re.IGNORECASE),
    re.compile(
        r"\b(?:it'?s|it was|it is|meant|i used|was) (?P<yes>[^,.;]{1,30}?),? not (?P<no>[^,.;!?]{1,30})", re.IGNORECASE
    ),
)
"""What something is not and what it is, in either order."""
YES = re.compile(
    r"^(?:好|是|对|對|嗯|行|可以|确认|確認|确定|提交|没问题|没错|没毛病|同意|就这样|就这么|妥|中|得|冇问题|啱)"
    r"|\b(?:yes|yeah|yep|yup|ok|okay|sure|confirm|submit|correct|right|good|fine|go ahead|send it|perfect|agreed?)\b",
    re.IGNORECASE,
)
RESERVATION = re.compile(
    r"不过|但是?|只是|就是.{1,6}(?:不对|错)|除了|\b(?:but|except|however|only|though)\b", re.IGNORECASE
)
UNDO = re.compile(
    r"改回|还原|恢复(?:成|到)?(?:原来|之前|刚才)|还是(?:用)?(?:原来|之前|刚才|一开始|原先)的|撤销(?:刚才的?)?(?:修改|更改|改动)|(?:刚才|刚刚)?改的?不算|不改了|不用改了|原来的(?:才|是)?对|本来的就对|搞返原来"
    r"|\bundo\b|\brevert\b|\b(?:change|put|set) (?:it|that) back\b|\bgo back to (?:what|the (?:old|first|previous)|how)|\bas it was\b|\b(?:the )?(?:first|original|old) (?:one|answer|value|amount|number) (?:was|is) (?:right|correct)\b|\bnever mind the (?:change|correction)\b|\bdon'?t change (?:it|anything)\b",
    re.IGNORECASE,
)
WHY = re.compile(
    r"(?:为什么|为啥|为何|干嘛|干吗|凭什么)(?:还|非)?(?:要|需要|问|得)(?:(?:这个|这些|我|知道|提供|填|给|留|我的|告诉|电话|手机|订单|单号|邮箱|同意)|[啊呀呢吗嘛]*\W*$)|要(?:这个|这些|我的?电话|订单号|邮箱)(?:干嘛|干吗|干什么|做什么|有什么用|干啥)"
    r"|\bwhy (?:do|would|should|must) (?:you|i) (?:need|ask|want|have to (?:give|tell))\b|\bwhat do you need (?:that|this|it|my .{1,20}) for\b|\bwhat(?:'s| is) (?:that|this) for\b",
    re.IGNORECASE,
)
ADD_LEAD = re.compile(
    r"^(?:对了|还有|另外|那|请|麻烦|我|再|还|想|要|帮我|给我|[，,\s])*(?:补充(?!呢|吗|多少|什么)|补一[下句条]|追加|加一?[句条点](?!呢|吗|多少|什么))"
    r"|^(?:ok|and|also|please|oh|wait|let me|[,.\s])*(?:i (?:want|wanted|would like|need|'d like) (?:to |also )*)?(?:also )?"
    r"(?:add(?:ing)? (?:this |something )?to my (?:complaint|case)\b|(?:add|put|note)(?: (?:in|down|also|this|that|it|to my complaint))*\s*(?::|that\b)|add (?:this|the (?:agent|name|number|date|fact|amount))\b)"
    r"|^(?:also|and) (?:please )?tell (?:them|your team|the team)\b|[，,。\s](?:再)?补充一下[。.!！~]*$",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"(?:阿巴)+阿?|[嗯啊呃哦额哈呵嘿哼唉哎嗷呜]+的?|(?:红红火火|恍恍惚惚)+|(?:锟斤拷|烫|屯)+|[^a-z㐀-鿿]*[asdfghjkl;]{5,}|[qwertyuiop]{5,}|[zxcvbnm]{4,}|[bcdfghjklmnpqrstvwxz]{5,}|(?:blah|um+|uh+|er+|hm+)+",
)
GIVES_UP = re.compile(
    r"算了|拉倒|(?:取消|停止)(?:投诉|投訴|填写?|提交|登记|评价|这个|吧|了|算了)*[。.!！~\s]*$|退出|放弃|不(?:想|要|用)?再?(?:投诉|弄|填|搞|说|提交|继续|投訴|评价?|打分|补充|选)了?|撤(?:诉|销|回|掉|了)|不.{0,4}了$|下次再"
    r"|\b(?:cancel|stop)(?: (?:it|this|that|here|now|please|everything|the (?:complaint|form)|my complaint))*[.!]*$|\b(?:never ?mind|forget (?:it|about)|quit|exit|drop (?:it|this)|give up|abort|leave it|don'?t want to (?:continue|complain)|not now|discard)\b",
    re.IGNORECASE,
)
HURRIES = re.compile(
    r"(?:别再?问|那么多|不用再?问|够了|没了|没有了|就这些|就这样|这样就行|其他的?都?(?:没有|不填|不写|不知道)了?|差不多了|快点?|赶紧|赶快|麻烦|请|那就?|就|好的?|行|可以|先|直接|现在|马上|立刻|给我|帮我|我要|我想|你们?|都|了|吧|[，,。！!\s])*+"
    r"(?:提交|递交|交上去|报上去)(?:上去|给你们|投诉|表单|就行|就好|就可以|即可|行了|一下|了|吧|啊|呀|嘛|[，,。！!\s])*+(?:谢谢)?"
    r"|(?:yes|yeah|ok(?:ay)?|please|pls|just|now|already|no more questions|stop asking|that'?s (?:all|it|everything|enough)|enough(?: questions)?|go ahead|and|can (?:you|i|we)|could you|let'?s|you can|i(?:'d like| want| need)? to|[\s,.!])*+"
    r"\bsubmit(?: (?:it|this|that|everything|(?:the|my) (?:complaint|form)))?(?: (?:now|already|please|as (?:it )?is|then|for me|like this|straight away))*+(?:,? (?:thanks|thank you|please))?[?]?",
    re.IGNORECASE,
)
"""No more questions, only the filing: “提交吧”, "just submit it". What was taken is not given back, so a long text costs no more than its length."""
PRODUCT_WORDS = {
    "transfer": r"转[账帐]|轉[賬帳]|汇款|匯款|支付|扫码支?付|(?:bank )?transfer|remittance|(?:qr )?payment",
    "withdrawal": r"[提题]现|提現|withdrawal",
    "card": r"银行卡|銀行卡|储蓄卡|借记卡|(?:bank|debit) card",
    "wealth": r"理财(?:产品)?|理財(?:產品)?|基金|(?:mutual )?funds?|wealth(?: product| management)?",
    "loan": r"贷款|貸款|借款|(?:personal )?loan",
    "insurance": r"保险|保險|保单|保單|insurance(?: policy)?",
}
"""Names of a product that say no more than its title."""
MONEY_SENT = re.compile(
    r"(?:给|向|往)[^，。！？,!?]{1,8}(?:转|汇)(?:了|过去|过|出)*\s*(?:\d|[一二两三四五六七八九十]+[百千万块元])"
    r"|\bi(?:'ve| have)? (?:just |already )?(?:sent|transferred|wired|remitted) (?:(?:my |a )?\w+ )?(?:¥ ?|rmb |cny )?(?:\d[\d,.]*|money)(?! (?:people|times|messages|letters|e-?mails|documents|photos))",
    re.IGNORECASE,
)
"""Money sent to somebody, whatever it is called."""
SLOT_WORDS = {
    "amount": r"金额|金額|钱数|多少钱|数额|价格|amount|sum\b|price",
    "order_number": r"订单|訂單|单号|單號|流水|交易号|order|reference",
    "category": r"类型|类别|分类|種類|归到|归类|category|\btype\b|\bclass\b",
    "product": r"产品|產品|业务|product",
    "wish": r"诉求|訴求|要求|希望|期望|wish|what you want|want (?:instead|a refund)|outcome|demand",
    "contact_channel": r"联系|聯絡|电话|手机|邮箱|邮件|email|e-mail|phone|contact",
    "description": r"描述|经过|内容|事情|情况|description|story|what happened|details",
}
CATEGORY_WORDS = {
    "transaction_dispute": r"交易纠纷|交易|纠纷|扣款|transaction|dispute",
    "system_failure": r"系统故障|系统|故障|闪退|系統|system|failure|technical|app (?:problem|issue)",
    "policy_issue": r"政策问题|政策|规则|收费标准|policy|policies|rules?\b",
    "product_service": r"产品服务|产品或服务|服务态度|服务|产品|客服|product|service|staff",
}
NOT_THAT_CLASS = re.compile(
    rf"(?:什么|不是|不属于|哪是|哪门子|\bnot (?:an? )?|\bwhat )(?:{'|'.join(CATEGORY_WORDS.values())})", re.IGNORECASE
)
CATEGORY_TOLD = re.compile(
    r"(?:属于|算是|归为|归到|类型是|类别是)\s*“?(?:交易纠纷|系统故障|政策问题|产品服务|产品或服务)|\b(?:it'?s|this is|that'?s|call it|file it as) an? (?:transaction dispute|system failure|policy issue|product or service (?:issue|problem))"
)
HAS_NONE = {
    "order_number": r"(?:没有?|冇|木有|找不到|找不着|不记得|不知道|忘了|(?:哪|怎么|谁)(?:会|能|还)?(?:知道|记得|有))(?:什么|啥|具体|任何|这个|那个)?(?:(?:订单|訂單|交易|流水|编)(?:号码?|單號)?|单号|單號|号码|单據)[的了啊呀呢嘛啦哦吧]*"
    r"|(?:(?:订单|訂單|交易|流水)(?:号码?)?|单号|單號)[，,]?我?(?:哪|怎么|谁)(?:会|能|还)?(?:知道|记得|有)[的了啊呀呢嘛啦哦吧]*"
    r"|\b(?:no|without an?|(?:do ?n[o']?t|dont|did ?n[o']?t|didnt|have ?n'?t|havent|ca ?n'?t|cant|cannot|never)(?: (?:have|got|get|given|find|see|remember|recall|know))?(?: (?:an?|any|the|that|such|my))*|lost the)"
    r" (?:(?:order|transaction|tracking|trade|payment)(?: numbers?| id| ref(?:erence)?)|numbers?|ref(?:erence)?(?: number)?)\b(?: (?:at all|with me|for (?:it|that|this)|here|sorry|sir|man|bro|either|though|lol|yet))*",
    "amount": r"(?:不涉及|没涉及|跟)(?:金额|钱|到钱)(?:没关系|无关)?|没有?(?:具体)?金额[的了啊呀呢]*|金额(?:我|也|都|已经)*(?:不记得|不知道|不清楚|记不清|忘)了?[啊呀呢]*|\bno money (?:is |was )?involved\b|\bno (?:exact )?amount\b|\b(?:do ?n[o']?t|dont) (?:know|remember) (?:the )?(?:exact )?amount\b",
    "product": r"(?:不知道|不清楚|说不清)(?:是)?(?:什么|哪个|哪项)(?:产品|业务)|\b(?:not sure|don'?t know) which product\b",
    "wish": r"没(?:什么|有)?(?:特别|其他|别的)?(?:诉求|要求)(?!退|赔)|\bno (?:special |particular )?(?:wish|request|demand)s?\b",
}
CHANNEL_ASKED_FOR = {
    "chat": r"(?:请|麻烦|直接|就|可以)(?:你们)?在(?:这里|这儿|这|线上|聊天里?)(?:回复?|跟我说|告诉我)?|\b(?:reply|answer|tell|write to) (?:me )?(?:right )?here\b|\bin this chat\b",
    "phone": r"(?:请|麻烦|直接|最好|希望)(?:你们)?(?:给我)?(?:打|回)(?:我|个)?(?:的)?电话(?:给我|联系我|通知我)?|电话(?:联系|通知)我|\bplease (?:call|phone|ring) me\b|\b(?:call|phone) me (?:back|when|with|about)\b",
    "email": r"(?:请|麻烦|直接|最好)(?:你们)?(?:给我)?发(?:我)?(?:邮件|邮箱)|邮件(?:联系|通知|回复)我|\b(?:please )?e-?mail me\b",
}
NO_THING = re.compile(
    r"[不没没了吗呢啊呀啦你您我他它？?]|谢|好的|可以|同意|确认|确定|取消|算了|退钱|退款|打开|人工|电话|邮|这里|客服|是的|行吧|\d"
    r"|\b(?:yes|no|ok|okay|i|me|my|you|your|thanks?|please|cancel|stop|agree|sure|fine|hello|hi|hey|help|refund|call|mail|human|agent|person|what|good|bad|bye|goodbye|great|idk|dunno|maybe|continue|morning|it|this|that)\b",
    re.IGNORECASE,
)
CHANNEL_EARLY = {
    "phone": r"^(?!.*(?:不要|别|唔好|停|不准|不许|禁止|骚扰|天天|老是|一直|催|公司|单位))[^，。]{0,6}(?:打(?:我|个)?电话|打電話|电话联系)[^，。]{0,6}$|^(?:please |just )?(?:call|phone|ring) me(?: please)?[.!]*$|\bby phone\b",
    "email": r"^(?!.*(?:不要|别))[^，。]{0,6}(?:发(?:我)?邮[件箱]|邮件联系)[^，。]{0,6}$|^(?:please |just )?e-?mail me(?: please)?[.!]*$|\bby e-?mail\b",
    "chat": r"(?:就)?(?:在|搁)(?:这里|这儿|這裡|线上)(?:回复?|说|講|答复)|^(?:please |just )?(?:reply|answer)(?: me)? here(?: please)?[.!]*$|\bin th(?:is|e) chat\b",
}
BARE_WISH = re.compile(
    r"(?:你们)?(?:也|还)?[得要](?:给|付|赔|还)我[^?？，。]{1,12}|(?:你们|快|赶紧)*把[^?？，。不没]{0,6}钱[^?？，。不没]{0,4}(?:还|退|给)(?:我|给我|回来)了?|"
    r"(?!.*(?:没|沒|不|未|拒|被|冇|保证|承诺))(?:[^?？]{0,10})(?:退(?:款|钱|錢|费|还|回|给|返|番)|还(?:我|给我)?钱|赔(?:偿|钱|我|款)|补偿|道歉|给个说法|解冻|恢复正常|追回|(?:打|转|汇)(?:回|给我))[^?？]{0,10}"
    r"|(?!.*\b(?:never|not|no|refuse[sd]?|won'?t|didn'?t|hasn'?t|late|still|slow|stuck|is|was)\b)(?:just |please |i (?:want|need|demand) |i'd like |give me |pay me |send me |let me have )*"
    r"(?:a |an |my |the |full |all )*(?:refund|money back|compensation|apology|apologi[sz]e)[^?]{0,40}",
    re.IGNORECASE,
)
CATEGORY_TITLES = {
    "transaction_dispute": r"交易纠纷|交易糾紛|transaction dispute",
    "system_failure": r"系统故障|系統故障|system failure",
    "policy_issue": r"政策问题|政策問題|policy issue",
    "product_service": r"产品服务|產品服務|product or service|(?:product|service) (?:issue|problem)",
}
ORDINALS = {
    r"第?一[个件]?$|^1$|first|上面那[个件]": 0,
    r"第?二[个件]?$|^2$|second": 1,
    r"第?三[个件]?$|^3$|third": 2,
    r"第?四[个件]?$|^4$|fourth|last": 3,
}
CHANNEL_WORDS = {
    "email": r"邮箱|邮件|郵件|電郵|e-?mail|\bmail\b",
    "phone": r"电话|電話|手机|手機|打给我(?![妈爸家老单同朋])|\b(?:call|phone|mobile|ring me)\b",
    "chat": r"聊天|这里|這裡|这儿|在线|线上|對話|对话|就这|站内|\b(?:app|here|chat|online|this window)\b",
}
CHANNEL_CLAUSES = {
    "chat": re.compile(
        r"(?:请|麻烦|那|你们?|就|直接|可以)*(?:在|搁|喺)?(?:这里|这儿|這裡|呢度|线上|聊天里?|这)(?:回复?|回覆|覆|答|跟我说|告诉我|说|講|答复|联系)(?:我|吧|就|行|好|得|了|即可|可以|中|啦|㗎|喇)*"
        r"|(?:(?:please|pls|just|you can) )*(?:reply|answer|respond|write)(?: to)?(?: me)? (?:right )?(?:here|in th(?:is|e) chat)(?: please| is fine)?",
        re.IGNORECASE,
    ),
    "phone": re.compile(
        r"(?:请|麻烦|那|你们?|就|直接|可以|最好|有(?:结果|消息|进展)了?|到时候?|给我|跟我|用)*(?:打|回|拨|call)(?:个|回)?(?:我|给我)?(?:的|个)?(?:电话|電話|手机)(?:给我|联系我|通知我|联系|吧|就|行|好|了|即可|可以|[\d*\s-])*"
        r"|打我[\d*\s-]{7,}|(?:(?:please|pls|just|you can|u can|or|ok) )*(?:call|phone|ring|text|sms)(?: me)?(?: or (?:call|ring|text|sms|phone)(?: me)?)?(?: back| please| whatever| idc| anytime| i guess| on [\d*+ -]+)*",
        re.IGNORECASE,
    ),
    "email": re.compile(
        r"(?:请|麻烦|那|你们?|就|直接|可以|最好|给我|用)*发(?:我|个|到)?(?:的)?(?:邮件|邮箱|電郵)(?:给我|联系我|通知我|吧|就|行|好|了|即可|可以)*"
        r"|(?:(?:please|pls|just|you can) )*e-?mail me(?: please| idc| whatever)?",
        re.IGNORECASE,
    ),
}
"""A clause that says how to answer and nothing else."""
WISH_NAMED = re.compile(
    r"(?:诉求|訴求)(?:那?[栏里])?(?:还?没有?[写填]|漏了|空着|[写填]?错了|不对)?[啊呀]?(?:[，,：:\s]|应该){0,12}(?:(?:我?[想要])?(?:改成|改为|换成|写成|加上|改|换|写|填|就是|是|为)[，,：:\s]*)?"
    r"(?!(?:还?没有?[写填]|漏|[写填]?错|不对|改|要改|想改|我|有问题|有误|呢)[^，,]{0,3}$)(.*[㐀-鿿a-z]{2}.*)"
    r"|我(?:真正|其实)?(?:想要?|要)的(?:就|只)?是[，,：:\s]*((?!.*(?:人工|客服|真人))[^？?]{2,})"
    r"|(?:改一?下|改成|改为|换成)[：:，,\s]*(我[想要](?!.*(?:人工|客服|真人|改))[^？?]{2,})"
    r"|\bchange(?: (?:it|that|this))?(?: to)?[:, ]+(i (?:want|need|would like) (?!.*\b(?:person|human|agent|amount|number|e-?mail)\b).{3,})"
    r"|\bwhat i (?:really |actually )?(?:want|need)(?: from you| instead)? (?:is|was)(?: that)?[: ]+(.{3,})"
    r"|\b(?:my |the )?(?:wish|demand|what you want)(?: is| should be| to|:)+ *(.{3,})",
    re.IGNORECASE,
)
STORY_NAMED = re.compile(
    r"(?:事情经过|经过|描述|内容)(?:那?[栏里])?(?:应该|只|就)*(?:要|是)?(?:改成|改为|换成|写成|只写|只要写)[，,：:\s]*(.{2,})"
    r"|\b(?:what happened|description|story)(?: part)?(?: should| to| be| just| only| say|:)+ *(?:should be)?(.{3,})",
    re.IGNORECASE,
)
STORY_ADDED = re.compile(
    r"(?:事情经过|经过|描述|内容)(?:那?[栏里])?(?:再|也|还|要|请|帮我)*(?:加上|补上|补充|添上|加)(?:一[句点条])?[，,：:\s]*(.{2,})"
    r"|\badd to (?:what happened|the (?:description|story))[:, ]+(?:that )?(.{3,})",
    re.IGNORECASE,
)
TOLD_BEFORE = re.compile(
    r"(?:我|都|也|刚才?|刚刚|前面|之前|早就?|已经)(?:不是)?(?:跟你们?|和你们?)?(?:说|讲|写|告诉)(?:你们?)?(?:过|了)"
    r"|\b(?:already|just) (?:told|said|wrote|explained)\b|\btold (?:you|u) (?:already|before|that)\b",
    re.IGNORECASE,
)
STORY_GONE = re.compile(
    r"(?:经过|前面|刚才|我说的)[^，。！!？?]{0,8}(?:没了|不见了|丢了|没有了|哪去了)"
    r"|\bwhere (?:did|is|are|has|have)\b[^.?!]{0,12}\b(?:story|everything|what i (?:told|said|wrote))|\b(?:my story|everything|what i (?:told|said|wrote))\b[^.?!]{0,20}\b(?:gone|missing|disappeared|lost)\b",
    re.IGNORECASE,
)
"""Misses what was told before."""
MISSES = re.compile(
    r"(?:还?没有?|漏|忘)了?(?:写|填|加|记|说|提)(?:上去?|进去|到)?[啊呀了吧哦]*"
    r"|^(?:(?:ok|yes|please|also) )*(?:put|add|write|note) (?:that|this|it)(?: down| in| too| as well)?\b"
    r"|^再?(?:加|补充?)一?[条点句下][，,：:\s]*"
    r"|^(?:no,? )?(?:the |my )?\w+ (?:is|are) missing\b|\b(?:i forgot to (?:say|mention|add)|you (?:missed|forgot|left out))\b",
    re.IGNORECASE,
)
"""That something is to be written which is not there yet."""
ASKED_OF_US = re.compile(
    r"(?:能不能|可不可以|能否|可否|可以)(?:请|让|叫)?(?:你们?|您们?|他们)?(?:帮我|给我|先|请)?(?:别|不要|停|退(?!休)|赔|道歉|取消|解除|撤|恢复|处理|解决|修|改)(?!.*(?:多久|几天|什么时候|哪))"
    r"|\b(?:can|could|will|would) (?:you|u|they|someone)(?: please| pls)? (?:stop|refund|return|cancel|remove|fix|restore|apologi[sz]e|compensate|pay|give|send|delete|correct)\b",
    re.IGNORECASE,
)
"""A wish in the form of a question: “能不能别打了”."""
TELLS_ON = re.compile(
    r"^(?:还|连|就连|甚至)(?:[打骂发叫找让扣催]|给我?(?!钱|一个|个)[^，。,.钱]{1,4}打)(?!.{0,4}(?:给我(?![妈爸家老单同朋])|回))|^(?:结果|后来|而且|然后|当时|最后|[他她]们?说)|亏(?:了|损|掉)|被骗|(?:昨天|前天|上周.?|上个?月|\d[号日]).{0,10}的$|\b(?:i lost|then they|after that|because they|(?:it|that|this) (?:was|happened) (?:on|at|in|around|about|yesterday|last))\b",
    re.IGNORECASE,
)
"""Begins or belongs to a story, not to a wish."""
DEMANDS = re.compile(
    r"退|赔|賠|道歉|解决|处理|修|查|给我(?![妈爸家老单同朋])|还我|把|恢复|取消|停|解释|说法|希望|要求|想|应该|必须|(?<![讲说做弄搞觉记懂晓值])得|赶紧|尽快|到账就|帮|请|别|不要"
    r"|\b(?:refund|want|need|fix|give|return|pay|apolog\w+|explain\w*|stop|please|should|back|compensat\w+|cancel|remove|tell|let|make|get)\b",
    re.IGNORECASE,
)
ADDS_WISH = re.compile(r"加上|添上|补上|再加|还要|\badd\b|\balso\b", re.IGNORECASE)
ADDS_DEMAND = re.compile(r"还有|还要|另外|也要|同时|并且|以及|要求|\b(?:also|plus|as well|too)\b", re.IGNORECASE)
RHETORICAL = re.compile(
    r"(?:啊|呗|呀|，|,|\s)*还能(?:怎么|咋|怎样|有什么)[^，。]*|不然呢?[?？]?$|\bwhat else\b.*", re.IGNORECASE
)
SIGHS = re.compile(
    r"(?:[唉哎嗐诶哼]|\b(?:sigh|ugh+|argh+|aigh?)\b|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]|[\s，,。.!！…~])*",
    re.IGNORECASE,
)
OTHER_WAYS = re.compile(
    r"微信|[qQ]{2}|短信|簡訊|传真|上门|寄信|信件|\b(?:wechat|whats ?app|sms|text (?:me|message)|telegram|line|messenger|fax|letter)\b",
    re.IGNORECASE,
)
"""Ways of contact that we do not have."""
ASKS_WHEN = re.compile(
    r"(?<![好了过这])(?:几天|多久|什么时候|几时|幾時|啥时候|多长时间)[^，。没沒冇不]{0,8}(?:结果|結果|回复|回覆|答复|处理|消息|联系我|解决|给我[打回]|[打回]电话|找我)|(?:结果|回复|答复)[^，。]{0,6}(?:多久|几天|什么时候|几时)"
    r"|^(?:我|是|就|想|问你?们?|那|大概|一般|要|得|需要|还)*(?:几天|多久|多长时间)(?:啊|呀|呢|吧|[？?])*$|^(?:so |and |ok )*how (?:long|many days)(?: (?:will|does|would) (?:it|this|that) take)?\W*$"
    r"|\bwhen (?:will |do |can |would |are )?(?:you|u|i|someone|they|it|this)\b.{0,20}\b(?:reply|answer|respond|hear|result|call me|contact me|resolved?|solved?)\b"
    r"|\bhow (?:long|many days?)\b.{0,30}\b(?:reply|result|answer|response|resolved?|hear(?: back| from you)?|my complaint)\b",
    re.IGNORECASE,
)
"""Asks when there will be an answer to what is being told."""
ASKS_STATUS = re.compile(r"进度|進度|处理到哪|到哪一?步|\b(?:status|progress)\b", re.IGNORECASE)
PERSON = re.compile(r"人工|真人|转接|客服|经理|领导|agent|human|person|someone|representative", re.IGNORECASE)
WISH = re.compile(
    r"(?:我?(?:要求|希望|请求|强烈要求)|请你?们?|我要|必须|赶紧|尽快|你们(?:也|还)?[得要]|还[得要])(?P<z>(?:把钱|全额|原路|你们|尽快|马上|立即|给我){0,6}(?:退|赔|补偿|道歉|解释|返还|取消|解决|恢复|处理|查清|撤销|解冻|到[账帐賬]|停止|利息|修)[^，。！!；;\n]{0,120})"
    r"|(?:^|[，。；\s])(?:我|咱)(?:强烈)?要求(?P<y>(?!.*(?:不给|不肯|不同意|拒绝|没人|不理|不行))[^，。！!？?；;\n]{2,40})"
    r"|(?P<e>\bi (?:want|demand|expect|would like|'d like) (?:a |an |my |the |you to )?(?:full )?(?:refund|money back|[\d,.]+ ?(?:yuan|rmb|cny|dollars?|bucks)? back|apology|compensation|explanation|cancel|fix|return)(?:[^.,;!\n]|[.,](?=\d)){0,200})",
    re.IGNORECASE,
)
WANTS = re.compile(
    r"\bi (?:just |only |really |still )*(?:want|need|demand|expect|would like|wanna)\b"
    r"(?! (?:to (?!have|get)|you to (?:know|understand)|(?:an? )?(?:human|person|agent|someone|answer|question)\b))(?:[^.,;!?\n]|[.,](?=\d)){4,200}",
    re.IGNORECASE,
)
"""A wish in the words of someone who has told the story."""
TOTAL = re.compile(
    r"(?:\b(?:total|altogether|that'?s|comes to|makes|sum)(?: of| is| about| around| like| only)*|(?:一共|总共|合计|加起来)(?:是|有|大概|差不多)*)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that is a sum of money."""
SPENT = re.compile(
    r"(?:买|付|花|转|充|扣|存|提现?|投|刷|汇|(?<!提)交|借)(?:了|过|的|进去|进|入|出去|出|掉|走|到账户?|我|他|她|对方|大概|差不多|一共|共)*\s*$"
    r"|\b(?:paid|sent|bought|charged|transferred|spent|withdrew|deposited|invested|topped up|took|wired)(?: (?:me|him|her|them|out|in|over|about|around|nearly|almost|exactly|a total of))*\s*$",
    re.IGNORECASE,
)
"""What stands before a number that was paid or moved."""
COUNTED = re.compile(
    r"\s*(?:多?[号號日月点點天笔次份张張个個年期股克人件单單分秒岁周位折倍成%％:：/-]|多?小时|th\b|st\b|nd\b|rd\b"
    r"|(?:more )?(?:days?|times?|weeks?|months?|years?|hours?|minutes?|units?|shares?|grams?|people|points?|per ?cent|am|pm|orders?|items?|transactions?|payments?)\b)",
    re.IGNORECASE,
)
"""What stands after a number that counts something else than money."""
CONTACT_TIME = re.compile(
    r"(?:以后|之后|之前|[点时前后])(?:再|才)?(?:打|联系|找我|发|call)|(?:上午|下午|晚上|中午|早上|周末|工作日)[^，。]{0,6}(?:打|联系|方便|有空|上课|上班)"
    r"|\b(?:after|before|between) (?:in the )?(?:\d|work|lunch|noon|evenings?|mornings?|weekends?)|\b(?:mornings|evenings|afternoons|weekends|weekdays)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"\b[A-Z][a-z]+(?: of| de)? [A-Z][a-z]+\b")
"""A person or a place by name."""
WHY_THEY = re.compile(r"^\W*(?:(?:and|so|but|那|你们?)[,，\s]*)*(?:why\b|为什么|为啥|干嘛|干吗|为何)", re.IGNORECASE)
HOW_DARE = re.compile(
    r"凭什么|怎么(?:能|可以|敢|好意思)|还有没有|讲不讲|有没有(?:人|良心|王法|在听)|(?:在听|听见|听到|听清)(?:了)?(?:吗|么|没)|聋了"
    r"|\bhow (?:can|could|dare) (?:you|u|they)\b|\b(?:are|do|can|did) (?:you|u) (?:even |still |actually )?(?:listen\w*|hear\w*|read\w*|deaf)\b",
    re.IGNORECASE,
)
"""Asks only in form."""
FINDS_IT = re.compile(
    r"[查找]不(?:到|了|出)|(?:不能|能不能|可以|能|自己不会|不会自己)(?:自己)?[查找]|\b(?:look it up|find it|see it|check it|search (?:it|for it)|without it)\b",
    re.IGNORECASE,
)
"""Asks whether we cannot find what one has none of."""
HAILS = re.compile(
    r"(?:[\s，,。.!！?？~]|喂|你还?在(?=[吗么嘛不线])|在(?:吗|么|嘛|不在?|线吗)|[你您]好|有人(?:吗|么|没|在没?)?|hel+o+|\bhi\b|\bhey\b|(?:are )?\b(?:you|u)(?: still)? there\b|\bany(?:one|body)(?: there| here)?\b)+",
    re.IGNORECASE,
)
LATER = re.compile(
    r"(?:ok(?:ay)?|no|well|sorry|hmm|alright|[,.!\s])*(?:not now|later\b|(?:maybe |another|some other) (?:later|time)|i'?m (?:busy|at work|driving)|(?:i|i'?ll|i will|let me|i have to|i need to|i must|gotta)(?: just)? (?:go|be back|come back|get back|do (?:it|this) later|think about it|(?:ask|check with|call) (?:my|the) )).{0,40}"
    r"|(?:好|行|那|嗯|我|算了|先|[，,\s])*(?:回头|晚点|待会|等会|过会|改天|下次|明天|有空|等我有空|一会)儿?(?:我|你|有空)?再(?:说|弄|填|来|聊|讲|办|看).{0,6}"
    r"|(?:好|行|那|嗯|我|[，,\s])*(?:先去|去)(?:问问?|查查?|看看?|忙)(?:我|一下|银行|他|她|别人|再|说|了|吧|我的|开户行)*|(?:我|现在|这会儿?|先)*(?:在忙|没空|不方便(?:弄|填|说)|忙着呢?)(?:呢|了|先)*.{0,6}",
    re.IGNORECASE,
)
"""Goes away and may come back."""
COMPLAINT = re.compile(
    r"投诉|投訴|客诉|客訴|举报|舉報|\b(?:complain\w*|file a (?:case|report)|grievance)\b", re.IGNORECASE
)
