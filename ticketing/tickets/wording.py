"""How states, classes, clocks and times read to people, in both languages. Promise texts come from here only."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ticketing.tickets import letter_words

NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "status": {
        "accepted": ("已受理", "Accepted"),
        "investigating": ("调查中", "Investigating"),
        "resolving": ("处理中", "Resolving"),
        "feedback": ("反馈中", "Feedback"),
        "closed": ("已结案", "Closed"),
        "withdrawn": ("已撤诉", "Withdrawn"),
        "merged": ("已合并", "Merged"),
    },
    "category": {
        "product_service": ("产品服务", "Product or service"),
        "transaction_dispute": ("交易纠纷", "Transaction dispute"),
        "system_failure": ("系统故障", "System failure"),
        "policy_issue": ("政策问题", "Policy issue"),
    },
    "product": {
        "balance": ("余额账户", "Balance account"),
        "bank_card": ("银行卡", "Bank card"),
        "credit_card": ("信用卡", "Credit card"),
        "fund": ("基金", "Fund"),
        "wealth": ("理财", "Wealth product"),
        "insurance": ("保险", "Insurance"),
        "consumer_loan": ("消费贷款", "Consumer loan"),
        "business_loan": ("小微贷款", "Business loan"),
        "points": ("积分", "Points"),
        "transfer": ("转账", "Transfer"),
        "payment": ("支付", "Payment"),
    },
    "priority": {
        "low": ("低", "Low"),
        "normal": ("普通", "Normal"),
        "high": ("高", "High"),
        "urgent": ("紧急", "Urgent"),
    },
    "severity": {
        "normal": ("一般", "Normal"),
        "serious": ("严重", "Serious"),
        "critical": ("重大", "Critical"),
    },
    "severity_reason": {
        "amount": ("金额较大", "Large amount"),
        "regulator": ("扬言向监管投诉", "Threatens to go to the regulator"),
        "press": ("扬言找媒体", "Threatens to go to the press"),
        "court": ("扬言诉诸法律", "Threatens legal action"),
        "police": ("扬言报警", "Threatens to call the police"),
        "social_media": ("扬言在网上曝光", "Threatens to go public online"),
        "outside_mention": ("提及外部渠道", "Mentions going outside"),
        "outside_threat": ("提及监管或媒体", "Mentions regulator or press"),
        "anger": ("情绪激烈", "Very angry"),
        "distress": ("流露轻生或绝望", "Speaks of despair"),
        "vulnerable": ("特殊客户群体", "Vulnerable customer"),
        "repeat": ("重复投诉", "Repeat complaint"),
    },
    "clock": {
        "investigation": ("初步调查", "Preliminary findings"),
        "resolution": ("处理结果", "Result"),
        "statutory": ("法定时限", "Statutory limit"),
        "first_reply": ("首次回复", "First reply"),
        "response": ("答复", "Response"),
    },
    "channel": {
        "chat": ("在线会话", "Chat"),
        "form": ("网页表单", "Web form"),
        # Alerts and kept filters of a time when the board counted how customers want to be reached.
        "phone": ("电话", "Phone"),
        "email": ("邮件", "E-mail"),
    },
    "contact_channel": {
        "chat": ("在线会话", "This chat"),
        "phone": ("电话", "Phone"),
        "email": ("邮件", "E-mail"),
    },
    "content": {
        "findings": ("调查结论", "findings"),
        "cause": ("原因", "cause"),
        "measures": ("处理措施", "measures taken"),
        "follow_up_plan": ("后续安排", "follow-up plan"),
        "delivered_letter": ("已送达的答复函", "a delivered answer letter"),
        "handover_note": ("交接说明", "a hand-over note"),
        "reason": ("原因", "a reason"),
        "evidence": ("客户要求撤诉的凭据", "how the customer asked for it"),
        "waiting_letter": ("待审批的答复函", "a letter waiting for approval"),
        "approved_letter": ("已审批的答复函", "an approved letter"),
        "sent_letter": ("已发出的答复函", "a letter that was sent"),
        "text": ("内容", "text"),
        "description": ("投诉内容", "what it is about"),
        "survivor": ("并入的工单", "the ticket to merge into"),
        "other_ticket": ("另一件工单", "the other ticket"),
        "open_pause": ("未结束的暂停", "a pause that lasts"),
        "extension_request": ("待审批的延期申请", "an extension request"),
        "statutory_time_left": ("未到期的法定时限", "statutory time that is not over"),
    },
    "finding": {
        "missing": ("缺失", "Missing"),
        "moved": ("时间不符", "Wrong time"),
        "orphan": ("多余", "Orphan"),
        "late": ("未按时触发", "Not fired in time"),
        "wrong_verdict": ("结论不符", "Wrong verdict"),
    },
    "kind": {"complaint": ("投诉", "Complaint"), "enquiry": ("咨询", "Enquiry")},
    "role": {
        "agent": ("坐席", "Agent"),
        "team_lead": ("班组长", "Team lead"),
        "supervisor": ("主管", "Supervisor"),
        "compliance": ("合规", "Compliance"),
        "admin": ("管理员", "Administrator"),
    },
    "letter_part": letter_words.PARTS,
    "letter_finding": letter_words.FINDINGS,
    "letter_state": letter_words.STATES,
    "letter_channel": letter_words.CHANNELS,
    "todo": letter_words.TODOS,
    "survey_part": {
        "speed": ("响应速度", "Response speed"),
        "completeness": ("服务完整性", "Completeness of service"),
        "solution": ("解决效果", "Effectiveness of the solution"),
    },
    # Where a column or a row of figures has no room for the whole name.
    "survey_part_short": {
        "speed": ("响应速度", "Response speed"),
        "completeness": ("服务完整性", "Completeness"),
        "solution": ("解决效果", "Effectiveness"),
    },
    "presence": {
        "available": ("可接单", "Available"),
        "busy": ("忙碌", "Busy"),
        "away": ("离开", "Away"),
        "offline": ("离线", "Offline"),
    },
    "event": {
        "complained": ("客户提出投诉", "Customer complained"),
        "enquired": ("客户提出咨询", "Customer enquired"),
        "accepted": ("工单已受理", "Ticket accepted"),
        "claimed": ("已领取", "Claimed"),
        "claim_undone": ("已撤销领取", "Claim undone"),
        "reassigned": ("已转派", "Reassigned"),
        "assigned": ("已自动分派", "Assigned"),
        "unassignable": ("暂无人可接", "Nobody to take it"),
        "put_back": ("已退回待分派", "Put back for others"),
        "owner_absent": ("负责人不在岗，已请班组长处理", "Owner absent, offered to the lead"),
        "added_to": ("客户补充说明", "Customer added details"),
        "evidence_added": ("客户上传凭证", "Customer sent evidence"),
        "findings_recorded": ("已记录初步调查结论", "Findings recorded"),
        "decided": ("已作出处理决定", "Decision made"),
        "letter_drafted": ("已起草答复函", "Letter drafted"),
        "letter_revised": ("答复函已修改", "Letter revised"),
        "letter_approved": ("答复函已审批", "Letter approved"),
        "letter_returned": ("答复函已退回修改", "Letter returned for changes"),
        "answer_held": ("答复函即将发出", "Answer about to go out"),
        "answer_taken_back": ("答复函已撤回", "Answer taken back"),
        "answer_kept": ("情况有变，答复函未发出", "Case changed, answer not sent"),
        "answer_sent": ("答复函已发出", "Answer sent"),
        "answer_delivered": ("答复函已送达", "Answer delivered"),
        "delivery_failed": ("答复函未能送达", "Answer could not be delivered"),
        "answer_opened": ("客户已查看答复函", "Customer opened the answer"),
        "todo_opened": ("已生成人工任务", "Task for a person"),
        "todo_done": ("人工任务已完成", "Task done"),
        "closed": ("已结案", "Closed"),
        "reopened": ("已重开", "Reopened"),
        "withdrawn": ("客户撤诉", "Customer withdrew"),
        "noted": ("内部备注", "Internal note"),
        "agent_reply": ("坐席回复", "Agent replied"),
        "priority_changed": ("优先级已调整", "Priority changed"),
        "policy_changed": ("时效规则已更换", "Promise policy changed"),
        "calendar_changed": ("工作日历调整，时限随之变动", "Work calendar changed, deadlines moved"),
        "severity_raised": ("严重程度已自动上调", "Severity raised automatically"),
        "severity_changed": ("严重程度已人工调整", "Severity changed by hand"),
        "repeat_found": ("识别为重复投诉", "Recognised as a repeat"),
        "root_cause_opened": ("已建立根因分析", "Root-cause record opened"),
        "root_cause_joined": ("已并入根因分析", "Joined a root-cause record"),
        "root_cause_left": ("已移出根因分析", "Removed from a root-cause record"),
        "sla_warning": ("即将超时", "Due soon"),
        "sla_breached": ("已超时", "Deadline breached"),
        "sla_after": ("超时后再次提醒", "Reminder after breach"),
        "acknowledged": ("已确认超时", "Breach acknowledged"),
        "surveyed": ("已发送满意度评价", "Survey sent"),
        "rated": ("客户已评价", "Customer rated"),
        "handover_read": ("已阅交接说明", "Hand-over note read"),
        "recused": ("回避", "Kept out of the case"),
        "recusal_lifted": ("解除回避", "Recusal lifted"),
        "about_staff_named": ("登记被投诉员工", "Employee complained about"),
        "merged": ("已并入其他工单", "Merged into another ticket"),
        "absorbed": ("并入了其他工单", "Took in another ticket"),
        "split": ("拆分出新工单", "Split off a ticket"),
        "linked": ("已关联", "Linked"),
        "unlinked": ("已取消关联", "Link removed"),
        "paused": ("时限已暂停", "Clocks paused"),
        "resumed": ("时限已恢复", "Clocks resumed"),
        "extension_requested": ("申请延长法定时限", "Extension requested"),
        "extension_refused": ("延期申请未获批准", "Extension refused"),
        "extended": ("法定时限已延长", "Statutory limit extended"),
    },
    "ground": {
        "declared": ("本人声明有利害关系", "declared an interest"),
        "imposed": ("主管要求回避", "kept out by a lead"),
        "handled_before": ("处理过被投诉的那一轮", "handled the round complained about"),
        "about_them": ("被投诉的员工", "the complaint is about them"),
        "their_own": ("与客户为同一人或联系方式相同", "is the customer or shares their number or address"),
    },
    "pause_reason": {
        "customer": ("等待客户回复", "Waiting for the customer"),
        "third_party": ("等待合作方", "Waiting for a third party"),
        "regulator": ("等待监管或司法机构", "Waiting for a regulator or court"),
        "internal": ("等待内部部门", "Waiting for another department"),
    },
    "link": {
        "related": ("相关", "Related"),
        "duplicate": ("重复", "Duplicate"),
        "caused_by": ("由其引起", "Caused by"),
        "cause_of": ("引起了", "Cause of"),
        "split_from": ("拆分自", "Split from"),
        "split_into": ("拆分出", "Split into"),
    },
}


def name(group: str, code: str | None, language: str) -> str:
    """The word for a code, the code itself when none is known."""
    if code is None:
        return ""
    zh, en = NAMES[group].get(code, (code, code))
    return en if language == "en" else zh


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """``11月24日 15:04`` or ``24 Nov, 15:04``, in the reader's zone.

    A part of a minute is dropped, so a shown deadline is never later than the real one.
    """
    local = at.astimezone(zone)
    return f"{local:%-d %b, %H:%M}" if language == "en" else f"{local.month}月{local.day}日 {local:%H:%M}"


def day(at: datetime, zone: ZoneInfo, language: str) -> str:
    """``2026年11月24日`` or ``24 November 2026``, for what is kept for years."""
    local = at.astimezone(zone)
    return f"{local:%-d %B %Y}" if language == "en" else f"{local.year}年{local.month}月{local.day}日"


def zone_name(zone: ZoneInfo, at: datetime, language: str) -> str:
    """The zone as customers know it: Beijing time, else the offset."""
    if zone.key == "Asia/Shanghai":
        return "Beijing time" if language == "en" else "北京时间"
    return f"{at.astimezone(zone):UTC%z}"


def due(at: datetime, zone: ZoneInfo, language: str) -> str:
    """``11月24日 15:04 前`` / ``by 24 Nov, 15:04 (Beijing time)``."""
    shown = moment(at, zone, language)
    return (
        f"by {shown} ({zone_name(zone, at, language)})"
        if language == "en"
        else f"{shown} 前（{zone_name(zone, at, language)}）"
    )


def promise(clock_name: str, at: datetime, state: str, zone: ZoneInfo, language: str, *, done: bool = False) -> str:
    """One promised time as a line for the customer; ``done`` tells a late one that was kept after all."""
    english = language == "en"
    label, by = name("clock", clock_name, language), due(at, zone, language)
    if state == "met":
        return f"{label}: done" if english else f"{label}：已完成"
    if state == "breached" and done:
        return (
            f"{label}: done, but later than promised ({by}); we are sorry"
            if english
            else f"{label}：已完成，但晚于承诺时间（{moment(at, zone, language)}），非常抱歉"
        )
    if state == "breached":
        return (
            f"{label}: was due {by}. We are late and sorry for it"
            if english
            else f"{label}：应于{by}完成，我们延误了，非常抱歉"
        )
    return f"{label}: {by}" if english else f"{label}：{by}"


def money(amount: Decimal | None, currency: str | None) -> str:
    """``¥1,200.00``; other currencies by code."""
    if amount is None:
        return ""
    return f"¥{amount:,.2f}" if currency in (None, "CNY") else f"{currency} {amount:,.2f}"


def time_left(delta: timedelta, language: str) -> str:
    """``3小时12分`` / ``3 h 12 min``; what is past reads as an overrun."""
    late = delta < timedelta(0)
    minutes = int(abs(delta).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, mins = divmod(rest, 60)
    if language == "en":
        parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{mins} min" if not days else ""]
        shown = " ".join(part for part in parts if part)
        return f"{shown} late" if late else shown
    parts = [f"{days}天" if days else "", f"{hours}小时" if hours else "", f"{mins}分" if not days else ""]
    shown = "".join(parts)
    return f"超时{shown}" if late else shown


def progress(status: str, language: str, *, answered: bool = False) -> str:
    """What is happening now and what comes next, for the customer; ``answered`` when this round's letter has arrived."""
    texts = {
        "accepted": (
            "您的投诉已受理，正在安排专人调查。",
            "We have accepted your complaint and are assigning someone to look into it.",
        ),
        "investigating": (
            "专人正在调查，完成后会把初步结论告诉您。",
            "Someone is looking into it and will tell you the preliminary findings.",
        ),
        "resolving": (
            "初步调查已完成，正在确定处理方案。",
            "The preliminary findings are in; we are deciding what to do.",
        ),
        "feedback": ("处理方案已确定，书面答复即将送达。", "The decision is made; the written answer is on its way."),
        "answered": (
            "书面答复已送达。如还有疑问，可以补充说明。",
            "Our written answer has been delivered. If anything is unclear, you can add to this ticket.",
        ),
        "closed": (
            "已结案。如不满意，可以申请重开。",
            "Closed. If you are not satisfied, you can ask us to reopen it.",
        ),
        "withdrawn": ("您已撤诉，本单不再处理。", "You withdrew this complaint; we have stopped working on it."),
        "merged": ("已与您的另一件工单合并处理。", "Merged with another of your tickets."),
    }
    zh, en = texts["answered" if answered and status == "feedback" else status]
    return en if language == "en" else zh
