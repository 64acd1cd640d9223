"""The whole graph as one HTML page that needs no network: pyvis and its vis-network, in a page of our own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyvis
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from pyvis.network import Network

from mlgraph.build.atomic import write_atomically
from mlgraph.viewer.box import box, whole
from mlgraph.viewer.content import Area, Words, gather
from mlgraph.viewer.layout import layouts, to_page
from mlgraph.viewer.payload import payload
from mlgraph.viewer.picture import MOST_BOXES, pictures, web
from mlgraph.vocab import ID, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.model import Claim
    from mlgraph.rdf.store import Store
    from mlgraph.viewer.box import Box
    from mlgraph.viewer.content import Content
    from mlgraph.viewer.picture import Picture, Web

__all__ = ["REPOSITORY", "Drawing", "TopicNetwork", "drawing_of", "to_html"]

REPOSITORY = ""
"""Address of the repository whose issue forms take reports, such as https://github.com/owner/name.

While it is empty, "report this" gives a text to copy instead of a link: an address that nobody
confirmed is worse than none.
"""

_HERE = Path(__file__).parent
_SCRIPTS = ("model", "learner", "layered", "draw", "views", "panel", "search", "list", "exports", "main")
_WEB = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE | re.ASCII)
_OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": False,
        "keyboard": False,
        "dragNodes": False,
        "selectable": False,
        "zoomSpeed": 0.6,
    },
    "edges": {"smooth": False},
}


class Drawing(NamedTuple):
    """What is shown and how: the content, topics and arrows in order, the pictures, the boxes of topics."""

    content: Content
    net: Web
    pictures: tuple[Picture, ...]
    boxes: tuple[Box, ...]


def drawing_of(store: Store, *, lang: str = "en") -> Drawing:
    """Return all that a page of the graph needs; see `mlgraph.viewer.content.gather`."""
    content = gather(store, lang=lang)
    net = web(content)
    boxes = tuple(box(content.needs.topics[iri].label) for iri in net.iris)
    return Drawing(content, net, tuple(pictures(content, net)), boxes)


class TopicNetwork(Network):  # type: ignore[misc]  # pyvis has no types
    """A pyvis network in a page of our own: escaped, offline, locked by a content security policy.

    Of pyvis it uses the options, the template environment and the vis-network that it bundles; not
    its page, which loads style sheets and scripts from the net and escapes nothing.
    """

    def __init__(
        self, drawing: Drawing, settings: Mapping[str, Any], site: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(directed=True, cdn_resources="in_line")
        self.drawing = drawing
        self.site = tuple(site)
        self.settings = dict(settings)
        self.templateEnv = _environment()
        self.path = "explorer.html"
        self.set_options(json.dumps(_OPTIONS))

    def generate_html(self, name: str = "", local: bool = True, notebook: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - as pyvis calls it
        """Return the page; pyvis' own arguments have no meaning here."""
        content, net, _, boxes = self.drawing
        found = layouts(self.drawing.pictures, boxes)
        places = to_page(self.drawing.pictures, found.known)
        placed = [each.name for each in self.drawing.pictures if each.name in found.known]
        data = payload(content, net, boxes) | self.settings
        data |= {
            "layouts": [name for name in placed if not name.startswith("topic/")],
            "unplaced": [
                net.place[iri]
                for iri in net.iris
                if f"topic/{content.needs.topics[iri].slug}" not in found.known
            ],
            "vis": self.options,
            "repository": _address(REPOSITORY),
            "most": MOST_BOXES,
        }
        style = _read(_HERE / "explorer.css")
        vis = _inline(
            _read(Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js")
        )
        script = _inline(
            '"use strict";\n' + "\n".join(_bare(_read(_HERE / "script" / f"{part}.js")) for part in _SCRIPTS)
        )
        page: str = self.templateEnv.get_template(self.path).render(
            **_texts(content, net, boxes),
            site=self.site,
            policy=_policy([vis, script], [style]),
            style=style,
            vis=vis,
            script=script,
            data=_json(data),
            places=places,
        )
        return page

    def write_html(  # the signature is that of pyvis
        self,
        name: str,
        local: bool = True,  # noqa: ARG002, FBT001, FBT002
        notebook: bool = False,  # noqa: ARG002, FBT001, FBT002
        open_browser: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> None:
        """Write the page in one step, in UTF-8 whatever the system prefers, and nothing beside it."""
        write_atomically(Path(name), self.generate_html())


def to_html(
    drawing: Drawing,
    *,
    start: str = "",
    profile: Mapping[str, Any] | None = None,
    site: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the graph as one HTML page.

    Parameters
    ----------
    drawing : Drawing
        As `drawing_of` gives it.
    start : str
        The view that opens where the address names none, such as ``topic/deep-learning``.
    profile : mapping, optional
        A learner's profile that holds until the browser keeps one of its own.
    site : sequence of (str, str)
        Words and addresses of other pages of the server that the page comes from; none for a page on disk.

    Returns
    -------
    str
        Equal values give equal bytes. All texts are escaped, links are http(s) only, and a content
        security policy allows just the page's own scripts and style, by hash.

    Notes
    -----
    The full list is there without scripts, and with them it is where the texts come from.
    """
    settings: dict[str, Any] = {"start": start}
    if profile is not None:
        settings["profile"] = profile
    return TopicNetwork(drawing, settings, site).generate_html()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"web": _address, "curie": curie, "site": _site, "concat": _concat}
    return environment


def _address(url: str) -> str:
    """Return an address if it is http(s) and whole, else nothing."""
    return url if _WEB.fullmatch(url) else ""


def _site(url: str) -> str:
    """Return how the site of an address is called, and the number of a Wikidata item.

    Examples
    --------
    >>> _site("http://www.wikidata.org/entity/Q1"), _site("https://cso.kmi.open.ac.uk/topics/ai")
    ('Wikidata Q1', 'CSO')
    """
    host = url.split("/")[2].removeprefix("www.")
    names = {"wikidata.org": f"Wikidata {url.rpartition('/')[2]}", "cso.kmi.open.ac.uk": "CSO"}
    return names.get(host, host)


def _concat(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _bare(script: str) -> str:
    """Return our own script without indents and lines that are comments alone."""
    without = re.sub(r"^ */\*.*?\*/ *$", "", script, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for line in without.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _inline(script: str) -> str:
    """Return a script that can stand in a page: no end tag inside, no source map to fetch."""
    without = re.sub(r"//# sourceMappingURL=\S*", "", script)
    return re.sub(r"<(?=/script|script|!--)", r"\\x3c", without, flags=re.IGNORECASE)


def _json(value: object) -> str:
    """Return JSON that can stand in a script element: no character of it means anything to HTML."""
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        raw = raw.replace(sign, f"\\u{ord(sign):04x}")
    return raw.encode("utf-8", "backslashreplace").decode()


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> Markup:
    """Return a content security policy that allows some scripts and styles by their hashes, and no other."""

    def hashes(texts: Iterable[str]) -> str:
        return " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts
        )

    return Markup(  # noqa: S704 - made of hashes
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _texts(content: Content, net: Web, boxes: Sequence[Box]) -> dict[str, Any]:
    """Return what the list in the page is made from."""
    links: dict[str, list[Any]] = {}
    for link in content.links:
        if link.claim.subject.iri in net.place and link.claim.object.iri in net.place:
            links.setdefault(link.claim.subject.iri, []).append(link)
    for found in links.values():
        found.sort(
            key=lambda each: (each.claim.predicate != "requires", each.claim.object.label, each.claim.iri)
        )
    groups: dict[str, list[Any]] = {}
    for group in content.groups:
        options = tuple(option for option in group.options if option in net.place)
        groups.setdefault(group.dependent, []).append(group._replace(options=options))
    members: dict[str, list[str]] = {}
    for iri in net.iris:
        members.setdefault(content.needs.topics[iri].area, []).append(iri)
    topics = content.needs.topics
    cited = sorted(
        {(e.source, e.url) for link in content.links for e in (*link.support, *link.contradiction)}
    )
    known = {each.slug: each for each in content.areas}
    by_area = [
        (
            known.get(area, Area(area or "other", area or "Other", "")),
            sorted(found, key=lambda i: (topics[i].depth, topics[i].label)),
        )
        for area, found in members.items()
    ]
    by_area.sort(key=lambda each: (sum(topics[iri].depth for iri in each[1]) / len(each[1]), each[0].slug))
    return {
        "content": content,
        "links": links,
        "groups": groups,
        "by_area": by_area,
        "words": lambda iri: content.words.get(iri, Words()),
        "usual": _usual,
        "number_of": {pair: number for number, pair in enumerate(cited, 1)},
        "sources_of": [(*pair, number) for number, pair in enumerate(cited, 1)],
        "place": net.place,
        "broken": lambda iri: _broken(topics[iri].label, boxes[net.place[iri]]),
        "label_of": {iri: topics[iri].label for iri in net.iris},
        "placed": lambda pairs: [each for each in pairs if each[0] in net.place],
        "aim_of": {each.iri: each for each in content.aims},
        "practised": {each.iri: [(topic, "working") for topic in each.topics] for each in content.projects},
    }


def _usual(claim: Claim) -> str:
    """Return the IRI that a claim has by custom; one that differs is written in the page."""
    word = re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", claim.predicate)
    return f"{ID}claim/{claim.subject.kind}.{claim.subject.slug}.{word}.topic.{claim.object.slug}"


def _broken(label: str, size: Box) -> Markup:
    """Return a label that breaks where its box breaks it, so that the page reads both from one text."""
    lines = size.lines
    if whole(size) != label:
        return escape(label)
    text = escape(lines[0])
    for before, line in pairwise(lines):
        text += (Markup("<wbr>") if before.endswith("-") else "\n") + escape(line)
    return text
