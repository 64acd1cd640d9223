"""What the page says of a learner is what the library says; the profile is the command line's."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from mlgraph.analysis.road import hours_between
from mlgraph.catalog.whole import all_requirements, hard_edges
from mlgraph.model import Thing
from mlgraph.planning import learner as library
from mlgraph.planning.frontier import all_wanted, outer_fringe
from mlgraph.planning.goal import Goal, road_to, target
from mlgraph.planning.learner import Known, Learner, knowledge, parse_learner, to_json
from tests.browser.conftest import READY, shown, until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

    from mlgraph.planning.frontier import Ready
    from mlgraph.rdf.store import EmbeddedStore
    from mlgraph.viewer.explorer import Drawing
    from tests.browser.conftest import Shown

pytestmark = pytest.mark.browser

ANSWERS = """cases => JSON.stringify(JSON.parse(cases).map(([text, name]) => {
  learner.profile = parseProfile(text);
  work();
  const goal = name ? parseAddress('#' + name).thing : null, way = wayTo(goal);
  return {
    known: [...learner.known].map(([id, level]) => topics[id].slug + ':' + LEVEL_NAMES[level]).sort(),
    left: way.levels.size, hours: Math.round(way.hours * 1000),
    ready: way.ready.map(r => [topics[r.id].slug, LEVEL_NAMES[r.level], r.above, Math.round(r.hoursAbove * 1000), Math.round(r.hours * 1000)]),
  };
}))"""


def learners(drawing: Drawing, count: int) -> list[Learner]:
    """Return made-up learners: some know little, some nearly all; some passed courses, some deny things."""
    chance = random.Random(20261126)
    topics = sorted(drawing.content.needs.topics)
    courses = [each.iri for each in drawing.content.courses]
    found = []
    for _ in range(count):
        size = chance.choice((0, 1, 3, 10, 40, 200, 600))
        levels = chance.choice((("working",), ("awareness", "working", "deep")))
        stated = {
            topic: Known(chance.choice(levels), chance.choice(("", "2026-01-31")), chance.random() < 0.1)
            for topic in sorted(chance.sample(topics, min(size, len(topics))))
        }
        passed = {
            course: Known("working", "")
            for course in sorted(chance.sample(courses, chance.choice((0, 0, 2))))
        }
        found.append(Learner(stated, passed, frozenset(chance.sample(topics, chance.choice((0, 0, 5)))), {}))
    return found


def expected(known: Sequence[str], ready: Sequence[Ready], left: int, hours: float) -> dict[str, Any]:
    """Return the library's answer in the shape of the page's."""
    return {
        "known": sorted(known),
        "left": left,
        "hours": round(hours * 1000),
        "ready": [
            [
                each.topic.slug,
                each.level,
                each.above,
                round(each.hours_above * 1000),
                round(each.hours * 1000),
            ]
            for each in ready
        ],
    }


def test_next_steps_are_the_librarys(
    wide: Shown, store: EmbeddedStore, drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For 1,000 learners and goals of every kind: the same knowledge, the same next topics in the same order."""
    first = learners(drawing, 12)
    asked = [knowledge(store, each) for each in first]
    edges = hard_edges(store)  # asked once: the same implication, without a query for each learner
    monkeypatch.setattr(library, "hard_edges", lambda *_: edges)
    assert [knowledge(store, each) for each in first] == asked
    chance = random.Random(7)
    aims = [
        Thing(each.iri, each.kind, each.slug, each.slug)
        for each in drawing.content.aims
        if each.needs or each.groups
    ]
    choices = [
        Thing(each.iri, "topic", each.slug, each.slug) for each in drawing.content.needs.topics.values()
    ]
    with_groups = [each for each in aims if next(a for a in drawing.content.aims if a.iri == each.iri).groups]
    goals = [*chance.sample(choices, 40), *chance.sample(aims, 40), *with_groups[:10]]
    targets = {goal.iri: target(store, [Goal(goal)]) for goal in goals}
    everything = all_requirements(store)
    cases, answers = [], []
    for learner in learners(drawing, 1000):
        goal = chance.choice([None, *goals, *goals])
        known = knowledge(store, learner)
        said = [
            f"{iri.rpartition('/')[2]}:{level}"
            for iri, level in known.levels.items()
            if iri in everything.topics
        ]
        if goal is None:
            wanted = all_wanted(everything, known.levels)
            hours = sum(
                hours_between(everything.topics[topic].hours, known.levels.get(topic, ""), level)
                for topic, level in wanted.items()
            )
            ready = outer_fringe(everything, known.levels, wanted)
            answers.append(expected(said, ready, len(wanted), hours))
        else:
            road = road_to(targets[goal.iri], known)
            ready = outer_fringe(targets[goal.iri].requirements, known.levels, road.levels)
            answers.append(expected(said, ready, len(road.levels), road.hours))
        cases.append([to_json(learner), f"{goal.kind}/{goal.slug}" if goal else ""])
    found = json.loads(wide.ask(ANSWERS, json.dumps(cases)))
    wrong = [case[1] for case, one, other in zip(cases, found, answers, strict=True) if one != other]
    assert wrong == []
    assert sum(bool(each["ready"]) for each in answers) > 700
    wide.ask("() => { learner.profile = emptyProfile(); work(); }")


def test_profile_is_the_command_lines(wide: Shown, drawing: Drawing) -> None:
    """The page writes byte for byte what the library writes, and reads it again."""
    for learner in learners(drawing, 60):
        text = to_json(
            learner._replace(state={"plan": {"goal": "topic:graph", "hours": [1, 2.5], "é": None}})
        )
        assert wide.ask("text => profileText(parseProfile(text))", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "mlgraph/profile/2"}',
        '{"schema": "mlgraph/profile/1", "topics": []}',
        '{"schema": "mlgraph/profile/1", "topics": {"topic:a": {"level": "expert"}}}',
        '{"schema": "mlgraph/profile/1", "topics": {"topic:a": {"level": "deep", "on": "yesterday"}}}',
        '{"schema": "mlgraph/profile/1", "topics": {"<b>": {"level": "deep"}}}',
        '{"schema": "mlgraph/profile/1", "denied": "all"}',
    ],
)
def test_damaged_profile_changes_nothing(wide: Shown, tmp_path: Path, text: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(text, encoding="utf-8")
    before = wide.ask("profileText(learner.profile)")
    wide.page.set_input_files("#read-profile", path)
    wide.until("byId('status').textContent.startsWith('This is no profile')")
    assert wide.ask("profileText(learner.profile)") == before
    wide.ask("say('')")


def test_what_is_ticked_is_kept_saved_and_read_again(
    chromium: Browser, explorer: Path, tmp_path: Path
) -> None:
    with shown(chromium, explorer, "topic/backpropagation", accept_downloads=True) as found:
        page = found.page
        left = found.ask("view.way.levels.size")
        page.check("#know")
        assert found.ask("view.way.levels.size") == 0
        assert "So are" in (page.locator("#status").text_content() or "")
        page.click("#undo")
        assert found.ask("view.way.levels.size") == left
        first = page.locator("#panel ol.path input, #panel ul input").first
        name = (first.get_attribute("aria-label") or "").removeprefix("I know ")
        first.click()
        assert found.ask("view.way.levels.size") < left
        page.reload()
        found.until(READY)
        assert found.ask("view.way.levels.size") < left
        page.click("#menu summary")
        with page.expect_download() as saving:
            page.click("#save-profile")
        saving.value.save_as(tmp_path / "mine.json")
        learner = parse_learner((tmp_path / "mine.json").read_text(encoding="utf-8"), tmp_path / "mine.json")
        assert len(learner.topics) == 1
    with shown(chromium, explorer, "topic/backpropagation") as found:
        page = found.page
        assert found.ask("learner.known.size") == 0
        page.set_input_files("#read-profile", tmp_path / "mine.json")
        found.until("learner.known.size > 0")
        known = page.locator("#panel ol.path li:has(.mark.known)").all_inner_texts()
        assert any(each.startswith(name) for each in known)


def test_page_works_where_nothing_may_be_kept(chromium: Browser, explorer: Path, tmp_path: Path) -> None:
    """Storage that throws, as some browsers do for files, costs memory only."""
    path = tmp_path / "denied.html"
    raw = explorer.read_text(encoding="utf-8")
    path.write_text(raw, encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.goto(path.as_uri() + "#topic/gradient")
    until(page, READY)
    assert "keeps nothing" in (page.locator("#status").text_content() or "")
    page.check("#know")
    assert page.evaluate("view.way.levels.size") == 0
    assert faults == []
    context.close()


def test_profile_in_the_page_is_where_it_starts(
    chromium: Browser, drawing: Drawing, store: EmbeddedStore, tmp_path: Path
) -> None:
    from mlgraph.viewer.explorer import to_html

    topic = next(each for each in drawing.content.needs.topics.values() if each.depth > 4)
    learner = Learner({topic.iri: Known("working", "2026-01-31")})
    path = tmp_path / "mine.html"
    path.write_text(to_html(drawing, start="map", profile=json.loads(to_json(learner))), encoding="utf-8")
    with shown(chromium, path) as found:
        assert found.ask("view.kind") == "map"
        assert found.ask("learner.known.size") == len(knowledge(store, learner).levels)
    assert found.complaints == []


def test_way_can_be_taken_along(chromium: Browser, explorer: Path, tmp_path: Path) -> None:
    """PNG, SVG and a checklist of the whole picture, not only of the part in view."""
    with shown(chromium, explorer, "role/machine-learning-engineer", accept_downloads=True) as found:
        page = found.page
        found.ask("() => { toggleKnown(topicBySlug.get('arithmetic').id); refresh(); }")
        files = {}
        for kind in ("png", "svg", "md"):
            page.click("#menu summary")
            with page.expect_download() as saving:
                page.click(f"#save-{kind}")
            files[kind] = tmp_path / saving.value.suggested_filename
            saving.value.save_as(files[kind])
            found.ask("() => { byId('menu').open = false; }")
        boxes = found.ask(
            "view.boxes.map(b => b.topic === undefined ? b.thing.label : topics[b.topic].label)"
        )
        arrows = found.ask("view.arrows.length")
        order = page.locator("#panel ol.path > li > span > a").all_inner_texts()
    assert files["png"].name == "mlgraph-machine-learning-engineer.png"
    raw = files["png"].read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(raw[16:20]) > 2000, "wider than any window"
    assert len(raw) > 100_000
    root = ElementTree.fromstring(files["svg"].read_text(encoding="utf-8"))
    svg = "{http://www.w3.org/2000/svg}"
    titles = [each.text or "" for each in root.iter(f"{svg}title")][1:]
    assert sorted(each.split(" (")[0] for each in titles) == sorted(each.split(" (")[0] for each in boxes)
    assert sum(each.get("marker-end") is not None for each in root.iter(f"{svg}path")) == arrows
    assert "http" not in files["svg"].read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    lines = files["md"].read_text(encoding="utf-8").splitlines()
    steps = [each for each in lines if each.startswith("- [")]
    assert [each.split("] ", 1)[1].rpartition(" (")[0].replace("\\", "") for each in steps] == order
    assert [each for each in steps if each.startswith("- [x]")] == [
        each for each in steps if "Arithmetic (" in each
    ]


def test_what_a_job_asks_for_can_be_reported_too(wide: Shown, drawing: Drawing) -> None:
    """Topics and skills, for all jobs: the name in the report is that of the claim."""
    seen = wide.ask(
        "() => things.filter(t => t.kind === 'role').flatMap(role => { const list = articleOf('role/' + role.slug).querySelector('.asks');"
        " return list ? [...withReports(role, list).querySelectorAll('textarea')].map(t => t.value.split('\\n')[0]) : []; })"
    )
    claims = [claim for found in drawing.content.asks.values() for claim in found]
    assert len(seen) == len(claims) > 500
    assert set(seen) == {f"Claim: claim:{each.iri.rpartition('/claim/')[2]}" for each in claims}


def test_every_need_says_why_and_can_be_reported(wide: Shown, drawing: Drawing) -> None:
    wide.go("topic/backpropagation")
    items = wide.page.locator("#panel .needs > li:not(.either)")
    links = [each for each in drawing.content.links if each.claim.subject.slug == "backpropagation"]
    assert items.count() == len(links) > 3
    text = wide.page.locator("#panel .needs").inner_text()
    for link in links:
        assert link.claim.reason in text
        assert any(each.source in text for each in link.support)
    first = items.first
    first.locator("summary").click()
    claim = first.locator("textarea").input_value()
    assert claim.startswith("Claim: claim:topic.backpropagation.requires.topic.")
    assert any(each.claim.iri.endswith(claim.split("\n")[0].removeprefix("Claim: claim:")) for each in links)
    hrefs = [each.get_attribute("href") or "" for each in items.locator("a[target=_blank]").all()]
    assert hrefs
    assert all(each.startswith("http") for each in hrefs)
