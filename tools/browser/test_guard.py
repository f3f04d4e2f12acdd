"""Who may ask for what: Host, Origin, tokens of forms, headers of every answer, limits, and the way in beyond this computer."""

import json
import os
import re
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from server import SCAM

JSON = {"Content-Type": "application/json"}
BODY = json.dumps({"text": SCAM}).encode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.2", "", "[::ffff:1.2.3.4]"])
def test_a_foreign_host_is_misdirected(server, host):
    for path in ("/", "/api/inbox", "/style.css", "/events"):
        assert server.ask("GET", path, headers={"Host": host})[0] == 421, path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.2"])
def test_our_own_names_pass(server, host):
    assert server.ask("GET", "/", headers={"Host": f"{host}:{server.port}"})[0] == 200


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])
def test_a_request_of_another_site_is_refused(server, headers):
    for path in ("/api/check", "/api/inbox", "/api/evidence/recovery", "/api/connect"):
        assert server.ask("POST", path, BODY, {**JSON, **headers})[0] == 403, path


def test_our_own_origin_passes(server):
    assert server.ask("POST", "/api/check", BODY, {**JSON, "Origin": server.url, "Sec-Fetch-Site": "same-origin"})[0] == 200


FORMS = ["/check", "/inbox", "/import", "/evidence", "/evidence/recovery", "/evidence/recovery/done", "/evidence/verify", "/evidence/export",
         "/evidence/1/note", "/evidence/1/hide", "/connect", "/connect/1/sign", "/connect/1/revoke", "/connect/alert/bark", "/connect/pull"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("csrf", [None, "", "0" * 64])
def test_a_form_without_the_pages_token_is_refused(server, path, csrf):
    browser = server.browser()
    fields = {"text": SCAM, "name": "x", "secret": "12345678", "address": "http://127.0.0.1:1", "csrf": csrf}
    fields = {name: value for name, value in fields.items() if value is not None}
    answer = browser.session.post(server.url + path, files={name: (None, value) for name, value in fields.items()})
    assert answer.status_code == 403, answer.text
    answer = browser.session.post(server.url + "/api" + path, files={name: (None, value) for name, value in fields.items()})
    assert answer.status_code == 403 and answer.json()["error"]["next"]
    assert server.get("/api/inbox")["counts"]["total"] == 0 and server.get("/api/connect")["devices"] == []


def test_anothers_token_is_refused(server):
    mine, other = server.browser(), server.browser()
    assert mine.csrf != other.csrf
    mine.csrf = other.csrf
    assert mine.post("/check", {"text": SCAM}).status_code == 403


PATHS = ["/", "/inbox", "/cases", "/evidence", "/knowledge", "/connect", "/import", "/api", "/number", "/nothing-here", "/api/nothing", "/style.css", "/script.js", "/api/inbox", "/message/1", "/hook/abc"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_the_browser_tight(server, path):
    _, headers, body = server.ask("GET", path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    if "html" in headers["content-type"]:
        assert not re.search(rb"\sstyle=|<style|\son[a-z]+=|<script(?! src=\"/script)", body), "nothing inline"
        assert not re.search(rb"(?:src|href)=\"(?:https?:)?//", body), "nothing from outside"
        cookie = headers["set-cookie"] or ""
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_a_way_out_of_the_folder_is_no_way(server):
    for path in ("/../../etc/passwd", "/style.css/../x", "/%2e%2e/%2e%2e/etc/passwd", "/knowledge/law/..%2f..%2fetc", "/evidence/fetch/..%2f..%2fetc%2fpasswd"):
        assert server.ask("GET", path)[0] in (400, 404), path


def test_choices_lead_nowhere_else(server):
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "/x%0d%0aSet-Cookie:a=b"):
        status, headers, _ = server.ask("GET", f"/preferences?theme=dark&back={back}")
        assert status == 303 and headers["location"].startswith("/") and not headers["location"].startswith(("//", "/\\"))
        assert headers.get_all("set-cookie")[0].startswith("theme=dark;")
    status, headers, _ = server.ask("GET", "/preferences?theme=%22%3Cscript%3E&lang=zz&back=/")
    assert not [line for line in headers.get_all("set-cookie") or [] if line.startswith(("theme", "lang"))]


def test_wrong_methods_and_types_are_told(server):
    for method, path, headers, expected in (
        ("GET", "/api/check", {}, 405), ("DELETE", "/api/inbox", {}, 405), ("POST", "/api/check", {"Content-Type": "text/xml"}, 415),
        ("POST", "/api/check", JSON, 422), ("GET", "/api/inbox?page=x", {}, 400), ("GET", "/api/message/x", {}, 400), ("GET", "/api/message/999999", {}, 404),
        ("GET", "/api/inbox?since=x", {}, 422), ("GET", "/api/inbox?case=x", {}, 404),
    ):
        status, answer_headers, body = server.ask(method, path, b"{" if method == "POST" else None, headers)
        assert status == expected, (method, path, status)
        assert answer_headers["content-type"].startswith("application/json") and json.loads(body)["error"]["status"] == expected


def test_beyond_this_computer_a_token_is_asked_for(binary, tmp_path):
    """Bound to every address, encrypted: what comes from loopback is asked as well."""
    (tmp_path / "token").write_text("a-token-of-more-than-16-letters\n")
    process = subprocess.Popen([binary, "serve", "--no-open", "--listen", "0.0.0.0:0", "--token-file", str(tmp_path / "token")],
                               env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    port = int(re.search(r":(\d+)/", line).group(1))
    assert line.split()[-1].startswith("https://")
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE

    def ask(path, **headers):
        request = urllib.request.Request(f"https://127.0.0.1:{port}{path}", headers=headers)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust))
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.headers

    assert ask("/")[0] == 401 and ask("/api/inbox")[0] == 401 and ask("/events")[0] == 401
    assert ask("/api/inbox", Authorization="Bearer wrong")[0] == 401
    assert ask("/api/inbox", Authorization="Bearer a-token-of-more-than-16-letters")[0] == 200
    assert ask("/enter?token=wrong")[0] == 401
    assert ask("/style.css")[0] == 200
    process.terminate()
    assert process.wait(timeout=10) == 0
