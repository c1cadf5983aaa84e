import requests, time
from playwright.sync_api import expect
from tests.e2e.test_robustness import *
def test_x(customer, people, stack):
    fill_in(customer)
    def outs():
        return [l for l in requests.get(stack.base+"/metrics").text.splitlines() if "turn" in l and "_count" in l]
    print(outs())
    with hanging(stack.children()["actions"]):
        t=time.time()
        customer.tap("确认提交")
        expect(customer.said("消息已收到")).to_be_visible(timeout=TOLD_MS)
        print("told", time.time()-t)
        customer.say("确认提交")
        while time.time()-t<36: time.sleep(1)
        print(outs())
        print([l.inner_text() for l in customer.lines.all()[-5:]])
    t=time.time()
    customer.say("确认")
    customer.answered()
    print("answered", time.time()-t)
    time.sleep(3)
    for l in customer.lines.all()[-9:]: print("-", l.inner_text().replace("\n"," | "))
    print(people.own_pages(customer.my_tickets()).ticket_list().count())
    people.photograph("adhoc")
