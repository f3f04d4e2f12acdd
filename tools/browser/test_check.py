"""查短信: from a pasted message to a verdict, and what a hostile message may not do."""

import pytest

from server import BILL, SCAM, SCAM_SENDER, THREAT

# Text that tries to be markup, to turn the reading direction, or to break out of an attribute or a script.
HOSTILE = [
    '<script>alert(1)</script><img src=x onerror=alert(2)> http://evil.example/a',
    '"><svg/onload=alert(3)> \' onmouseover=alert(4) x="',
    "</textarea></blockquote></main><script>alert(5)</script>",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "\u202e登录 moc.elpmaxe.live//:ptth\u202c 【\u2066银行\u2069】\u200b验\u200b证\u200b码",
    "javascript:alert(6) [点我](javascript:alert(7)) data:text/html,<script>alert(8)</script>",
    "【银行】请点击 https://evil.example/\"onclick=alert(9)//<b>今日</b>失效 &lt;script&gt; &#60;script&#62;",
]


def test_a_verdict_takes_two_actions(open_page, width, script):
    page = open_page("/", width, script)
    page.fill("#text", SCAM)  # 1. paste
    page.click("button.main")  # 2. press
    page.wait_for_selector("article.letter.high")
    assert "诈骗" in page.inner_text(".stamps")
    for part in (".do", ".avoid", "blockquote.message mark", ".findings .law a", ".keep form[action='/evidence']"):
        assert page.locator(part).count() > 0, part
    assert page.url == page.url.rstrip("/") + ("/" if script else ""), "with script the page stays"
    assert page.locator("h1").count() == 1
    assert page.input_value("#text") == SCAM


def test_sender_and_time_are_used(open_page, script):
    page = open_page("/", 360, script)
    page.fill("#text", SCAM)
    page.fill("#sender", SCAM_SENDER)
    page.click(".extra summary")
    page.fill("#received", "2026-05-06T23:10")
    page.click("button.main")
    page.wait_for_selector("article.letter")
    facts = page.inner_text(".letter .facts")
    assert SCAM_SENDER in facts and "境外" in facts and "2026-05-06 23:10" in facts


def test_several_messages_come_gravest_first(open_page, width, script):
    page = open_page("/", width, script)
    page.fill("#text", f"{BILL}\n\n{THREAT}\n\n{SCAM}")
    page.click("button.main")
    page.wait_for_selector(".tally")
    stamps = page.locator("details.one > summary .stamp").all_inner_texts()
    assert len(stamps) == 3 and stamps[0] == stamps[1] == "高风险" and stamps[2] == "风险低"


def test_a_dropped_file_is_read(open_page):
    page = open_page("/")
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "短信.csv", {type: "text/csv"}));
            const form = document.querySelector("form[data-drop]");
            for (const kind of ["dragover", "drop"])
                form.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        f"number,time,text\n95555,2026-05-06 10:00:00,{BILL}\n+85261234567,2026-05-06 23:10:00,{SCAM}\n",
    )
    assert page.evaluate("document.querySelector('.extra').open"), "the file's name is shown"
    page.click("button.main")
    page.wait_for_selector(".tally")
    assert page.locator("details.one").count() == 2


def test_a_chosen_file_is_read_without_script(open_page):
    page = open_page("/", 360, script=False)
    page.click(".extra summary")
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": THREAT.encode()})
    page.click("button.main")
    page.wait_for_selector("article.letter")
    assert "13800000000" in page.inner_text(".message")


def test_an_example_is_one_press_away(open_page, width, script):
    page = open_page("/", width, script)
    page.locator("button.card").nth(1).click()
    page.wait_for_selector("article.letter.high")


def test_an_empty_message_is_told_what_to_do(open_page, script):
    page = open_page("/", 360, script)
    page.click("button.main")
    page.wait_for_selector("[role=alert]")
    assert "粘贴" in page.inner_text("[role=alert]")
    open_page.expect_fault("422")


def test_a_marked_place_leads_to_its_reason(open_page):
    page = open_page("/", 360)
    page.fill("#text", THREAT)
    page.fill("#sender", "13800000000")
    page.click("button.main")
    page.wait_for_selector("article.letter")
    last = page.locator(".ref").last
    target = last.get_attribute("href")
    last.click()
    assert page.locator(target).is_visible(), "unfolded where it was folded"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_message_stays_text(open_page, text, script):
    page = open_page("/", 360, script)
    page.fill("#text", text)
    page.fill("#sender", '"><script>alert(0)</script>')
    page.click("button.main")
    page.wait_for_selector("article.letter")
    shown = page.locator("blockquote.message").first
    # The numbers of marked places stand between; without them it is the text, character for character.
    assert "".join(shown.evaluate("e => [...e.childNodes].map(n => n.nodeName === 'MARK' ? n.firstChild.data : n.data)")
                   if script else [text]) == text
    assert page.locator("blockquote.message :not(mark, a.ref)").count() == 0
    assert page.locator("main script, main svg[onload], main img, main [onerror], main [onclick]").count() == 0
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    assert all(link.startswith(("/", "#")) for link in links), links


def test_a_hostile_message_stays_text_everywhere_it_is_kept(server, open_page):
    server.post("/api/evidence/recovery", {})
    ids = [server.keep(text, '"><i onclick=alert(0)>', "2026-05-06T23:10:00+08:00") for text in HOSTILE]
    for id_ in ids:
        server.post("/api/evidence", {"message": id_, "device": "<b>x</b>", "route": '"><img src=x onerror=alert(1)>'})
    case = server.get(f"/api/message/{ids[0]}")["message"]["case_id"]
    pages = ["/inbox", "/evidence", "/evidence/export", "/cases", "/inbox?q=%3Cscript%3E&sender=%22%3E%3Cb%3E",
             "/number?q=%22%3E%3Cscript%3E", "/knowledge?q=%22%3E%3Cscript%3E", *[f"/message/{id_}" for id_ in ids]]
    for path in pages + ([f"/case/{case}"] if case else []):
        page = open_page(path)
        assert page.locator("main script, main [onerror], main [onclick], main [onload], main b b").count() == 0, path
        assert page.locator("main img").count() == 0, path
        links = [link.get_attribute("href") for link in page.locator("main a").all()]
        assert all(link.startswith(("/", "#")) for link in links), (path, links)


def test_nothing_is_kept_by_checking(server, open_page):
    before = server.get("/api/inbox")["counts"]["total"]
    page = open_page("/")
    page.fill("#text", "【测试】只查不存的一条短信")
    page.click("button.main")
    page.wait_for_selector("article.letter")
    assert server.get("/api/inbox")["counts"]["total"] == before
