"""Who cannot see, or point, or wants it dark: axe in every view, the whole task by keyboard, sizes, print."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.planning.learner import parse_learner
from tests.browser.conftest import READY, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Shown

pytestmark = pytest.mark.browser

VIEWS = (
    "home",
    "topic/backpropagation",
    "area/linear-algebra",
    "role/machine-learning-engineer",
    "course/mit-18.06",
    "around/deep-learning",
    "map",
    "list",
    "list/course",
    "list/program",
)
AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  return { passes: found.passes.length,
    violations: found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')) };
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=[1400, 390])
def examined(
    request: pytest.FixtureRequest, theme: str, chromium: Browser, explorer: Path
) -> Iterator[Shown]:
    """The page with axe-core in it; the policy is off, for axe is no script of the page."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    height = 844 if request.param == 390 else 900
    with shown(
        chromium, explorer, width=request.param, height=height, color_scheme=theme, bypass_csp=True
    ) as found:
        found.page.add_script_tag(content=axe)
        found.ask("() => { filter.area = 'linear-algebra'; }")  # the same markup, fewer rows
        found.ask("() => { toggleKnown(topicBySlug.get('derivative').id); refresh(); }")
        yield found


@pytest.mark.parametrize("address", VIEWS)
def test_axe_finds_nothing(examined: Shown, address: str) -> None:
    examined.go(address)
    examined.ask(
        "() => { for (const each of document.querySelectorAll('#panel details, #sift')) each.open = true; }"
    )
    if address == "home":
        examined.ask("() => { byId('menu').open = true; }")
    found = examined.ask(AXE)
    examined.ask("() => { byId('menu').open = false; }")
    assert found["violations"] == []
    assert found["passes"] > 15


def test_axe_finds_nothing_while_searching(examined: Shown) -> None:
    examined.go("home")
    examined.page.fill("#q", "grad")
    assert examined.ask("hits.length") > 1
    found = examined.ask(AXE)
    examined.page.fill("#q", "")
    assert found["violations"] == []


def test_axe_would_find_something(examined: Shown) -> None:
    examined.ask(
        '() => document.body.insertAdjacentHTML(\'beforeend\', \'<main id=bad style="position:fixed;top:90px;left:90px"><img src="data:,"><button></button>'
        '<p style="color:#999;background:#aaa">hard to read</p></main>\')'
    )
    found = examined.ask(AXE)
    examined.ask("() => byId('bad').remove()")
    assert {each.split(":")[0] for each in found["violations"]} >= {
        "image-alt",
        "button-name",
        "color-contrast",
    }


CONTRAST = """() => {
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = colour => {
    probe.fillStyle = colour; probe.fillRect(0, 0, 1, 1);
    const part = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2];
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const c = colours, poor = [];
  const text = [['ink', 'card'], ['ink', 'goal'], ['muted', 'known'], ['ink', 'bg'], ['muted', 'bg']];
  const sign = [['edge', 'bg'], ['ready', 'card'], ['accent', 'card'], ['warn', 'bg'], ['accent', 'goal'], ['bg', 'ready'], ['bg', 'muted']];
  for (const [a, b] of text) if (ratio(c[a], c[b]) < 4.5) poor.push(a + ' on ' + b + ' ' + ratio(c[a], c[b]).toFixed(2));
  for (const [a, b] of sign) if (ratio(c[a], c[b]) < 3) poor.push(a + ' on ' + b + ' ' + ratio(c[a], c[b]).toFixed(2));
  for (const area of areas) {
    if (ratio(c.ink, tint(area.id)) < 4.5 || ratio(c.muted, tint(area.id)) < 4.5) poor.push('text in ' + area.slug);
    if (ratio(stripe(area.id), c.card) < 3) poor.push('stripe of ' + area.slug);
  }
  return poor;
}"""


def test_picture_has_contrast_too(examined: Shown) -> None:
    """axe sees nothing inside a canvas: texts 4.5, signs 3, for the colours of all areas."""
    assert examined.ask(CONTRAST) == []


def test_nothing_sticks_out_sideways(examined: Shown) -> None:
    for address in VIEWS:
        examined.go(address)
        assert examined.ask("document.documentElement.scrollWidth <= innerWidth"), address
        wide = "[...document.querySelectorAll('#panel, #list, #home')].filter(e => !e.hidden && e.scrollWidth > e.clientWidth + 1).map(e => e.id)"
        assert examined.ask(wide) == [], address


def test_phone_has_targets_for_fingers(phone: Shown) -> None:
    """WCAG 2.2, 2.5.8 asks for 24 px; what is used all the time has 44."""
    phone.go("topic/backpropagation")
    sizes = phone.ask(
        "() => [...document.querySelectorAll('header button, header a, header input[type=text], .zoom button, summary')]"
        ".filter(e => e.offsetParent).map(e => [e.textContent || e.id, Math.round(e.getBoundingClientRect().height)])"
    )
    assert len(sizes) > 5
    assert [each for each in sizes if each[1] < 24] == []
    assert [
        each
        for each in phone.ask(
            "() => [...document.querySelectorAll('nav a, #undo, #menu summary, #q, .zoom button')].map(e => [e.id, e.getBoundingClientRect().height])"
        )
        if each[1] < 43
    ] == []


def test_page_can_be_magnified(chromium: Browser, explorer: Path) -> None:
    """At 200 % of a window of 1280 by 1024 the page has 640 by 512: all is there, nothing sideways."""
    with shown(chromium, explorer, "topic/backpropagation", width=640, height=512) as found:
        assert found.ask("document.documentElement.scrollWidth <= innerWidth")
        assert found.page.locator("#panel-title").is_visible()
        assert found.ask("byId('canvas').clientHeight") >= 100


def tab_to(page: Page, test: str, most: int = 60) -> None:
    """Press Tab until the focus is where it should be; it has to be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(e => {test})(document.activeElement)"):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            hidden = page.evaluate("document.activeElement.getBoundingClientRect().width < 2")
            assert ring != "none" or hidden, "what has the focus shows it"
            return
    pytest.fail(f"the keyboard does not reach {test}")


def saved(page: Page, path: Path) -> str:
    """Press Enter on a button that saves, and return what it saved."""
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    saving.value.save_as(path)
    return path.read_text(encoding="utf-8")


def test_whole_task_by_keyboard(  # noqa: PLR0915 - one task from end to end
    chromium: Browser, explorer: Path, tmp_path: Path
) -> None:
    """Find what a job needs, mark what I know, see what is next, take it along: no mouse."""
    with shown(chromium, explorer, accept_downloads=True) as found:
        page, press = found.page, found.page.keyboard.press

        press("Control+k")
        page.keyboard.type("machine learning engineer")
        press("ArrowDown")
        press("ArrowUp")
        press("Enter")
        found.until("location.hash === '#role/machine-learning-engineer' && view.kind === 'role'")
        assert page.evaluate("document.activeElement.id") == "panel-title"
        before = found.ask("view.way.levels.size")
        tab_to(page, "e.type === 'checkbox' && e.closest('#panel')")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        press("Space")
        assert found.ask("view.way.levels.size") == before - 1
        assert "known" in (page.locator("#status").text_content() or "")
        steps = found.ask("view.way.ready.map(r => topics[r.id].label)")
        assert steps
        assert label.removeprefix("I know ") not in steps
        press("Control+z")
        assert found.ask("view.way.levels.size") == before
        page.focus("#canvas")
        press("ArrowLeft")
        press("ArrowLeft")
        press("k")
        assert found.ask("learner.known.size") > 0
        page.focus("#undo")
        tab_to(page, "e.tagName === 'SUMMARY'", 3)
        press("Enter")
        tab_to(page, "e.id === 'save-md'", 6)
        text = saved(page, tmp_path / "list.md")
        tab_to(page, "e.id === 'save-profile'", 6)
        learner = parse_learner(saved(page, tmp_path / "mine.json"), tmp_path / "mine.json")
        press("Escape")
        assert found.ask("byId('menu').open") is False
    assert text.startswith("# The way to Machine learning engineer\n")
    assert text.count("\n- [ ] ") > 50
    assert text.count("\n- [x] ") >= 1
    assert len(learner.topics) == 1


def test_colours_can_be_chosen_and_stay(chromium: Browser, explorer: Path) -> None:
    with shown(chromium, explorer, "topic/gradient") as found:
        page = found.page
        before = found.ask("getComputedStyle(document.body).backgroundColor")
        page.click("#menu summary")
        page.click("#theme")
        dark = found.ask("getComputedStyle(document.body).backgroundColor")
        assert dark != before
        assert found.ask("colours.dark") is True
        page.reload()
        found.until(READY)
        assert found.ask("getComputedStyle(document.body).backgroundColor") == dark


def test_print_has_the_picture_and_the_way_and_no_buttons(wide: Shown) -> None:
    wide.go("topic/gradient")
    wide.page.emulate_media(media="print")
    wide.ask("() => { dispatchEvent(new Event('beforeprint')); }")
    assert wide.page.locator("header").is_hidden()
    assert wide.page.locator("#canvas").is_hidden()
    assert wide.page.locator("#printed svg g").count() == wide.ask("view.boxes.length")
    assert wide.ask("byId('printed').firstChild.getBoundingClientRect().height") > 50
    assert wide.page.locator("#panel ol.path").is_visible()
    tall: Any = wide.ask("byId('panel').scrollHeight - byId('panel').clientHeight")
    assert tall <= 1, "nothing is cut off"
    wide.page.emulate_media(media="screen")
    wide.ask("() => { dispatchEvent(new Event('afterprint')); }")
    assert wide.page.locator("#printed svg").count() == 0
    assert wide.complaints == []


def test_list_names_what_the_picture_shows(wide: Shown) -> None:
    """The ordered list of a way has every box of the picture, in an order in which nothing comes too early."""
    wide.go("role/machine-learning-engineer")
    order = wide.page.locator("#panel ol.path > li > span > a").all_inner_texts()
    boxes = wide.ask("view.boxes.filter(b => b.topic !== undefined).map(b => topics[b.topic].label)")
    assert set(order) <= set(boxes)
    assert len(order) == len(set(order)) > 50
    needs = wide.ask("Object.fromEntries(topics.map(t => [t.label, t.needs.map(n => topics[n.id].label)]))")
    place = {label: number for number, label in enumerate(order)}
    assert [(a, b) for a in order for b in needs[a] if b in place and place[b] > place[a]] == []
