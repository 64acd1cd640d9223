/* The panel beside the picture, and the texts, which live in the page's own list. */

const byId = (id) => document.getElementById(id);

/** Make an element. Texts are always text, never markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const cited = new Map();

/** Read the list of sources, once. */
function readSources() {
  const holder = byId("all");
  if (cited.size) return;
  const template = document.createElement("template");
  template.innerHTML = holder.textContent.slice(holder.textContent.indexOf("<li id=s1>"));
  for (const item of template.content.querySelectorAll("li[id]")) {
    const anchor = item.querySelector("a");
    cited.set(item.id.slice(1), { name: (anchor || item).textContent.trim(), url: anchor ? anchor.getAttribute("href") : "" });
  }
}

/** The text of a thing as elements, its headings fitted to the panel. */
function articleOf(name) {
  readSources();
  const template = document.createElement("template");
  template.innerHTML = articles.get(name) || "<article></article>";
  const article = template.content.firstElementChild;
  for (const each of article.querySelectorAll('a[href^="#t"]')) {
    const topic = topics[Number(each.getAttribute("href").slice(2))];
    if (topic) each.setAttribute("href", at(topic));
  }
  for (const each of article.querySelectorAll('a[href^="#s"]')) {
    const source = cited.get(each.getAttribute("href").slice(2));
    if (!source) continue;
    if (source.url) each.setAttribute("href", source.url); else each.replaceWith(source.name);
    if (/^\[\d+\]$/.test(each.textContent)) each.textContent = source.name;
  }
  for (const each of article.querySelectorAll('a[href^="http"]')) Object.assign(each, { rel: "noopener noreferrer", target: "_blank" });
  return article;
}

/** Other names of topics, for the search. */
function aliasesOf(slug) {
  const html = articles.get("topic/" + slug) || "", start = html.indexOf("<p class=also>");
  return start < 0 ? [] : plainText(html.slice(start + 20, html.indexOf("\n", start))).split("; ");
}

const round = (hours) => (hours >= 10 ? Math.round(hours) : Math.round(hours * 10) / 10);
const commas = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ","); // toLocaleString takes 30 ms the first time
const plural = (n, word) => `${commas(n)} ${word}${n === 1 ? "" : "s"}`;
const link = (thing, text) => make("a", { href: at(thing) }, text || thing.label);

function mark(id) {
  const state = stateOf(id);
  return state ? make("span", { class: "mark " + state }, state === "known" ? "known" : "next") : null;
}

/** A topic in a list: a box to tick, its name, hours. */
function row(id, more) {
  const topic = topics[id], name = "know-" + (row.count = (row.count || 0) + 1);
  return make("li", {},
    make("input", { type: "checkbox", id: name, "aria-label": `I know ${topic.label}`, checked: knows(id), onchange: () => tick(id, name) }),
    make("span", {}, link(topic), make("span", { class: "small" }, ` ${round(topic.hours[WORKING])} h`), more ? " " : null, more || null));
}

/** Tick a topic from a list, and keep the place of the keyboard. */
function tick(id) {
  const active = document.activeElement && document.activeElement.getAttribute("aria-label");
  say(toggleKnown(id));
  refresh();
  const again = active && [...document.querySelectorAll("#panel input, #list input")].find((e) => e.getAttribute("aria-label") === active);
  if (again) again.focus({ preventScroll: true });
}

function section(title, ...children) {
  const kept = children.filter(Boolean);
  return kept.length ? [make("h3", {}, title), ...kept] : [];
}

function listOf(items, tag = "ul", name = "") {
  return items.length ? make(tag, { class: name }, ...items) : null;
}

/** Long lists fold after some items. */
function folded(items, most, what) {
  if (items.length <= most) return listOf(items);
  return make("div", {}, listOf(items.slice(0, most)), make("details", {}, make("summary", {}, `${items.length - most} more ${what}`), listOf(items.slice(most))));
}

/** Hours, days and steps towards a goal. */
function progress(way) {
  const whole = way.whole.size, left = way.levels.size;
  const done = way.goal ? [...way.whole.keys()].filter((id) => id >= 0 && !way.levels.has(id)).length : topics.length - left;
  const total = way.goal ? Math.max(done + left, whole) : topics.length;
  const bar = make("progress", { max: total || 1, value: total ? done : 1, "aria-label": "How much of it you know" });
  const pace = make("input", { id: "pace", type: "number", min: 1, max: 100, value: learner.pace, onchange: (event) => {
    const value = Number(event.target.value);
    if (value >= 1 && value <= 100) { learner.pace = value; storage.set(PACE_KEY, String(value)); refresh(); byId("pace").focus(); }
  } });
  return make("div", { class: "progress" }, bar,
    make("p", {}, make("b", {}, left ? `${plural(left, "topic")}, ${commas(round(way.hours))} hours left.` : "Nothing is left to learn."), ` You know ${done} of ${total}.`),
    left ? make("p", {}, make("label", { for: "pace" }, "At"), " ", pace, " hours a week you finish on ", make("b", {}, finishDate(way.hours)), ".") : null,
    way.goal ? make("button", { onclick: saveChecklist }, "Save as a checklist") : null);
}

function nextSteps(way, most = 6) {
  return section("What you can learn next", folded(way.ready.map((each) =>
    row(each.id, each.above ? make("span", { class: "small" }, `· ${each.above} wait for it`) : null)), most, "that you are ready for"));
}

function pathList(way) {
  const ids = [...way.whole.keys(), ...[...way.levels.keys()].filter((id) => !way.whole.has(id))].filter((id) => id >= 0);
  if (ids.length < 2) return [];
  return section("The whole way, in order", make("ol", { class: "path" }, ...learningOrder(ids).map((id) => row(id, mark(id)))));
}

function costOf(thing) {
  return [thing.by, thing.code, thing.level, ...(thing.cost || []).map((c) => c.replaceAll("-", " ")), ...(thing.pacing || []).map((p) => p), thing.hours ? `${round(thing.hours)} h` : ""].filter(Boolean).join(" · ");
}

const thingRow = (thing) => make("li", {}, link(thing), make("span", { class: "small" }, " " + costOf(thing)));
const freeFirst = (a, b) => isFree(b) - isFree(a) || compare(a.label, b.label);
const isFree = (thing) => (thing.cost || []).some((c) => c.startsWith("free"));

function knowBox(id) {
  const by = learner.implied.get(id);
  return make("p", { class: "know" },
    make("label", {}, make("input", { type: "checkbox", id: "know", checked: knows(id), onchange: () => { say(toggleKnown(id)); refresh(); byId("know").focus(); } }), " I know this"),
    by && knows(id) ? make("span", { class: "small" }, ` since you know ${by.label}`) : null);
}

/** Everything about a topic. */
function topicPanel(id) {
  const topic = topics[id], body = [], text = articleOf("topic/" + topic.slug);
  body.push(make("p", { class: "crumb" }, areas[topic.area] ? link(areas[topic.area]) : "", ` · ${plural(round(topic.hours[WORKING]), "hour")} (${round(topic.hours[AWARENESS])} to ${round(topic.hours[DEEP])})`));
  body.push(knowBox(id));
  const ways = [[view.kind !== "topic" || view.goal !== topic, at(topic), "All that it needs"], [view.kind !== "around" || view.goal !== topic, "#around/" + encodeURIComponent(topic.slug), "Courses, jobs and projects around it"],
    [view.goal && view.goal !== topic, view.goal && at(view.goal), view.goal && `Back to ${view.goal.label}`]];
  body.push(make("p", { class: "ways" }, ...ways.filter((each) => each[0]).map(([, href, text]) => make("a", { href, class: "go" }, text))));
  const definition = text.querySelector(".def");
  if (definition) body.push(definition);
  if (view.goal === topic && view.way) body.push(progress(view.way), ...(view.way.levels.size > 1 ? nextSteps(view.way) : []));
  const goals = text.querySelector(".goals");
  if (goals) body.push(...section("You have learned it when you", goals));
  const needs = text.querySelector(".needs");
  if (needs) body.push(...section("Needs, and why", withReports(topic, needs)));
  fillPanel(topic.label, body, () => alsoOf(topic, text));
}

/** What follows in the panel of a topic below what it needs. */
function alsoOf(topic, text) {
  const body = [];
  body.push(...section("Opens", folded(topic.users.map((user) => make("li", {}, link(topics[user.id]), " ", mark(user.id) || "")), 8, "topics")));
  const courses = topic.taughtBy.filter((t) => t.kind === "course").sort(freeFirst);
  body.push(...section("Courses", folded(courses.map(thingRow), 5, "courses")));
  const read = text.querySelector(".read");
  if (read) body.push(...section("Read it free", read));
  for (const [kind, title] of [["project", "Projects"], ["role", "Jobs that ask for it"], ["program", "Degree programs that teach it"]]) {
    body.push(...section(title, folded(topic.taughtBy.filter((t) => t.kind === kind).map(thingRow), 4, title.toLowerCase())));
  }
  if (view.goal === topic && view.way) body.push(...pathList(view.way));
  const same = text.querySelector(".same");
  if (same) body.push(...section("The same elsewhere", same));
  body.push(...citation(topic));
  return body;
}

/** Put "report this" beside every need, the claim filled in: a form of the project, or a text to copy where its address is unknown. */
function withReports(thing, needs) {
  for (const item of needs.querySelectorAll("li")) {
    const claim = claimOf(thing, item);
    if (!claim) continue;
    const label = `Report this: ${claim}`;
    if (data.repository) {
      const url = `${data.repository}/issues/new?template=wrong-edge.yml&claim=${encodeURIComponent(claim)}`;
      item.append(" ", make("a", { href: url, rel: "noopener noreferrer", target: "_blank", class: "report", "aria-label": label }, "report this"));
    } else {
      const text = `Claim: ${claim}\nIt says: ${thing.label} - ${item.textContent.trim()}\nData: mlgraph ${data.version}, ${data.issued}\nWhat is wrong, and a source for it:\n`;
      item.append(make("details", { class: "report" }, make("summary", { "aria-label": label }, "report this"),
        make("p", { class: "small" }, "Copy this into an issue of the project (form “wrong edge”), and say what is wrong:"),
        make("textarea", { readonly: true, rows: 5, "aria-label": `Report of ${claim}` }, text)));
    }
  }
  return needs;
}

/** The name of the claim that an item of the list of needs stands for; either-or groups are no claims. */
function claimOf(thing, item) {
  const target = item.querySelector('a[href^="#topic/"]');
  if (item.classList.contains("either")) return "";
  if (item.dataset.c || !target) return item.dataset.c || "";
  const optional = target.nextSibling && target.nextSibling.textContent.startsWith(" (optional");
  const predicate = thing.kind === "role" ? (optional ? "optional-skill" : "essential-skill") : item.classList.contains("soft") ? "recommends" : "requires";
  return `claim:${thing.kind}.${thing.slug}.${predicate}.topic.${decodeURIComponent(target.getAttribute("href").slice(7))}`;
}

function citation(thing) {
  const iri = `${data.names}${thing.kind}/${thing.slug}`;
  return [make("details", { class: "cite" }, make("summary", {}, "Cite"),
    make("p", {}, `mlgraph maintainers: “${thing.label}”. mlgraph ${data.version}${data.issued ? ", " + data.issued.slice(0, 4) : ""}. ${iri}`))];
}

/** A role, program, course or project: what it asks for, what is left, what it is. */
function thingPanel(thing) {
  const body = [make("p", { class: "crumb" }, `${KIND_NAMES[thing.kind]}${costOf(thing) ? " · " + costOf(thing) : ""}`)];
  const text = articleOf(thing.kind + "/" + thing.slug);
  for (const part of text.querySelectorAll(".def, .link, .status")) body.push(part);
  if (thing.kind === "course") {
    const name = "course:" + thing.slug, passed = learner.profile.courses[name] !== undefined;
    body.push(make("p", { class: "know" }, make("label", {}, make("input", { type: "checkbox", id: "know", checked: passed, onchange: () => {
      change((profile) => { if (passed) delete profile.courses[name]; else profile.courses[name] = { level: "working", on: today() }; });
      say(`${thing.label}: ${passed ? "no longer " : ""}passed.`);
      refresh();
      byId("know").focus();
    } }), " I passed this course")));
  }
  if (view.goal === thing && view.way) {
    if (thing.presumed) body.push(make("p", { class: "small" }, "It names no topics for admission: what its core topics presuppose is taken instead."));
    if (thing.needs.length || thing.options.length) body.push(progress(view.way), ...nextSteps(view.way));
    else if (thing.kind !== "project") body.push(make("p", {}, "The graph names no topics that it asks for."));
  } else if (thing.kind !== "project") body.push(make("p", {}, make("a", { href: at(thing), class: "go" }, "Show the way to it")));
  fillPanel(thing.label, body, () => further(thing, text.querySelector(".asks")));
}

/** What follows in the panel of a thing below its next steps. */
function further(thing, asks) {
  const body = [];
  if (asks) body.push(...section(thing.kind === "role" ? "What the job asks for, and why" : "Asked on entry besides topics", thing.kind === "role" ? withReports(thing, asks) : asks));
  body.push(...section(thing.kind === "project" ? "Practises" : "Teaches", folded(thing.kind === "role" ? [] : thing.teaches.map((t) => row(t.id, mark(t.id))), 8, "topics")));
  if (view.goal === thing && view.way) body.push(...pathList(view.way));
  return [...body, ...citation(thing)];
}

function areaPanel(area) {
  const known = area.topics.filter((t) => knows(t.id)).length;
  fillPanel(area.label, [
    make("p", { class: "crumb" }, `area · ${plural(area.topics.length, "topic")} · ${known} known`),
    make("p", {}, make("button", { onclick: () => {
      const missing = area.topics.filter((t) => !knows(t.id));
      change((profile) => { for (const t of missing) { profile.topics["topic:" + t.slug] = { level: "working", on: today() }; profile.denied = profile.denied.filter((d) => d !== "topic:" + t.slug); } });
      say(`${plural(missing.length, "topic")} marked as known.`);
      refresh();
    } }, "I know all of it")),
  ], () => section("Topics, in an order of learning", make("ol", { class: "path" }, ...learningOrder(area.topics.map((t) => t.id)).map((id) => row(id, mark(id))))));
}

function mapPanel() {
  const way = view.way;
  fillPanel("The whole map", [
    make("p", {}, `${plural(topics.length, "topic")} in ${plural(areas.length, "area")}, foundations at the left. Zoom in for the topics; select an area or a topic.`),
    make("p", {}, `You know ${topics.filter((t) => knows(t.id)).length} of them.`),
    ...nextSteps(way, 10),
  ]);
}

/** Fill the panel; what its long lists hold is made after the first frame. */
function fillPanel(title, body, more = () => []) {
  const parts = (all) => all.filter((e) => e !== null && e !== undefined);
  byId("panel-title").textContent = title;
  byId("panel-body").replaceChildren(...parts(body));
  const rest = () => byId("panel-body").append(...parts(more()));
  if (view.complete) rest(); else view.rest = rest;
}
