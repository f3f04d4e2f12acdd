"""收件箱, a message, 导入, 案件."""

import re

import pytest

from playwright.sync_api import expect

from server import BILL, SCAM, SCAM_SENDER, THREAT, collection_history, until


@pytest.fixture(scope="module", autouse=True)
def filled(server):
    """60 bills of different days, one fraud, and the history of one lender."""
    rows = ["number,time,text"]
    for at in range(60):
        rows.append(f"95555,2026-0{1 + at // 25}-{1 + at % 25:02d} 10:00:00,【招商银行】您尾号{at:04d}的信用卡本期账单{at + 1}.00元。如已还款请忽略。")
    assert server.import_rows("\n".join(rows).encode())["new"] == 60
    assert server.import_rows(collection_history())["new"] == 40
    server.keep(SCAM, SCAM_SENDER, "2026-06-01T23:10:00+08:00")


def test_pages_of_the_inbox_hold_every_message_once(open_page, width, script):
    page = open_page("/inbox", width, script)
    seen = []
    while True:
        seen += [link.get_attribute("href") for link in page.locator("#list a.whole").all()]
        following = page.locator(".pager a[rel=next]")
        if following.count() == 0:
            break
        following.click()
        page.wait_for_load_state()
    assert len(seen) == len(set(seen)) == 101


def test_filters_narrow_the_inbox(open_page, width, script):
    page = open_page("/inbox", width, script)
    page.click("form[role=search] summary")
    page.select_option("#risk", "high")
    page.select_option("#kind", "scam")
    page.fill("#sender", "+8526")
    page.fill("#since", "2026-06-01")
    page.click("form[role=search] button")
    expect(page.locator("#list li")).to_have_count(1)
    assert SCAM[:12] in page.inner_text("#list")
    assert "risk=high" in page.url, "the address can be kept"


def test_search_finds_words_and_says_so_when_it_finds_none(open_page, script):
    page = open_page("/inbox", 360, script)
    page.fill("#q", "公安立案")
    page.click("form[role=search] button")
    page.wait_for_url(re.compile("q="))
    until(page, "document.querySelector('#list').innerText.includes('公安立案')") if script else None
    assert all("公安立案" in row for row in page.locator("#list li").all_inner_texts())
    page = open_page("/inbox?q=没有这样的词", 360, script)
    assert "没有符合条件的短信" in page.inner_text("#list")


def test_clearing_the_conditions_shows_all(open_page):
    page = open_page("/inbox?risk=high")
    page.click("text=清除条件")
    page.wait_for_url(re.compile("/inbox$"))
    assert page.locator("#list li").count() == 25


def test_a_checked_message_goes_into_the_inbox(server, open_page, width, script):
    page = open_page("/", width, script)
    page.fill("#text", f"{THREAT}{width}{script}")
    page.click("button.main")
    page.wait_for_selector(".keep")
    page.click(".keep form[action='/inbox'] button")
    page.wait_for_url(re.compile(r"/message/\d+"))
    assert "已放进收件箱" in page.inner_text("[role=status].note")
    page.reload()
    assert page.locator("article.letter").count() == 1
    kept = page.url.split("/message/")[1].split("?")[0]
    assert server.get(f"/api/message/{kept}")["message"]["body"] == f"{THREAT}{width}{script}"


def test_a_message_shows_whence_it_came_and_what_is_alike(server, open_page, width, script):
    id_ = server.get("/api/inbox?q=通知您的家人")["messages"][0]["id"]
    page = open_page(f"/message/{id_}", width, script)
    assert page.locator("article.letter .findings .finding").count() > 0
    assert "没有存为证据" in page.inner_text("section[aria-labelledby=kept]")
    assert page.locator("section[aria-labelledby=from] tbody tr").count() == 1
    assert page.locator("section[aria-labelledby=alike] li").count() > 0
    page.click(".crumbs a[href^='/case/']")
    page.wait_for_url(re.compile("/case/"))


def test_a_case_shows_its_pictures_rules_and_line(server, open_page, width, script):
    case = next(case for case in server.get("/api/cases")["cases"] if "测试消费金融" in case["name"] or case["messages"] == 40)
    page = open_page("/cases", width, script)
    page.click(f"a[href='/case/{case['id']}']")
    page.wait_for_url(re.compile("/case/"))
    told = server.get(f"/api/case/{case['id']}")
    figures = page.locator(".figures dd").all_inner_texts()
    assert figures[0] == str(told["case"]["messages"]) and figures[2] == str(told["charts"]["quiet_count"]) != "0"
    bars = page.locator("figure").nth(0).locator("rect.bar-all").count()
    assert bars == len([day for day in told["charts"]["days"] if day["total"]])
    hours = page.locator("figure").nth(1)
    assert hours.locator("rect.bar-night").count() == len([h for h in told["charts"]["hours"] if h["count"] and h["is_quiet"]])
    # The numbers are there for those who do not see the pictures.
    hours.locator("summary").click()
    assert hours.locator("tbody tr").count() == len([h for h in told["charts"]["hours"] if h["count"]])
    assert page.locator("figure").nth(2).locator("tbody tr").count() == len(told["charts"]["senders"])
    assert page.locator(".rule").count() == len(told["violations"]) > 0
    assert page.locator(".rule .tag").count() > 0, "each rule says how far it binds"
    assert page.locator(".timeline .log > li:not(.day)").count() == len(told["timeline"])
    for part in (".do li", "a[href^='/evidence/export?case=']", "a[href^='/inbox?case=']"):
        assert page.locator(part).count() > 0, part
    page.click("a[href^='/inbox?case=']")
    page.wait_for_url(re.compile("case="))
    assert page.locator("#list li").count() == 25


def test_a_file_is_imported_once(server, open_page, width, script):
    rows = f"number,time,text\n95588,2026-05-06 10:00:00,【工商银行】您的账单{width}.00元，文件{width}{script}。\n,2026-05-06 10:00:00,\n"
    file = {"name": "导出.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    for expected in ("新放进 1 条", "以前导入过"):
        page = open_page("/import", width, script)
        page.set_input_files("#file", file)
        page.click("button.main")
        page.wait_for_selector("#outcome section")
        assert expected in page.inner_text("#outcome"), page.inner_text("#outcome")
    assert server.get(f"/api/inbox?q=文件{width}{script}")["pages"]["total"] == 1


def test_pasted_messages_are_imported(server, open_page, width, script):
    mark = f"粘贴{width}{script}"
    page = open_page("/import", width, script)
    page.fill("#text", f"{BILL}{mark}\n\n{SCAM}{mark}")
    page.click("button.main")
    page.wait_for_selector("#outcome section")
    assert "2 条" in page.inner_text("#outcome .note"), page.inner_text("#outcome")
    assert server.get(f"/api/inbox?q={mark}")["pages"]["total"] == 2


def test_codes_are_covered_before_they_are_kept(server, open_page):
    page = open_page("/import")
    page.fill("#text", "【测试商城】您的验证码是 482913，五分钟内有效，请勿告诉他人。")
    page.click("button.main")
    page.wait_for_selector("#outcome section")
    assert server.get("/api/inbox?q=482913")["pages"]["total"] == 0
    row = server.get("/api/inbox?q=测试商城")["messages"][0]
    assert row["is_masked"] and "482913" not in row["body"]
    assert b"482913" not in server.inbox.read_bytes()
    for beside in server.inbox.parent.glob("inbox.db-*"):
        assert b"482913" not in beside.read_bytes()
    page = open_page(f"/message/{row['id']}")
    assert "盖住" in page.inner_text("main")


def test_what_cannot_be_read_is_told(open_page, script):
    page = open_page("/import", 360, script)
    page.set_input_files("#file", {"name": "x.bin", "mimeType": "application/octet-stream", "buffer": bytes(range(256)) * 9})
    page.click("button.main")
    page.wait_for_selector("#outcome section, #outcome .note")
    assert "读不" in page.inner_text("#outcome"), page.inner_text("#outcome")


def test_an_empty_inbox_says_how_to_begin(binary, tmp_path, chromium):
    from conftest import Opener
    from server import Server

    empty = Server(binary, tmp_path)
    opener = Opener(chromium, empty)
    for path, words in (("/inbox", "还是空的"), ("/cases", "还没有案件"), ("/evidence", "先建一个证据库"), ("/connect", "还没有设备")):
        assert words in opener(path, 360).inner_text("main")
    opener.close()
    empty.end()
