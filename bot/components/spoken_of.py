"""Whether a message speaks of an act instead of asking for it, by its wording. Pure; reads normalised text.

Forbidden acts are named by those who want them and by those who ask for the rule, report somebody or defend themselves. The
second kind says so in a few set ways, whatever the act is; the classifier knows them only beside acts it has learnt.
"""

import re

_CHINESE = (
    r"(?:违法|犯法|违规|犯罪|合法|合规|允许|有效|靠谱|安全|骗局|真的)的?(?:吗|么|嘛|不\b|吧|[?])",
    r"算不算|算什么|算是?违|哪些.{0,4}算|怎样算|是不是(?:骗|违|犯|合法|合规)|真的假的|能信",
    r"后果|判几年|坐牢|处罚|案底",
    r"举报(?!我)|向谁反映|去哪反映|报警",
    r"(?<!别问)为什么|(?<!别问)为啥|为何|凭什么|点解",
    r"我(?:没答应|没同意|没理|没听|拒绝)|我(?:可|又|真|从来?)?(?:不是(?:要|想)|没打算|没有打算)|别误会|不用你",
    r"我(?:可|又|真)?(?:不想|没想|不会|没有?).{1,16}(?:只|就)(?:想|是|问)",
    r"涉嫌|误判|误认|被(?:当成|说成|怀疑|认定)|冤枉",
    r"(?:人|方|中介|骗子|朋友|同学|同事|亲戚|业务员|经理|商家|群里|网友|顾问|老师)(?:总|一直|要|在)?(?:让|叫|劝|怂恿|忽悠|拉)我",
)
_ENGLISH = (
    r"\bis (?:it|that|this) (?:illegal|legal|allowed|a crime|a scam|legit|permitted|against|safe)\b|\bcounts? as\b|\blegit\b|\ba scam\b",
    r"\bbreaks? the (?:law|rules)\b|\bwhat (?:happens|is the penalty)\b|\bgo to (?:jail|prison)\b",
    r"\b(?:who|where|how) (?:do|can|should) i (?:tell|report)\b|\breport (?:him|her|them|people|someone|staff)\b",
    r"(?<!ask )(?<!me )\bwhy\b",
    r"\bi (?:refused|declined|said no|would never)\b|\bdon't get me wrong\b|\bi'm not (?:asking|trying|going) ",
    r"\bi don't want to .{3,60}\b(?:just|only|rather)\b",
    r"\b(?:asked|told|pushed|urged|tricked) me to\b|\btalked into\b|\bflagged (?:as|for)\b|\baccused? (?:me )?of\b",
)
_SPOKEN_OF = re.compile("|".join([*_CHINESE, *_ENGLISH]))
_YET = re.compile(r"(?:但|但是|可是|不过|还是)[^,]{0,6}(?:想|要|帮)|\bbut (?:i (?:want|need)|help|show|tell)\b")
"""What follows takes back what was said: I know it is illegal, but …"""


def is_spoken_of(text: str) -> bool:
    """Whether the act named in `text`, as `normalise` gives it, is asked about, told of or denied, and not wanted."""
    return _SPOKEN_OF.search(text) is not None and _YET.search(text) is None
