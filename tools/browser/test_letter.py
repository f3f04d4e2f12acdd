"""文书: from a message or a case to the right paper and its files; 时效, 期限, 法院文书, 法条, 举报."""

import io
import re
import zipfile

import pytest

from playwright.sync_api import expect

from form import fill, only_text
from server import SCAM, SCAM_SENDER, collection_history

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '"><svg/onload=alert(3)> \' onmouseover=alert(4) x="',
    "</textarea></pre></main><script>alert(5)</script>{{ 7*7 }}{% raw %}",
]
OFFER = "【测试小贷】低息贷款，李四示例女士，额度20000元，日息0.02%，点击 t.example/abc 申请，退订回T。您的验证码是482913"
NOTICE = "【示例市中级人民法院】您有传票待查收，案号（2026）浙0781民初1024号，可拨打12368核实。"
FALSE_NOTICES = [
    "【法院】您已被起诉，今日不处理将强制执行，请联系李法官13800000000，把诉讼费转到指定账户。",
    "【示例市中级人民法院】您的案件今日18点前不处理将上门抓捕，请把诉讼费转到李法官个人账户撤案。",
]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module", autouse=True)
def kept(server):
    """A fraud, an advertisement that names somebody, and the history of one lender."""
    server.import_rows(collection_history(20))
    return {
        "scam": server.keep(SCAM, SCAM_SENDER, "2026-06-01T23:10:00+08:00"),
        "offer": server.keep(OFFER, "106900001234", "2026-06-02T10:00:00+08:00"),
        "case": max(server.get("/api/cases")["cases"], key=lambda case: case["messages"])["id"],
    }


def examples(server, letter):
    """Made-up answers to all questions of a letter that are single fields."""
    questions = server.get(f"/api/letter/{letter}")["questions"]
    return {question["id"]: question["example_text"] for question in questions if not question["columns"]}


def drafted(page):
    page.click("form.paper button.main")
    page.wait_for_selector("#result section")


def fault_beside(page, name):
    return page.locator(f".field:has([name='{name}']) .note.bad").all_inner_texts()


# From a message or a case to the form


def test_a_message_leads_to_a_letter_that_proposes_what_it_tells(open_page, kept, width, script):
    page = open_page(f"/message/{kept['scam']}", width, script)
    page.click("a.button[href^='/letters']")
    page.wait_for_url(re.compile(r"/letters\?message="))
    page.click("text=像骗子的短信")
    page.wait_for_url(re.compile(r"/situation/fake\?message="))
    page.locator("section[aria-labelledby=papers] a", has_text="12321举报内容").click()
    page.wait_for_url(re.compile(rf"/letter/report-12321\?message={kept['scam']}$"))
    assert page.input_value("#q-sender") == SCAM_SENDER
    assert page.input_value("#q-received_at") == "2026-06-01 23:10:00"
    assert page.input_value("#q-message_text") == SCAM
    assert page.input_value("#q-link") == "icbc-vip.top"
    assert page.input_value("#q-abuse_kind") == "fraud"
    assert page.input_value("#q-phone") == "", "what the message does not tell stays empty"
    assert "请逐条核对" in page.inner_text("form.paper")
    opinions = page.locator(".field:has(.tag)")
    assert opinions.count() == 1 and "程序的判断，请核对" in opinions.inner_text() and opinions.locator("#q-abuse_kind").count() == 1
    assert page.locator("#text, #refused").count() == 0, "nothing is drafted before it is confirmed"


def test_a_case_leads_to_a_complaint_with_its_conduct_to_be_confirmed(open_page, kept, width, script):
    page = open_page(f"/case/{kept['case']}", width, script)
    page.click("text=起草投诉")
    page.wait_for_url(re.compile(r"/letters\?case="))
    page.click("text=真机构催收过分")
    page.wait_for_url(re.compile(r"/situation/harassed-by-real-lender\?case="))
    page.locator("section[aria-labelledby=papers] a", has_text="12378").click()
    page.wait_for_url(re.compile(r"/letter/conduct-complaint-12378\?case="))
    conduct = page.locator("fieldset", has=page.locator("[name='violations.0.rule']"))
    assert "程序的判断，请核对" in conduct.locator("legend").inner_text()
    assert page.input_value("[name='violations.0.rule']") == "c01"
    assert re.fullmatch(r"2026-05-\d\d \d\d:\d\d:00", page.input_value("[name='violations.0.at']"))
    assert "公安立案" in page.input_value("[name='violations.0.what']")
    assert page.input_value("[name='evidence.0.name']") == "手机短信"
    assert page.input_value("#q-recipient") == page.input_value("#q-lender_kind") == "", "whom it is really about is for the user to say"
    assert "请逐条核对" in page.inner_text("form.paper")


def test_a_situation_says_what_must_not_be_written(open_page, width, script):
    page = open_page("/situation/fake", width, script)
    assert "请求协商还款的函" in page.inner_text("section.avoid")
    assert "请求协商还款的函" not in page.inner_text("section[aria-labelledby=papers]")
    assert "96110" in page.inner_text("section[aria-labelledby=routes]")
    assert "《反电信网络诈骗法》" in page.inner_text(".law")


def test_every_situation_and_every_paper_is_a_page(server):
    overview = server.get("/api/letters")
    assert len(overview["situations"]) >= 14 and len(overview["letters"]) >= 32
    browser = server.browser()
    for path in [f"/situation/{one['id']}" for one in overview["situations"]] + [f"/letter/{one['id']}" for one in overview["letters"]]:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert ">None<" not in answer.text and "{&#x27;" not in answer.text, path


@pytest.mark.parametrize("path", ["/situation/none", "/letter/none", "/report/999999", "/letter/report-12321?message=999999", "/letter/report-12321?case=x"])
def test_what_is_not_there_is_not_found(server, path):
    answer = server.browser().get(path)
    assert answer.status_code == 404 and "没有" in answer.text


# Drafting


def test_missing_facts_are_named_beside_their_fields(open_page, width, script):
    page = open_page("/letter/identification-request", width, script)
    page.fill("#q-recipient", "示例消费金融有限公司")
    drafted(page)
    assert "还不能起草" in page.inner_text("#result") and page.locator("#text").count() == 0
    assert page.locator("#result [role=alert] li").count() == 6
    for name in ("phone", "received_at", "sender", "claimed_name", "contact", "name"):
        assert fault_beside(page, name) == ["请填这一项。"], name
    assert fault_beside(page, "recipient") == []
    assert page.input_value("#q-recipient") == "示例消费金融有限公司", "what was typed stays"


def test_what_cannot_be_read_is_told_beside_its_field_and_stays(server, open_page, script):
    page = open_page("/letter/identification-request", 360, script)
    fill(page, {**examples(server, "identification-request"), "received_at": "昨天", "phone": "12"})
    drafted(page)
    assert page.locator("#text").count() == 0
    assert "2026-11-23" in fault_beside(page, "received_at")[0] and "只写数字" in fault_beside(page, "phone")[0]
    assert page.input_value("#q-received_at") == "昨天" and page.input_value("#q-phone") == "12"


def test_a_sum_that_cannot_be_read_is_told_beside_its_field_and_stays(server, open_page):
    page = open_page("/letter/settlement-terms-request")
    fill(page, {**examples(server, "settlement-terms-request"), "offer_amount": "四千"})
    page.check("[name=chosen]")
    drafted(page)
    assert page.locator("#text").count() == 0
    assert "元" in fault_beside(page, "offer_amount")[0], fault_beside(page, "offer_amount")
    assert page.input_value("#q-offer_amount") == "四千"


@pytest.mark.parametrize("letter, name", [("restructuring-proposal", "income"), ("restructuring-proposal", "spending"), ("settlement-terms-request", "offer_amount")])
def test_a_sum_is_asked_for_in_the_unit_in_which_it_is_read(server, open_page, letter, name):
    """The field takes yuan: a question that speaks of fen makes a sum a hundred times too large."""
    page = open_page(f"/letter/{letter}")
    asked = page.inner_text(f"label[for=q-{name}]")
    assert "分）" not in asked and "元" in asked, asked


def test_a_draft_is_shown_with_what_it_cites_and_how_it_goes(server, open_page, width, script):
    page = open_page("/letter/identification-request", width, script)
    fill(page, examples(server, "identification-request"))
    drafted(page)
    text = page.inner_text("#text")
    assert text.startswith("# 关于请说明身份、债权依据和金额明细的函")
    assert "2026年11月20日21时40分" in text and "199****0001" in text and "19900000001" not in text
    assert "不构成对任何债务的承认" in text and "张三示例（签名）" in text
    assert "《民法典》第五百四十六条" in text and "《民法典》第五百四十六条" in page.inner_text("#result section ul >> nth=0")
    assert "施行于 2021-01-01" in page.inner_text("#result")
    assert page.locator("#result a[href='/knowledge/channel/lender-complaint']").count() == 1
    assert "不会替您发出" in page.inner_text("#result")
    assert "律师函" not in text


def test_a_copy_button_is_there_only_where_it_works(server, open_page, script):
    page = open_page("/letter/identification-request", 1280, script)
    fill(page, examples(server, "identification-request"))
    drafted(page)
    assert page.locator("button[data-copy='#text']").is_visible() == script


def test_a_draft_is_downloaded_as_pdf_word_and_text(server, open_page, width, script):
    page = open_page("/letter/identification-request", width, script)
    fill(page, examples(server, "identification-request"))
    drafted(page)
    shown = page.inner_text("#text")
    files = {}
    for form in ("pdf", "docx", "txt"):
        with page.expect_download() as download:
            page.click(f"button[name=format][value={form}]")
        assert download.value.suggested_filename == f"identification-request.{form}"
        files[form] = download.value.path().read_bytes()
    assert files["pdf"].startswith(b"%PDF-1.") and len(files["pdf"]) > 10_000
    written = zipfile.ZipFile(io.BytesIO(files["docx"])).read("word/document.xml").decode()
    assert files["docx"].startswith(b"PK\x03\x04") and "张三示例" in written and "请说明身份" in written
    assert files["txt"].decode().split() == shown.split()


def test_files_carry_their_type_and_are_never_shown_by_the_browser(server):
    browser, fields = server.browser(), examples(server, "identification-request")
    for form, kind in (("pdf", "application/pdf"), ("docx", WORD), ("txt", "text/plain; charset=utf-8")):
        answer = browser.post("/letter/identification-request", {**fields, "format": form})
        assert answer.status_code == 200 and answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith("attachment")
    assert browser.post("/letter/identification-request", {**fields, "format": "exe"}).status_code == 404
    refused = browser.post("/letter/identification-request", {"format": "pdf"})
    assert refused.headers["content-type"].startswith("text/html") and "还不能起草" in refused.text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_answers_stay_text(server, open_page, text, script):
    page = open_page("/letter/identification-request", 360, script)
    fill(page, {**examples(server, "identification-request"), **dict.fromkeys(("recipient", "sender", "claimed_name", "name"), text)})
    page.fill("#others", text + "x")
    drafted(page)
    assert page.inner_text("#text").count(text) >= 3
    assert page.locator("#text *").count() == 0
    assert page.input_value("#q-recipient") == page.input_value("#q-name") == text
    only_text(page)


@pytest.mark.parametrize("path", ["/letter/report-12321?limitation=", "/letters?case=", "/situation/fake?message=", "/law?q=", "/limitation?message=", "/deadlines?way="])
def test_a_hostile_address_stays_text(server, path):
    answer = server.browser().get(path + "%22%3E%3Cscript%3E")
    assert answer.status_code == 200 and "<script>" not in answer.text


# Acknowledging


def test_an_acknowledging_letter_waits_for_the_tick(server, open_page, width, script):
    page = open_page("/letter/settlement-terms-request", width, script)
    assert "承认" in page.locator(".note.bad").first.inner_text(), "the warning stands before the form"
    fill(page, examples(server, "settlement-terms-request"))
    drafted(page)
    assert "还不能起草" in page.inner_text("#result") and "承认债务" in page.inner_text("#result [role=alert]")
    assert page.locator("#text").count() == 0
    page.check("[name=chosen]")
    drafted(page)
    assert "4,800.00元" in page.inner_text("#text")
    assert page.is_checked("[name=chosen]"), "for the files, the choice stays"


def test_the_refusal_speaks_of_the_page_and_not_of_the_command_line(server, open_page):
    page = open_page("/letter/settlement-terms-request")
    fill(page, examples(server, "settlement-terms-request"))
    drafted(page)
    assert "--" not in page.inner_text("#result"), page.inner_text("#result")


@pytest.mark.parametrize("letter", ["settlement-terms-request", "restructuring-proposal"])
def test_an_expired_debt_is_never_acknowledged(server, open_page, letter, script):
    page = open_page(f"/letter/{letter}?limitation=expired", 360, script)
    assert page.input_value("#limitation") == "expired"
    fill(page, examples(server, letter))
    if letter == "restructuring-proposal":
        fill(page, {"plan.0.date": "2027-01-05", "plan.0.amount": "600"})
    page.check("[name=chosen]")
    drafted(page)
    assert "可能已过诉讼时效" in page.inner_text("#result [role=alert]") and "12348" in page.inner_text("#result")
    assert page.locator("#text").count() == 0
    assert page.input_value("#limitation") == "expired", "and it stays said"
    page.click("button[name=format][value=pdf]")
    page.wait_for_selector("#refused")
    page.select_option("#limitation", "running")
    drafted(page)
    assert page.locator("#text").count() == 1, "it was limitation that stood against it"


def test_a_slip_in_what_is_said_of_limitation_is_no_way_round(server):
    fields = {**examples(server, "settlement-terms-request"), "chosen": "1", "limitation": "Expired"}
    answer = server.browser().post("/letter/settlement-terms-request", fields)
    assert answer.status_code == 422 and "expired" in answer.text


# What must not leave


LEAKS = {"message_text": "【测试商城】您的验证码是482913，请勿告诉他人。李四示例欠款，身份证110101199003074258，联系13911112222。"}


def test_codes_and_other_persons_are_covered_in_the_draft(server, open_page, width, script):
    page = open_page("/letter/report-12321", width, script)
    fill(page, {**examples(server, "report-12321"), **LEAKS})
    page.fill("#others", "李四示例")
    drafted(page)
    text = page.inner_text("#text")
    for secret in ("482913", "李四示例", "110101199003074258", "13911112222"):
        assert secret not in text, text
    assert "验证码是******" in text and "李某" in text
    assert "已遮住" in page.inner_text("#result")


@pytest.mark.parametrize("form", ["txt", "docx"])
def test_what_is_covered_in_the_preview_is_covered_in_the_file(server, open_page, form, script):
    page = open_page("/letter/report-12321", 1280, script)
    fill(page, {**examples(server, "report-12321"), **LEAKS})
    page.fill("#others", "李四示例")
    drafted(page)
    with page.expect_download() as download:
        page.click(f"button[name=format][value={form}]")
    bytes_ = download.value.path().read_bytes()
    if form == "docx":
        bytes_ = zipfile.ZipFile(io.BytesIO(bytes_)).read("word/document.xml")
    text = bytes_.decode()
    assert "短信全文" in text and "482913" not in text
    assert "李四示例" not in text, "the names to cover are still known when the file is asked for"


# 举报


def test_a_report_has_the_channels_in_order_and_texts_in_their_form(open_page, kept, width, script):
    page = open_page(f"/message/{kept['scam']}", width, script)
    page.click("text=怎么举报")
    page.wait_for_url(re.compile("/report/"))
    order = page.inner_text("section[aria-labelledby=order]")
    assert order.index("96110") < order.index("12321") < order.index("12377")
    titles = page.locator("section.panel h2").all_inner_texts()
    assert titles[:4] == ["中国移动：举报短信", "中国联通：举报短信", "中国电信：举报短信", "12321举报内容"]
    assert page.inner_text("#text1").strip() == f"{SCAM_SENDER}*{SCAM}", "10086999 takes number, asterisk, text"
    assert "10086999" in page.inner_text("section.panel >> nth=0")
    assert "还要您补几项" in page.inner_text("section.panel >> nth=3"), "12321 wants to know who received it"
    page.locator("section.panel >> nth=3").locator("a.button").click()
    page.wait_for_url(re.compile(r"/letter/report-12321\?message="))
    assert page.input_value("#q-message_text") == SCAM


def test_a_report_covers_codes_and_other_persons(open_page, kept, script):
    page = open_page(f"/report/{kept['offer']}", 360, script)
    assert "482913" not in page.content()
    assert "李四示例" in page.inner_text("#text1"), "who else is named only the user knows"
    page.fill("#others", "李四示例")
    page.click("form.paper button")
    page.wait_for_url(re.compile("others="))
    assert page.locator("pre.sheet").count() >= 2
    for text in page.locator("pre.sheet").all_inner_texts():
        assert "李四示例" not in text and "李某" in text and "******" in text
    assert page.input_value("#others") == "李四示例"


# 时效


def every_answer_never(page, due="2019-05-01"):
    for choice in page.locator("form.paper select").all():
        choice.select_option("never")
    page.select_option("select[name=due-date]", "on")
    page.fill("[name='due-date.day']", due)


def reckoned(page):
    page.click("form.paper button.main")
    page.wait_for_selector("#result > *")


def test_limitation_is_not_said_while_nothing_is_answered(open_page, width, script):
    page = open_page("/limitation", width, script)
    assert page.locator("form.paper fieldset").count() >= 15 and page.locator("#found").count() == 0
    reckoned(page)
    assert page.inner_text("#found") == "时效说不清"
    assert "还没有答清的" in page.inner_text("#result") and "最近一次催您" in page.inner_text("#result")
    page.click("text=带着这个结论选文书")
    page.wait_for_url(re.compile(r"/letters\?limitation=unknown$"))


def test_an_old_debt_that_nobody_asked_for_may_have_run_out(open_page, kept, width, script):
    page = open_page(f"/limitation?message={kept['scam']}", width, script)
    every_answer_never(page)
    reckoned(page)
    assert page.inner_text("#found") == "按您说的情况，时效可能已经过了"
    assert "不要还款" in page.inner_text("#result [role=alert]")
    # Three years from 2019-05-01; the last day, 2022-05-01, is a holiday.
    assert page.locator("#result .figures dd").all_inner_texts() == ["2019-05-01", "2022-05-02"]
    assert "《民法典》第一百八十八条" in page.inner_text("#result .law")
    assert page.input_value("select[name=due-date]") == "on" and page.input_value("[name='due-date.day']") == "2019-05-01"
    page.click("text=带着这个结论选文书")
    page.wait_for_url(re.compile("limitation=expired"))
    assert f"message={kept['scam']}" in page.url
    page.click("text=真的欠款，可能已过时效")
    page.wait_for_url(re.compile("/situation/real-debtor-expired"))
    page.locator("section[aria-labelledby=papers] a").first.click()
    page.wait_for_url(re.compile("/letter/"))
    assert page.input_value("#limitation") == "expired"


def test_a_demand_in_time_begins_it_anew(open_page, script):
    page = open_page("/limitation", 360, script)
    every_answer_never(page)
    page.select_option("select[name=demand]", "on")
    page.fill("[name='demand.day']", "2021-05-01")
    reckoned(page)
    assert page.locator("#result .figures dd").all_inner_texts()[1] == "2024-05-01"
    assert "2021-05-01" in page.inner_text("#result") and "使时效重新计算的" in page.inner_text("#result")
    # Later than the first end: perhaps there were others before, and nothing is called expired.
    page.fill("[name='demand.day']", "2025-05-01")
    reckoned(page)
    expect(page.locator("#found")).to_have_text("时效说不清")


def test_an_answer_that_wants_a_day_says_so(open_page, width, script):
    page = open_page("/limitation", width, script)
    page.select_option("select[name=demand]", "on")
    page.click("form.paper button.main")
    page.wait_for_selector("#result > *, .soon")
    assert "请把日期也填上" in page.inner_text("main")
    assert "2021-05-01" in page.inner_text("main"), "and how a day is written"
    open_page.expect_fault("422")


# 期限


def test_a_payment_order_received_on_a_friday(open_page, width, script):
    page = open_page("/deadlines", width, script)
    page.select_option("#what", "payment-order")
    page.fill("#received", "2026-11-27")
    page.select_option("#way", "in-person")
    page.click("form.paper button.main")
    page.wait_for_selector("section.panel")
    # The day itself does not count; the fifteenth after it is Saturday 2026-12-12, so it ends on Monday.
    assert page.locator(".figures dd").first.inner_text() == "2026-12-14"
    assert "2026-11-27（星期五）" in page.inner_text("section.panel") and "2026-12-12（星期六）" in page.inner_text("section.panel")
    trap = page.inner_text("section.panel [role=alert]")
    assert "书面" in trap and "口头说" in trap and "没钱" in trap
    assert "强制执行" in page.inner_text("section.panel")
    assert page.locator("section.panel a[href='/letter/payment-order-objection']").count() == 1
    assert page.input_value("#received") == "2026-11-27" and page.input_value("#what") == "payment-order"
    with page.expect_download() as download:
        page.click("button[name=format][value=ics]")
    assert download.value.suggested_filename == "zhenxin-deadlines.ics"
    calendar = download.value.path().read_bytes()
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\n") and b"DTSTART;VALUE=DATE:20261214\r\n" in calendar
    assert calendar.count(b"BEGIN:VALARM") == 3


def test_a_period_served_in_an_unknown_way_is_counted_from_the_earliest_day(open_page):
    page = open_page("/deadlines?what=payment-order&received=2026-11-27")
    assert page.locator(".figures dd").first.inner_text() == "2026-12-14"
    assert "没有说明怎样送达" in page.inner_text("section.panel")


def test_a_period_that_is_over_says_so(open_page):
    page = open_page("/deadlines?what=payment-order&received=2026-06-05")
    figures = page.locator(".figures").inner_text()
    assert "2026-06-22" in figures and "-" not in figures.replace("2026-06-22", ""), figures
    assert "过" in figures


@pytest.mark.parametrize("query, status, words", [
    ("what=payment-order&received=2026-02-30", 422, "2026-11-23"),
    ("what=payment-order&received=soon&format=ics", 422, "2026-11-23"),
    ("what=nothing&received=2026-11-27", 404, "没有这一项"),
    ("what=payment-order&received=", 200, "算出最后一天"),
])
def test_a_period_that_cannot_be_counted_says_why(server, query, status, words):
    answer = server.browser().get(f"/deadlines?{query}")
    assert answer.status_code == status and words in answer.text and 'class="figures"' not in answer.text


# 法院文书


def test_a_courts_notice_is_read_and_how_to_verify_it_told(open_page, width, script):
    page = open_page("/court", width, script)
    page.fill("#text", NOTICE)
    page.fill("#sender", "12368")
    page.click("form.paper button.main")
    page.wait_for_selector("#result section")
    assert page.inner_text("#result h2 >> nth=0") == "看到的样子"
    facts = page.inner_text("#result .facts")
    assert "示例市中级人民法院" in facts and "（2026）浙0781民初1024号" in facts and "格式对" in facts
    assert "12368" in page.inner_text("#result section >> nth=0")
    summons = page.locator("#result section.panel", has_text="传票")
    assert "不要不到庭" in summons.last.inner_text() and "按时到庭" in summons.last.inner_text()
    assert page.locator("#result a[href='/deadlines?what=answer-to-suit'], #result a[href='/letter/answer-to-suit']").count() >= 2
    assert page.input_value("#text") == NOTICE


@pytest.mark.parametrize("text", FALSE_NOTICES, ids=["no-court", "court"])
def test_a_false_notice_is_called_so_with_its_signs(open_page, text, width, script):
    page = open_page("/court", width, script)
    page.fill("#text", text)
    page.click("form.paper button.main")
    page.wait_for_selector("#result section")
    assert "要您转账" in page.inner_text("#result") and "没有看到完整的案号" in page.inner_text("#result")
    assert "没有写" in page.inner_text("#result .facts")
    assert page.inner_text("#result h2 >> nth=0") == "不像法院的做法"


def test_a_malformed_case_number_is_pointed_out(open_page):
    page = open_page("/court")
    page.fill("#text", NOTICE.replace("浙0781", "XX"))
    page.click("form.paper button.main")
    page.wait_for_selector("#result section")
    assert "格式对" not in page.inner_text("#result .facts")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_notice_stays_text(open_page, text, script):
    page = open_page("/court", 360, script)
    page.fill("#text", text + NOTICE)
    page.click("form.paper button.main")
    page.wait_for_selector("#result section")
    only_text(page)
    assert page.input_value("#text") == text + NOTICE


def test_an_empty_notice_is_told_what_to_do(open_page, script):
    page = open_page("/court", 360, script)
    page.click("form.paper button.main")
    page.wait_for_selector("#result > *, .soon")
    assert "粘贴" in page.inner_text("#result" if script else "main")
    open_page.expect_fault("422")


# 法条


def test_the_law_is_found_by_word(open_page, width, script):
    page = open_page("/law", width, script)
    page.fill("#q", "诉讼时效")
    page.click("form[role=search] button")
    page.wait_for_url(re.compile("q="))
    found = page.locator("main ul.rows > li").all_inner_texts()
    assert any("《民法典》第一百八十八条" in one and "三年" in one and "施行 2021-01-01" in one for one in found), found
    assert all("时效" in one for one in found)
    page.locator("a.whole", has_text="第一百八十八条").click()
    page.wait_for_url(re.compile("/knowledge/law/civil-code"))


@pytest.mark.parametrize("q", ["civil-code-188", "民法典第188条", "民法典第一百八十八条"])
def test_an_article_is_found_by_number(open_page, q, script):
    page = open_page("/law", 360, script)
    page.fill("#q", q)
    page.click("form[role=search] button")
    page.wait_for_url(re.compile("q="))
    found = page.locator("main ul.rows > li").all_inner_texts()
    assert len(found) == 1 and "《民法典》第一百八十八条" in found[0]


@pytest.mark.parametrize("on, is_in_force", [("2020-12-31", False), ("2021-01-01", True)])
def test_whether_an_article_was_in_force_on_a_day(open_page, on, is_in_force, script):
    page = open_page("/law?q=civil-code-188", 360, script)
    page.fill("#on", on)
    page.click("form[role=search] button")
    page.wait_for_url(re.compile(f"on={on}"))
    assert ("那天不适用" in page.inner_text("main ul.rows")) is not is_in_force
    assert page.input_value("#on") == on


def test_what_is_not_found_may_exist_all_the_same(open_page):
    page = open_page("/law?q=没有这样的词")
    assert "没有收录不等于没有规定" in page.inner_text("main") and "12348" in page.inner_text("main")
