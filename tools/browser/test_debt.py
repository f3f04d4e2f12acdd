"""真实年利率, 欠款, 还款计划: what an offer costs, what is owed by several counts, a plan and the letter that proposes it."""

import io
import re
import zipfile

import pytest

from form import fill, only_text
from server import Server

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}'
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Made-up debts. The first bears no interest, so that its figures hold on any day; the last grows slowly and stays the smaller one.
PLAIN = {"name": "示例分期", "lender": "bank", "lender_name": "示例银行", "date": "2026-01-05", "received": "6000", "monthly": "500", "due_day": "10"}
DEAR = {"name": "示例小贷", "lender": "small-loan", "date": "2026-01-05", "received": "3000", "rate": "2", "per": "month", "monthly": "300", "due_day": "20",
        "overdue_rate": "3", "overdue_from": "2026-04-10"}
SMALL = {"name": "示例小贷", "lender": "small-loan", "date": "2026-01-05", "received": "1200", "rate": "2", "per": "month", "monthly": "100", "due_day": "20"}


def send(page, answers, form="form.paper"):
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    fill(page, answers, form)
    page.locator(f"{form} button[type=submit]").last.click()


def rows(page, table):
    """A table's rows by their first cell."""
    lines = [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in page.locator(f"{table} tbody tr").all()]
    return {line[0]: line[1:] for line in lines}


# 真实年利率


def test_a_flat_monthly_fee_is_shown_as_about_twice_as_much(open_page, width, script):
    page = open_page("/rate", width, script)
    send(page, {"principal": "10000", "rate": "0.65", "per": "month", "method": "flat", "periods": "12"})
    page.wait_for_selector("#said")
    assert page.locator("#result .figures dd").all_inner_texts() == ["10,000.00", "10,780.00", "780.00", "7.80"]
    assert "比宣传的贵" in page.inner_text("#result .note.warn")
    rates = rows(page, "#result")
    assert rates["中国·单利"][0] == "14.10%" and rates["中国·复利"][0] == "15.05%"
    low, high = map(float, re.findall(r"[\d.]+", rates["中国·单利"][1]))
    assert low < 14.0981644605 < high < low + 1e-8
    assert page.inner_text("#said") == "结论：要看谁放的款、哪天签的合同。请查合同上的贷款人和签订日期。"
    assert page.input_value("#rate") == "0.65" and page.input_value("#method") == "flat"


@pytest.mark.parametrize("rate, outcome", [
    ("0.65", "结论：每一种算法都没有超过标准。"),
    ("2.5", "结论：每一种算法都超过标准。超过的部分可以请求减少；本金和标准以内的利息仍要还。"),
    # 22.50 % simple and 24.97 % compound.
    ("1.05", "结论：有的算法超过，有的没有超过，要看法院或监管用哪一种，不能说“超过”。"),
])
def test_the_outcome_is_said_against_the_limit_of_the_lender_and_the_day(open_page, rate, outcome, script):
    page = open_page("/rate", 360, script)
    send(page, {"principal": "10000", "rate": rate, "method": "flat", "lender": "small-loan", "contract_date": "2026-03-01"})
    page.wait_for_selector("#said")
    assert page.inner_text("#said") == outcome
    assert "24%" in page.inner_text("#result h3 + ul") and "《金融审判意见》" in page.inner_text("#result .law")


def test_interest_taken_beforehand_is_named(open_page, width, script):
    page = open_page("/rate", width, script)
    send(page, {"principal": "10000", "received": "9000", "payment": "1000", "lender": "unlicensed", "contract_date": "2026-03-01"})
    page.wait_for_selector("#said")
    assert "1,000.00" in page.inner_text("#result .note.warn") and "按实际到手算本金" in page.inner_text("#result .note.warn")
    assert page.locator("#result a[href='/knowledge/law/civil-code#a670']").count() == 1
    assert "12%" in page.inner_text("#result h3 + ul"), "four times 3.00 %"


@pytest.mark.parametrize("typed, words", [
    ({"principal": "abc", "rate": "0.65"}, "“abc”不是金额"),
    ({"principal": "10000", "rate": "x"}, "利率写得不对"),
    ({"principal": "10000", "rate": "0.65", "periods": "many"}, "期数要写数字"),
    ({"principal": "10000"}, "请填借款本金和利率"),
    ({"principal": "-1", "rate": "0.65"}, "大于零"),
], ids=["sum", "rate", "periods", "missing", "negative"])
def test_what_cannot_be_reckoned_says_why(open_page, typed, words, script):
    page = open_page("/rate", 360, script)
    send(page, typed)
    page.wait_for_selector("#result > *, .soon")
    assert words in page.inner_text("main"), page.inner_text("#result" if script else "main")
    if script:
        assert page.input_value("#principal") == typed["principal"]
    open_page.expect_fault("422")


def test_a_checked_message_with_a_rate_tells_the_yearly_cost(open_page, width, script):
    page = open_page("/", width, script)
    page.fill("#text", "【示例消费金融】示例借款10000元，月费率0.65%，分12期。")
    page.click("button.main")
    page.wait_for_selector("article.letter")
    amounts = page.locator(".part", has=page.locator("h3", has_text="金额和利率"))
    assert "“0.65%”折合一年 7.8%" in amounts.inner_text() and "只会更高" in amounts.inner_text()
    amounts.locator("a").click()
    page.wait_for_url(re.compile("/rate$"))


def test_a_message_without_a_sum_says_nothing_of_sums(open_page):
    page = open_page("/")
    page.fill("#text", "【测试商城】您的包裹已到，请凭取件码领取。")
    page.click("button.main")
    page.wait_for_selector("article.letter")
    assert page.locator("h3", has_text="金额和利率").count() == 0


# 欠款


def test_a_debt_is_recorded_with_its_overdue_rate(open_page, width, script):
    page = open_page("/debts", width, script)
    name = f"示例小贷{width}{script}"
    send(page, {**DEAR, "name": name, "late_fee": "50"})
    page.wait_for_url(re.compile(r"/debt/\d+\?done=recorded"))
    assert page.inner_text("h1") == name and page.locator("[role=status].note").count() == 1
    # Until the claim of 9 June: 95 days at 24 % and 60 at 36 % of 3,000 are 187.40 + 177.53; all 155 at 24 %, 305.75.
    send(page, {"event": "claim", "date": "2026-06-09", "amount": "5000", "who": "示例催收公司", "principal": "3000", "interest": "1000", "fees": "500"})
    page.wait_for_selector("section[aria-labelledby=claims]")
    told = {caption.split(" · ")[-1]: page.locator("section[aria-labelledby=claims] table").nth(at)
            for at, caption in enumerate(page.locator("section[aria-labelledby=claims] caption").all_inner_texts())}
    lines = {scenario: [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()] for scenario, table in told.items()}
    assert lines["按法律"][1] == ["1,000.00", "364.93", "635.07"]
    assert lines["若法院按请求减少"][1] == ["1,000.00", "305.75", "694.25"]
    assert lines["按法律"][3][:2] == ["5,000.00", "3,364.93"]
    assert "请要求书面明细" in page.inner_text("section[aria-labelledby=claims]"), "3,000 and 1,000 and 500 are not 5,000"
    page.click(".crumbs a")
    page.wait_for_url(re.compile("/debts$"))
    assert name in page.inner_text("ol.rows")


def test_accounts_stand_side_by_side_by_name(server, open_page, width, script):
    """A debt without interest: the cut principal and an unproven fee count only by their word."""
    number = server.post("/api/debts", {"name": f"示例借款{width}{script}", "lender": "consumer-finance", "date": "2026-01-05", "received": "9000", "contract": "10000"})["debt"]
    page = open_page(f"/debt/{number}", width, script)
    for event, date, amount in (("payment", "2026-02-10", "1000"), ("charge", "2026-03-10", "50"), ("charge-claimed", "2026-03-11", "300"), ("waiver-fees", "2026-03-12", "20"), ("waiver-principal", "2026-03-13", "500")):
        send(page, {"event": event, "date": date, "amount": amount, "evidence": "第1号"})
        page.wait_for_selector(f"ol.log >> text={date}")
    log = page.locator("ol.log .meta").all_inner_texts()
    assert len(log) == 6 and "还款" in log[1] and "1,000.00" in log[1] and "减免" in log[4]
    table = rows(page, "section[aria-labelledby=owed]")
    # 9,000 - 1,000 - 500 and a fee of 50 less 20; by their word 10,000 and a fee of 350.
    assert [line[:2] for line in table.values()] == [["7,530.00", "7,500.00"], ["7,530.00", "7,500.00"], ["8,830.00", "8,500.00"]]
    assert all(line[4] == "1,000.00" for line in table.values()), "what was paid"
    assert list(table) == ["按法律", "若法院按请求减少", "按合同和对方说法"]


def test_an_entry_is_taken_back(server, open_page, width, script):
    number = server.post("/api/debts", {**PLAIN, "name": f"撤回{width}{script}"})["debt"]
    server.post(f"/api/debt/{number}/event", {"event": "payment", "date": "2026-02-10", "amount": "1000"})
    page = open_page(f"/debt/{number}", width, script)
    assert page.inner_text("section[aria-labelledby=owed] tbody td >> nth=0") == "5,000.00"
    page.locator("ol.log li", has_text="2026-02-10").locator("button").click()
    page.wait_for_url(re.compile("done="))
    assert page.inner_text("section[aria-labelledby=owed] tbody td >> nth=0") == "6,000.00"
    assert page.locator("ol.log li").count() == 1


@pytest.mark.parametrize("date", ["2012-03-01", "2020-03-01"])
def test_where_the_limit_has_no_source_two_accounts_stand_instead_of_one_by_law(server, open_page, date, script):
    number = server.post("/api/debts", {"name": f"个人借款{date}{script}", "lender": "unlicensed", "date": date, "received": "5000", "rate": "3", "per": "month"})["debt"]
    page = open_page("/debts", 360, script)
    one = page.locator("ol.rows li", has_text=f"个人借款{date}{script}")
    assert one.locator("dt").all_inner_texts() == ["按约定利率（上限不清楚，可能偏高）", "只算本金（最少）", "按合同和对方说法"]
    assert one.locator("dd").nth(1).inner_text() == "5,000.00"
    page = open_page(f"/debt/{number}", 360, script)
    table = rows(page, "section[aria-labelledby=owed]")
    assert list(table) == ["按约定利率（上限不清楚，可能偏高）", "只算本金（最少）", "按合同和对方说法"]
    assert table["只算本金（最少）"][:3] == ["5,000.00", "5,000.00", "0.00"]
    assert "对照的标准" not in page.inner_text("main") and "按法律" not in page.inner_text("main")


def test_where_the_limit_is_known_it_binds_a_private_lender(server, open_page):
    number = server.post("/api/debts", {"name": "有上限的个人借款", "lender": "unlicensed", "date": "2026-03-01", "received": "5000", "rate": "3", "per": "month"})["debt"]
    server.post(f"/api/debt/{number}/event", {"event": "claim", "date": "2026-06-09", "amount": "9000", "who": "示例个人"})
    page = open_page(f"/debt/{number}")
    # 100 days at 12 %, four times 3.00 %; by the contract at 36 %.
    claims = page.locator("section[aria-labelledby=claims] table")
    assert claims.nth(0).locator("tbody tr").nth(1).locator("td").nth(1).inner_text() == "164.38"
    assert claims.nth(1).locator("tbody tr").nth(1).locator("td").nth(1).inner_text() == "493.15"
    assert "12%" in page.inner_text("section[aria-labelledby=owed]")


@pytest.mark.parametrize("typed, words", [
    ({"received": "1e9"}, "“1e9”不是金额"),
    ({"received": "-5"}, "大于零"),
    ({"rate": "abc"}, "利率写得不对"),
    ({"overdue_rate": "3"}, "逾期利率和从哪天起要一起填"),
    ({"monthly": "五百"}, "每月应还写得不对"),
    ({"due_day": "first"}, "还款日要写数字"),
], ids=["sum", "negative", "rate", "overdue", "monthly", "day"])
def test_a_debt_that_cannot_be_read_says_what_to_do_and_is_not_kept(server, open_page, typed, words, script):
    page = open_page("/debts", 360, script)
    before = len(server.get("/api/debts")["debts"])
    send(page, {"name": "写错的", "date": "2026-01-05", "received": "100", **typed})
    page.wait_for_selector(".soon")
    assert words in page.inner_text("main")
    assert len(server.get("/api/debts")["debts"]) == before
    page.go_back()
    assert page.input_value("#name") == "写错的", "what was typed is still there"
    open_page.expect_fault("422")


def test_a_day_of_the_month_is_one(server):
    server.post("/api/debts", {**PLAIN, "name": "四十号", "due_day": "40"}, expect=422)


@pytest.mark.parametrize("typed, words", [({"event": "payment", "amount": ""}, "请填金额"), ({"event": "payment", "amount": "一百"}, "不是金额"), ({"event": "claim", "amount": "10", "principal": "x"}, "本金写得不对")])
def test_an_event_that_cannot_be_read_says_what_to_do(server, open_page, typed, words):
    number = server.post("/api/debts", {**PLAIN, "name": f"写错的事{words}"})["debt"]
    page = open_page(f"/debt/{number}")
    send(page, {"date": "2026-02-10", **typed})
    page.wait_for_selector(".soon")
    assert words in page.inner_text("main")
    assert len(server.get(f"/api/debt/{number}")["events"]) == 1
    open_page.expect_fault("422")


def test_a_debt_that_is_not_there_is_not_found(server):
    browser = server.browser()
    assert browser.get("/debt/999").status_code == browser.post("/debt/999/event", {"event": "payment", "amount": "1"}).status_code == 404


def test_an_entry_that_is_not_there_is_told_without_the_command_line(server):
    number = server.post("/api/debts", {**PLAIN, "name": "没有这一条"})["debt"]
    answer = server.browser().post(f"/debt/{number}/withdraw", {"entry": "9999"})
    assert answer.status_code in (404, 422) and "没有第 9999 条" in answer.text
    assert "zhenxin debt" not in answer.text


def test_hostile_names_stay_text(server, open_page, script):
    page = open_page("/debts", 360, script)
    name = f"{script} {HOSTILE[:50]}"
    send(page, {**PLAIN, "name": name, "lender_name": HOSTILE})
    page.wait_for_url(re.compile("/debt/"))
    send(page, {"event": "claim", "date": "2026-02-10", "amount": "10", "who": HOSTILE, "evidence": HOSTILE})
    page.wait_for_selector("section[aria-labelledby=claims]")
    assert page.inner_text("h1") == name and HOSTILE in page.inner_text("ol.log") and HOSTILE in page.inner_text("caption >> nth=1")
    only_text(page)
    page.goto(server.url + "/debts")
    assert name in page.inner_text("ol.rows")
    only_text(page)


@pytest.mark.parametrize("path", ["/debt/1", "/plans"])
def test_a_print_button_is_there_only_where_it_works(planner, path, script):
    _, open_page = planner
    page = open_page(path, 1280, script)
    if path == "/plans":
        compare(page, surplus="1000")
    button = page.locator("button[data-print]")
    assert button.count() == 1 and button.is_visible() == script


# 还款计划


@pytest.fixture(scope="module")
def two_debts(binary, tmp_path_factory):
    server = Server(binary, tmp_path_factory.mktemp("plans"))
    for debt in (PLAIN, SMALL):
        server.post("/api/debts", debt)
    yield server
    server.end()


@pytest.fixture
def planner(two_debts, chromium):
    """A server with exactly two debts, and its pages."""
    from conftest import Opener

    opener = Opener(chromium, two_debts)
    yield two_debts, opener
    opener.close()


@pytest.fixture
def empty(binary, tmp_path, chromium):
    """A server without anything, and its pages."""
    from conftest import Opener

    server = Server(binary, tmp_path)
    opener = Opener(chromium, server)
    yield server, opener
    opener.close()
    server.end()


def compare(page, **answers):
    spending = {"housing": 1, "food": 2}
    for name, text in answers.items():
        page.fill(f"#s{spending[name]}" if name in spending else f"#{name}", text)
    page.locator("form.paper button.main").click()
    page.wait_for_selector("#fit")


BUDGET = {"income": "5000", "people": "2", "housing": "2500", "food": "800"}


def test_without_a_debt_there_is_nothing_to_plan_and_it_says_so(empty, script):
    _, open_page = empty
    page = open_page("/plans", 360, script)
    assert "还没有记债" in page.inner_text("main") and page.locator("main a[href='/debts']").count() >= 1
    page.fill("#surplus", "1000")
    page.locator("form.paper button.main").click()
    page.wait_for_selector(".soon")
    assert "还没有记债" in page.inner_text("main") and "欠款" in page.inner_text("main")
    open_page.expect_fault("422")


def test_plans_are_compared_by_what_can_be_paid_a_month(planner, width, script):
    _, open_page = planner
    page = open_page("/plans", width, script)
    compare(page, surplus="1000")
    assert page.inner_text("#fit") == "有不用求人、不逾期就能还清的方案。"
    assert page.locator("#result .figures dd").all_inner_texts() == ["1,000.00", "600.00"]
    ways = rows(page, "#result > .scroll")
    assert list(ways)[:3] == ["花钱最少", "先还利率最高的", "先还最小的"] and "协商分60期（要对方同意）" in ways
    assert ways["协商分60期（要对方同意）"][0] == "60"
    cost = {name: float(line[2].replace(",", "")) for name, line in ways.items()}
    assert 0 < cost["花钱最少"] <= min(cost["先还利率最高的"], cost["先还最小的"]) < cost["协商分60期（要对方同意）"]
    assert cost["停息按比例还（要对方同意）"] == 0
    assert ways["花钱最少"][4] == "已证明最省" or "任何办法都不少于" in ways["花钱最少"][4]
    assert all(line[3] == "0" for line in ways.values()), "no minimum is missed"
    assert page.locator("figure.chart polyline.curve").count() == len(ways)
    assert "不要借新还旧" in page.inner_text("section[aria-labelledby=beware]")
    assert page.input_value("#surplus") == "1000"


def test_a_plan_is_shown_month_by_month(planner, script):
    _, open_page = planner
    page = open_page("/plans", 1280, script)
    compare(page, surplus="1000")
    page.click("text=一个月一个月看")
    table = page.locator("section[aria-labelledby=chosen] details table")
    assert table.locator("thead th").all_inner_texts() == ["月份", "示例分期", "示例小贷"]
    assert page.locator("#result tbody tr").count() > 6
    cells = table.locator("tbody tr").first.locator("td").all_inner_texts()
    paid = [float(cell.split(" → ")[0].replace(",", "")) for cell in cells]
    assert paid[0] >= 500 and paid[1] >= 100 and sum(paid) == 1000, "all of it is used, and each gets its minimum"
    last = table.locator("tbody tr").last.locator("td").all_inner_texts()
    assert [cell.split(" → ")[1] for cell in last] == ["0.00", "0.00"]
    assert page.locator("section[aria-labelledby=chosen] dl.bars dt").all_inner_texts() == ["示例分期", "示例小贷"]
    assert page.locator("section[aria-labelledby=chosen] dl.bars dd").first.inner_text().strip() == "0.00"


def test_spending_above_the_guide_wants_a_reason_and_keeps_it(planner, width, script):
    _, open_page = planner
    page = open_page("/plans", width, script)
    compare(page, **BUDGET)
    assert page.locator("#result .figures dd").all_inner_texts() == ["5,000.00", "3,300.00", "1,700.00", "600.00"]
    # The average for housing is 6,263 yuan a year and person: 1,043.84 for two a month.
    note = page.inner_text("section[aria-labelledby=fit] .note")
    assert "住房" in note and "1,043.8" in note and "请在下面写一句原因" in note and "吃饭" not in note
    assert page.locator("#r2").count() == 0
    page.fill("#r1", "房租合同到期前不能换")
    compare(page)
    assert page.input_value("#r1") == "房租合同到期前不能换"
    assert page.input_value("#income") == "5000" and page.input_value("#s1") == "2500" and page.input_value("#s2") == "800"


def test_another_way_is_chosen_and_what_was_typed_stays(planner, width, script):
    _, open_page = planner
    page = open_page("/plans", width, script)
    compare(page, **BUDGET)
    assert page.inner_text("#chosen") == "花钱最少"
    page.fill("#r1", "房租合同到期前不能换")
    compare(page)
    page.select_option("#strategy", "sixty-instalments")
    page.click("text=看这一种")
    page.wait_for_selector("#chosen >> text=协商分60期")
    assert page.input_value("#strategy") == "sixty-instalments"
    assert page.locator("section[aria-labelledby=chosen] details tbody tr").count() == 60
    assert page.input_value("#income") == "5000" and page.input_value("#people") == "2" and page.input_value("#r1") == "房租合同到期前不能换"


def test_a_plan_is_downloaded_as_workbook_table_and_calendar(planner, width, script):
    _, open_page = planner
    page = open_page("/plans", width, script)
    compare(page, surplus="1000")
    page.select_option("#strategy", "snowball")
    files = {}
    for form in ("xlsx", "csv", "ics"):
        with page.expect_download() as download:
            page.click(f"button[name=format][value={form}]")
        assert download.value.suggested_filename == f"zhenxin-plan-snowball.{form}"
        files[form] = download.value.path().read_bytes()
    book = zipfile.ZipFile(io.BytesIO(files["xlsx"]))
    assert files["xlsx"].startswith(b"PK\x03\x04") and "xl/workbook.xml" in book.namelist()
    assert "示例小贷" in "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    table = files["csv"].decode("utf-8-sig").splitlines()
    assert files["csv"].startswith(b"\xef\xbb\xbf") and table[0].startswith("月份,示例分期 还款") and table[0].endswith("合计还款")
    # The smaller debt first: the larger one gets its minimum.
    assert table[1].split(",")[1] == "500.00" and table[1].split(",")[4] == "500.00" and table[1].split(",")[-1] == "1000.00"
    calendar = files["ics"].decode()
    assert calendar.startswith("BEGIN:VCALENDAR\r\n") and calendar.count("BEGIN:VEVENT") == calendar.count("END:VEVENT") > 6
    assert "SUMMARY:还款 示例分期 500.00 元" in calendar and re.search(r"DTSTART;VALUE=DATE:\d{6}10\r\n", calendar) and re.search(r"DTSTART;VALUE=DATE:\d{6}20\r\n", calendar)


def test_files_of_a_plan_carry_their_type(planner):
    server, _ = planner
    browser = server.browser()
    for form, kind in (("xlsx", WORKBOOK), ("csv", "text/csv; charset=utf-8"), ("ics", "text/calendar; charset=utf-8")):
        answer = browser.post("/plans", {"surplus": "1000", "strategy": "avalanche", "format": form})
        assert answer.status_code == 200 and answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"] == f'attachment; filename="zhenxin-plan-avalanche.{form}"'
    assert browser.post("/plans", {"surplus": "1000", "strategy": "avalanche", "format": "exe"}).status_code == 404
    assert browser.post("/plans", {"surplus": "1000", "strategy": "none", "format": "csv"}).status_code == 404


def test_a_plan_is_written_as_a_letter_with_what_is_known(planner, width, script):
    _, open_page = planner
    page = open_page("/plans", width, script)
    compare(page, **BUDGET)
    page.fill("#r1", "房租合同到期前不能换")
    compare(page)
    page.select_option("#strategy", "snowball")
    page.select_option("#debt", "示例分期")
    page.click("text=写协商申请")
    page.wait_for_selector("#q-recipient")
    assert page.inner_text("h1") == "请求协商还款的函（会承认债务）"
    assert page.locator("#refused, #text, .field .note.bad").count() == 0, "not refused before it is tried"
    assert page.input_value("#q-recipient") == "示例银行"
    assert page.input_value("#q-income") == "5000.00" and page.input_value("#q-spending") == "3300.00"
    assert page.input_value("#q-hardship") == "房租合同到期前不能换"
    assert page.input_value("[name='plan.0.amount']") == "500.00"
    assert re.fullmatch(r"20\d\d-\d\d-10", page.input_value("[name='plan.0.date']"))
    assert not page.is_checked("[name=chosen]")
    assert "承认" in page.locator(".note.bad").first.inner_text()
    for name in ("debt_confirmed", "acknowledge_understood"):
        page.select_option(f"#q-{name}", "yes")
    page.select_option("#q-is_card", "no")
    for name, text in {"name": "张三示例", "phone": "19900000001", "contract_number": "示例合同0001", "dependants": "2", "contact": "示例市示例区示例路1号"}.items():
        page.fill(f"#q-{name}", text)
    page.check("[name=chosen]")
    page.click("form.paper button.main")
    page.wait_for_selector("#draft")
    text = page.inner_text("#text")
    assert "每月收入约5,000.00元" in text and "每月必需的生活支出约3,300.00元" in text and "500.00元 |" in text
    filled = page.locator("input[name$='.amount'][name^='plan.']").evaluate_all("all => all.filter(one => one.value).length")
    assert len(re.findall(r"^\| \d+ \| 20\d\d年", text, re.M)) == filled > 3


def test_what_is_not_enough_is_said(planner, script):
    _, open_page = planner
    page = open_page("/plans", 360, script)
    compare(page, income="3000", housing="2500", food="800")
    assert "没有剩下的钱" in page.inner_text("#fit") and "12348" in page.inner_text("#fit")
    page = open_page("/plans", 360, script)
    compare(page, surplus="500")
    assert "要同债权人协商" in page.inner_text("#fit")
    assert int(rows(page, "#result > .scroll")["花钱最少"][3]) > 0
    assert page.locator("section[aria-labelledby=chosen] .tag.high").count() > 0


@pytest.mark.parametrize("typed, words", [({"surplus": "abc"}, "每月能还写得不对"), ({}, "请填每月收入和开支"), ({"income": "x"}, "收入写得不对"), ({"income": "5000", "people": "two"}, "人数要写数字"), ({"income": "-5"}, "请")])
def test_means_that_cannot_be_read_say_what_to_do(planner, typed, words):
    _, open_page = planner
    page = open_page("/plans", 360)
    for name, text in typed.items():
        page.fill(f"#{name}", text)
    page.locator("form.paper button.main").click()
    page.wait_for_selector(".soon")
    assert words in page.inner_text("main")
    open_page.expect_fault("422")


def test_hostile_spending_and_debts_stay_text_in_plans(empty):
    server, open_page = empty
    server.post("/api/debts", {**PLAIN, "name": HOSTILE})
    page = open_page("/plans")
    compare(page, **BUDGET)
    page.fill("#r1", HOSTILE)
    compare(page)
    assert page.input_value("#r1") == HOSTILE and HOSTILE in page.inner_text("section[aria-labelledby=offers]")
    only_text(page)
    page.click("text=写协商申请")
    page.wait_for_selector("#q-recipient")
    assert page.input_value("#q-hardship") == HOSTILE
    only_text(page)


# What was typed wrongly must not stand in the way of all the rest.


def is_planned(server):
    return server.browser().post("/plans", {"surplus": "1000", "strategy": "cheapest", "format": "csv"}).status_code == 200


def test_a_second_debt_of_one_name_is_refused_or_does_not_stop_the_plans(empty):
    server, _ = empty
    server.post("/api/debts", PLAIN)
    assert is_planned(server)
    server.browser().post("/debts", {**PLAIN, "received": "100"})
    assert is_planned(server)


def test_a_debt_taken_back_wholly_does_not_stop_the_plans(empty):
    server, open_page = empty
    for debt in (PLAIN, SMALL):
        server.post("/api/debts", debt)
    page = open_page("/debt/2")
    page.locator("ol.log button").click()
    page.wait_for_load_state()
    answer = server.browser().get("/debt/2")
    open_page.faults.clear()
    assert answer.status_code == 200, "its page is still there"
    assert is_planned(server)


def test_a_loan_of_a_day_to_come_is_refused_or_does_not_stop_the_plans(empty):
    server, _ = empty
    server.post("/api/debts", PLAIN)
    server.browser().post("/debts", {**PLAIN, "name": "年份写错", "date": "2126-01-05"})
    assert is_planned(server)
    for debt in server.get("/api/debts")["debts"]:
        assert server.browser().get(f"/debt/{debt['id']}").status_code == 200, "it can be put right"
