"""The pages in a real browser that can reach nothing but the server: the editor works, nothing else is asked."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.server.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

    from mlgraph.rdf.store import EmbeddedStore

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 120_000
"""Milliseconds after which a test gives up; the first look at the dataset makes its dumps, which is work."""

CLOSED = (
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Seen(NamedTuple):
    """A page, what it asked of others, and what the browser complained about."""

    page: Page
    outside: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=list(CLOSED))
        yield found
        found.close()


@pytest.fixture(scope="module")
def url(store: EmbeddedStore) -> Iterator[str]:
    if store.folder is None:
        pytest.skip("the store is not on disk, so no other process can open it")
    with served(store.folder) as here:
        yield here.url


@contextmanager
def opened(browser: Browser, url: str, address: str) -> Iterator[Seen]:
    """Open a page in a context of its own; requests to others are written down, and fail."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    seen = Seen(context.new_page(), [], [])

    def judge(route: Route) -> None:
        if route.request.url.startswith((f"{url}/", "data:")):
            route.continue_()
        else:
            seen.outside.append(route.request.url)
            route.abort()

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            seen.complaints.append(message.text)

    context.route("**/*", judge)
    seen.page.on("console", heard)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    answer = seen.page.goto(f"{url}{address}")
    assert answer is not None
    assert answer.status == 200
    yield seen
    context.close()


def clean(seen: Seen) -> None:
    assert seen.outside == []
    assert seen.complaints == []


def test_shipped_question_runs_and_shows_rows(browser: Browser, url: str) -> None:
    with opened(browser, url, "/sparql") as seen:
        page = seen.page
        page.get_by_role("button", name="What must I know, all the way down, before the transformer?").click()
        page.wait_for_selector(".tabPanel.active .yasr tbody tr")
        assert page.locator(".tabPanel.active .yasr tbody tr").count() == 50
        shown = page.locator(".tabPanel.active .yasr tbody").inner_text()
        assert "topic:attention-mechanism" in shown
        link = page.locator(".tabPanel.active .yasr a.iri").first
        link.hover()
        assert (link.get_attribute("href") or "").startswith("/id/topic/"), "what is ours is shown here"
        clean(seen)


def test_own_query_can_be_typed_and_run(browser: Browser, url: str) -> None:
    with opened(browser, url, "/sparql") as seen:
        page = seen.page
        page.wait_for_selector(".tabPanel.active .CodeMirror")
        page.evaluate(
            "void mlgraph.yasgui.getTab().setQuery("
            "'PREFIX mlg: <https://w3id.org/mlgraph/ontology#> SELECT (COUNT(?t) AS ?n) { ?t a mlg:Topic }')"
        )
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        page.wait_for_selector(".tabPanel.active .yasr tbody tr")
        shown = page.locator(".tabPanel.active .yasr tbody td").nth(1).inner_text()
        assert int(shown.split('"')[1]) > 100
        clean(seen)


def test_prefix_is_completed_without_asking_others(browser: Browser, url: str) -> None:
    with opened(browser, url, "/sparql") as seen:
        page = seen.page
        page.wait_for_selector(".tabPanel.active .CodeMirror")
        page.evaluate("void mlgraph.yasgui.getTab().setQuery('')")
        page.locator(".tabPanel.active .CodeMirror").click()
        page.keyboard.type("PREFIX sko")
        page.wait_for_selector(".CodeMirror-hints")
        assert "http://www.w3.org/2004/02/skos/core#" in page.locator(".CodeMirror-hints").inner_text()
        clean(seen)


def test_wrong_query_is_told_in_words(browser: Browser, url: str) -> None:
    with opened(browser, url, "/sparql") as seen:
        page = seen.page
        page.wait_for_selector(".tabPanel.active .CodeMirror")
        page.evaluate(
            "void mlgraph.yasgui.getTab().setQuery('SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } }')"
        )
        page.evaluate("void mlgraph.yasgui.getTab().query().catch(function () {})")
        page.wait_for_selector(".tabPanel.active .yasr .errorResult")
        assert "SERVICE" in page.locator(".tabPanel.active .yasr").inner_text()
        assert seen.outside == []


def test_questions_can_be_filtered_by_words(browser: Browser, url: str) -> None:
    with opened(browser, url, "/sparql") as seen:
        everything = seen.page.locator("#examples li:visible").count()
        seen.page.fill("#filter", "TRANSFORMER need")
        few = seen.page.locator("#examples li:visible").count()
        assert 0 < few < everything
        clean(seen)


CONTRAST = """() => {
  function light(colour) {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }
  function paper(node) {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") { return colour; }
    }
    return getComputedStyle(document.body).backgroundColor;
  }
  const poor = new Set();
  for (const node of document.querySelectorAll("header *, main *, footer *")) {
    const own = [...node.childNodes].some(each => each.nodeType === 3 && each.textContent.trim());
    if (!own || node.closest("svg, #editor") || !node.getClientRects().length) { continue; }
    const [a, b] = [light(getComputedStyle(node).color), light(paper(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) { poor.add(`${node.tagName} ${node.className} ${ratio.toFixed(2)}`); }
  }
  return [...poor];
}"""


@pytest.mark.parametrize(
    "address",
    [
        "/id/topic/transformer",
        "/id/course/mit-6.3900",
        "/id/program/amsterdam-ai",
        "/ontology.html",
        "/dataset.html",
        "/browse",
        "/api",
        "/sparql",
        "/search?q=transformer",
    ],
)
def test_page_fits_can_be_read_and_asks_nobody_else(browser: Browser, url: str, address: str) -> None:
    """On a phone and a wide screen, light and dark; WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    with opened(browser, url, address) as seen:
        page = seen.page
        assert page.locator("h1").count() == 1
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert page.evaluate(CONTRAST) == [], scheme
        for width in (1200, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, "it sticks out sideways"
        clean(seen)


def test_front_is_the_viewer_and_leads_to_the_other_pages(browser: Browser, url: str) -> None:
    with opened(browser, url, "/?topic=Transformer") as seen:
        page = seen.page
        assert page.url == f"{url}/#topic/transformer"
        page.wait_for_selector("#canvas canvas")
        assert page.title() == "Transformer - mlgraph"
        clean(seen)
        page.locator("#menu summary").click()
        page.get_by_role("link", name="Browse by kind").click()
        page.wait_for_url(f"{url}/browse")
        page.get_by_role("link", name="Explore").click()
        page.wait_for_url(f"{url}/")


def test_page_of_a_thing_can_be_walked_by_keyboard(browser: Browser, url: str) -> None:
    with opened(browser, url, "/id/topic/transformer") as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")
        assert page.locator("svg a").first.evaluate(
            "node => { node.focus(); return document.activeElement === node }"
        )
        clean(seen)
