"""What tests of forms share: fields filled by name, and a page on which what was typed is text and nothing else."""

ACTIVE = ["script", "svg[onload]", "img", "[onerror]", "[onload]", "[onmouseover]"]


def fill(page, answers, place="form.paper"):
    for name, text in answers.items():
        field = page.locator(f"{place} [name='{name}']")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def only_text(page):
    assert page.locator(", ".join(f"main {one}" for one in [*ACTIVE, "b b"])).count() == 0
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    assert all(link.startswith(("/", "#")) for link in links), links
