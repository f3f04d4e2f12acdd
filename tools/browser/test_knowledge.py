"""知识: overview, search, lists, entries, whose a number is; and the pages that wait for their work."""

import re

import pytest


def test_a_search_leads_to_an_entry_with_its_source(open_page, width, script):
    page = open_page("/knowledge", width, script)
    assert page.locator(".tiles a").count() == 13
    page.fill("#q", "工商银行")
    page.click("form[action='/knowledge'] button")
    page.wait_for_url(re.compile("q="))
    page.locator("a.whole[href='/knowledge/institution/icbc']").click()
    page.wait_for_url(re.compile("/icbc"))
    assert "95588" in page.inner_text("main") and "icbc.com.cn" in page.inner_text("main")
    assert re.search(r"出处：.+核对于 20\d\d-\d\d-\d\d", page.inner_text(".origin"))


def test_what_is_not_listed_is_called_neither_false_nor_true(open_page):
    page = open_page("/knowledge?q=没有这家机构")
    assert "没有收录不等于是假的" in page.inner_text("main")


@pytest.mark.parametrize("q, words", [("95588", "中国工商银行"), ("10690001", "106"), ("+85261234567", "境外"), ("96110", "反诈")])
def test_whose_a_number_is(open_page, q, words, script):
    page = open_page("/knowledge", 360, script)
    page.fill("#number", q)
    page.click("form[action='/number'] button")
    page.wait_for_url(re.compile("/number"))
    assert words in page.inner_text("#answer"), page.inner_text("#answer")
    assert "可以伪造" in page.inner_text("#answer")


def test_a_number_is_looked_up_on_its_own_page(open_page, script):
    page = open_page("/number", 1280, script)
    page.fill("#q", "95555")
    page.click("form.panel button")
    page.wait_for_selector("#answer >> text=招商银行")
    assert "q=95555" in page.url


def test_every_entry_of_the_knowledge_is_a_page(server):
    """All of them: no template meets an entry that it cannot show, and each has its JSON twin."""
    for folder in server.get("/api/knowledge")["folders"]:
        first = server.get(f"/api/knowledge/{folder['folder']}")
        assert first["pages"]["total"] == folder["count"] > 0, folder
        for page in range(1, first["pages"]["last"] + 1):
            for entry in server.get(f"/api/knowledge/{folder['folder']}?page={page}")["entries"]:
                status, _, body = server.ask("GET", entry["href"])
                assert status == 200 and len(body) < 100_000, entry["href"]
                assert entry["title"], entry["href"]
                assert b">None<" not in body and b">undefined<" not in body, entry["href"]


def test_links_of_entries_lead_somewhere(server):
    seen, waiting = set(), ["/knowledge", "/knowledge/law/civil-code", "/knowledge/scheme/s01", "/knowledge/channel/nfra-12378", "/knowledge/collection/c01", "/", "/inbox", "/cases", "/connect", "/import", "/letters", "/limitation", "/debts", "/plans", "/number?q=95588"]
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        status, headers, body = server.ask("GET", path)
        assert status in (200, 303), f"{path}: {status}"
        if "html" in (headers["content-type"] or ""):
            found = re.findall(rb'href="(/[^"#]*)', body)
            waiting += [link.decode().replace("&amp;", "&") for link in found]


def test_the_description_is_a_page(server, open_page, width):
    page = open_page("/api", width)
    description = server.get("/api/openapi.json")
    operations = sum(len(methods) for methods in description["paths"].values())
    assert page.locator("details.op").count() == operations
    page.locator("#checkOne summary").click()
    assert "icbc-vip.top" in page.locator("#checkOne").inner_text()
