"""Measure the page of the whole graph in a real Chromium without a network: frames, views, search. Never a test.

Run it with `make bench`, or alone, on a quiet machine: a busy one doubles the times. No GPU is used.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from mlgraph.build.opening import open_store
from mlgraph.viewer.explorer import drawing_of, to_html

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser.test_explorer_safe import big

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
VIEWS = (
    "home",
    "topic/backpropagation",
    "area/linear-algebra",
    "role/machine-learning-engineer",
    "map",
    "list",
)
ROUNDS = 5

FIRST = """() => new Promise(done => {
  const look = () => (typeof view !== 'undefined' && view.settled > 0 ? requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0))
    : setTimeout(look, 2));
  look();
})"""

SWITCH = """names => {
  const canvas = document.querySelector('#canvas canvas'), copy = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
  return names.map(name => {
    const start = performance.now();
    route('#' + name); network.redraw();
    copy.drawImage(canvas, 0, 0, 8, 8); copy.getImageData(0, 0, 1, 1);
    document.body.offsetHeight;
    return performance.now() - start;
  });
}"""

SEARCH = """() => {
  const times = [];
  for (const text of ['gradient descent', 'convolutional', 'a', 'machine learning engineer', 'data', 'xyzzy', 'e'])
    for (let k = 1; k <= text.length; k++) {
      const start = performance.now();
      byId('q').value = text.slice(0, k); byId('q').dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      times.push(performance.now() - start);
    }
  byId('q').value = ''; byId('q').dispatchEvent(new Event('input'));
  return times;
}"""

FRAMES = """() => { window.frames_ = []; let last = performance.now(); window.counting = true;
  const next = now => { frames_.push(now - last); last = now; if (counting) requestAnimationFrame(next); }; requestAnimationFrame(next); }"""


def place(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def line(name: str, value: float, unit: str, bar: str) -> None:
    print(f"  {name:44} {value:8.1f} {unit:4} (bar {bar})")


def first_frame(browser: Browser, url: str, rounds: int, slow: int) -> float:
    """Return the median time from navigation to the first frame after the view is there; cold contexts."""
    times = []
    for _ in range(rounds):
        size: Any = {"width": 390, "height": 844} if slow > 1 else {"width": 1400, "height": 900}
        context = browser.new_context(viewport=size)
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
        page.goto(url, wait_until="commit")
        times.append(page.evaluate(FIRST))
        context.close()
    return statistics.median(times)


def inside(browser: Browser, url: str, names: list[str]) -> None:
    """Changes of view, search, and frames while things move, in one page."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(url)
    page.evaluate(FIRST)
    page.evaluate("() => new Promise(done => setTimeout(done, 300))")  # the index of the search
    page.evaluate(SWITCH, names[:20])
    times = page.evaluate(SWITCH, names)
    line(f"change of view, median of {len(names)} topics", statistics.median(times), "ms", "150")
    line("change of view, p95", place(times, 0.95), "ms", "150")
    keys = page.evaluate(SEARCH)
    line(f"search, median of {len(keys)} keys", statistics.median(keys), "ms", "10")
    line("search, p95", place(keys, 0.95), "ms", "10")
    for view in ("topic/backpropagation", "role/machine-learning-engineer", "map"):
        moving(page, view)
    page.close()


def moving(page: Page, view: str) -> None:
    """Wheel and drag over a view; the camera has to have moved."""
    page.evaluate("name => route('#' + name)", view)
    box: Any = page.locator("#canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for what in ("wheel", "drag"):
        page.mouse.move(x, y)
        before = page.evaluate("[network.getScale(), network.getViewPosition().x]")
        page.evaluate(FRAMES)
        if what == "drag":
            page.mouse.down()
        end = time.monotonic() + 1.5
        step = 0
        while time.monotonic() < end:
            step += 1
            if what == "wheel":
                page.mouse.wheel(0, 60 if step // 12 % 2 else -60)
            else:
                page.mouse.move(x + 150 * ((step % 40) / 40 - 0.5), y + 60 * ((step % 25) / 25 - 0.5))
        found = page.evaluate("(counting = false, frames_.slice(2))")
        if what == "drag":
            page.mouse.up()
        after = page.evaluate("[network.getScale(), network.getViewPosition().x]")
        moved = "" if before != after else "  NOT MOVED"
        line(f"{what} {view}{moved}", 1000 / statistics.mean(found), "fps", ">= 30")
        line(f"{what} {view}, p95 of a frame", place(found, 0.95), "ms", "50")


def main() -> int:
    if CHROMIUM is None:
        print("there is no Chromium here: apt install chromium")
        return 0
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    start = time.perf_counter()
    drawing = drawing_of(open_store())
    text = to_html(drawing)
    line("page built, with opening the graph", time.perf_counter() - start, "s", "10")
    raw = text.encode()
    line("size", len(raw) / 1e3, "kB", "2500")
    line("size, gzipped", len(gzip.compress(raw, 9)) / 1e3, "kB", "650")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        path = Path(folder) / "mlgraph.html"
        path.write_bytes(raw)
        browser = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for view in VIEWS:
            line(
                f"first frame {view}",
                first_frame(browser, f"{path.as_uri()}#{view}", ROUNDS, 1),
                "ms",
                "1000",
            )
        for view in VIEWS:
            found = first_frame(browser, f"{path.as_uri()}#{view}", 3, 4)
            line(f"first frame {view}, 4 x slower, phone", found, "ms", "3000")
        inside(
            browser, path.as_uri(), [f"topic/{topic.slug}" for topic in drawing.content.needs.topics.values()]
        )
        vast = Path(folder) / "vast.html"
        vast.write_text(to_html(drawing_of(big(5000))), encoding="utf-8")
        line("first frame of 5,000 topics", first_frame(browser, f"{vast.as_uri()}#map", 3, 1), "ms", "3000")
        browser.close()
    print(f"load after: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
