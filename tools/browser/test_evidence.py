"""证据: the store and its recovery sheet, keeping, verifying, remarks, hiding, and an export that others can verify."""

import io
import pathlib
import re
import subprocess
import zipfile

import pytest

from server import SCAM, SCAM_SENDER, Server, collection_history


@pytest.fixture(params=[(360, True), (1280, False)], ids=["phone-script", "desktop-no-script"])
def visit(request, binary, tmp_path, chromium):
    """A server without a store, and pages of one width, with script or without."""
    from conftest import Opener

    server = Server(binary, tmp_path)
    opener = Opener(chromium, server)
    width, script = request.param
    yield server, lambda path: opener(path, width, script)
    opener.close()
    server.end()


def test_from_a_message_to_an_export_that_others_verify(visit, tmp_path):
    server, open_page = visit

    # 1. The store is made; its sheet is shown once.
    page = open_page("/evidence")
    page.click("text=建证据库")
    page.wait_for_selector("section.secret")
    key = page.locator(".words").first.inner_text()
    assert key.startswith("AGE-S ECRET") and page.locator("section.secret img").evaluate("e => e.naturalWidth") > 0
    page.click("text=我已经打印或抄好")
    page.wait_for_url(re.compile("/evidence$"))
    sheet = open_page("/evidence/recovery")
    assert "AGE-S" not in sheet.content() and "只在建库时显示一次" in sheet.inner_text("main")

    # 2. A checked message is kept, without being put into the inbox.
    page = open_page("/")
    page.fill("#text", SCAM)
    page.fill("#sender", SCAM_SENDER)
    page.click("button.main")
    page.wait_for_selector(".keep")
    page.click(".keep form[action='/evidence'] button")
    page.wait_for_url(re.compile("/evidence"))
    assert "已存为证据" in page.inner_text("[role=status].note")
    assert SCAM[:10] in page.inner_text("#records ~ ol")

    # 3. So are a message of the inbox, a whole case, and a file.
    server.import_rows(collection_history(12))
    id_ = server.get("/api/inbox?q=公安立案")["messages"][0]["id"]
    page = open_page(f"/message/{id_}")
    page.click("form[action='/evidence'] button")
    page.wait_for_url(re.compile("done="))
    assert "已存为证据" in page.inner_text("[role=status].note")
    assert page.locator("form[action='/evidence']").count() == 0, "it is not offered twice"
    case = server.get(f"/api/message/{id_}")["case"]["id"]
    page = open_page(f"/case/{case}")
    page.click("text=把全部短信存为证据")
    page.wait_for_url(re.compile("done="))
    assert "已存入 11 条证据" in page.inner_text("[role=status].note")
    page = open_page("/evidence")
    picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
    page.set_input_files("#file", {"name": "截图.png", "mimeType": "image/png", "buffer": picture})
    page.fill("#device", "妈妈的手机")
    page.fill("#route", "数据线拷贝")
    page.click("form[data-drop] button")
    page.wait_for_url(re.compile("done="))
    number = int(re.search(r"第 (\d+) 号", page.inner_text("[role=status].note")).group(1))

    # 4. What is kept is what came.
    page = open_page(f"/evidence/{number}")
    assert page.locator("details[open] code").count() == 2 and "妈妈的手机" in page.inner_text("details[open]")
    with page.expect_download() as download:
        page.click("text=取出原件")
    assert download.value.path().read_bytes() == picture
    status, headers, _ = server.ask("GET", f"/evidence/{number}/original")
    assert status == 200 and headers["content-disposition"].startswith("attachment"), "never shown by the browser"

    # 5. Remark, hide, show again: nothing is deleted.
    page.fill(f"#note{number}", "第一次收到")
    page.click("form[action$='/note'] button")
    page.wait_for_url(re.compile("noted"))
    assert "第一次收到" in open_page(f"/evidence/{number}").inner_text("details[open]")
    page = open_page(f"/evidence/{number}")
    page.click("text=隐藏（不删除）")
    page.wait_for_url(re.compile("hidden"))
    assert page.locator(f"#r{number}").count() == 0
    page.click("text=连隐藏的一起看")
    page.wait_for_url(re.compile("all=1"))
    page.click(f"#r{number} summary")
    page.click(f"#r{number} >> text=恢复显示")
    page.wait_for_url(re.compile(r"/evidence\?done"))
    assert page.locator(f"#r{number}").count() == 1

    # 6. Verified here.
    page.click("text=现在核对")
    page.wait_for_selector(".note.good >> text=完整")

    # 7. Exported by the wizard, fetched, and verified by the command line with the fingerprint told apart.
    page = open_page(f"/evidence/export?case={case}")
    assert page.locator("input[name=seq]:checked").count() == 12, "those of the case are chosen"
    page.fill("#to", "12378")
    page.fill("#purpose", "夜间催收")
    page.click("button.main")
    page.wait_for_selector("section[aria-labelledby=done]")
    fingerprint = page.inner_text("#fingerprint")
    with page.expect_download() as download:
        page.click("text=下载")
    checked(server, download.value.path().read_bytes(), tmp_path / "whole", fingerprint, 12)

    # 8. The masked form carries no original and no number.
    page = open_page(f"/evidence/export?case={case}")
    page.check("input[value=masked]")
    page.fill("#cover", "测试消费金融")
    page.click("button.main")
    page.wait_for_selector("section[aria-labelledby=done]")
    with page.expect_download() as download:
        page.click("text=下载")
    packed = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    for name in packed.namelist():
        text = packed.read(name).decode(errors="replace")
        assert "测试消费金融" not in text and "10690000123450" not in text, name


def checked(server, bytes_, folder, fingerprint, count):
    """Unpacks an export and checks it by the command line; a changed one must fail."""
    zipfile.ZipFile(io.BytesIO(bytes_)).extractall(folder)
    root = next(folder.iterdir())
    answer = server.command("evidence", "check-export", str(root), "--fingerprint", fingerprint)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    original = next(file for file in sorted(root.rglob("*")) if file.is_file() and b"\xe5\x85\xac\xe5\xae\x89" in file.read_bytes() and file.suffix not in (".pdf", ".html"))
    original.write_bytes(original.read_bytes().replace("公安".encode(), "民政".encode()))
    answer = server.command("evidence", "check-export", str(root), "--fingerprint", fingerprint)
    assert answer.returncode == 1, answer.stdout + answer.stderr


def test_a_changed_store_is_found_out(visit):
    server, open_page = visit
    server.post("/api/evidence/recovery", {})
    server.post("/api/evidence", {"text": SCAM, "sender": SCAM_SENDER})
    place = server.folder / "zhenxin" / "evidence" / "objects"
    object_ = next(file for file in sorted(place.rglob("*")) if file.is_file())
    bytes_ = bytearray(object_.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    object_.chmod(0o600)
    object_.write_bytes(bytes_)
    page = open_page("/evidence")
    page.click("text=现在核对")
    page.wait_for_selector(".note.bad >> text=有改动")


def test_a_second_store_is_not_made_over_the_first(visit):
    server, open_page = visit
    page = open_page("/evidence")
    server.post("/api/evidence/recovery", {})
    browser = server.browser()
    answer = browser.post("/evidence/recovery")
    assert answer.status_code == 422 and "AGE-S" not in answer.text


def test_keeping_without_a_store_leads_to_making_one(visit):
    server, _ = visit
    answer = server.browser().post("/evidence", {"text": SCAM})
    assert answer.status_code == 422
    assert "证据库" in answer.text and 'href="/evidence"' in answer.text


def test_the_page_of_a_picture_shows_what_was_read_in_it_and_whether_it_is_whole(visit):
    server, open_page = visit
    server.command("evidence", "init", "--sheet", str(server.folder / "sheet.txt"))
    shot = pathlib.Path(__file__).parent.parent.parent / "crates/reader/tests/page/miui_Screenshot_20240725_111017.png"
    imported = server.command("import", str(shot))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    number = server.get("/api/evidence")["records"][0]["seq"]
    server.post(f"/api/evidence/{number + 1}/note", {"text": "读对了"})

    # 1. As data, and on the page, marked as read by the program.
    [record] = server.get(f"/api/evidence/{number}")["records"]
    [derived] = record["derived"]
    assert record["intact"] and derived["type"] == "picture-text" and derived["intact"]
    assert any("95319" in text for text in derived["texts"])
    page = open_page(f"/evidence/{number}")
    section = page.inner_text(".derived")
    assert "程序从图中读出的文字" in section and "以图片为准" in section and "95319" in section and "读对了" in section
    # All of it is seen, not two lines.
    assert page.locator(".derived .text").first.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    assert "内容与记录相符" in page.inner_text("details[open]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # 2. Damaged bytes are told, and not shown as good.
    for object_ in (server.folder / "zhenxin" / "evidence" / "objects").iterdir():
        bytes_ = bytearray(object_.read_bytes())
        bytes_[-1] ^= 1
        object_.chmod(0o600)
        object_.write_bytes(bytes_)
    [record] = server.get(f"/api/evidence/{number}")["records"]
    assert record["intact"] is False and record["derived"][0]["intact"] is False
    page = open_page(f"/evidence/{number}")
    assert "不要把它当作原件" in page.inner_text("[role=alert]")
    assert "内容与记录相符" not in page.inner_text("details[open]")
