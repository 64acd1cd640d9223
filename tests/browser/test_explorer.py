"""The page of the whole graph in a real browser without a network: every picture, search, addresses, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.viewer.layout import layouts
from tests.browser.conftest import shown

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from mlgraph.viewer.explorer import Drawing
    from tests.browser.conftest import Shown

pytestmark = pytest.mark.browser

EVERY = """() => {
  route('#topic/' + topics[0].slug);
  const faults = [], drawn = [], simple = [];
  const inside = (p, r) => p.x > r.l - 1 && p.x < r.r + 1 && p.y > r.t - 1 && p.y < r.b + 1;
  const point = (a, b, c, d, t) => { const s = 1 - t, f = k => s*s*s*a[k] + 3*s*s*t*b[k] + 3*s*t*t*c[k] + t*t*t*d[k];
    return { x: f('x'), y: f('y') }; };
  const bottom = innerHeight;
  for (const name of [...articles.keys(), ...areas.filter(a => a.topics.length).map(a => 'area/' + a.slug)]) {
    const { kind, thing } = parseAddress('#' + name), picture = pictureOf(kind, thing);
    Object.assign(view, { kind, thing, goal: kind === 'area' ? null : thing, blocks: null, boxes: picture.boxes, arrows: picture.arrows });
    fit(anchorOf());
    const fault = text => { if (faults.length < 40) faults.push(name + ': ' + text); };
    const canvas = byId('canvas').querySelector('canvas').getBoundingClientRect();
    if (canvas.height < 100 || canvas.bottom > bottom + 1) fault('canvas ' + canvas.height + ' ' + canvas.bottom);
    if (14 * network.getScale() < 10) fault('label ' + 14 * network.getScale());
    if (view.boxes.length > 600) fault('boxes ' + view.boxes.length);
    const rect = new Map(view.boxes.map(b => [b.key, { l: b.x - b.w/2, r: b.x + b.w/2, t: b.y - b.h/2, b: b.y + b.h/2, key: b.key }]));
    const all = [...rect.values()].sort((a, b) => a.l - b.l);
    for (let i = 0; i < all.length; i++) for (let k = i + 1; k < all.length && all[k].l < all[i].r; k++)
      if (all[k].t < all[i].b && all[k].b > all[i].t) fault('overlap ' + all[i].key + ' ' + all[k].key);
    for (const arrow of view.arrows) {
      const p = arrow.points, from = rect.get(arrow.a), to = rect.get(arrow.b);
      if (from.r >= to.l) fault('backwards ' + arrow.a + '>' + arrow.b);
      if (Math.hypot(p[0].x - from.r, p[0].y - (from.t + from.b) / 2) > 3) fault('starts elsewhere');
      if (Math.hypot(p[p.length-1].x - to.l, p[p.length-1].y - (to.t + to.b) / 2) > 3) fault('ends elsewhere');
      if (p.length % 3 !== 1) fault('points ' + p.length);
      const xs = p.map(q => q.x), ys = p.map(q => q.y);
      const near = all.filter(r => r.key !== arrow.a && r.key !== arrow.b && r.l < Math.max(...xs) && r.r > Math.min(...xs) && r.t < Math.max(...ys) && r.b > Math.min(...ys));
      if (near.length) for (let k = 0; k + 3 < p.length; k += 3) for (let t = 0; t <= 20; t++) {
        const q = point(p[k], p[k+1], p[k+2], p[k+3], t / 20), hit = near.find(r => inside(q, r));
        if (hit) { fault('through a box ' + arrow.a + '>' + arrow.b + ' ' + hit.key); k = p.length; break; }
      }
    }
    drawn.push(name);
    if (noteOf(picture).includes('Simple layout')) simple.push(name);
  }
  route('#home');
  return { faults, drawn: drawn.length, simple };
}"""

PAINTED = """() => {
  const canvas = document.querySelector('#canvas canvas'), copy = new OffscreenCanvas(canvas.width, canvas.height);
  const ctx = copy.getContext('2d', { willReadFrequently: true });
  ctx.drawImage(canvas, 0, 0);
  const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height), seen = new Map();
  for (let k = 0; k < data.length; k += 16) { const c = data[k+3] < 9 ? 'none' : data[k] + ',' + data[k+1] + ',' + data[k+2]; seen.set(c, (seen.get(c) || 0) + 1); }
  const most = Math.max(...seen.values()), all = data.length / 16;
  return { share: 1 - most / all, colours: seen.size };
}"""

PICTURES = (
    "topic/backpropagation",
    "topic/arithmetic",
    "area/linear-algebra",
    "role/machine-learning-engineer",
    "map",
    "around/deep-learning",
)


@pytest.mark.parametrize("window", ["wide", "phone"])
def test_every_picture_can_be_read(window: str, drawing: Drawing, request: pytest.FixtureRequest) -> None:
    """Labels of 10 px and more, no box on another, every arrow left to right and through no box: for all ids."""
    page: Shown = request.getfixturevalue(window)
    found = page.ask(EVERY)
    content = drawing.content
    things = len(content.courses) + len(content.programs) + len(content.roles) + len(content.projects)
    assert found["faults"] == []
    used = {topic.area for topic in content.needs.topics.values()}
    assert found["drawn"] == len(content.needs.topics) + things + len(used)
    kept = layouts(drawing.pictures, drawing.boxes, own=False)
    missing = {name for name in kept.missing if not name.startswith("area/")}
    by_hand = [name for name in found["simple"] if not name.startswith(("course/", "project/"))]
    assert set(by_hand) <= missing, "what has a layout is shown with it"
    assert page.complaints == []


@pytest.mark.parametrize("window", ["wide", "phone"])
@pytest.mark.parametrize("address", PICTURES)
def test_picture_is_painted(window: str, address: str, request: pytest.FixtureRequest) -> None:
    page: Shown = request.getfixturevalue(window)
    page.go(address)
    painted = page.ask(PAINTED)
    assert painted["share"] >= 0.01
    assert painted["colours"] >= 3
    assert page.ask("view.drawn") <= 600


def test_empty_canvas_counts_as_not_painted(wide: Shown) -> None:
    """The check above would see a blank picture."""
    wide.go("topic/backpropagation")
    wide.ask(
        "() => { const c = document.querySelector('#canvas canvas'); c.getContext('2d').clearRect(0, 0, 1e5, 1e5); }"
    )
    assert wide.ask(PAINTED)["share"] < 0.01


def test_nothing_is_asked_of_anyone(wide: Shown, explorer: Path) -> None:
    for address in ("home", *PICTURES, "list", "list/course"):
        wide.go(address)
    assert [url for url in wide.asked if not url.startswith((explorer.as_uri(), "blob:", "data:"))] == []
    assert wide.complaints == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("backprop", "#topic/backpropagation"),
        ("ML engineer", "#role/machine-learning-engineer"),
        ("linear alg", "#area/linear-algebra"),
        ("BACK-PROPAGATION ALG", "#topic/backpropagation"),
    ],
)
def test_search_finds_names_and_other_names(wide: Shown, typed: str, address: str) -> None:
    wide.go("home")
    wide.page.keyboard.press("Control+k")
    wide.page.keyboard.type(typed)
    wide.page.keyboard.press("Enter")
    wide.until(f"location.hash === {address!r}")


def test_search_that_finds_nothing_says_so(wide: Shown) -> None:
    wide.page.fill("#q", "qqqqzzzz")
    assert wide.page.locator("#hits").is_hidden()
    assert wide.page.locator("#count").text_content() == "Nothing is called that."
    wide.page.fill("#q", "")


def test_back_and_forward_work(wide: Shown) -> None:
    for address in ("topic/gradient", "topic/backpropagation"):
        wide.go(address)
    wide.page.go_back()
    wide.until("view.kind === 'topic' && view.thing.slug === 'gradient'")
    assert wide.page.locator("#panel-title").inner_text() == "Gradient"
    assert wide.page.title() == "Gradient - mlgraph"
    wide.ask("() => { byId('panel').scrollTop = 400; }")
    wide.page.go_forward()
    wide.until("view.thing.slug === 'backpropagation'")
    assert wide.ask("byId('panel').scrollTop") == 0, "another thing is read from its beginning"


@pytest.mark.parametrize("address", ["topic/no-such-topic", "%E0%A4%A", "area/", "list/nothing", "<script>"])
def test_wrong_address_leads_home_or_to_a_list(wide: Shown, address: str) -> None:
    before = len(wide.complaints)
    wide.go(address)
    kind = wide.ask("view.kind")
    assert kind == "list" or (kind == "home" and "names nothing" in wide.page.locator("#home").inner_text())
    assert len(wide.complaints) == before
    wide.go("home")
    assert "names nothing" not in wide.page.locator("#home").inner_text()


def test_address_can_name_a_topic_on_the_way(chromium: Browser, explorer: Path) -> None:
    with shown(chromium, explorer, "role/machine-learning-engineer/topic/gradient-descent") as found:
        assert found.page.locator("#panel-title").inner_text() == "Gradient descent"
        assert found.ask("view.boxes.find(b => b.key === view.picked).lines.join(' ')") == "Gradient descent"


def test_without_scripts_all_is_there(chromium: Browser, explorer: Path, drawing: Drawing) -> None:
    with shown(chromium, explorer, java_script_enabled=False) as found:
        articles = found.page.locator("main.all article")
        content = drawing.content
        things = len(content.courses) + len(content.programs) + len(content.roles) + len(content.projects)
        assert articles.count() == len(content.needs.topics) + things
        assert found.page.locator(".app").is_hidden()
        links = found.page.locator("main.all .needs > li:not(.either)")
        assert links.count() == len(content.links)
        words = " ".join((found.page.locator("main.all").text_content() or "").split())
    for topic in content.needs.topics.values():
        assert " ".join(topic.label.split()) in words


def test_arrow_keys_follow_arrows(wide: Shown) -> None:
    wide.go("topic/backpropagation")
    wide.page.focus("#canvas")
    wide.page.keyboard.press("ArrowLeft")
    assert wide.ask("topics[view.picked].slug") == "backpropagation"
    wide.page.keyboard.press("ArrowLeft")
    need = wide.ask("topics[view.picked].slug")
    assert need in wide.ask("topicBySlug.get('backpropagation').needs.map(n => topics[n.id].slug)")
    wide.page.keyboard.press("ArrowRight")
    assert wide.ask("topics[view.picked].slug") == "backpropagation"
    wide.page.keyboard.press("ArrowLeft")
    wide.page.keyboard.press("Enter")
    wide.until("view.thing.slug !== 'backpropagation'")


def test_kinds_of_things_can_be_chosen(wide: Shown) -> None:
    wide.go("around/deep-learning")
    kinds = "[...new Set(view.boxes.filter(b => b.thing).map(b => b.thing.kind))]"
    assert {"course", "role"} <= set(wide.ask(kinds))
    wide.page.locator("#kinds input[value=course]").uncheck()
    assert "course" not in wide.ask(kinds)
    wide.page.locator("#kinds input[value=course]").check()


def test_courses_can_be_filtered(wide: Shown) -> None:
    wide.go("list/course")

    def count() -> int:
        text = wide.page.locator("#list-count").inner_text()
        return int(text.split(" of ")[0].replace(",", ""))

    everything = count()
    wide.page.check("#filter-free")
    free = count()
    assert 0 < free < everything
    wide.page.select_option("#filter-level", "graduate")
    assert 0 < count() < free
    wide.page.fill("#filter-text", "deep")
    shown_now: list[Any] = wide.page.locator("#list-rows a").all_inner_texts()
    assert shown_now
    wide.page.fill("#filter-text", "")
    wide.page.select_option("#filter-level", "")
    wide.page.uncheck("#filter-free")
