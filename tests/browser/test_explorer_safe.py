"""Data from elsewhere: texts and addresses cannot execute, with or without the policy; thousands of topics stay usable."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.build.derive import derive
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.viewer.explorer import drawing_of, to_html
from tests.browser.conftest import shown, until
from tests.little import RECORDS, authored_quads, quads_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import Shown

pytestmark = pytest.mark.browser

DO = "window.pwned=1+~~window.pwned"
PAYLOADS = {
    "script": f"<script>{DO}</script>",
    "closes the script": f"</script><script>{DO}</script>",
    "closes noscript": f"</noscript><img src=x onerror={DO}>",
    "closes the textarea": f"</textarea><img src=x onerror={DO}>",
    "closes the article": f'</article><article id="topic/x"><h4 id=t0><img src=x onerror={DO}></h4>',
    "image": f"<img src=x onerror={DO}>",
    "svg": f"<svg onload={DO}><animate onbegin={DO} attributeName=x dur=1s></svg>",
    "attribute": f"\" autofocus onfocus={DO} x=\"' onmouseover={DO} '",
    "entity": f"&lt;img src=x onerror={DO}&gt;&#60;script&#62;{DO}&#60;/script&#62;",
    "twice escaped": f"&amp;lt;img src=x onerror={DO}&amp;gt;",
    "href": f"href <a href='javascript:{DO}'>href</a>",
    "template": "{{ 7*7 }}{% for x in [1] %}x{% endfor %}${7*7}`",
    "comment": f"<!--<script>-->{DO}<!--</script>",
    "json": '"}],"x":[{"\\u2028\u2028\u2029\\',
    "markdown": f"[x](javascript:{DO}) ![x](http://evil.example/x.png)",
    "style": "</style><style>*{background:url(http://evil.example/x)}</style>",
    "frame": f"<iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe><object data='javascript:{DO}'></object>",
    "base": "<base href=http://evil.example/><meta http-equiv=refresh content='0;url=http://evil.example/'>",
}
ADDRESSES = (
    f"javascript:{DO}",
    f"JaVaScRiPt:{DO}//http://a.example",
    f"data:text/html,x{DO}",
    "vbscript:x",
    "file:///etc/passwd",
)

ROUND = """async () => {
  let count = 0;
  const wait = () => (count++ % 8 ? null : new Promise(done => setTimeout(done, 0)));
  for (const name of [...articles.keys(), ...areas.map(a => 'area/' + a.slug), ...topics.map(t => 'around/' + t.slug), 'map', 'home',
      'list', 'list/course', 'list/program', 'list/role', 'list/project']) {
    route('#' + name);
    for (const box of view.boxes.slice(0, 3)) pick(box.key);
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    for (const each of document.querySelectorAll('#panel *, #home *, #list *')) {
      each.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
      if (each.hasAttribute('autofocus') || each.hasAttribute('tabindex')) each.focus();
    }
    await wait();
  }
  for (const typed of ['a', 'calc', '<', 'href', '&']) { byId('q').value = typed; byId('q').dispatchEvent(new Event('input')); await wait(); }
  route('#' + [...articles.keys()][0]);
  await new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)));
  const svg = new DOMParser().parseFromString(svgText(), 'image/svg+xml');
  checklist();
  return {
    pwned: window.pwned || 0, parsed: !svg.querySelector('parsererror'),
    inSvg: [...svg.querySelectorAll('*')].map(e => e.localName).filter(n => !'svg title rect defs marker path g text'.split(' ').includes(n)),
    links: [...document.querySelectorAll('[href], [src]')].map(e => e.getAttribute('href') || e.getAttribute('src')).filter(h => !/^(#|https?:)/.test(h)),
    frames: document.querySelectorAll('iframe, object, embed, base, img').length, topics: topics.length,
  };
}"""


def hostile(payload: str, address: str) -> EmbeddedStore:
    """Return the little graph with a payload in every text, and every address replaced."""
    quads = authored_quads()
    found = []
    for quad in [*quads, *derive(quads)]:
        value = quad.object
        if quad.predicate.value.endswith(("/url", "#url", "exactMatch", "closeMatch")):
            value = ox.NamedNode(address.replace(" ", "%20"))
        elif isinstance(value, ox.Literal) and (value.language or value.datatype.value.endswith("#string")):
            text = value.value + payload
            value = ox.Literal(text, language=value.language) if value.language else ox.Literal(text)
        found.append(ox.Quad(quad.subject, quad.predicate, value))
    return EmbeddedStore.of_quads(found)


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "page.html"


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_texts_and_addresses_cannot_execute(chromium: Browser, hostile_page: Path, name: str) -> None:
    """The policy is switched off here, so that only the escaping protects."""
    address = ADDRESSES[sorted(PAYLOADS).index(name) % len(ADDRESSES)]
    store = hostile(PAYLOADS[name], address)
    hostile_page.write_text(to_html(drawing_of(store)), encoding="utf-8")
    with shown(chromium, hostile_page, bypass_csp=True) as found:
        seen = found.ask(ROUND)
    assert seen == {
        "pwned": 0,
        "parsed": True,
        "inSvg": [],
        "links": [],
        "frames": 0,
        "topics": len([each for each in RECORDS if each.startswith("topics/")]),
    }
    assert found.asked == [hostile_page.as_uri()]
    assert found.complaints == []


def test_payloads_do_execute_where_nothing_escapes(chromium: Browser, tmp_path: Path) -> None:
    """The check above would see a payload that runs."""
    path = tmp_path / "open.html"
    path.write_text(
        f"<!doctype html><title>x</title><p>{PAYLOADS['image']}{PAYLOADS['script']}", encoding="utf-8"
    )
    page = chromium.new_context().new_page()
    page.goto(path.as_uri())
    until(page, "window.pwned >= 2")
    page.context.close()


def test_policy_stops_a_script_put_into_the_page(chromium: Browser, explorer: Path) -> None:
    with shown(chromium, explorer) as found:
        found.ask(
            "() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.body.append(s); "
            "const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"window.pwned = 1\">'; document.body.append(d); }"
        )
        found.ask("() => new Promise(done => setTimeout(done, 50))")
        assert found.ask("window.pwned") is None
        assert any("Content Security Policy" in each for each in found.complaints)


def test_without_scripts_payloads_stay_text(chromium: Browser, hostile_page: Path) -> None:
    hostile_page.write_text(
        to_html(drawing_of(hostile(PAYLOADS["closes noscript"], ADDRESSES[0]))), encoding="utf-8"
    )
    with shown(chromium, hostile_page, java_script_enabled=False) as found:
        assert found.page.locator("img, script[src], iframe").count() == 0
        assert found.page.locator('a[href^="javascript" i]').count() == 0
        assert found.page.locator("article").count() == 16


def big(count: int) -> EmbeddedStore:
    """Return a graph of many topics in 25 areas, each needing up to four of those before it."""
    lines = [f'area:a{area} a mlg:Area ; rdfs:label "Area {area}"@en .' for area in range(25)]
    depth: list[int] = []
    chance = random.Random(5)
    for k in range(count):
        needs = sorted(chance.sample(range(max(0, k - 900), k), min(k, k % 5)))
        depth.append(1 + max((depth[each] for each in needs), default=-1))
        lines.append(
            f'topic:t{k} a mlg:Topic ; rdfs:label "Topic number {k}"@en ; mlg:learningDepth {depth[k]} ; '
            f"skos:broader area:a{k * 25 // count} ; mlg:hoursLow 1.0 ; mlg:hoursTypical 2.0 ; mlg:hoursHigh 3.0 ."
        )
        lines += [f"topic:t{k} mlg:requires topic:t{need} ." for need in needs]
    return EmbeddedStore.of_quads(quads_of("\n".join(lines)))


@pytest.fixture(scope="module")
def vast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vast") / "page.html"
    path.write_text(to_html(drawing_of(big(5000))), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def vast_page(chromium: Browser, vast: Path) -> object:
    with shown(chromium, vast) as found:
        yield found


def test_thousands_of_topics_open_and_few_are_drawn(vast_page: Shown) -> None:
    """Never more than 600 boxes at once, in any view; what is left out is said."""
    assert vast_page.ask("topics.length") == 5000
    for address in ("home", "map", "topic/t4999", "topic/t0", "area/a3", "area/a24", "around/t1"):
        vast_page.go(address)
        assert vast_page.ask("Math.max(view.boxes.length, view.drawn)") <= 600, address
        if vast_page.ask("view.kind") == "map":
            vast_page.ask("network.moveTo({ scale: 0.8, animation: false })")
            vast_page.go("map")
            vast_page.ask("() => { network.moveTo({ scale: 0.8, animation: false }); network.redraw(); }")
            assert 0 < vast_page.ask("view.drawn") <= 600
    assert vast_page.complaints == []


def test_largest_pictures_say_what_they_leave_out(vast_page: Shown) -> None:
    most = vast_page.ask("topics.map(t => [below([t.id]).size, t.slug]).sort((a, b) => b[0] - a[0])[0]")
    assert most[0] > 600
    vast_page.go(f"topic/{most[1]}")
    assert 0 < vast_page.ask("view.boxes.length") <= 600
    assert "not drawn" in vast_page.page.locator("#note").inner_text()
    assert vast_page.ask("document.querySelectorAll('#panel ol.path > li').length") == most[0]
