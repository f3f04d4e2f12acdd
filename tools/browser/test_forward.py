"""The forwarders' requests, byte for byte as their sources make them: accepted, with the right sender, text, time, SIM."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

import pytest

BEIJING = timezone(timedelta(hours=8))
TEXT = "【测试银行】您尾号0000的账单1,208.50元，到期还款日06月12日。退订回T<b>&'"
SENDER = "106900001234"
WHEN = datetime(2026, 5, 6, 21, 10, 3, tzinfo=BEIJING)
WHEN_MS = int(WHEN.timestamp() * 1000)
SECRET = "SECtest-long-enough"


def gson(fields):
    """As Gson writes JSON: `< > & = '` escaped."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&='":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def quoted(text):
    return urllib.parse.quote_plus(text)


def sms_forwarder_sign(at_ms):
    made = hmac.new(SECRET.encode(), f"{at_ms}\n{SECRET}".encode(), hashlib.sha256).digest()
    return quoted(base64.b64encode(made).decode())


def form(**fields):
    return "&".join(f"{name}={quoted(value)}" for name, value in fields.items()).encode()


SIX_LINES = f"{SENDER}\n{TEXT}\nSIM1_移动\nSubId：1\n{WHEN:%Y-%m-%d %H:%M:%S}\nXiaomi 14"
JSON = {"Content-Type": "application/json; charset=utf-8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def web_token():
    def part(data):
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=")

    now = int(time.time())
    head = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"iss": "api.httpsms.com", "exp": now + 600, "iat": now, "aud": "http://127.0.0.1"})
    sign = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), head, hashlib.sha256).digest()).rstrip(b"=")
    return (head + b"." + sign).decode()


def requests_of(now_ms):
    """name: (method, what follows the address, headers, body, whether it signs, what must be read)."""
    sign = sms_forwarder_sign(now_ms)
    gateway = json.dumps({
        "id": "Ey6ECgOkVVFjz3CL48B8C", "webhookId": "LreFUt-Z3sSq0JufY9uWB", "event": "sms:received", "deviceId": "dev1",
        "payload": {"messageId": "abc123", "sender": SENDER, "recipient": None, "simNumber": 1, "phoneNumber": SENDER,
                    "message": TEXT, "receivedAt": WHEN.strftime("%Y-%m-%dT%H:%M:%S.000+08:00")},
    }, ensure_ascii=False).encode()
    seconds = str(now_ms // 1000)
    gateway_sign = hmac.new(SECRET.encode(), gateway + seconds.encode(), hashlib.sha256).hexdigest()
    whole = {"party": SENDER, "body": TEXT, "time_ms": WHEN_MS}
    return {
        "SmsForwarder, JSON template": ("POST", "", JSON, gson({
            "v": 1, "from": SENDER, "org_content": TEXT, "receive_time": WHEN.strftime("%Y-%m-%dT%H:%M:%S+0800"),
            "timestamp": str(now_ms), "sign": sign, "card_slot": "SIM1_移动", "device_mark": "Xiaomi 14",
        }), True, {**whole, "sim": "SIM1_移动"}),
        "SmsForwarder, default form": ("POST", "", FORM, form(**{"from": SENDER, "content": SIX_LINES, "timestamp": str(now_ms), "sign": "X"})
                                       .replace(b"sign=X", b"sign=" + quoted(sign).encode()), True, {**whole, "sim": "SIM1_移动"}),
        "SmsForwarder, default form, PUT": ("PUT", "", FORM, form(**{"from": SENDER, "content": SIX_LINES, "timestamp": str(now_ms)}), False, whole),
        "SmsForwarder, JSON, PATCH": ("PATCH", "", JSON, gson({"from": SENDER, "org_content": TEXT, "receive_time": WHEN.strftime("%Y-%m-%dT%H:%M:%S+0800")}), False, whole),
        "SmsForwarder, GET with template": ("GET", f"?from={quoted(SENDER)}&content={quoted(SIX_LINES)}&timestamp={now_ms}&sign={quoted(sign)}", {}, None, True, whole),
        "SmsForwarder, GET without template": ("GET", f"&content={quoted(SIX_LINES)}&timestamp={now_ms}", {}, None, False, whole),
        "SMS Gateway for Android (capcom6)": ("POST", "", {**JSON, "X-Timestamp": seconds, "X-Signature": gateway_sign}, gateway, True, whole),
        "httpSMS": ("POST", "", {"Content-Type": "application/json", "X-Event-Type": "message.phone.received", "Authorization": "Bearer " + web_token()}, json.dumps({
            "specversion": "1.0", "id": "a3f2", "source": "/v1/messages/receive", "type": "message.phone.received", "datacontenttype": "application/json",
            "time": "2026-05-06T13:10:05Z", "data": {"message_id": "m1", "user_id": "u1", "owner": "+8613800000000", "encrypted": False, "contact": SENDER,
                                                     "timestamp": "2026-05-06T13:10:03Z", "content": TEXT, "sim": "SIM1", "attachments": []},
        }, ensure_ascii=False).encode(), True, {**whole, "sim": "SIM1"}),
        "Incoming SMS gateway (bogkonstantin)": ("POST", "", JSON, json.dumps({
            "from": SENDER, "text": TEXT, "sentStamp": WHEN_MS, "receivedStamp": WHEN_MS + 2000, "sim": "sim1"}, ensure_ascii=False).encode(), False, {"party": SENDER, "body": TEXT, "sim": "sim1"}),
        "sms_forwarding (chenxuuu), JSON": ("POST", "", JSON, json.dumps({"sender": SENDER, "message": TEXT, "timestamp": "26/05/06,21:10:03+32"}, ensure_ascii=False).encode(), False, whole),
        "sms_forwarding (chenxuuu), GET": ("GET", f"?sender={SENDER}&message={quoted(TEXT)}&timestamp={quoted('26/05/06,21:10:03+32')}", {}, None, False, whole),
        "air780e-forwarder": ("POST", "", {"Content-Type": "text/plain; charset=utf-8"}, f"{TEXT}\n\n发件号码: {SENDER}\n发件时间: {WHEN:%Y-%m-%d %H:%M:%S}\n#SMS".encode(), False, whole),
        "Forward SMS (iPhone)": ("POST", "", JSON, json.dumps({"timestamp": "2026-05-06T13:10:03Z", "content": TEXT, "sender": SENDER, "contact": ""}, ensure_ascii=False).encode(), False, whole),
        "Shortcuts (iPhone)": ("POST", "", {"Content-Type": "application/json"}, json.dumps({"from": SENDER, "text": TEXT, "time": "2026-05-06T21:10:03+08:00"}).encode(), False, whole),
        "Apple's filter query": ("POST", "", JSON, json.dumps({"_version": 1, "query": {"sender": SENDER, "message": {"text": TEXT}}, "app": {"version": "1.1"}}, ensure_ascii=False).encode(), False, {"party": SENDER, "body": TEXT}),
        "Tasker, form": ("POST", "", FORM, form(sender=SENDER, body=TEXT, time=f"{WHEN:%Y-%m-%d %H:%M:%S}"), False, whole),
    }


NAMES = list(requests_of(0))


@pytest.mark.parametrize("name", NAMES)
def test_a_forwarder_is_understood(binary, tmp_path, name):
    from server import Server

    server = Server(binary, tmp_path)
    server.post("/api/evidence/recovery", {})
    method, more, headers, body, signs, expected = requests_of(int(time.time() * 1000))[name]
    _, path = server.device(secret=SECRET if signs else None)
    status, _, answer = server.ask(method, path + more, body, headers)
    assert status == 200, answer.decode()
    told = json.loads(answer)
    assert told["status"] == "stored" and len(told["messages"]) == 1, told
    message = server.get(f"/api/message/{told['messages'][0]['id']}")["message"]
    assert {key: message[key] for key in expected} == expected
    # The request as it came is kept as evidence, whatever was read out of it.
    kept = server.get("/api/evidence")["records"]
    raw = body if body is not None else (more[1:]).encode()
    originals = [server.ask("GET", f"/api/evidence/{record['seq']}/original")[2] for record in kept]
    assert raw in originals, [original[:200] for original in originals]
    # A retry is the same message.
    status, _, answer = server.ask(method, path + more, body, headers)
    assert status == 200 and json.loads(answer)["status"] == "known"
    assert server.get("/api/inbox")["counts"]["total"] == 1
    server.end()


def test_apples_query_gets_an_action(server):
    _, path = server.device()
    body = json.dumps({"_version": 1, "query": {"sender": "+85261234567", "message": {"text": "【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证。"}}, "app": {"version": "1.1"}}).encode()
    assert json.loads(server.ask("POST", path, body, JSON)[2])["action"] == "junk"


def test_what_holds_no_message_is_acknowledged(server):
    """A ping must not be sent again and again."""
    _, path = server.device()
    ping = json.dumps({"id": "1", "event": "system:ping", "payload": {"health": {"status": "pass"}}}).encode()
    status, _, answer = server.ask("POST", path, ping, JSON)
    assert status == 200 and json.loads(answer)["status"] == "nothing"


def test_what_is_not_understood_is_kept_to_be_looked_at(server):
    device, path = server.device("旧模板")
    status, _, answer = server.ask("POST", path, '{"foo": "您的验证码 482915，请还款"}'.encode(), JSON)
    assert status == 200 and json.loads(answer)["status"] == "unread"
    listed = next(one for one in server.get("/api/connect")["devices"] if one["id"] == device)
    assert len(listed["unread"]) == 1 and "请还款" in listed["unread"][0]["text"]
    assert "482915" not in json.dumps(listed), "one-time codes are covered"
    assert any("没有读出短信" in warning for warning in listed["warnings"])


def test_a_threat_that_speaks_of_a_code_is_kept_as_evidence_with_the_code_covered(binary, tmp_path):
    from server import Server

    server = Server(binary, tmp_path)
    server.post("/api/evidence/recovery", {})
    _, path = server.device()
    body = json.dumps({"from": "10690001", "text": "【假贷】您的提取码x7k2已生成，马上还钱不然找你家人", "receive_time": "2024-07-25 11:10:10"}, ensure_ascii=False).encode()
    assert json.loads(server.ask("POST", path, body, JSON)[2])["status"] == "stored"
    kept = server.get("/api/evidence")["records"]
    assert len(kept) == 1, kept
    original = server.ask("GET", f"/api/evidence/{kept[0]['seq']}/original")[2].decode()
    assert "马上还钱不然找你家人" in original and "x7k2" not in original
    server.end()


def test_what_of_an_array_is_not_understood_is_kept(server):
    device, path = server.device("数组")
    body = json.dumps([{"from": "95588", "text": "账单已出。", "receive_time": "2024-07-25 11:10:10"}, {"from": "1", "foo": "整条丢了吗"}], ensure_ascii=False).encode()
    assert json.loads(server.ask("POST", path, body, JSON)[2])["status"] == "stored"
    listed = next(one for one in server.get("/api/connect")["devices"] if one["id"] == device)
    assert "整条丢了吗" in listed["unread"][0]["text"]


def test_apples_query_gets_its_action_again(server):
    _, path = server.device()
    body = json.dumps({"_version": 1, "query": {"sender": "+85261234567", "message": {"text": "【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证。"}}, "app": {"version": "1.1"}}).encode()
    for _ in range(2):
        assert json.loads(server.ask("POST", path, body, JSON)[2])["action"] == "junk"


def test_wrong_tokens_do_not_keep_a_phone_out(server):
    _, path = server.device()
    body = json.dumps({"from": "95588", "text": "账单已出。", "receive_time": "2024-07-25 11:10:10"}).encode()
    statuses = {server.ask("POST", f"/hook/{number:040x}", body, JSON)[0] for number in range(15)}
    assert statuses == {401, 429}
    assert server.ask("POST", path, body, JSON)[0] == 200


def test_the_signature_of_the_gateway_covers_the_body(server):
    _, path = server.device("网关", SECRET)
    body, seconds = json.dumps({"event": "sms:received", "payload": {"sender": SENDER, "message": TEXT}}).encode(), str(int(time.time()))
    sign = hmac.new(SECRET.encode(), body + seconds.encode(), hashlib.sha256).hexdigest()
    headers = {**JSON, "X-Timestamp": seconds, "X-Signature": sign}
    assert server.ask("POST", path, body.replace(b"1069", b"1068"), headers)[0] == 403
    assert server.ask("POST", path, body, headers)[0] == 200
