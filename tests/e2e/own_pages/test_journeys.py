"""A customer on their own pages, in Chinese and in English: complaining, showing, adding, withdrawing, reopening, one's data."""

from __future__ import annotations

import zipfile

from playwright.sync_api import FilePayload, expect

from tests.e2e.own_pages.conftest import Company
from tests.e2e.pages.customer import CustomerPages
from tests.e2e.people import People
from tests.evidence import pdf, picture

WORDS = {
    "zh": {
        "story": "提现500元显示处理中，第二天还没有到账",
        "kind": "只能上传图片或 PDF",
        "showed": "您上传了凭证",
        "added": "补充内容已收到",
        "withdrawn": "已按您的要求撤诉",
        "reopened": "已重开",
        "next": "接下来：",
        "category": "请选择最接近的一类",
        "back": "已恢复您上次没有提交的内容",
        "making": "正在准备",
        "ready": "已备好",
        "again": "请再确认一次是您本人",
        "round": "第 2 次处理",
        "allowed": "已同意接收",
        "stopped": "不接收",
        "by_you": "您在本页设置",
        "waiting": "等待决定",
        "agreed": "已同意",
        "taken_back": "已撤回",
        "open_cases": "还有未结束的工单",
    },
    "en": {
        "story": "My withdrawal of 500 yuan has been pending since yesterday",
        "kind": "Only pictures and PDF files can be sent",
        "showed": "You sent evidence",
        "added": "We have received your addition",
        "withdrawn": "The complaint is withdrawn",
        "reopened": "Reopened",
        "next": "What happens next:",
        "category": "Please choose the closest kind",
        "back": "What you had typed before is back",
        "making": "Being prepared",
        "ready": "Ready",
        "again": "Please show once more that it is you",
        "round": "Round 2",
        "allowed": "Allowed",
        "stopped": "Not allowed",
        "by_you": "by you on this page",
        "waiting": "To be decided",
        "agreed": "Agreed",
        "taken_back": "Taken back",
        "open_cases": "still open",
    },
}
SHOT: FilePayload = {"name": "截图 1.png", "mimeType": "image/png", "buffer": picture()}
STATEMENT: FilePayload = {"name": "statement.pdf", "mimeType": "application/pdf", "buffer": pdf()}
PROGRAM: FilePayload = {"name": "run.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}


def test_a_complaint_with_evidence(visitor: CustomerPages, language: str) -> None:
    words = WORDS[language]
    visitor.fill_in(words["story"], "transaction_dispute").attach(SHOT, STATEMENT, PROGRAM)
    expect(visitor.uploaded).to_have_count(2)
    expect(visitor.page.locator(".evidence-problem")).to_contain_text(words["kind"])
    visitor.send_complaint()
    visitor.page.goto(f"{visitor.base}/my/tickets/{visitor.accepted()}")
    expect(visitor.evidence).to_have_count(2)
    expect(visitor.evidence.filter(has_text="截图 1.png")).to_have_count(1)
    drawn = visitor.evidence.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert drawn == 40
    expect(visitor.log.first).to_contain_text(words["showed"])
    expect(visitor.next_step).to_contain_text(words["next"])


def test_a_refused_form_leads_to_its_mistakes_and_keeps_words_and_files(visitor: CustomerPages, language: str) -> None:
    words = WORDS[language]
    visitor.page.locator("#f-description").fill(words["story"])
    visitor.attach(SHOT)
    expect(visitor.uploaded).to_have_count(1)
    visitor.send_complaint()
    expect(visitor.mistakes.first).to_contain_text(words["category"])
    visitor.mistakes.first.click()
    expect(visitor.page.locator("#f-category")).to_be_focused()
    expect(visitor.page.locator("#f-description")).to_have_value(words["story"])
    expect(visitor.uploaded).to_have_count(1)
    visitor.fill_in(words["story"], "system_failure").send_complaint()
    visitor.accepted()


def test_a_draft_survives_a_wrong_turn(visitor: CustomerPages, language: str) -> None:
    words = WORDS[language]
    visitor.fill_in(words["story"], "policy_issue")
    visitor.page.goto(f"{visitor.base}/demo")
    visitor.write_complaint()
    expect(visitor.page.locator(".draft-notice")).to_contain_text(words["back"])
    expect(visitor.page.locator("#f-description")).to_have_value(words["story"])
    expect(visitor.page.locator("input[value=policy_issue]")).to_be_checked()
    expect(visitor.page.locator("input[name=consent]")).not_to_be_checked()
    visitor.page.locator("[data-draft-clear]").click()
    expect(visitor.page.locator("#f-description")).to_have_value("")


def test_without_scripts_a_complaint_with_evidence_works_too(people: People, language: str) -> None:
    plain = people.own_pages(people.profile(language, java_script_enabled=False).new_page()).write_complaint()
    plain.fill_in(WORDS[language]["story"], "transaction_dispute").attach(SHOT).send_complaint()
    plain.page.goto(f"{plain.base}/my/tickets/{plain.accepted()}")
    expect(plain.evidence).to_have_count(1)


def test_adding_words_and_files_then_withdrawing(customer: CustomerPages, language: str) -> None:
    words = WORDS[language]
    customer.attach(SHOT)
    expect(customer.uploaded).to_have_count(1)
    customer.add(words["story"])
    expect(customer.notice).to_contain_text(words["added"])
    expect(customer.evidence).to_have_count(1)
    customer.withdraw(words["story"])
    expect(customer.notice).to_contain_text(words["withdrawn"])
    expect(customer.page.locator("#f-text")).to_have_count(0)


def test_a_chosen_file_can_be_removed_before_it_is_sent(customer: CustomerPages) -> None:
    customer.attach(SHOT)
    expect(customer.uploaded).to_have_count(1)
    customer.uploaded.locator("button").click()
    expect(customer.chosen).to_have_count(0)
    expect(customer.page.locator("#f-files")).to_be_focused()


def test_a_lost_connection_fails_the_upload_and_retry_sends_it(customer: CustomerPages) -> None:
    customer.page.route("**/my/files", lambda route: route.abort())
    customer.attach(SHOT)
    failed = customer.page.locator(".evidence-row.is-failed")
    expect(failed).to_have_count(1)
    customer.page.unroute("**/my/files")
    failed.locator("button").first.click()
    expect(customer.uploaded).to_have_count(1)


def test_reading_the_answer_and_reopening(customer: CustomerPages, company: Company, language: str) -> None:
    words = WORDS[language]
    company.answer(customer.number, close=True)
    customer.page.reload()
    expect(customer.answer).to_contain_text("银行维护")
    customer.read_letter().page.go_back()
    customer.reopen(words["story"])
    expect(customer.notice).to_contain_text(words["reopened"])
    expect(customer.page.locator(".ticket-title")).to_contain_text(words["round"])
    expect(customer.page.locator(".stage[aria-current=step]")).to_have_count(1)


def test_a_copy_of_ones_data(customer: CustomerPages, company: Company, language: str) -> None:
    words = WORDS[language]
    customer.my_data().ask_for_copy()
    expect(customer.exports).to_contain_text(words["making"])
    company.worker.deliver()
    customer.page.goto(company.link(customer.number, "/my/data"))
    expect(customer.exports).to_contain_text(words["ready"])
    with zipfile.ZipFile(customer.fetch_copy()) as packed:
        assert customer.number in packed.read("index.html").decode()


def test_a_browser_that_came_in_long_ago_is_asked_to_come_again(
    people: People, customer: CustomerPages, company: Company, language: str
) -> None:
    customer.my_data().ask_for_copy()
    company.worker.deliver()
    customer.page.reload()
    customer.page.context.clear_cookies(name="kesu_customer")
    token = company.app_token(customer.number)
    customer.page.context.add_cookies([{"name": "kesu_conversation", "value": token, "url": company.base}])
    customer.page.reload()
    customer.exports.first.locator("button").click()
    expect(customer.heading).to_contain_text(WORDS[language]["again"])


def test_a_consent_is_as_easily_withdrawn_as_given_and_both_are_listed(customer: CustomerPages, language: str) -> None:
    words = WORDS[language]
    customer.my_data().my_consents()
    expect(customer.consent("care").locator(".chip")).to_have_text(words["stopped"])
    customer.choose("care")
    expect(customer.consent("care").locator(".chip")).to_have_text(words["allowed"])
    customer.choose("survey").choose("care")
    expect(customer.consent("care").locator(".chip")).to_have_text(words["stopped"])
    expect(customer.log).to_have_count(3)
    expect(customer.log.first).to_contain_text(words["by_you"])
    customer.page.reload()
    expect(customer.consent("survey").locator(".chip")).to_have_text(words["stopped"])


def test_asking_to_be_erased_taking_it_back_and_being_erased(
    customer: CustomerPages, company: Company, language: str
) -> None:
    words = WORDS[language]
    customer.my_data().erasure()
    expect(customer.page.locator("main")).to_contain_text(words["open_cases"])
    company.answer(customer.number, close=True)
    customer.ask_to_be_erased()
    expect(customer.erasure_status).to_have_text(words["waiting"])
    customer.take_back_erasure()
    expect(customer.erasure_status).to_have_text(words["taken_back"])
    customer.ask_to_be_erased()
    company.agree_to_erase()
    customer.page.reload()
    expect(customer.erasure_status).to_have_text(words["agreed"])
    company.four_days_later()
    customer.page.goto(f"{customer.base}/my/tickets")
    answer = customer.page.reload()
    assert answer is not None
    assert answer.status == 401
