"""What the tests share: the program, one server for each file of tests, pages that fail on any error in their console."""

import pytest
from playwright.sync_api import sync_playwright

from server import Server

WIDTHS = {"phone": 360, "desktop": 1280}
MEASURED = {}


def pytest_addoption(parser):
    parser.addoption("--binary", required=True, help="the program")
    parser.addoption("--chromium", default="/usr/bin/chromium")


def pytest_terminal_summary(terminalreporter):
    terminalreporter.section("measured")
    for name, value in MEASURED.items():
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session", autouse=True)
def no_server_stays():
    yield
    for process in Server.started:
        if process.poll() is None:
            process.kill()


@pytest.fixture(scope="session")
def measured():
    """Figures that are told at the end."""
    return MEASURED


@pytest.fixture(scope="session")
def binary(request):
    return request.config.getoption("--binary")


@pytest.fixture(scope="module")
def server(binary, tmp_path_factory):
    server = Server(binary, tmp_path_factory.mktemp("data"))
    yield server
    server.end()


@pytest.fixture(scope="session")
def chromium(request):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=request.config.getoption("--chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Opener:
    """Opens pages; whatever their consoles complain of is a failure of the test."""

    def __init__(self, chromium, server):
        self.chromium, self.server, self.contexts, self.faults = chromium, server, [], []

    def __call__(self, path="/", width=1280, script=True, theme=None, lang=None, size=None, height=800):
        context = self.chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, reduced_motion="reduce",
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(10_000)
        chosen = {"theme": theme, "lang": lang, "size": size}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.server.url} for name, value in chosen.items() if value]
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append("dialog: " + dialog.message), dialog.dismiss()))
        page.goto(self.server.url + path)
        return page

    def expect_fault(self, words):
        """A fault that the test means to cause, such as an answer of 403."""
        assert any(words in fault for fault in self.faults), self.faults
        self.faults = [fault for fault in self.faults if words not in fault]

    def close(self):
        for context in self.contexts:
            context.close()
        assert self.faults == [], self.faults


@pytest.fixture
def open_page(chromium, server):
    opener = Opener(chromium, server)
    yield opener
    opener.close()


@pytest.fixture(params=WIDTHS)
def width(request):
    return WIDTHS[request.param]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request):
    return request.param
