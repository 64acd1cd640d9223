"""A first visit, counted in clicks, and the filter of the pictures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from mlgraph.viewer.explorer import drawing_of, to_html
from tests.browser.conftest import shown
from tests.little import RECORDS, built_store, claim

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import Shown

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_filtered(wide: Shown) -> None:
    """What one test filters does not hold for the next."""
    wide.ask(
        "() => { Object.assign(sift, { area: '', level: '', status: '', free: false }); byId('sift').open = false; }"
    )


COUNT_CLICKS = "() => { window.clicks = 0; addEventListener('click', e => { if (e.isTrusted && e.detail) window.clicks += 1; }, true); }"


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_first_visit_takes_few_clicks(
    chromium: Browser, explorer: Path, tmp_path: Path, width: int, height: int
) -> None:
    """The way to a job in one click, what I know in a second, a checklist in a third."""
    with shown(chromium, explorer, width=width, height=height, accept_downloads=True) as found:
        page = found.page
        found.ask(COUNT_CLICKS)
        page.get_by_role("link", name="Machine learning engineer", exact=True).click()
        found.until("view.kind === 'role'")
        panel = page.locator("#panel")
        for words in ("hours left", "you finish on", "What you can learn next", "The whole way, in order"):
            assert words in panel.inner_text()
        assert found.ask("window.clicks") == 1
        before, first = found.ask("[view.way.hours, topics[view.way.ready[0].id].label]")
        panel.get_by_label(f"I know {first}", exact=True).first.click()
        assert found.ask("view.way.hours") < before
        assert found.ask("topics[view.way.ready[0].id].label") != first
        assert found.ask("window.clicks") == 2
        with page.expect_download() as saving:
            panel.get_by_role("button", name="Save as a checklist").click()
        assert found.ask("window.clicks") == 3
        saving.value.save_as(tmp_path / "way.md")
        page.fill("#pace", "40")
        page.keyboard.press("Enter")
        assert found.ask("learner.pace") == 40
        page.get_by_role("link", name="Home", exact=True).click()
        assert "Go on with: Machine learning engineer (job role)" in page.locator("#home").inner_text()
    text = (tmp_path / "way.md").read_text(encoding="utf-8")
    assert text.startswith("# The way to Machine learning engineer\n")
    assert f"- [x] {first} (" in text


def test_way_is_shown_where_it_can_begin(wide: Shown) -> None:
    """A picture that is larger than the window opens at the first of the next steps, clear of the buttons."""
    wide.go("role/machine-learning-engineer")
    place = wide.ask(
        "() => { const b = view.boxes.find(b => b.topic === view.way.ready[0].id), c = byId('canvas').getBoundingClientRect(),"
        " at = network.canvasToDOM({ x: b.x - b.w / 2, y: b.y }); return [at.x + c.x, at.y + c.y, c.right, c.bottom]; }"
    )
    buttons = wide.ask("byId('zoom-in').getBoundingClientRect().right")
    assert buttons < place[0] < place[2]
    assert place[1] < place[3]


def test_pictures_are_filtered_by_area_and_status(wide: Shown) -> None:
    """What does not fit is faint and stays where it is; the page says how much that is."""
    faint = "view.boxes.filter(b => b.faint).map(b => b.key)"
    places = "JSON.stringify(view.boxes.map(b => [b.key, b.x, b.y]))"
    wide.go("role/machine-learning-engineer")
    assert wide.ask(faint) == []
    before = wide.ask(places)
    wide.page.click("#sift summary")
    wide.page.focus("#sift-area")
    wide.page.select_option("#sift-area", "linear-algebra")
    assert wide.ask(places) == before
    kept = wide.ask(
        "view.boxes.filter(b => !b.faint && b.topic !== undefined).map(b => areas[topics[b.topic].area].slug)"
    )
    assert set(kept) == {"linear-algebra"}
    count = len(wide.ask(faint))
    assert count > 50
    assert (
        f"{count} of the boxes do not fit the filter and are faint" in wide.page.locator("#note").inner_text()
    )
    assert wide.page.locator("#sift summary").inner_text() == "Filter: on"
    assert wide.ask("document.activeElement.id") == "sift-area"
    assert wide.ask("svgText().match(/<g opacity/g).length") == count
    wide.page.select_option("#sift-area", "")
    wide.page.select_option("#sift-status", "next")
    ready = wide.ask("view.way.ready.map(r => r.id)")
    assert set(wide.ask("view.boxes.filter(b => !b.faint && b.topic !== undefined).map(b => b.key)")) <= set(
        ready
    )
    wide.page.get_by_role("button", name="Show all").click()
    assert wide.ask(faint) == []
    assert wide.page.locator("#note").inner_text() == ""
    wide.page.keyboard.press("Escape")
    assert wide.ask("byId('sift').open") is False


def test_whole_map_is_filtered_too(wide: Shown) -> None:
    wide.go("map")
    wide.page.click("#sift summary")
    wide.page.select_option("#sift-area", "probability")
    assert wide.ask("view.blocks.filter(b => !b.faint).map(b => areas[b.area].slug)") == ["probability"]
    wide.page.select_option("#sift-area", "")
    assert wide.ask("view.blocks.filter(b => b.faint)") == []
    wide.page.keyboard.press("Escape")


def test_things_around_a_topic_are_filtered(wide: Shown) -> None:
    """Courses by level and price, all by area, topics by what I know: what does not fit is left out, and counted."""
    things = "view.boxes.filter(b => b.thing).map(b => [b.thing.kind, b.thing.level || '', isFree(b.thing)])"
    wide.go("around/deep-learning")
    assert {kind for kind, _, _ in wide.ask(things)} == {"course", "role", "program"}
    wide.page.click("#sift summary")
    wide.page.select_option("#sift-level", "graduate")
    levels = {level for kind, level, _ in wide.ask(things) if kind == "course"}
    assert levels
    assert all("graduate" in level.split(", ") for level in levels)
    assert "left out" in wide.page.locator("#note").inner_text()
    wide.page.locator("#kinds input[value=free]").check()
    courses = [free for kind, _, free in wide.ask(things) if kind == "course"]
    assert courses
    assert all(courses)
    wide.page.locator("#kinds input[value=free]").uncheck()
    assert wide.ask("byId('sift').open") is False, "a click elsewhere closes it"
    wide.page.click("#sift summary")
    wide.page.select_option("#sift-level", "")
    wide.page.select_option("#sift-status", "known")
    assert wide.ask("view.boxes.filter(b => b.topic !== undefined && !b.goal)") == []
    wide.go("map")
    wide.go("around/deep-learning")
    assert wide.page.locator("#sift-status").input_value() == "known", "and it stays on, which is seen"
    assert wide.page.locator("#sift summary").inner_text() == "Filter: on"


def test_filter_of_the_list_is_not_that_of_pictures(wide: Shown) -> None:
    wide.go("list/course")
    wide.page.fill("#filter-text", "qqqq")
    assert "Nothing fits." in wide.page.locator("#list-rows").inner_text()
    wide.go("around/deep-learning")
    assert "course" in wide.ask("view.boxes.filter(b => b.thing).map(b => b.thing.kind)")
    wide.go("list/course")
    wide.page.get_by_role("button", name="Show all").click()
    assert wide.page.locator("#list-rows li").count() > 100


def test_arrows_that_follow_from_others_are_counted_and_can_be_shown(
    chromium: Browser, tmp_path: Path
) -> None:
    more = claim("topic:gradient", "mlg:requires", "topic:algebra")
    records = {**RECORDS, "claims/more.ttl": more}
    path = tmp_path / "page.html"
    path.write_text(to_html(drawing_of(built_store(records))), encoding="utf-8")
    with shown(chromium, path, "topic/gradient") as found:
        note = found.page.locator("#note")
        assert "1 arrow left out that follow" in note.inner_text()
        before = found.ask("view.arrows.length")
        found.page.check("#all-arrows")
        assert found.ask("view.arrows.length") == before + 1
        assert "left out" not in note.inner_text()
        found.page.uncheck("#all-arrows")
        assert found.ask("view.arrows.length") == before
        found.go("topic/calculus")
        assert found.page.locator("#all-arrows").is_hidden(), "where nothing is left out, nothing is offered"


@pytest.mark.parametrize("width", [1400, 390])
def test_list_without_scripts_can_be_read(chromium: Browser, explorer: Path, width: int) -> None:
    """One column: nothing lies on anything else, and its parts are linked at the top."""
    with shown(chromium, explorer, width=width, java_script_enabled=False) as found:
        main = found.page.locator("main.all")
        tops = []
        for part in ("h1", "p >> nth=0", "p >> nth=1", "h2 >> nth=0", "ul >> nth=0", "article >> nth=0"):
            box = main.locator(part).first.bounding_box()
            assert box
            assert box["width"] > 0.8 * min(width, 780) - 60, part
            tops.append((box["y"], box["y"] + box["height"]))
        assert [(a, b) for (_, a), (b, _) in pairwise(tops) if a > b + 1] == []
        found.page.get_by_role("link", name="Jobs", exact=True).click()
        heading = found.page.get_by_role("heading", name="Jobs", exact=True).bounding_box()
        assert heading
        assert -1 < heading["y"] < 844


def test_search_without_a_hit_is_seen(wide: Shown) -> None:
    wide.page.fill("#q", "qqqqzzzz")
    box = wide.page.locator("#count").bounding_box()
    assert box
    assert box["width"] > 100
    wide.page.fill("#q", "")
    assert wide.ask("byId('count').getBoundingClientRect().width") < 2


def test_low_window_has_picture_and_panel_side_by_side(chromium: Browser, explorer: Path) -> None:
    """At 200 % of 1400 by 900 the page has 700 by 450: the picture keeps some room, menus can be scrolled."""
    with shown(chromium, explorer, "map", width=700, height=450) as found:
        assert found.ask("byId('canvas').clientHeight") > 250
        assert found.ask("view.blocks[0].w * network.getScale()") > 120, "wide enough for a name"
        found.page.click("#menu summary")
        found.page.locator("#read-profile").scroll_into_view_if_needed()
        assert found.ask("document.querySelector('#menu > div').getBoundingClientRect().bottom") <= 450
        assert found.ask("document.documentElement.scrollWidth <= innerWidth")
