"""A Chromium that reaches nothing, and the page of the shipped graph in it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from mlgraph.viewer.explorer import drawing_of, to_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from mlgraph.rdf.store import EmbeddedStore
    from mlgraph.viewer.explorer import Drawing

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
READY = "typeof view !== 'undefined' && view.complete > 0"


def until(page: Page, test: str) -> None:
    """Wait until an expression holds in a page; fail after twenty seconds.

    Not by the driver's own way of waiting: that evaluates texts in the page, which its policy forbids.
    """
    page.evaluate(
        f"""() => new Promise((done, fail) => {{
          const look = () => (({test}) ? done() : setTimeout(look, 5));
          setTimeout(() => fail(new Error('it never came true')), 20000);
          look();
        }})"""
    )


class Shown(NamedTuple):
    """A page, the addresses it asked for besides itself, and what the browser complained about."""

    page: Page
    asked: list[str]
    complaints: list[str]

    def go(self, address: str) -> None:
        """Go to a place in the page, as a click on a link does."""
        self.page.evaluate(
            """address => new Promise(done => {
              const before = view.settled, painted = () => requestAnimationFrame(() => requestAnimationFrame(done));
              const look = () => (view.settled > before ? painted() : setTimeout(look, 5));
              if (location.hash === address) { route(); painted(); } else { location.hash = address; look(); }
            })""",
            f"#{address}",
        )

    def until(self, test: str) -> None:
        """Wait until an expression holds in the page."""
        until(self.page, test)

    def ask(self, script: str, value: object = None) -> Any:  # noqa: ANN401 - whatever a script returns
        """Return what a script says in the page."""
        return self.page.evaluate(script, value)


@pytest.fixture(scope="session")
def drawing(store: EmbeddedStore) -> Drawing:
    """All that the page of the shipped graph shows."""
    return drawing_of(store)


@pytest.fixture(scope="session")
def explorer(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph, as a file."""
    path = tmp_path_factory.mktemp("explorer") / "mlgraph.html"
    path.write_text(to_html(drawing), encoding="utf-8", newline="\n")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module of tests."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield found
        found.close()


@contextmanager
def shown(
    browser: Browser,
    path: Path,
    address: str = "",
    width: int = 1400,
    height: int = 900,
    **options: Any,  # noqa: ANN401 - as playwright takes them
) -> Iterator[Shown]:
    """Open a page in a context of its own."""
    options.setdefault("reduced_motion", "reduce")
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(20_000)
    found = Shown(context.new_page(), [], [])
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on(
        "console",
        lambda message: (
            found.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(path.as_uri() + (f"#{address}" if address else ""))
    if options.get("java_script_enabled", True):
        found.until(READY)
    yield found
    context.close()


@pytest.fixture(scope="module")
def wide(chromium: Browser, explorer: Path) -> Iterator[Shown]:
    """The page in a wide window, shared by the tests of a module."""
    with shown(chromium, explorer) as found:
        yield found


@pytest.fixture(scope="module")
def phone(chromium: Browser, explorer: Path) -> Iterator[Shown]:
    """The page on a phone, shared by the tests of a module."""
    with shown(chromium, explorer, width=390, height=844, has_touch=True) as found:
        yield found
