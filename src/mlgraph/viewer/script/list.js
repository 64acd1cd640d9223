/* Home and the full list: pages without a picture, equal in power to it. */

const filter = { kind: "topic", area: "", level: "", free: false, status: "", text: "" };
const levelsOf = (thing) => (thing.level ? thing.level.split(", ") : []);
const LEARNER = [["known", "known"], ["next", "can be learned now"], ["later", "later"]];
const RECORD = ["verified", "disputed", "superseded"].map((status) => [status, status]);

/** Whether a thing passes the filters; those that do not speak of its kind let it pass. */
function passes(thing, filter) {
  if (filter.free && thing.kind === "course" && !isFree(thing)) return false;
  if (filter.level && (thing.kind === "course" || thing.kind === "program") && !levelsOf(thing).includes(filter.level)) return false;
  if (filter.area) {
    const area = areaBySlug.get(filter.area);
    const about = thing.kind === "topic" ? [thing] : (thing.kind === "role" ? thing.needs : thing.teaches).map((t) => topics[t.id]);
    if (area && !about.some((t) => t.area === area.id)) return false;
  }
  const among = (states) => states.some(([state]) => state === filter.status);
  if (thing.kind === "topic" && among(LEARNER) && (stateOf(thing.id) || "later") !== filter.status) return false;
  if (thing.kind === "program" && among(RECORD) && thing.status !== filter.status) return false;
  return !filter.text || simple(thing.label + " " + (thing.by || "") + " " + (thing.code || "")).includes(simple(filter.text));
}

function card(thing, lines, extra) {
  return make("li", {}, make("a", { href: at(thing), class: "card" }, make("b", {}, thing.label), ...lines.map((line) => make("span", { class: "small" }, line)), extra || null));
}

function homePage() {
  const known = topics.filter((t) => knows(t.id)).length;
  const ordered = areas.filter((a) => a.topics.length).map((a) => ({ a, d: a.topics.reduce((s, t) => s + t.depth, 0) / a.topics.length })).sort((p, q) => p.d - q.d || p.a.id - q.a.id);
  const roles = things.filter((t) => t.kind === "role").sort((a, b) => compare(simple(a.label), simple(b.label)));
  const last = parseAddress(storage.get(GOAL_KEY) || "").thing;
  byId("home").replaceChildren(
    make("h2", { tabindex: -1, id: "home-title" }, "Where do you want to get to?"),
    view.lost ? make("p", { class: "status" }, "The address that led here names nothing in this page. Search for it above.") : "",
    make("p", {}, `Search a topic, course, program or job above, or start here. ${plural(topics.length, "topic")}, each with what it needs, why, and who says so.`,
      known ? ` You know ${known}.` : " Tick what you know, and the page tells you what comes next. It keeps that on your machine only."),
    last ? make("p", {}, "Go on with: ", link(last), ` (${KIND_NAMES[last.kind]})`) : "",
    ...(roles.length ? [make("h3", {}, "A job"), make("ul", { class: "cards narrow" }, ...roles.map((role) => card(role, [])))] : []),
    make("h3", {}, "An area, foundations first"),
    make("ul", { class: "cards" }, ...ordered.map(({ a }) => {
      const done = a.topics.filter((t) => knows(t.id)).length;
      return card(a, [plural(a.topics.length, "topic") + (done ? `, ${done} known` : "")]);
    })),
    make("h3", {}, "Or"),
    make("p", {}, make("a", { href: "#map", class: "go" }, "See the whole map"), " ", make("a", { href: "#list", class: "go" }, "Read the full list"), " ",
      make("a", { href: "#list/course", class: "go" }, "Choose a course"), " ", make("a", { href: "#list/program", class: "go" }, "Choose a degree program")));
}

/** A choice among values of a filter: its name is that of the filter and of the field. */
function choice(name, label, values, onchange, from = filter) {
  return make("label", {}, label + " ", make("select", { id: name, onchange },
    ...[["", "any"], ...values].map(([value, text]) => make("option", { value, selected: from[name.slice(name.indexOf("-") + 1)] === value }, text))));
}

const areaChoices = () => areas.map((a) => [a.slug, a.label]);
const levelChoices = (list) => [...new Set(list.flatMap(levelsOf))].sort().map((level) => [level, level]);

function filterBar() {
  const set = (key) => (event) => { filter[key] = event.target.type === "checkbox" ? event.target.checked : event.target.value; listRows(); };
  const levels = levelChoices(things.filter((t) => t.kind === filter.kind));
  const bar = [make("label", {}, "Kind ", make("select", { id: "filter-kind", onchange: (event) => { location.hash = "#list/" + event.target.value; } },
    ...Object.entries(KIND_NAMES).map(([value, text]) => make("option", { value, selected: filter.kind === value }, text + "s"))))];
  bar.push(choice("filter-area", "Area", areaChoices(), set("area")));
  if (levels.length) bar.push(choice("filter-level", "Level", levels, set("level")));
  if (filter.kind === "course") bar.push(make("label", {}, make("input", { type: "checkbox", id: "filter-free", checked: filter.free, onchange: set("free") }), " free"));
  if (filter.kind === "topic") bar.push(choice("filter-status", "Status", LEARNER, set("status")));
  if (filter.kind === "program") bar.push(choice("filter-status", "Status", RECORD, set("status")));
  bar.push(make("label", {}, "Name holds ", make("input", { id: "filter-text", type: "text", value: filter.text, oninput: set("text") })));
  return make("div", { class: "filters", role: "group", "aria-label": "Filters" }, ...bar);
}

function listPage(kind) {
  if (filter.kind !== kind) Object.assign(filter, { level: "", status: "", free: false });
  filter.kind = kind;
  byId("list").replaceChildren(make("h2", { tabindex: -1, id: "list-title" }, `All ${KIND_NAMES[kind]}s`), filterBar(),
    make("p", { id: "list-count", role: "status" }), make("div", { id: "list-rows" }));
  listRows();
}

function listRows() {
  const all = filter.kind === "topic" ? topics : things.filter((t) => t.kind === filter.kind);
  const shown = all.filter((thing) => passes(thing, filter));
  byId("list-count").textContent = `${commas(shown.length)} of ${plural(all.length, KIND_NAMES[filter.kind])}`;
  view.rest = null;
  if (!shown.length) {
    byId("list-rows").replaceChildren(make("p", {}, "Nothing fits. ", make("button", { onclick: () => {
      Object.assign(filter, { area: "", level: "", free: false, status: "", text: "" });
      listPage(filter.kind);
      byId("list-title").focus();
    } }, "Show all")));
    return;
  }
  if (filter.kind === "topic") {
    const parts = topicParts(shown), first = view.complete ? parts.length : 4; // what is not seen at once can wait for the first frame
    byId("list-rows").replaceChildren(...parts.slice(0, first).map((part) => part()));
    if (first < parts.length) view.rest = () => byId("list-rows").append(...parts.slice(first).map((part) => part()));
  } else byId("list-rows").replaceChildren(make("ul", { class: "rows" }, ...shown.map((thing) => {
    const count = (thing.kind === "role" ? thing.needs : thing.teaches).length;
    return make("li", {}, link(thing), make("span", { class: "small" }, " " + [costOf(thing), count ? plural(count, "topic") : "", thing.status && thing.status !== "verified" ? thing.status : ""].filter(Boolean).join(" · ")));
  })));
}

/** What makes each area's part of the list, foundations first. */
function topicParts(shown) {
  const byArea = new Map();
  for (const topic of shown) byArea.set(topic.area, [...(byArea.get(topic.area) || []), topic]);
  const depth = (list) => list.reduce((s, t) => s + t.depth, 0) / list.length;
  return [...byArea].sort((a, b) => depth(a[1]) - depth(b[1]) || a[0] - b[0]).map(([area, list]) => () => make("section", { class: "part" },
    make("h3", {}, areas[area] ? link(areas[area]) : "Other"),
    make("ol", { class: "rows" }, ...list.sort((a, b) => a.depth - b.depth || compare(a.label, b.label)).map((topic) => row(topic.id, topicNeeds(topic))))));
}

function topicNeeds(topic) {
  const needs = topic.needs.map((n) => topics[n.id].label);
  for (const group of topic.options) needs.push(group.options.map((o) => topics[o].label).join(" or "));
  const sign = mark(topic.id);
  return make("span", { class: "small" }, sign, sign ? " " : "", needs.length ? "needs " + needs.join(", ") : "needs nothing");
}
