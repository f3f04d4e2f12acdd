"""连接手机: a device and its address, signing, alerts on the page within a second, silence, alerts elsewhere, history."""

import base64
import hashlib
import hmac
import http.server
import json
import re
import sqlite3
import threading
import time
import urllib.parse

import pytest

from server import BILL, SCAM, THREAT, until

SECRET = "一个足够长的密钥-long"


def signed(at_ms, secret=SECRET):
    made = hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return urllib.parse.quote_plus(base64.b64encode(made))


def template(text, sender="106900001234", at_ms=None, sign=None):
    at_ms = at_ms or int(time.time() * 1000)
    return json.dumps({
        "v": 1, "from": sender, "org_content": text, "receive_time": "2026-05-06T21:10:00+0800",
        "timestamp": str(at_ms), "sign": sign or "", "card_slot": "SIM1_移动", "device_mark": "测试手机",
    }).encode()


def forward(server, path, body):
    status, _, answer = server.ask("POST", path, body, {"Content-Type": "application/json;charset=utf-8"})
    return status, json.loads(answer)


def test_a_device_is_made_and_its_address_works_once_shown(server, open_page, width, script):
    page = open_page("/connect", width, script)
    page.fill("#name", f"手机{width}{script}")
    page.click("form[action='/connect'] button")
    page.wait_for_selector("section.secret")
    url = page.inner_text("#url")
    assert url.startswith(server.url + "/hook/")
    assert page.locator("section.secret img").evaluate("e => e.naturalWidth") > 0
    text = f"{SCAM}{width}{script}"
    status, answer = forward(server, urllib.parse.urlsplit(url).path, template(text))
    assert (status, answer["status"]) == (200, "stored")
    message = server.get(f"/api/message/{answer['messages'][0]['id']}")["message"]
    assert (message["body"], message["party"], message["sim"]) == (text, "106900001234", "SIM1_移动")
    page = open_page("/connect", width, script)
    assert url not in page.content(), "the address is not shown again"
    assert f"手机{width}{script}" in page.inner_text("section[aria-labelledby=devices]")
    assert page.locator("#template").inner_text().startswith('{"v":1,"from":"[from]"')


def test_a_repeated_request_counts_once(server):
    _, path = server.device()
    body = template(THREAT)
    first, again = forward(server, path, body)[1], forward(server, path, body)[1]
    assert (first["status"], again["status"]) == ("stored", "known")
    assert first["messages"][0]["is_new"] and not any(message["is_new"] for message in again["messages"])
    assert server.get("/api/inbox?q=移交公安立案")["pages"]["total"] == 1


def test_many_at_a_time_all_arrive(server):
    _, path = server.device()
    answers = []
    threads = [
        threading.Thread(target=lambda at=at: answers.append(forward(server, path, template(f"【测试】第{at}条同时到的短信"))))
        for at in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200] * 16
    assert len({answer["messages"][0]["id"] for _, answer in answers}) == 16


def test_a_device_that_signs_refuses_the_unsigned_the_late_and_the_wrong(server, open_page, script):
    id_, path = server.device(f"加签手机{script}")
    page = open_page("/connect", 360, script)
    device = page.locator("li", has_text=f"加签手机{script}").first
    device.locator("summary").click()
    device.locator("input[name=secret]").fill(SECRET)
    device.locator("form[action$='/sign'] button").click()
    page.wait_for_url(re.compile("signed"))
    now = int(time.time() * 1000)
    mark = f"{SCAM}加签{script}"
    refused = {
        "unsigned": template(mark),
        "wrong": template(mark, at_ms=now, sign=signed(now, "别的密钥")),
        "late": template(mark, at_ms=now - 601_000, sign=signed(now - 601_000)),
        "early": template(mark, at_ms=now + 660_000, sign=signed(now + 660_000)),
    }
    for name, body in refused.items():
        status, answer = forward(server, path, body)
        assert status == 403, name
        assert answer["error"]["what"] and answer["error"]["next"], name
    assert server.get(f"/api/inbox?q=加签{script}")["pages"]["total"] == 0
    status, answer = forward(server, path, template(mark, at_ms=now, sign=signed(now)))
    assert (status, answer["status"]) == (200, "stored")
    refusals = [d for d in server.get("/api/connect")["devices"] if d["id"] == id_][0]
    assert refusals["refused"] == 4 and refusals["messages"] == 1


def test_a_refused_request_is_told_on_the_page(server, open_page):
    _, path = server.device("被拒手机", SECRET)
    assert forward(server, path, template(BILL))[0] == 403
    page = open_page("/connect")
    assert "1 个请求被拒绝" in page.locator("li", has_text="被拒手机").first.inner_text()


def test_a_revoked_device_is_refused(server, open_page, script):
    _, path = server.device(f"旧手机{script}")
    assert forward(server, path, template(BILL))[0] == 200
    page = open_page("/connect", 360, script)
    page.click(f"text=停用 旧手机{script}")
    page.wait_for_url(re.compile("revoked"))
    assert forward(server, path, template(BILL))[0] == 401
    assert f"旧手机{script}" not in page.inner_text("main")


def test_an_unknown_address_is_refused(server):
    assert forward(server, "/hook/" + "0" * 40, template(BILL))[0] == 401


def listening(open_page, path, width):
    """A page whose stream of events has begun."""
    page = open_page(path, width)
    page.goto("about:blank")
    with page.expect_response("**/events") as begun:
        page.goto(open_page.server.url + path)
    assert begun.value.headers["content-type"] == "text/event-stream"
    return page


def test_high_risk_is_on_the_page_within_a_second(server, open_page, width, measured):
    _, path = server.device()
    page = listening(open_page, "/knowledge", width)
    second = listening(open_page, "/", width)
    began = time.monotonic()
    status, answer = forward(server, path, template(f"{SCAM}{began}"))
    assert status == 200 and answer["messages"][0]["risk"] == "high"
    second.wait_for_selector(".toast >> text=高风险")
    took = time.monotonic() - began
    measured[f"live alert at {width} px, from request to page"] = f"{took * 1000:.0f} ms"
    assert took < 1
    assert SCAM[:8] not in second.inner_text(".toast"), "no text of the message"
    page.wait_for_selector(".toast >> text=高风险")
    second.click(".toast a")
    second.wait_for_url(re.compile(r"/message/\d+"))
    assert SCAM[:8] in second.inner_text(".message"), "later words carry the numbers of their marks"


def test_low_risk_raises_no_alert_but_freshens_the_inbox(server, open_page):
    _, path = server.device()
    page = listening(open_page, "/inbox", 1280)
    assert page.locator("[data-fresh]").is_hidden()
    assert forward(server, path, template(f"{BILL}", sender="95555"))[1]["messages"][0]["risk"] == "low"
    page.wait_for_selector("[data-fresh]:visible")
    assert page.locator(".toast > div").count() == 0


def test_the_unseen_are_counted_until_the_inbox_is_looked_at(server, open_page):
    _, path = server.device()
    open_page("/inbox")
    forward(server, path, template(f"{SCAM}没看过"))
    page = open_page("/")
    assert page.inner_text(".sections .count").startswith("1")
    open_page("/inbox")
    assert open_page("/").locator(".sections .count").count() == 0


def test_silence_is_warned_of(server, open_page, script):
    id_, path = server.device(f"安静手机{script}")
    assert forward(server, path, template(BILL + str(script)))[0] == 200
    page = open_page("/connect", 360, script)
    assert "正常" in page.locator("li", has_text=f"安静手机{script}").first.inner_text()
    # Four days pass.
    with sqlite3.connect(server.inbox, timeout=10) as database:
        database.execute("UPDATE device SET message_ms = message_ms - 345600000, seen_ms = seen_ms - 345600000 WHERE id = ?", (id_,))
    page = open_page("/connect", 360, script)
    told = page.locator("li", has_text=f"安静手机{script}").first.inner_text()
    assert "4 天没有新短信" in told and "很久没动静" in told


class Recorder(http.server.BaseHTTPRequestHandler):
    """Stands for a service or a phone: keeps what it is sent, answers what it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, body))
        answer = self.server.answers.pop(0) if self.server.answers else b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.server.came.set()

    def log_message(self, *_):
        pass


@pytest.fixture
def recorder():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.got, server.answers, server.came = [], [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()


@pytest.mark.parametrize("service", ["bark", "ntfy", "dingtalk", "feishu", "wecom", "webhook"])
def test_an_alert_elsewhere_carries_no_message(server, open_page, recorder, service):
    page = open_page("/connect", 360)
    page.click(f"details:has(form[action='/connect/alert/{service}']) > summary")
    form = page.locator(f"form[action='/connect/alert/{service}']")
    form.locator("input[name=url]").fill(recorder.url + "/robot/topic?access_token=a")
    form.locator("input[name=on]").check()
    form.locator("button:not([name])").click()
    page.wait_for_url(re.compile("alert"))
    assert recorder.got == [], "saving sends nothing"
    _, path = server.device()
    forward(server, path, template(f"{SCAM}{service}"))
    assert recorder.came.wait(5)
    _, body = recorder.got[0]
    told = body.decode()
    assert "高风险" in json.dumps(json.loads(told), ensure_ascii=False)
    assert "工商银行" not in told and "106900001234" not in told and "icbc" not in told
    # Switched off, nothing goes out.
    page = open_page("/connect", 360)
    assert recorder.url not in page.content(), "the address of a robot is its key"
    page.click(f"details:has(form[action='/connect/alert/{service}']) > summary")
    page.locator(f"form[action='/connect/alert/{service}'] input[name=on]").uncheck()
    page.locator(f"form[action='/connect/alert/{service}'] button:not([name])").click()
    page.wait_for_url(re.compile("alert"))
    assert not any(out["is_on"] for out in server.get("/api/connect")["alerts_out"])


def test_the_history_of_a_phone_is_fetched(server, open_page, recorder, script):
    rows = [{"name": "银行", "number": "95588", "content": f"【工商银行】您尾号{at:04d}的账单{at}.00元{script}", "date": 1777000000000 + at * 60_000,
             "type": 1, "sim_id": 0, "sub_id": 1} for at in range(3)]
    recorder.answers.append(json.dumps({"code": 200, "msg": "success", "timestamp": 1, "data": rows}).encode())
    page = open_page("/connect", 360, script)
    page.click("details:has(#address) > summary")
    page.fill("#address", recorder.url)
    page.fill("#pull-secret", "SECtest")
    page.click("form[action='/connect/pull'] button")
    page.wait_for_url(re.compile("/connect/pull"))
    assert "新放进 3" in page.inner_text("[role=status].note")
    path, body = recorder.got[0]
    question = json.loads(body)
    assert path == "/sms/query" and question["data"]["type"] == 1
    expected = hmac.new(b"SECtest", f"{question['timestamp']}\nSECtest".encode(), hashlib.sha256).digest()
    assert urllib.parse.unquote(question["sign"]) == base64.b64encode(expected).decode()
    assert server.get(f"/api/inbox?q=元{script}")["pages"]["total"] == 3
