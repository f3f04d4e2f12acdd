"""Takes the pictures of docs/picture from the real server with made-up messages.

Usage: target/browser/venv/bin/python tools/browser/picture.py BINARY [CHROMIUM]
(tools/browser/run.sh makes that venv; the package chromium-l10n gives Chromium Chinese words.)
"""

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from server import BILL, SCAM, SCAM_SENDER, THREAT, Server

PLACE = Path(__file__).parent.parent.parent / "docs" / "picture"
PHONE, DESKTOP = (390, 844), (1280, 800)
COLOURS = 128


def history():
    """Half a year of one lender: bills, notices, then collection, some of it at night, some abusive; and others."""
    lender, rows = "【测试消费金融】", ["number,time,text"]
    for month in range(1, 4):
        rows.append(f"1069000012340,2026-{month + 2:02d}-06 10:12:00,{lender}您本期应还1,280.00元，还款日{month + 2:02d}月12日，如已还款请忽略。")
    texts = [
        f"{lender}您的借款已逾期，请尽快还款1,280.00元，如已还款请忽略。",
        f"{lender}您的借款严重逾期，今日不还将上门，并通知您的家人和单位。",
        f"{lender}最后通知：已移交公安立案，今日18点前不处理将上门抓捕。",
    ]
    days = [1, 2, 2, 4, 5, 7, 8, 8, 9, 11, 12, 12, 12, 13, 14, 15, 15, 16, 18, 18, 19, 19, 19, 20, 21, 22, 22, 23, 23, 24]
    hours = [9, 10, 14, 11, 15, 9, 21, 22, 10, 16, 9, 22, 23, 11, 21, 7, 22, 10, 6, 23, 9, 22, 23, 14, 7, 10, 22, 6, 23, 22]
    for at, (day, hour) in enumerate(zip(days, hours)):
        text = texts[0 if at < 6 else 1 + (at * 5) % 3 % 2 if at % 4 else 0]
        rows.append(f"{('1069000012340', '1069000012341', '13800000000')[(at * 3 + at // 7) % 3]},2026-05-{day:02d} {hour:02d}:{(at * 17) % 60:02d}:00,{text}")
    others = [
        ("95555", "2026-05-20 09:30:00", BILL),
        ("10690000888", "2026-05-21 11:05:00", "【测试银行】您申请的分期已办理成功，共6期，每期310.00元，详见手机银行。"),
        ("106900007777", "2026-05-22 15:40:00", "【测试小贷】恭喜您获得8万元额度，日息低至0.02%，点击 t.cn/A6x 领取，退订回T。"),
        ("12345678901", "2026-05-23 18:20:00", "妈，我今晚加班，不用等我吃饭。"),
        ("95588", "2026-05-24 08:15:00", "【工商银行】您尾号0000的储蓄卡5月24日支出86.00元，余额1,204.30元。"),
        ("+85261234567", "2026-05-24 23:10:00", SCAM),
    ]
    rows += [",".join(row) for row in others]
    # Texts with commas are put in quotes.
    quoted = [rows[0]] + ['{},{},"{}"'.format(*row.split(",", 2)) for row in rows[1:]]
    return "\n".join(quoted).encode()


def small(png):
    """As few bytes as a page's few colours need."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def prepared(binary, folder):
    server = Server(binary, folder)
    server.post("/api/evidence/recovery", {})
    server.import_rows(history())
    case = max(server.get("/api/cases")["cases"], key=lambda case: case["messages"])["id"]
    members = server.get(f"/api/inbox?case={case}&q=抓捕")["messages"]
    for member in members[:4]:
        server.post("/api/evidence", {"message": member["id"], "device": "妈妈的手机"})
    server.post("/api/evidence/verify", {})
    return server, case


def main(binary, chromium="/usr/bin/chromium"):
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, case = prepared(binary, folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"],
                                              env={**os.environ, "LANGUAGE": "zh_CN"})

        def opened(path, size, theme="light", scale=1):
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale, reduced_motion="reduce",
                                          locale="zh-CN", timezone_id="Asia/Shanghai")
            context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
            page = context.new_page()
            page.goto(server.url + path)
            return page

        def keep(page, name, height=None):
            if height:
                page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
            (PLACE / f"{name}.png").write_bytes(small(page.screenshot()))
            page.context.close()

        def judged(size, theme="light"):
            page = opened("/", size, theme)
            page.fill("#text", THREAT)
            page.fill("#sender", "13800000000")
            page.click("button.main")
            page.wait_for_selector("article.letter")
            page.evaluate("document.activeElement.blur()")
            page.evaluate("document.querySelector('#result').scrollIntoView()")
            return page

        keep(opened("/", PHONE), "check-phone")
        keep(opened("/", DESKTOP), "check-desktop")
        page = judged(PHONE)
        page.set_viewport_size({"width": PHONE[0], "height": 1900})
        page.evaluate("scrollTo(0, 0)")
        keep(page, "result-phone")
        for name, theme in (("result-desktop", "light"), ("result-desktop-dark", "dark")):
            page = judged(DESKTOP, theme)
            page.set_viewport_size({"width": DESKTOP[0], "height": 1250})
            page.evaluate("scrollTo(0, 0)")
            keep(page, name)
        keep(opened("/inbox", DESKTOP), "inbox-desktop", 1000)
        keep(opened("/inbox", PHONE), "inbox-phone")
        keep(opened(f"/case/{case}", DESKTOP), "case-desktop", 1000)
        page = opened(f"/case/{case}", (DESKTOP[0], 900))
        page.evaluate("scrollTo(0, document.querySelector('#pictures').getBoundingClientRect().top + scrollY - 24)")
        keep(page, "case-charts-desktop")
        page = opened(f"/case/{case}", PHONE)
        page.evaluate("scrollTo(0, document.querySelector('#pictures').getBoundingClientRect().top + scrollY - 16)")
        keep(page, "case-charts-phone")
        keep(opened("/evidence", DESKTOP), "evidence-desktop", 1100)
        page = opened("/connect", DESKTOP)
        page.fill("#name", "妈妈的手机")
        page.click("form[action='/connect'] button")
        page.wait_for_selector("section.secret")
        keep(page, "connect-desktop", 1250)
        browser.close()
        server.end()
    total = 0
    for picture in sorted(PLACE.glob("*.png")):
        total += picture.stat().st_size
        print(f"{picture.name}: {picture.stat().st_size // 1024} KiB")
    assert total < 1_500_000, total


main(*sys.argv[1:])
