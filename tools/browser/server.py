"""A server of ours in a folder of its own, and ways to talk to it as a program, a phone, or a browser without script."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import urllib.parse
from pathlib import Path

import requests

# Made-up messages; numbers of nobody.
SCAM = "【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证。"
SCAM_SENDER = "+85261234567"
THREAT = "【法务中心】您的分期已严重逾期，现已移交公安立案，今日18点前不处理将上门抓捕，联系13800000000撤案。"
BILL = "【招商银行】您尾号1234的信用卡本期账单1,208.50元，到期还款日06月12日，如已还款请忽略。"


class Server:
    started = []  # ended with the tests, also where a test fails before it ends its own

    def __init__(self, binary, folder, *arguments):
        self.binary, self.folder, self.arguments = binary, Path(folder), arguments
        self.process = None
        self.start()

    def start(self):
        environment = {**os.environ, "XDG_DATA_HOME": str(self.folder)}
        command = [self.binary, "serve", "--no-open", "--listen", "127.0.0.1:0", *self.arguments]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        Server.started.append(self.process)
        line = self.process.stderr.readline()
        found = re.search(r"https?://[^\s/]+", line)
        assert found, f"the server does not say where it is: {line!r}"
        self.url = found.group()
        self.port = urllib.parse.urlsplit(self.url).port

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=10) == 0, "an ordered end is no failure"

    @property
    def inbox(self):
        return self.folder / "zhenxin" / "inbox.db"

    def command(self, *arguments):
        environment = {**os.environ, "XDG_DATA_HOME": str(self.folder)}
        return subprocess.run([self.binary, *arguments], env=environment, capture_output=True, text=True)

    def ask(self, method, path, body=None, headers=None, timeout=30):
        """Sends exactly this; returns status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def ask_or_nothing(self, path):
        """The status; nothing where the connection is closed."""
        try:
            return self.ask("GET", path, timeout=10)[0]
        except (ConnectionError, http.client.HTTPException, TimeoutError):
            return None

    def get(self, path):
        status, _, body = self.ask("GET", urllib.parse.quote(path, safe="/?&=%+#"))
        assert status == 200, f"{path}: {status} {body[:300].decode(errors='replace')}"
        return json.loads(body)

    def post(self, path, data, expect=200):
        body = json.dumps(data).encode()
        status, _, answer = self.ask("POST", path, body, {"Content-Type": "application/json"})
        assert status == expect, f"{path}: {status} {answer[:300].decode(errors='replace')}"
        return json.loads(answer)

    def import_rows(self, bytes_):
        status, _, answer = self.ask("POST", "/api/import", bytes_, timeout=120)
        assert status == 200, answer.decode()
        return json.loads(answer)["outcome"]["files"][0]

    def keep(self, text, sender=None, received_at=None):
        return self.post("/api/inbox", {"text": text, "sender": sender, "received_at": received_at})["id"]

    def device(self, name="测试手机", secret=None):
        """Makes a device; returns its number and the path that it forwards to."""
        made = self.post("/api/connect", {"name": name})["created"]
        if secret:
            self.post(f"/api/connect/{made['id']}/sign", {"secret": secret})
        return made["id"], urllib.parse.urlsplit(made["url"]).path

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def browser(self):
        """A browser without script: cookies, and the token of the last page in every form."""
        return FormSender(self)


class FormSender:
    def __init__(self, server):
        self.server, self.session = server, requests.Session()
        self.csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/").text).group(1)

    def get(self, path, **more):
        return self.session.get(self.server.url + path, timeout=30, **more)

    def post(self, path, fields=None, files=None, **more):
        fields = {"csrf": self.csrf, **(fields or {})}
        return self.session.post(self.server.url + path, data=fields, files=files, timeout=30, **more)


def collection_history(count=40):
    """Made-up rows of one lender: bills, then collection, some of it at night, some of it abusive."""
    texts = [
        "【测试消费金融】您的借款已逾期，请尽快还款1,280.00元，如已还款请忽略。",
        "【测试消费金融】您的借款严重逾期，今日不还将上门，并通知您的家人和单位。",
        "【测试消费金融】最后通知：已移交公安立案，今日18点前不处理将上门抓捕。",
    ]
    rows = ["number,time,text"]
    for at in range(count):
        day, hour = 1 + at // 2, (9, 21, 23, 14, 7)[at % 5]
        rows.append(f"1069000012345{at % 3},2026-05-{day:02d} {hour:02d}:{(at * 7) % 60:02d}:00,{texts[min(2, at % 7)]}")
    return "\n".join(rows).encode()


def until(page, expression, seconds=10):
    """Waits until an expression holds. The page's own policy forbids what Playwright's waiting would do inside it."""
    for _ in range(seconds * 100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"never came: {expression}")
