"""What must not be lost when the program is killed, and who may not stop it for others."""

import json
import statistics
import threading
import time

from server import BILL, SCAM, Server

ROWS = 400_000


def made_up(count):
    rows = ["number,time,text"]
    for at in range(count):
        rows.append(f"1069{at % 997:08d},2026-0{1 + at % 9}-{1 + at % 28:02d} {at % 24:02d}:{at % 60:02d}:00,【测试银行】第{at}条：您尾号{at % 10000:04d}的账单{at}.00元，如已还款请忽略。")
    return "\n".join(rows).encode()


def test_killed_during_an_import_nothing_acknowledged_is_lost(binary, tmp_path, measured):
    server = Server(binary, tmp_path)
    server.post("/api/evidence/recovery", {})
    kept = server.keep(SCAM, "+85261234567", "2026-06-01T23:10:00+08:00")
    _, path = server.device()
    file = made_up(ROWS)

    # 1. An import runs, messages come in meanwhile, and the program is killed in the middle.
    broken_off = []

    def hand_in():
        try:
            server.import_rows(file)
        except Exception as error:  # the connection breaks, as it must
            broken_off.append(error)

    importing = threading.Thread(target=hand_in)
    importing.start()
    acknowledged, times = [], []

    def forward():
        while importing.is_alive():
            body = json.dumps({"from": "95555", "text": f"{BILL}{len(acknowledged)}", "time": "2026-06-02T10:00:00+08:00"}).encode()
            began = time.monotonic()
            try:
                status, _, answer = server.ask("POST", path, body, {"Content-Type": "application/json"})
            except OSError:
                return  # killed
            times.append(time.monotonic() - began)
            if status == 200:
                acknowledged.append(json.loads(answer)["messages"][0]["id"])

    forwarding = threading.Thread(target=forward)
    forwarding.start()
    shown = 0
    while shown < ROWS // 10 or not acknowledged:
        assert importing.is_alive(), f"the import was over before it could be broken off: {shown} shown, {len(acknowledged)} forwarded, {broken_off}"
        shown = server.get("/api/inbox")["counts"]["total"]
    server.kill()
    importing.join()
    forwarding.join()
    assert broken_off and acknowledged
    measured["slowest forwarded message during an import"] = f"{max(times) * 1000:.0f} ms of {len(times)}"

    # 2. Started again, all that was acknowledged or shown is there, and the evidence holds.
    server.start()
    assert server.get("/api/inbox")["counts"]["total"] >= shown
    for id_ in [kept, *acknowledged]:
        assert server.get(f"/api/message/{id_}")["message"]["id"] == id_
    assert server.post("/api/evidence/verify", {})["state"] == "whole"
    before = server.get("/api/inbox")["counts"]["total"]

    # 3. The same file once more completes it; nothing is doubled.
    began = time.monotonic()
    outcome = server.import_rows(file)
    measured[f"import of {ROWS} rows, the rest of it"] = f"{time.monotonic() - began:.1f} s"
    total = server.get("/api/inbox")["counts"]["total"]
    assert total == ROWS + 1 + len(set(acknowledged))
    assert outcome["new"] == total - before
    assert server.import_rows(file)["is_known"]
    server.end()


def quickly(server, seconds):
    """Checks for a while; returns the times."""
    times, end = [], time.monotonic() + seconds
    body = json.dumps({"text": SCAM}).encode()
    while time.monotonic() < end:
        began = time.monotonic()
        status, _, _ = server.ask("POST", "/api/check", body, {"Content-Type": "application/json"})
        times.append(time.monotonic() - began)
        assert status == 200
    return times


def test_who_does_not_read_is_cut_off_and_one_address_does_not_take_every_place(server):
    ask = f"GET /api/openapi.json HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    sockets = []
    for _ in range(390):
        one = server.socket()
        try:
            # Asked again and again and never read: the answers fill what the system holds for us.
            one.setblocking(False)
            for _ in range(200):
                one.send(ask)
        except OSError:
            pass
        sockets.append(one)
    assert server.ask_or_nothing("/api/knowledge") is None, "no more from this address"
    deadline = time.time() + 60
    while time.time() < deadline and server.ask_or_nothing("/api/knowledge") is None:
        time.sleep(1)
    assert server.ask_or_nothing("/api/knowledge") == 200, "after half a minute there is room"
    for one in sockets:
        one.close()


def test_slow_clients_and_huge_bodies_stop_nobody(server, measured):
    body = json.dumps({"text": SCAM}).encode()
    before = statistics.median(quickly(server, 0.5))
    sockets = []
    # 1. Heads that never end, bodies that never come, events that nobody reads.
    for at in range(200):
        one = server.socket()
        host = f"Host: 127.0.0.1:{server.port}\r\n"
        one.sendall([
            f"GET / HTTP/1.1\r\n{host}".encode(),
            f"POST /api/check HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode(),
            f"GET /events HTTP/1.1\r\n{host}\r\n".encode(),
            f"POST /api/import HTTP/1.1\r\n{host}Content-Length: 100000000\r\n\r\nnumber,time,text\n".encode(),
        ][at % 4])
        sockets.append(one)

    # 2. Bodies beyond every limit.
    answers = []

    def huge():
        huge_body = b'{"text":"' + b"a" * (9 << 20) + b'"}'
        try:
            answers.append(server.ask("POST", "/api/check", huge_body, {"Content-Type": "application/json"})[0])
        except (BrokenPipeError, ConnectionResetError):
            answers.append("hung up")  # who is still sending when it is refused may not read the answer

    huge_ones = [threading.Thread(target=huge) for _ in range(4)]
    for thread in huge_ones:
        thread.start()
    times = quickly(server, 3)
    for thread in huge_ones:
        thread.join()
    assert len(answers) == 4 and set(answers) <= {413, "hung up"}, answers
    late = sorted(times)[int(len(times) * 0.99)]
    measured["a check beside 200 slow clients and 4 huge bodies"] = f"median {statistics.median(times) * 1000:.1f} ms, p99 {late * 1000:.1f} ms (alone {before * 1000:.1f} ms)"
    assert late < 0.25
    # 3. A head that does not end is cut off.
    sockets[0].settimeout(15)
    assert b"408" in sockets[0].recv(1000) or sockets[0].recv(1000) == b""
    for one in sockets:
        one.close()


def test_a_text_too_long_is_refused_and_the_longest_is_read(server):
    post = lambda text: server.ask("POST", "/api/check", json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})[0]
    assert post("一" * 21_845) == 200  # 65,535 bytes
    assert post("一" * 21_846) == 422


def test_an_ordered_end_lets_finish_what_is_under_way(binary, tmp_path):
    server = Server(binary, tmp_path)
    outcome = {}

    def hand_in():
        outcome.update(server.import_rows(made_up(20_000)))

    importing = threading.Thread(target=hand_in)
    importing.start()
    while server.get("/api/inbox")["counts"]["total"] == 0:
        pass
    server.end()
    importing.join()
    assert outcome["new"] == 20_000


def test_forwarding_keeping_and_looking_at_the_same_time_all_succeed(binary, tmp_path):
    """One evidence store, many requests: they wait for one another, none is refused."""
    server = Server(binary, tmp_path)
    server.post("/api/evidence/recovery", {})
    _, path = server.device()
    answers = []

    def ask(method, to, data=None):
        body = json.dumps(data).encode() if data else None
        status, _, answer = server.ask(method, to, body, {"Content-Type": "application/json"})
        answers.append((to.split("/")[1], status, answer[:200].decode(errors="replace") if status != 200 else ""))

    def phone(number):
        for at in range(5):
            ask("POST", path, {"from": "95555", "text": f"【测试】第{number}部手机第{at}条", "time": "2026-06-02T10:00:00+08:00"})

    def reader(number):
        for at in range(5):
            ask("GET", "/api/evidence")
            ask("POST", "/api/evidence", {"text": f"证据{number}，第{at}条"})

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4) for one in (phone, reader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [answer for answer in answers if answer[1] != 200]
    assert refused == [], f"{len(refused)} of {len(answers)}: {refused[:3]}"
    assert server.get("/api/inbox")["counts"]["total"] == 20
    assert server.post("/api/evidence/verify", {})["state"] == "whole"
    server.end()
