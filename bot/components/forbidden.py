"""What must be refused by its very words, zh and en: a small precise layer beside the classifier. Pure.

The classes are those of `nlu_data/evaluation/README.md`: advice, promised returns, inside information, other people's data,
forged papers, sham purchases for cash, true records deleted for money, ways round limits, checks and the courts. A text that asks
how such a rule works, what is permitted, for the official way or how to report somebody is left to the classifier.
"""

import re

from bot.components.text import normalise

_PERSON = (
    r"(?:老公|老婆|丈夫|妻子|爱人|前夫|前妻|前任|男友|女友|男朋友|女朋友|对象|儿子|女儿|儿媳|女婿|婆婆|公公|岳父|岳母|爸|妈|室友|同事|朋友|邻居|老板|员工"
    r"|保姆|房东|租客|合伙人|网友|别人|他人|对方|那个人|这个人|某人|客户|用户|机主|收款人|号主|他|她|哥|姐|弟|妹)"
)
_HIS = r"(?:余额|流水|明细|账户里?|账号|密码|验证码|电话|手机号|联系方式|住址|地址|住哪|征信|贷款|欠|存款|保单|身份证|卡号|真名|实名|持仓|定位|行踪)"
_SHOW = r"(?:查|看看?|告诉|给我|发我|发给我|透露|调|导出|弄到|想知道|帮我看|定位)"
_PAPER = r"(?:流水|证明|工资[条单]|薪资单|粮单|公章|合同|凭证|截图|诊断|病历|发票|在职|学历|营业执照|材料|回单|账单|房产证|存折|保单)"
_BUY = r"(?:买|卖|加仓|减仓|补仓|割肉|清仓|满仓|空仓|抄底|止损|梭哈|追高|入场|上车|换仓|赎回)"
_FUND = r"(?:基金|股票|个股|理财|产品|票|股|债|板块|代码|etf|保险)"

_FORBIDDEN = re.compile(
    "|".join(
        [
            rf"(?:推荐|介绍|荐|推|报|透露|来|给)(?:一下|下|我|个|点|几|一|两|三|只|支|款|些)*(?:能?赚|必涨|稳赚|牛|妖|会涨|翻倍|高收益|收益高|好).{{0,4}}{_FUND}",
            rf"(?:推荐|介绍|推)(?:一下|下|给?我|你们)*(?:[一两三几][只支款个])+.{{0,6}}{_FUND}",
            rf"(?:该不该|要不要|还能不能|能不能|是不是该|应该|到底|现在能|现在该).{{0,4}}{_BUY}",
            rf"{_BUY}(?:还是|或者){_BUY}|{_BUY}哪[只支个款]",
            r"哪[只支个款].{0,6}(?:会涨|要涨|能涨|必涨|稳赚|最赚|能赚|翻倍|回本)|(?:明天|下周|下个月|年底|后市|大盘).{0,6}(?:涨|跌)(?:到|还|吗|多少|是)",
            r"稳赚|包赚|只赚不赔|必涨|保证.{0,8}(?:不亏|赚|回本|翻倍|收益)|(?:承诺|担保|打包票|书面|写).{0,8}(?:不亏|保本|保底|保收益|赚|翻倍)|亏了(?:都|全|就)?算你|亏了(?:你们?)?(?:来)?(?:赔|补)我|抽屉协议|保底协议",
            r"内幕|内线|小道消息|内部(?:消息|信息|名单|高息|认购|额度|渠道|利率)|(?:没|未)公开的?(?:消息|信息|数据)|提前(?:告诉|透露?|说|透个风|漏)|(?:先|悄悄|偷偷|私下)(?:跟我|给我|和我|告诉我)(?:说|讲|透)",
            rf"{_SHOW}.{{0,8}}{_PERSON}.{{0,10}}{_HIS}|{_PERSON}.{{0,6}}{_HIS}.{{0,6}}(?:给我|发我|告诉我|查一?下|是多少|调)|(?:破解|盗).{{0,8}}(?:密码|账号|账户)|客户名单",
            rf"(?:假的?|伪造|假造|虚假的?|虚开|编造?一?[份个张]|代做|代开|倒签|\bps?一?[下张份个]?|刻一?个|p图改?).{{0,8}}{_PAPER}|{_PAPER}.{{0,8}}(?:造假|做高|做假|刷漂亮|刷高|包装|(?:能|可以|帮我|上去?)p|找谁代做|日期改|改大|改高|写高)",
            r"(?:怎么|如何|帮|找|能|可以|想|教|哪里|点样|代|把).{0,10}(?:套现|套钱|刷卡换现金|空刷|养卡)|(?:额度|白条|信用卡|花呗).{0,8}(?:套|刷)(?:出来|成现金|现金|现)|假装买.{0,12}(?:退|现金)|虚假(?:订单|交易|消费)",
            r"(?:花钱|给钱|付钱|出钱|红包|好处|[一二两三四五六七八九十\d]+[块元百千万]).{0,8}(?:删|洗白|洗掉|抹|消掉|铲|撤销上报)|(?:花|给|付|出).{0,6}(?:钱|块|元|百|千|万).{0,12}(?:征信|逾期|不良)|(?:洗白|抹|铲)(?:掉|除|了|去)?.{0,6}(?:征信|逾期|不良|黑名单)|(?:征信|逾期|不良|大数据).{0,8}(?:洗白|洗掉|抹掉|抹了|变白)|让.{0,6}(?:征信|逾期|不良|负债).{0,8}(?:查不到|不显示|看不到)",
            r"绕(?:过|开)|规避(?!风险|诈骗|骗局|损失)|躲(?:过|避|掉)|避开(?:审核|监管|监控|风控|系统|检查|限额|上报|法院|执行|征信|反洗钱)|钻空子|骗过|蒙混|混过去|糊弄|瞒(?:过|着|住)|逃避|逃废|走后门|有.{0,2}后门|开.{0,2}后门|破解",
            r"(?:怎么|怎样|如何|才能|能|咋|点样|免得|好让).{0,14}(?:不会?被(?:发现|查|盯|监控|风控|冻|追|察觉|识别|看出)|不会触发|不触发|不用上报|不用申报|追不到|先唔会)|(?:让|才)(?:你们|系统|银行|法院|对方|他|她|保险公司|风控)?.{0,6}(?:查不到|查不出|识别不出|发现不了|不知道)|不让(?:你们|系统|银行|法院|对方|他|她).{0,4}(?:知道|发现|查)",
            r"多少.{0,4}(?:不会触发|不触发|不会被查|不用报)|跑分|洗钱怎么|洗白.{0,8}(?:钱|卡|资金)|(?:赌资|黑钱|赃款).{0,8}(?:洗|进|转|提)|蚂蚁搬家|地下钱庄|对敲",
            r"(?:转移|隐匿|藏匿|挪走)(?:了|我|名下|的)*(?:财产|存款)|(?:法院|执行|离婚|打官司|官司|判决|失信|限高|限制高消费).{0,16}(?:藏|转走|转到|转给|转移|挪走|躲|避开|查不到)|(?:存款|财产|资产|收入|钱)(?:先)?(?:藏|挪)(?:起来|到|去哪)",
            r"(?:测评|问卷|评估|测试).{0,8}(?:答案|(?:怎么选|怎么答|怎么填).{0,6}(?:才|能|进取|激进|买))|(?:风险等级|风险评级|测评).{0,10}(?:改成|调成|调高|上调|往上调|改高)|(?:跳过|免)(?:风险)?(?:测评|审核|实名|人脸|冷静期|面签)",
            r"(?:别人|朋友|哥|弟|姐|妹|爸|妈|老公|老婆|表哥|孩子|亲戚|同事|室友)们?的?(?:身份证|证件|照片|脸|名额|额度|手机号).{0,6}(?:帮我|给我|替我|糊弄|混|过一下|过审|分着)",
            r"好处费|给(?:你|您)(?:提成|红包|好处)|钱好(?:商量|说)|价钱好说|请你吃饭|分你一成|通融|偷偷告诉|私下(?:告诉|签|给|谈|有)|[他她]们?不知情|别让[他她](?:们)?知道|别告诉[他她]",
            r"装病|装作|假装|冒充(?:我单位|单位)|顶替|换脸|长得像|找人代|(?:找人|别人|他人|朋友|表哥|同事).{0,6}(?:代|替)(?:签|刷|做|考|过|我)|替我(?:做|刷|签|过|考)|用.{0,8}照片.{0,4}(?:通过|混过|糊弄|骗过)",
            r"(?:改|多写|写多|写高|写成|抹掉|改掉).{0,8}(?:日期|天数|年月|出生|几笔|数字|数额|金额).{0,14}(?:赔|贷|审|过|理赔|病历|流水)|(?:病历|流水|诊断|证明|工资|薪资|回单|凭证|合同|账单|存款).{0,10}(?:改(?:一下|一改|大|高|成|个)|日期改|抹|多写|写多|写高|往高|倒签|p一)",
            r"薅.{0,6}(?:礼|赔|羊毛|红包|奖)|恶意拖|(?:不想|不)还.{0,10}(?:告不了|找不到|不上征信|没事|怎么办到)|躲催收|告不了我|铲单|征信修复.{0,8}(?:给我|帮我|办|多少钱)|养卡|四件套|(?:出售|卖).{0,4}(?:账户|账号|银行卡|对公户|卡加|一套卡)|(?:卡|账户|收款码).{0,4}(?:出租|租给).{0,10}(?:佣金|提成|多少钱|赚|怎么操作)",
            r"不冻(?:卡|结|我)?(?:[，,]|$)|(?:保证|怎么).{0,4}卡不冻|不封号|举报我的(?:人)?是谁|谁举报我|是不是你们(?:的)?客户|抄底|梭哈|短线|荐股|怎么投能|(?:金价|股价|净值|指数|大盘|美元).{0,6}(?:到多少|涨到|跌到|会涨|会跌|还会涨)|(?:跑|卖|清)还是(?:留|拿|持)|(?:投|放)(?:哪里?|哪儿|什么|啥)(?:好|最|比较|能|合适)",
            r"(?:选|挑|定|推荐|来)[一二两三四五几](?:只|支|款)|替我(?:选|挑|决定|买)|帮我(?:选|挑|决定|盯盘|预测|配(?:一下|置|个组合|几))|你(?:做主|说买我就买)|(?:由|听)你定|买不买|给(?:个|句)(?:准|痛快)?(?:话|信|点位)|买入点|卖出点",
        ]
    )
)
_FORBIDDEN_EN = re.compile(
    "|".join(
        [
            r"\b(?:recommend|suggest|pick|choose|give me|name)\b.{0,14}\b(?:funds?|stocks?|shares?|stock code|hot tips?|picks|portfolio)\b|\bwhich (?:stock|fund|share|sector|one)\b.{0,20}\b(?:buy|go up|rise|win|gain|best|double)",
            r"\bshould i\b.{0,14}\b(?:buy|sell|hold|dump|invest|put (?:my|it)|get out|cut)|\b(?:buy or sell|buy or not|hold or sell|sell or hold|tell me (?:what|when) to (?:buy|sell)|what (?:should|would) (?:i|you) buy)\b|\bis (?:it|now) .{0,12}time to (?:buy|sell|get (?:in|out))",
            r"\bwill (?:the |this |that |my )?(?:market|stock|fund|gold|dollar|index|price|shares?|bitcoin)s?\b.{0,16}\b(?:go up|rise|bounce back|crash|double|fall)\b|\bpredict (?:the|next|this|tomorrow)",
            r"\b(?:guarantee|promise|assure|vouch)\b.{0,30}\b(?:return|profit|%|percent|lose|loss|safe|double|capital|win)|\b(?:sure[- ]win|can'?t lose|no[- ]loss|risk[- ]free|guaranteed)\b.{0,20}\b(?:product|investment|fund|return|\d+|deal|portfolio|guarantee)",
            r"\binsider?\b.{0,6}(?:tips?|info|information|news)|\binside information|\bbefore (?:it|they|the)\b.{0,16}\b(?:announced|public|published|disclosure)|\bunpublished|\btip me off|\bjust between us|\bhot tip",
            r"\b(?:(?:show|tell|give|send|read|get) me|look up|find out|check) (?:\w+ ){0,3}(?:my (?:ex|wife|husband|son|daughter|sister|brother|boyfriend|girlfriend|neighbou?r|boss|employee|tenant|friend|partner)|someone else|other (?:people|customer)|(?:his|her|their))\b.{0,24}\b(?:account|balance|transactions?|loans?|password|pin|address|phone|number|limit|data|history|code)|\bhack\b|\bcustomer list\b|\blist of (?:all )?customers",
            r"\b(?:fake|forged?|forge|false|photoshop|doctored?|made[- ]up|backdate|invented)\b.{0,30}\b(?:statement|proof|letter|payslips?|pay slips?|slip|receipts?|documents?|certificate|contract|report|note|papers?|income|turnover|stamp)",
            r"\bcash (?:out|off) (?:my |a |the |of my )?(?:credit )?(?:card|loan|limit)|\b(?:card|limit|loan)\b.{0,16}\binto cash|\bfake (?:purchase|order)|\bsham\b.{0,12}\bpurchase(?!s? count)|\bhand me the (?:money|cash)",
            r"\b(?:erase|delete|remove|wipe|clean|clear)\b.{0,24}\b(?:bad credit|default|late payments?|overdue|blacklist|credit (?:record|file|history))\b.{0,24}\b(?:for (?:a fee|money|cash)|in exchange|i'?ll pay)|\b(?:pay (?:you|someone|somebody|to (?:have|get))|\d+ (?:to|and|for)) .{0,16}\b(?:erased?|deleted?|removed?|wiped?|cleaned?)",
            r"\b(?:bypass|circumvent|evade|dodge|get (?:a)?round|way (?:a)?round|trick (?:the|to get)|fool the|cheat the|loophole|back ?door|outsmart|sneak past|slip past)\b|\bwithout (?:you|the bank|anyone|getting|triggering|being|him|her|them)\b.{0,14}\b(?:notic|flagged|caught|check|know|detect|freez|trigger)",
            r"\bso (?:that )?(?:they|you|it)\b.{0,10}\b(?:aren'?t|isn'?t|won'?t|don'?t|doesn'?t)\b.{0,10}\b(?:report|notice|check|ask|flag|detect|see|find)|\bstay (?:under|below|off)\b.{0,16}\b(?:radar|limit|monitor)|\b(?:launder|clean|wash)\b.{0,12}\bmoney",
            r"\bhide\b.{0,24}\b(?:assets?|savings|money|income|illness|products)|\bconceal\b|\bavoid (?:enforcement|repaying|paying tax|the court)|\b(?:right answers?|answer key|answer)\b.{0,24}\b(?:risk (?:test|quiz|assessment|questionnaire)|aggressive)",
            r"\b(?:exaggerate|inflate|spoof|fabricate|make up|invent|stage an?|pretend|alter)\b.{0,40}\b(?:claim|accident|story|income|salary|statement|receipts?|employer|turnover|figures|screenshot|diagnosis|purchase|phone|refund)",
            r"\b(?:photo|id|identity|face|documents?|phone number) of (?:someone|somebody) else|\b(?:my|his|her) (?:friend|brother|dad|father|mother|mum|sister|cousin|husband|wife)'?s? (?:id|identity|photo|face|phone number|fx quota|quotas?)\b.{0,30}|\blook-?alike\b|\bdeep ?fake\b|\b(?:admin|administrator) access\b|\bskip the (?:face|risk|id|identity|verification|cooling|video)",
            r"\bmy (?:son|daughter|wife|husband|ex|sister|brother|boyfriend|girlfriend|boss|mum|mother|dad|father)'s (?:\w+ )?(?:password|pin|code|balance|transactions|account|loans?)\b(?!.{0,40}(?:consent|authori|deceased|passed))|\bwho (?:reported|complained about) me|\btrack (?:him|her|where)|\bprevious customer'?s?\b|\bwho is behind\b",
            r"\bi'?ll (?:pay you|make it worth)|\bname your price|\bnobody (?:needs to|will) know|\bno ?one (?:needs to|will) know|\boff the record|\bbetween us\b|\bsecret(?:ly)?\b.{0,20}\b(?:deal|buying|product)|\bside letter|\bbelow the reporting|\b(?:sell|rent(?:ing)?(?: out)?) (?:my|a|an) (?:\w+ )?(?:account|bank card|sim)\b.{0,20}|\blet my \w+ (?:do|take) the",
            r"\bwhere should .{0,24}\b(?:park|put|invest)|\bbest (?:stock|fund|coin)|\b(?:hold|sell|buy) or (?:hold|sell|buy|dump|cut)|\bentry and exit|\bhow many points will|\bdouble my money|\bgive you? a cut\b|\bdecide (?:for me|how much i)|\btoo late to (?:get in|buy)",
        ]
    )
)
_ASKS_ABOUT = re.compile(
    r"举报(?!我的?人)|报警|违法|犯法|犯罪|合法(?!的?途)|合规|违规|允许|后果|会怎么|会怎样|会算|怎么投诉|会有什么|什么规定|有规定|规定是|政策|正规|官方|为什么|为啥|为何|点解|是不是骗|骗局|是真的|真的假的|诈骗|可信|靠谱吗|区别|差别|什么意思|什么是|是什么|哪些(?:行为|信息|情况)"
    r"|算不算|算违|属于|认定|误判|被误|申诉|更正|异议|有误|登记错|授权|需要什么|要什么|交什么|什么材料|什么手续|什么条件|要求|流程|介绍一下|会不会(?:被|触发|影响|有)|承担|责任|怎么防|防范|被人|被冒|冒用|盗用|我自己的|查自己|我本人|是否|怎么分|该告诉谁"
    r"|能不能换成|可以柜台|历史业绩|是不是保证|你们会.{0,6}吗|你们有没有|模板|怎么判断|(?<!人脸)识别|辨别|分辨|鉴别|真假|收到.{0,6}假|替代|没通过|不通过"
    r"|\b(?:(?:how|where) (?:to|do i|can i|should i) (?:report|recogni[sz]e)|report (?:someone|somebody|him|her|staff|fraud|an? (?:employee|agent|scam|person))|illegal|is it legal|legal to|lawful|allowed|permitted|forbidden|permission|against the rules|are there rules|why|official|proper(?:ly)?|consequences?"
    r"|penalty for|what happens|scam|fraudulent|is it (?:true|real)|difference|what counts|considered|appeal|dispute|correct(?:ed)? (?:a|an|my|it)|by mistake|was wrong|error|consent|authori[sz]ed?|my own|do you (?:give|offer|guarantee|share|promise|recommend|announce|sell|have)|will you announce"
    r"|are your|is the benchmark|compliant|liable|in general|past performance|procedure|spot|tell if|received|someone (?:used|sent|made|is using)|victim|are (?:the )?returns guaranteed|is (?:the|this|it|your) .{0,24}guaranteed)\b"
)
"""Words of somebody who asks about a rule, or reports: what they say is for the classifier to judge."""


def asks_for(text: str) -> bool | None:
    """Whether the words alone ask for what is never given; False when they ask about a rule, None when they tell neither."""
    said = normalise(text)
    if _ASKS_ABOUT.search(said):
        return False
    return True if _FORBIDDEN.search(said) or _FORBIDDEN_EN.search(said) else None
