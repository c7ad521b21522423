"""The pages in a real browser: what a person does with mouse or keyboard, in both languages, on a screen and on a phone.

Chromium and its driver come from the system (Debian: chromium, chromium-driver, fonts-noto-cjk); without them these tests are skipped, or
fail where POLICYTEXT_REQUIRE_BROWSER is set. POLICYTEXT_SCREENSHOTS names a folder that keeps the pictures.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parent.parent
AXE = (ROOT / "tests/axe/axe.min.js").read_text("utf-8")
WIDE, NARROW = (1280, 900), (390, 844)
PAGES = (
    "search",
    "search?q=引导基金",
    "periods",
    "promises",
    "compare?type=fund",
    "copied",
    "corrections",
    "upload",
    "nowhere",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the sample corpus."""
    folder = tmp_path_factory.mktemp("web") / "corpus"
    program = [sys.executable, "-m", "policytext"]
    for name in ("青松县", "白桦县"):  # two that say the same, for the page of copied clauses
        text = f"{name}促进数据产业发展办法\n{name}人民政府\n2021年3月1日\n第一条 对在本县新设立并实际运营满一年的数据标注企业，按照其"
        text += f"当年新增固定资产投资额的百分之十给予补助，最高{len(name)}00万元，由县财政局会同有关部门兑现。\n"
        (folder.parent / f"{name}.txt").write_text(text, "utf-8")
    more = [str(path) for path in folder.parent.glob("*.txt")]
    subprocess.run(
        [*program, "add", *more, str(ROOT / "corpus/pdf"), "--ocr", "off", "--corpus", str(folder)], check=True, capture_output=True
    )
    command = [*program, "serve", "--no-browser", "--corpus", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def chrome(downloads: Path) -> Iterator[Chrome]:
    """A headless browser of the system."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not (browser and driver):
        if os.environ.get("POLICYTEXT_REQUIRE_BROWSER"):
            pytest.fail("chromium or chromedriver is missing and POLICYTEXT_REQUIRE_BROWSER is set")
        pytest.skip("no chromium with chromedriver here (Debian: apt-get install chromium chromium-driver fonts-noto-cjk)")
    options = ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--lang=zh-CN",
        "--force-prefers-reduced-motion",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    found = Chrome(options=options, service=ChromeService(driver))
    yield found
    found.quit()


class Look:
    """One browser at one server."""

    def __init__(self, chrome: Chrome, address: str, folder: Path) -> None:
        self.chrome, self.address, self.folder = chrome, address, folder

    def go(self, path: str, lang: str = "zh", size: tuple[int, int] = WIDE) -> None:
        self.chrome.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        )
        page, mark, fragment = path.partition("#")
        self.chrome.get(f"{self.address}/{page}{'&' if '?' in page else '?'}lang={lang}{mark}{fragment}")

    def one(self, css: str) -> WebElement:
        return self.chrome.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        return self.chrome.find_elements(By.CSS_SELECTOR, css)

    def until(self, what: Callable[[], Any], seconds: float = 20) -> Any:
        return WebDriverWait(self.chrome, seconds, ignored_exceptions=[StaleElementReferenceException, NoSuchElementException]).until(
            lambda _: what()
        )

    def press(self, *keys: str) -> None:
        self.chrome.switch_to.active_element.send_keys(*keys)

    def picture(self, name: str, whole: bool = False) -> Path:
        self.settle()
        if whole:
            height = self.chrome.execute_script("return document.documentElement.scrollHeight")
            size = self.chrome.execute_script("return window.innerWidth")
            self.chrome.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": size, "height": min(height, 6000), "deviceScaleFactor": 1, "mobile": False},
            )
        path = self.folder / f"{name}.png"
        assert self.chrome.save_screenshot(str(path))
        return path

    def settle(self) -> None:
        """Until the pictures in sight are there."""
        self.until(lambda: self.chrome.execute_script("return document.readyState === 'complete'"))
        in_sight = "return [...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight)"
        self.until(lambda: self.chrome.execute_script(in_sight))

    def faults(self) -> list[str]:
        """What axe finds, minor things too, with everything unfolded; each with its place."""
        self.chrome.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true })")
        self.chrome.execute_script(AXE)
        found = self.chrome.execute_async_script(
            "axe.run({resultTypes: ['violations']}).then(r => arguments[arguments.length - 1](JSON.stringify(r.violations)))"
        )
        return [f"{one['impact']} {one['id']}: {node['target']} {node['html'][:120]}" for one in json.loads(found) for node in one["nodes"]]

    def complaints(self) -> list[str]:
        """What the browser complains of: blocked scripts and styles, errors in scripts, missing files."""
        return [one["message"] for one in self.chrome.get_log("browser") if one["level"] == "SEVERE"]  # type: ignore[no-untyped-call]


@pytest.fixture
def look(chrome: Chrome, address: str, tmp_path_factory: pytest.TempPathFactory) -> Look:
    folder = Path(os.environ.get("POLICYTEXT_SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    chrome.get_log("browser")  # type: ignore[no-untyped-call]
    return Look(chrome, address, folder)


def first_document(look: Look) -> str:
    """The path of the document that the analysis of 2020 began with."""
    look.go("search?q=政策期内 年度营业收入")
    return re.sub(r"^.*?(documents/\w+).*$", r"\1", look.one(".hit a").get_attribute("href") or "")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [*PAGES, "document"])
def test_pages_have_no_fault(look: Look, path: str, lang: str) -> None:
    """Neither for axe, nor for the browser's policy, nor on a phone."""
    path = first_document(look) if path == "document" else path
    name = re.sub(r"\W.*", "", path) + ("-hits" if "q=" in path else "")
    look.go(path, lang)
    look.picture(f"{name}-{lang}")
    assert look.faults() == []
    assert [one for one in look.complaints() if "/nowhere" not in one] == []
    look.go(path, lang, NARROW)
    look.picture(f"{name}-{lang}-390", whole=True)
    assert look.chrome.execute_script("return document.documentElement.scrollWidth") <= NARROW[0]
    assert look.faults() == []


def test_search_and_facets(look: Look) -> None:
    look.go("search")
    look.one("#q").send_keys("论坛", Keys.ENTER)
    look.until(lambda: look.all(".hit mark.m-hit"))
    assert "q=%E8%AE%BA%E5%9D%9B" in look.chrome.current_url
    before = len(look.all(".hit"))
    look.one("input[name=province][value=湖南省]").click()
    look.until(lambda: 0 < len(look.all(".hit")) < before)
    assert "湖南省" in look.one("#results .note").text
    assert "province=" in look.chrome.current_url
    look.chrome.back()
    look.until(lambda: len(look.all(".hit")) == before)


def test_a_document_beside_its_pages(look: Look) -> None:
    look.go("search?q=政策期内 年度营业收入")
    look.one(".hit h3 a").click()
    look.until(lambda: look.all(".unit:target"))
    assert "有效期一年" in look.one("#period q").text
    assert "2021-07-09" in look.one("#period .math").text
    assert "".join(one.text for one in look.all(".unit mark.m-period")) == "本政策措施自发布之日起施行，有效期一年"
    assert look.all(".unit:target mark.m-promise")
    assert "年度营业收入" in "".join(one.text for one in look.all(".unit:target mark.m-hit"))
    assert "来不及" in look.one(".promise-list").text
    look.until(lambda: look.chrome.execute_script("return document.querySelector('.sheets img').naturalWidth") > 500)


def test_correction_of_a_label_and_a_period(look: Look) -> None:
    look.go(first_document(look))
    unit = look.one(".unit.kind-clause")
    where = unit.get_attribute("id")
    unit.find_element(By.CSS_SELECTOR, ".fix summary").click()
    for box in unit.find_elements(By.CSS_SELECTOR, "input[name=labels]"):
        if box.is_selected() != (box.get_attribute("value") == "talent"):
            box.click()
    unit.find_element(By.NAME, "who").send_keys("<b>王读者</b>")
    unit.find_element(By.CSS_SELECTOR, "form button").click()
    look.until(lambda: f"#{where}" in look.chrome.current_url and look.all(f"#{where} .meta > .corrected"))
    said = look.one(f"#{where} .meta > .corrected").text
    assert "人才" in said
    assert "<b>王读者</b>" in said
    look.one("#period .fix summary").click()
    assert look.one("#period input[name=who]").get_attribute("value") == "<b>王读者</b>", "the name is remembered"
    look.chrome.execute_script("document.querySelector('#period input[name=end]').value = '2022-07-09'")
    look.one("#period .fix button").click()
    look.until(lambda: look.all("#period dd.corrected"))
    assert "24 个月" in look.one("#period dd.corrected").text
    look.picture("document-corrected-zh")
    look.go("corrections")
    assert len(look.all("tbody tr")) == 2
    assert look.faults() == []
    look.picture("corrections-filled-zh")


def test_upload_with_progress(look: Look, tmp_path: Path) -> None:
    path = tmp_path / "白石县.txt"
    path.write_text(
        "白石县促进云杉产业发展办法\n第一条 对云杉企业给予20万元奖励。\n第二条 本办法自2021年1月1日起施行，有效期二年。\n", "utf-8"
    )
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing")
    look.go("upload")
    look.one("input[type=file]").send_keys(f"{path}\n{bad}")
    look.one("form.send button").click()
    look.until(lambda: look.one("progress").get_attribute("value") == "2", 60)
    look.until(lambda: "读完了" in look.one("#results h2").text)
    assert "打不开" in look.one("#results tbody tr:nth-child(2)").text
    look.picture("uploaded-zh")
    look.one("#results tbody a").click()
    look.until(lambda: "白石县" in look.one("h1").text)
    look.go("search?q=云杉")
    assert look.all(".hit mark")


def test_exports_are_what_is_shown(look: Look, downloads: Path) -> None:
    look.go("search?q=论坛&province=江苏省&limit=20")
    titles = [one.text.removesuffix(one.find_element(By.CSS_SELECTOR, ".path").text).strip() for one in look.all(".hit h3 a")]
    look.all(".exports a")[2].click()
    path = downloads / "policytext-search.jsonl"
    look.until(path.exists)
    time.sleep(0.2)
    assert [json.loads(line)["title"] for line in path.read_text("utf-8").splitlines()] == titles
    assert titles


def test_keyboard_only(look: Look) -> None:
    look.go("promises")
    look.press(Keys.TAB)
    assert look.chrome.switch_to.active_element.get_attribute("class") == "skip"
    look.press(Keys.ENTER)
    assert look.chrome.switch_to.active_element.get_attribute("id") == "main"
    look.go("search?q=论坛")
    for _ in range(20):
        look.press(Keys.TAB)
        if look.chrome.switch_to.active_element.get_attribute("id") == "q":
            break
    look.press(Keys.CONTROL, "a")
    look.press("人才", Keys.ENTER)
    look.until(lambda: "人才" in look.one("#results h2").text)
    for _ in range(60):
        look.press(Keys.TAB)
        if look.chrome.switch_to.active_element.get_attribute("value") == "talent":
            break
    look.press(Keys.SPACE)
    look.until(lambda: "人才" in " ".join(one.text for one in look.all("#results .note")))
    assert look.chrome.switch_to.active_element.get_attribute("value") == "talent", "the focus stays where it was"
    for _ in range(80):
        look.press(Keys.TAB)
        if look.chrome.execute_script("return document.activeElement.matches('.hit h3 a')"):
            break
    look.press(Keys.ENTER)
    look.until(lambda: look.all(".unit:target"))
    assert look.chrome.execute_script("return getComputedStyle(document.querySelector('.skip')).left") == "-999px"
