/* Search with completion over names and other names of everything. */

const index = [];
let hits = [], active = -1;

const simple = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("-", " ");

function buildIndex() {
  index.length = 0;
  for (const topic of topics) {
    index.push({ text: simple(topic.label), thing: topic, name: topic.label });
    if (simple(topic.slug.replaceAll("-", " ")) !== simple(topic.label)) index.push({ text: topic.slug.replaceAll("-", " "), thing: topic, name: topic.label });
    for (const alias of aliasesOf(topic.slug)) index.push({ text: simple(alias), thing: topic, name: alias });
  }
  for (const area of areas) index.push({ text: simple(area.label), thing: area, name: area.label });
  for (const thing of things) {
    index.push({ text: simple(thing.label), thing, name: thing.label });
    if (thing.code) index.push({ text: simple(thing.code), thing, name: `${thing.code} ${thing.label}` });
    if (thing.kind === "role") for (const [short, long] of [["ml ", "machine learning "], ["ai ", "artificial intelligence "]]) {
      const text = simple(thing.label);
      if (text.includes(long)) index.push({ text: text.replace(long, short), thing, name: thing.label });
      if (text.startsWith(short)) index.push({ text: text.replace(short, long), thing, name: thing.label });
    }
  }
}

const FIRST = { topic: 0, area: 10, role: 20 };

/** The best matches: whole names first, then beginnings, then beginnings of words, then anywhere. */
function find(query, most = 12) {
  const wanted = simple(query.trim());
  if (!wanted) return [];
  const best = new Map();
  for (const entry of index) {
    const place = entry.text.indexOf(wanted);
    if (place < 0 && !(entry.thing.kind === "topic" && entry.text.length > 2 && wanted.startsWith(entry.text + " "))) continue;
    const start = place < 0 ? 4 : place === 0 ? (entry.text.length === wanted.length ? 0 : 1) : /[\s(-]/.test(entry.text[place - 1]) ? 2 : 3;
    const score = start * 1000 + (entry.name === entry.thing.label ? 0 : 40) + entry.text.length + (FIRST[entry.thing.kind] ?? 40);
    const old = best.get(entry.thing);
    if (!old || score < old.score) best.set(entry.thing, { ...entry, score });
  }
  return [...best.values()].sort((a, b) => a.score - b.score || compare(a.name, b.name)).slice(0, most);
}

function showHits() {
  const list = byId("hits"), input = byId("q");
  list.hidden = !hits.length;
  input.setAttribute("aria-expanded", String(!!hits.length));
  list.replaceChildren(...hits.map((hit, k) => make("li", {
    role: "option", id: "hit-" + k, "aria-selected": String(k === active),
    onpointerdown: (event) => { event.preventDefault(); choose(k); },
  }, make("span", {}, hit.name), make("span", { class: "small" }, hit.name === hit.thing.label ? KIND_NAMES[hit.thing.kind] || "area" : `${hit.thing.label}, ${KIND_NAMES[hit.thing.kind] || "area"}`))));
  if (active >= 0) { input.setAttribute("aria-activedescendant", "hit-" + active); byId("hit-" + active).scrollIntoView({ block: "nearest" }); }
  else input.removeAttribute("aria-activedescendant");
}

function choose(k) {
  const { thing } = hits[k];
  hits = [];
  active = -1;
  byId("q").value = "";
  showHits();
  location.hash = at(thing);
  byId("panel-title").focus({ preventScroll: true });
}

function setUpSearch() {
  const input = byId("q");
  input.addEventListener("input", () => {
    hits = find(input.value);
    active = hits.length ? 0 : -1;
    showHits();
    const none = input.value.trim() && !hits.length;
    byId("count").className = none ? "none" : "out";
    if (input.value.trim()) byId("count").textContent = hits.length ? `${plural(hits.length, "suggestion")}` : "Nothing is called that.";
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) { event.preventDefault(); active = (active + step + hits.length) % hits.length; showHits(); }
    else if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(active); }
    else if (event.key === "Escape") { hits = []; active = -1; byId("count").className = "out"; showHits(); }
  });
  input.addEventListener("blur", () => { hits = []; active = -1; byId("count").className = "out"; showHits(); });
}
