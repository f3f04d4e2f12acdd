"""A picture on the page: shown beside what was read, doubts marked, corrected, kept; and what a hostile one may not do."""

import json
from pathlib import Path

import pytest

PAGES = Path(__file__).parent.parent.parent / "crates/reader/tests/page"
SHOT = PAGES / "miui_Screenshot_20240725_111017.png"
TRUTH = json.loads((PAGES / "miui.json").read_text())


def folded(text):
    import unicodedata

    return "".join(unicodedata.normalize("NFKC", text).split())


def choose(page, path=SHOT):
    if not page.locator(".extra[open]").count():
        page.click(".extra summary")
    page.set_input_files("#file", str(path))
    # Reading takes seconds; without a script the click waits for the page.
    page.click("button.main", timeout=60_000)


def test_a_picture_stands_beside_its_text(open_page, width, script):
    page = open_page("/", width, script)
    choose(page)
    page.wait_for_selector(".shot svg image", timeout=60_000)
    count = len(TRUTH["messages"])
    assert page.locator(".shot rect").count() == page.locator(".reading").count() == count
    for at, message in enumerate(TRUTH["messages"]):
        assert folded(page.locator(".reading textarea").nth(at).input_value()) == folded(message["text"])
    assert page.locator(".shot article.letter").count() == sum(m["direction"] == "received" for m in TRUTH["messages"])
    # The content-security policy lets the picture be seen.
    assert page.evaluate("document.querySelector('.shot image').getBoundingClientRect().height") > 50


def test_a_dropped_picture_is_taken(open_page):
    page = open_page("/")
    page.evaluate(
        """async bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "Screenshot_20240725_111017.png", {type: "image/png"}));
            const form = document.querySelector("form[data-drop]");
            for (const kind of ["dragover", "drop"])
                form.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
        }""",
        list(SHOT.read_bytes()),
    )
    page.click("button.main")
    page.wait_for_selector(".shot .reading", timeout=60_000)


def test_a_correction_is_a_record_of_its_own(open_page, server, script):
    if server.get("/api/evidence")["store"] is None:
        server.post("/api/evidence/recovery", {})
    before = server.get("/api/evidence")
    is_kept = any(record["content"]["mime"] == "image/png" for record in before["records"] if record["content"])
    page = open_page("/", 1280, script)
    choose(page)
    page.wait_for_selector(".shot .reading", timeout=60_000)
    box = page.locator(".reading textarea").first
    box.fill(box.input_value() + "（改）" + ("甲" if script else "乙"))
    page.locator(".reading button").first.click(timeout=60_000)
    page.wait_for_url("**/message/*", timeout=60_000)
    assert "（改）" in page.inner_text("main")
    # The picture, unless it is kept already, what was read in it, and the correction.
    evidence = server.get("/api/evidence")
    assert evidence["store"]["records"] == before["store"]["records"] + (2 if is_kept else 3)
    assert evidence["records"][0]["content"]["mime"] == "image/png"


def test_a_corrected_text_is_judged_again(open_page, script):
    page = open_page("/", 1280, script)
    choose(page)
    page.wait_for_selector(".shot .reading", timeout=60_000)
    page.locator(".reading textarea").first.fill("【工商银行】您的手机银行将于今日失效，请点击 icbc-vip.top 重新认证。")
    page.locator(".reading button").nth(1).click()
    page.wait_for_selector("article.letter.high")


def test_the_api_reads_and_keeps(server):
    status, _, body = server.ask("POST", "/api/picture", SHOT.read_bytes(), {"Content-Type": "image/png"}, timeout=60)
    assert status == 200, body
    told = json.loads(body)
    assert len(told["page"]["messages"]) == len(told["verdicts"]) == len(TRUTH["messages"])
    text = told["page"]["messages"][0]["text"]
    kept = server.post(f"/api/picture/{told['token']}", {"number": 1, "text": text, "sender": "95588"})
    assert kept["message"] > 0 and kept["corrected"] is None
    again = server.post(f"/api/picture/{told['token']}", {"number": 1, "text": text, "sender": "95588"})
    assert again["message"] == kept["message"] and not again["is_new"] and again["picture"] == kept["picture"]


@pytest.mark.parametrize(
    "bytes_",
    [b"", b"<script>alert(1)</script>", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(40), b"\xff\xd8\xff\xe0" + bytes(4000)],
)
def test_what_is_no_picture_is_refused(server, bytes_):
    status, _, body = server.ask("POST", "/api/picture", bytes_, {"Content-Type": "image/png"}, timeout=60)
    assert status == 422 and json.loads(body)["error"]["next"]


def test_a_hostile_name_is_text(open_page, tmp_path):
    odd = tmp_path / "<img src=x onerror=alert(1)>.png"
    odd.write_bytes(SHOT.read_bytes())
    page = open_page("/")
    choose(page, odd)
    page.wait_for_selector(".shot", timeout=60_000)
    assert page.locator(".shot h2 img").count() == 0
