"""Pictures of the product, taken from a running `make run` with the demo company.

    python tests/e2e/screenshots.py [ADDRESS] [--every-page]     http://127.0.0.1:8000 unless said otherwise

The README's pictures go to docs/screenshots/; two complaints are filed and one answered on the way, as people would.
With --every-page also each page that people use, in both languages, both themes, on a phone and at a desk, goes to
docs/screenshots/pages/LANGUAGE/THEME-WIDTH/ (several hundred files, which the repository does not keep).
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from tests.e2e.pages.widget import Widget  # noqa: E402
from tests.e2e.people import CHROMIUM, FLAGS, People  # noqa: E402
from tests.e2e.stories import EN, ZH, Story  # noqa: E402
from tests.e2e.test_accessibility import CUSTOMER_PAGES, STAFF_PAGES, THEMES, Closed, close_one  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
FAMILY = "Noto Sans CJK SC"
"""What a page gets that asks for the system's own font, as on a Chinese desktop; a bare machine has one for Latin only."""
SMALL_ENOUGH = 300_000
DESKTOP = {"viewport": {"width": 1360, "height": 850}, "device_scale_factor": 1.5}
SIZES = ((390, 844), (1440, 900))
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def fonts() -> str:
    """A fontconfig file that answers for the system's font with FAMILY."""
    answer = f'<edit name="family" mode="prepend" binding="strong"><string>{FAMILY}</string></edit>'
    asked = "".join(
        f'<match><test name="family"><string>{name}</string></test>{answer}</match>'
        for name in ("system-ui", "sans", "sans-serif")
    )
    return f"<fontconfig><include>/etc/fonts/fonts.conf</include>{asked}</fontconfig>"


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Store a picture with as many colours as its size allows; says how large it became."""
    page.evaluate("document.fonts.ready.then(() => null)")
    taken = Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled"))).convert("RGB")
    for colours in (256, 128, 64, 32):
        packed = io.BytesIO()
        reduced = taken.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(packed, "PNG", optimize=True)
        if packed.tell() <= SMALL_ENOUGH:
            break
    file = FOLDER / f"{name}.png"
    file.write_bytes(packed.getvalue())
    print(f"{file.relative_to(ROOT)}  {taken.width} × {taken.height}, {colours} colours, {packed.tell() // 1000} kB")


def chat(people: People, story: Story, **options: object) -> Widget:
    """A customer on the demo page whose complaint is ready to be confirmed."""
    page = people.profile(story.language, **options).new_page()
    customer = Widget(page, story.language).visit(f"{people.base}/demo?lang={story.language}").open()
    customer.say(story.complaint).hears(*story.guess)
    for turn in story.taking:
        (customer.tap if turn.how == "tap" else customer.say)(turn.what)
        customer.hears(*turn.hears)
    return customer


def the_chinese_complaint(people: People) -> None:
    """Widget with the summary; the agent's case; the queue."""
    customer = chat(people, ZH, **DESKTOP)
    keep(customer.page, "widget-zh")
    number = customer.tap(ZH.confirm).ticket_number()
    agent = people.staff("lin.yue", "zh", **DESKTOP).queue("open")
    keep(agent.page, "queue-zh")
    agent.open_case(number).claim()
    customer.say(ZH.customer_asks)
    expect(agent.transcript.filter(has_text=ZH.customer_asks)).to_have_count(1)
    agent.reply(ZH.agent_replies)
    keep(agent.page, "case-zh")


def the_english_complaint(people: People) -> None:
    """On a phone: the ticket card in the chat, the customer's own page with the answer."""
    customer = chat(people, EN, **PHONE)
    number = customer.tap(EN.confirm).ticket_number()
    keep(customer.page, "widget-en-phone")
    agent = people.staff("lin.yue", "en", **DESKTOP).open_case(number).claim()
    agent.record_findings(EN.findings).decide(EN.cause, EN.measures, EN.follow_up_plan).draft_letter().send_letter()
    mine = people.own_pages(customer.my_tickets()).open_ticket(number)
    expect(mine.answer).to_be_visible()
    keep(mine.page, "ticket-en-phone", whole=True)
    mine.page.set_viewport_size({"width": 820, "height": 1100})
    mine.read_letter()
    keep(mine.page, "letter-en", whole=True)


def the_board(people: People) -> None:
    """The supervisor's board in both themes."""
    for theme in ("light", "dark"):
        desk = people.staff("zhou.kai", "zh", color_scheme=theme, **DESKTOP)
        desk.page.goto(f"{people.base}/board")
        expect(desk.page.locator(".hour-bars")).to_be_visible()
        keep(desk.page, f"board-zh-{theme}", whole=True)


def every_page(people: People) -> None:
    """Each page of staff and customers as its readers have it."""
    closed = close_one(people)
    for language, theme, (width, height) in itertools.product(("zh", "en"), THEMES, SIZES):
        folder = FOLDER / "pages" / language / f"{theme}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        seen = {"color_scheme": theme, "viewport": {"width": width, "height": height}}
        for login in sorted({login for login, _ in STAFF_PAGES.values()}):
            page = people.staff(login, language, **seen).page
            mine = {name: address for name, (of, address) in STAFF_PAGES.items() if of == login}
            photograph(page, people.base, mine, closed, folder)
        own = people.profile(language, storage_state=closed.cookies, **seen).new_page()
        own.goto(f"{people.base}/my/tickets?lang={language}")  # the cookies remember what the first one chose
        photograph(own, people.base, CUSTOMER_PAGES, closed, folder)
        print(f"{folder.relative_to(ROOT)}  {len(list(folder.iterdir()))} pages")


def photograph(page: Page, base: str, addresses: Mapping[str, str], closed: Closed, folder: Path) -> None:
    """The pages at these addresses, whole."""
    for name, address in addresses.items():
        page.goto(base + address.format(number=closed.number, survey=closed.survey))
        page.evaluate("document.fonts.ready.then(() => null)")
        file = folder / f"{name.replace(' ', '-')}.png"
        page.screenshot(path=file, full_page=True, animations="disabled")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--every-page", action="store_true")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    scenes: list[Callable[[People], None]] = [the_chinese_complaint, the_english_complaint, the_board]
    if options.every_page:
        scenes.append(every_page)
    with sync_playwright() as playwright, tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(fonts())
        file.flush()
        env: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": file.name}
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split(), env=env)
        for scene in scenes:
            people = People(chromium, options.address.rstrip("/"))
            scene(people)
            people.close()
        chromium.close()


if __name__ == "__main__":
    main()
