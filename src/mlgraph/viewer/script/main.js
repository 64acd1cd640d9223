/* Start, addresses, keys. */

const GRAPH_VIEWS = new Set(["topic", "area", "role", "program", "course", "project", "around", "map"]);

function say(text) { byId("status").textContent = text; }

/** The view that an address names; unknown addresses lead home. */
function parseAddress(hash) {
  let parts;
  try { parts = hash.replace(/^#/, "").split("/").map(decodeURIComponent); } catch { return { kind: "home", lost: true }; }
  const [kind, slug, , inner] = parts;
  if (kind === "topic" && topicBySlug.has(slug)) return { kind, thing: topicBySlug.get(slug), picked: topicBySlug.get(inner) };
  if (kind === "around" && topicBySlug.has(slug)) return { kind, thing: topicBySlug.get(slug) };
  if (kind === "area" && areaBySlug.has(slug)) return { kind, thing: areaBySlug.get(slug) };
  if (thingByName.has(kind + "/" + slug)) return { kind, thing: thingByName.get(kind + "/" + slug), picked: topicBySlug.get(inner) };
  if (kind === "map") return { kind };
  if (kind === "list") return { kind, list: KIND_NAMES[slug] ? slug : "topic" };
  return { kind: "home", lost: !/^#?(home)?$/.test(hash) };
}

function route(hash = location.hash || data.start || "") {
  const started = performance.now();
  const address = parseAddress(hash);
  view.kind = address.kind;
  view.thing = address.thing || null;
  view.list = address.list;
  view.lost = Boolean(address.lost);
  view.goal = ["home", "list", "map", "area"].includes(address.kind) ? null : address.thing;
  view.picked = null;
  if (["role", "program", "course", "project"].includes(view.kind)) storage.set(GOAL_KEY, at(view.goal));
  draw(true);
  byId("panel").scrollTop = byId("list").scrollTop = 0;
  if (address.picked && view.boxes.some((box) => box.key === address.picked.id)) pick(address.picked.id, true);
  document.title = `${view.thing ? view.thing.label + " - " : ""}mlgraph`;
  view.routed = performance.now() - started;
}

/** Work out the view anew and show it; `fresh` also moves the camera. */
function draw(fresh) {
  const graph = GRAPH_VIEWS.has(view.kind);
  document.body.dataset.kind = view.kind;
  document.body.dataset.view = graph ? "graph" : view.kind;
  for (const [id, shown] of [["graph", graph], ["panel", graph], ["home", view.kind === "home"], ["list", view.kind === "list"]]) byId(id).hidden = !shown;
  for (const name of ["home", "map", "list"]) byId("go-" + name).toggleAttribute("aria-current", view.kind === name);
  const goal = view.goal;
  view.rest = null;
  view.way = wayTo(goal);
  view.ready = new Set(view.way.ready.map((each) => each.id));
  byId("undo").disabled = !learner.before.length;
  if (view.kind === "home") homePage();
  else if (view.kind === "list") listPage(view.list);
  else drawGraph(fresh);
  view.settled += 1;
}

/** The boxes and arrows of a view that has a picture. */
function pictureOf(kind, thing) {
  if (kind === "map") return { boxes: [], arrows: [], blocks: mapBlocks(), reduced: 0 };
  if (kind === "around") return aroundPicture(thing, aroundKinds);
  if (kind === "topic") return compose("topic/" + thing.slug, topicPicture(thing.id));
  if (kind === "area") return compose("area/" + thing.slug, areaPicture(thing));
  if (kind === "project") {
    const inside = below(thing.teaches.map((t) => t.id));
    return compose("", { inside, pairs: arrowsAmong(inside, options.all) });
  }
  return compose(kind + "/" + thing.slug, aimPicture(thing));
}

function drawGraph(fresh) {
  if (fresh) siftBox();
  const { kind, thing } = view, picture = sifted(pictureOf(kind, thing));
  showPicture(picture);
  byId("kinds").hidden = kind !== "around";
  byId("graph-options").hidden = kind === "around" || kind === "map";
  byId("all-label").hidden = !picture.reduced && !options.all;
  byId("note").textContent = noteOf(picture);
  byId("sift").firstElementChild.textContent = sift.area || sift.level || sift.status ? "Filter: on" : "Filter";
  byId("canvas").setAttribute("aria-label", `Picture: ${titleOf()}. Arrow keys move along the arrows, Enter opens, K marks as known. The panel holds the same as a list.`);
  if (fresh) fit(anchorOf());
  showPanel();
}

const titleOf = () => ({ map: "the whole map", around: view.thing && `around ${view.thing.label}` })[view.kind] || (view.kind === "area" ? view.thing.label : `the way to ${view.thing.label}`);

function noteOf(picture) {
  const parts = [];
  if (view.blocks) parts.push("Zoom in to see the topics. Select an area or a topic.");
  if (picture.unfit) parts.push(`${commas(picture.unfit)} of the boxes do not fit the filter and are ${view.kind === "around" ? "left out" : "faint"}.`);
  if (picture.note) parts.push(picture.note);
  if (!view.blocks && !picture.boxes.length) parts.push("There is nothing to draw.");
  if (picture.missing) parts.push(`${plural(picture.missing, "topic")} not drawn, the farthest: the panel has all.`);
  if (picture.reduced) parts.push(`${plural(picture.reduced, "arrow")} left out that follow from others: choose “all arrows” to see them.`);
  if (picture.simple && picture.boxes.length > 1) parts.push("Simple layout, made in the page.");
  return parts.join(" ");
}

/** The filter of pictures: what can be chosen depends on what is in the picture. */
function siftBox() {
  const { kind, thing } = view, around = kind === "around";
  const set = (key) => (event) => {
    sift[key] = event.target.value;
    refresh();
    say(byId("note").textContent);
  };
  const box = byId("sift"), levels = around ? levelChoices(thing.taughtBy) : [];
  if (!levels.some(([level]) => level === sift.level)) sift.level = "";
  if (!around && RECORD.some(([status]) => status === sift.status)) sift.status = "";
  box.lastElementChild.replaceChildren(choice("sift-area", "Area", areaChoices(), set("area"), sift),
    choice("sift-status", "Status", [...LEARNER, ...(around ? RECORD : [])], set("status"), sift),
    ...(levels.length ? [choice("sift-level", "Level", levels, set("level"), sift)] : []),
    make("button", { onclick: () => { Object.assign(sift, { area: "", level: "", status: "" }); draw(true); box.querySelector("summary").focus(); } }, "Show all"));
}

/** Where to look first where not all fits: at the goal of a topic, else at what comes first. */
function anchorOf() {
  const goal = view.boxes.find((box) => box.goal);
  if (view.kind === "around") return { x: byId("canvas").clientWidth > 700 ? 0 : 165, y: 0 };
  if (view.kind === "topic" && goal) return { x: goal.x - (byId("canvas").clientWidth > 700 ? 0.2 : 0.05) * byId("canvas").clientWidth / SMALLEST, y: goal.y };
  return view.blocks ? null : densest();
}

/** The place from which most boxes are seen, and among them the first of the next steps that is not alone there. */
function densest() {
  const W = byId("canvas").clientWidth / SMALLEST / 2, H = byId("canvas").clientHeight / SMALLEST / 2, COMPANY = 6, EDGE = 70;
  const near = (place, box, edge) => Math.abs(box.x - place.x) < W - box.w / 2 - edge && Math.abs(box.y - place.y) < H - box.h / 2 - edge;
  const places = view.boxes.map(({ x, y }) => ({ x, y, count: view.boxes.filter((box) => near({ x, y }, box, 0)).length })).sort((p, q) => q.count - p.count);
  let best = places[0];
  for (const id of view.ready) {
    const box = view.boxes.find((b) => b.topic === id);
    const place = box && places.find((each) => near(each, box, EDGE));
    if (place && place.count >= COMPANY) return place;
    if (place && best === places[0]) best = place;
  }
  return best;
}

function showPanel() {
  if (typeof view.picked === "number" && view.picked >= 0) return topicPanel(view.picked);
  if (typeof view.picked === "string" && thingByName.has(view.picked)) return thingPanel(thingByName.get(view.picked));
  if (view.kind === "map") return mapPanel();
  if (view.kind === "area") return areaPanel(view.thing);
  if (view.kind === "topic" || view.kind === "around") return topicPanel(view.thing.id);
  return thingPanel(view.thing);
}

/** After a change of what is known: the same view, the same place. */
function refresh() {
  const scroll = [byId("panel").scrollTop, byId("list").scrollTop, byId("home").scrollTop];
  const camera = GRAPH_VIEWS.has(view.kind) && network ? { scale: network.getScale(), position: network.getViewPosition() } : null;
  draw(false);
  if (camera) network.moveTo({ ...camera, animation: false });
  [byId("panel").scrollTop, byId("list").scrollTop, byId("home").scrollTop] = scroll;
}

function pick(key, move) {
  view.picked = key;
  const box = view.boxes.find((b) => b.key === key) || (view.blocks || []).flatMap((b) => b.boxes).find((b) => b.key === key);
  if (move && box) network.moveTo({ position: { x: box.x, y: box.y }, animation: false });
  network.redraw();
  showPanel();
  byId("panel").scrollTop = 0;
  if (box) say(box.topic === undefined ? box.thing.label : `${topics[box.topic].label}${stateOf(box.topic) ? ", " + { known: "known", next: "can be learned now" }[stateOf(box.topic)] : ""}, needs ${topics[box.topic].needs.length}, opens ${topics[box.topic].users.length}`);
}

function openBox(key) {
  if (typeof key === "number" && key >= 0) location.hash = at(topics[key]);
  else if (typeof key === "string") location.hash = "#" + key;
}

function clicked(event) {
  const { x, y } = event.pointer.canvas;
  if (view.blocks) {
    const block = view.blocks.find((b) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h);
    if (!block) return;
    const box = network.getScale() >= SMALLEST - 0.001 && block.boxes.find((b) => Math.abs(b.x - x) <= b.w / 2 && Math.abs(b.y - y) <= b.h / 2);
    if (box) pick(box.topic); else location.hash = at(areas[block.area]);
    return;
  }
  const box = view.boxes.find((b) => Math.abs(b.x - x) <= b.w / 2 && Math.abs(b.y - y) <= b.h / 2);
  if (!box) { view.picked = null; network.redraw(); showPanel(); } else if (view.picked === box.key) openBox(box.key); else pick(box.key);
}

/** Arrow keys: left to what is needed, right to what needs it, up and down to the nearest box. */
function moved(key) {
  if (view.blocks) return movedOnMap(key);
  const here = view.boxes.find((b) => b.key === view.picked);
  if (!here) return pick((view.boxes.find((b) => b.goal) || view.boxes[0] || {}).key, true);
  const near = (list) => list.map((b) => [Math.hypot(b.x - here.x, b.y - here.y), b]).sort((a, b) => a[0] - b[0]).map((p) => p[1])[0];
  const ends = (own, other) => view.arrows.filter((a) => a[own] === here.key).map((a) => view.boxes.find((b) => b.key === a[other]));
  const there = {
    ArrowLeft: () => near(ends("b", "a")), ArrowRight: () => near(ends("a", "b")),
    ArrowUp: () => near(view.boxes.filter((b) => b.y < here.y - 4 && Math.abs(b.x - here.x) < 110)),
    ArrowDown: () => near(view.boxes.filter((b) => b.y > here.y + 4 && Math.abs(b.x - here.x) < 110)),
  }[key]();
  if (there) pick(there.key, true); else say("Nothing lies that way.");
}

function movedOnMap(key) {
  const boxes = view.blocks.flatMap((b) => b.boxes), here = boxes.find((b) => b.key === view.picked);
  if (network.getScale() < SMALLEST) network.moveTo({ scale: SMALLEST, animation: false });
  if (!here) return pick(boxes[0].key, true);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const there = boxes.filter((b) => (b.x - here.x) * dx + (b.y - here.y) * dy > 4)
    .map((b) => [Math.hypot((b.x - here.x) * (dx ? 1 : 4), (b.y - here.y) * (dy ? 1 : 4)), b]).sort((a, b) => a[0] - b[0])[0];
  if (there) pick(there[1].key, true);
}

function zoomBy(factor) {
  network.moveTo({ scale: Math.max(0.05, Math.min(2.5, network.getScale() * factor)), animation: false });
}

function setUpKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); byId("q").focus(); }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.matches("input[type=text], input[type=number]")) { event.preventDefault(); takeBack(); }
    if (event.key === "Escape") for (const drop of document.querySelectorAll(".drop[open]")) { drop.open = false; drop.querySelector("summary").focus(); }
  });
  byId("canvas").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowLeft: moved, ArrowRight: moved, ArrowUp: moved, ArrowDown: moved,
      Enter: () => openBox(view.picked),
      k: () => { const id = typeof view.picked === "number" && view.picked >= 0 ? view.picked : view.kind === "topic" ? view.thing.id : -1; if (id >= 0) { say(toggleKnown(id)); refresh(); } },
      u: takeBack, "/": () => byId("q").focus(), "+": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: () => fit(anchorOf()),
      Escape: () => { if (view.picked !== null) { view.picked = null; network.redraw(); showPanel(); } else history.back(); },
    }[event.key];
    if (act) { event.preventDefault(); act(event.key); }
  });
}

function takeBack() {
  say(undo() ? "Taken back." : "There is nothing to take back.");
  refresh();
}

const aroundKinds = new Set(["topic", "course", "project", "role", "program"]);

function setUpControls() {
  const on = (id, act) => byId(id).addEventListener("click", act);
  on("zoom-in", () => zoomBy(1.25));
  on("zoom-out", () => zoomBy(0.8));
  on("zoom-fit", () => fit(anchorOf()));
  on("undo", takeBack);
  for (const [id, key] of [["all-arrows", "all"], ["soft-arrows", "soft"], ["hide-known", "hideKnown"]]) {
    byId(id).addEventListener("change", (event) => { options[key] = event.target.checked; draw(true); });
  }
  for (const box of document.querySelectorAll("#kinds input")) {
    box.addEventListener("change", () => {
      if (box.value === "free") sift.free = box.checked;
      else if (box.checked) aroundKinds.add(box.value); else aroundKinds.delete(box.value);
      draw(true);
    });
  }
  on("save-png", () => pictureCanvas().toBlob((blob) => blob && save(blob, fileName("png"))));
  on("save-svg", () => save(new Blob([svgText()], { type: "image/svg+xml" }), fileName("svg")));
  on("save-md", saveChecklist);
  on("save-profile", () => save(new Blob([profileText(learner.profile)], { type: "application/json" }), "mlgraph-profile.json"));
  on("print", () => window.print());
  byId("read-profile").addEventListener("change", (event) => { if (event.target.files[0]) importProfile(event.target.files[0]); event.target.value = ""; });
  on("theme", () => { setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark", true); });
  document.addEventListener("pointerdown", (event) => { for (const drop of document.querySelectorAll(".drop[open]")) if (!drop.contains(event.target)) drop.open = false; });
}

function setTheme(theme, chosen) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = theme === "dark" ? "Light colours" : "Dark colours";
  if (chosen) storage.set(THEME_KEY, theme);
  readColours();
  if (network) network.redraw();
}

function setUpNetwork() {
  network = new vis.Network(byId("canvas"), { nodes: [], edges: [] }, data.vis);
  network.on("beforeDrawing", (ctx) => {
    view.drawn = 0;
    const scale = network.getScale(), centre = network.getViewPosition(), canvas = byId("canvas");
    const w = canvas.clientWidth / scale / 2, h = canvas.clientHeight / scale / 2;
    if (view.blocks) drawMap(ctx, scale, { left: centre.x - w, right: centre.x + w, top: centre.y - h, bottom: centre.y + h });
    else drawArrows(ctx);
  });
  network.on("afterDrawing", () => { if (!view.first) view.first = performance.now(); });
  network.on("click", clicked);
  network.on("zoom", () => { const s = network.getScale(); if (s > 2.5 || s < 0.05) network.moveTo({ scale: Math.max(0.05, Math.min(2.5, s)), animation: false }); });
  new ResizeObserver(() => { if (GRAPH_VIEWS.has(view.kind) && view.boxes.length + (view.blocks ? 1 : 0)) requestAnimationFrame(() => { if (!byId("graph").hidden) fit(anchorOf()); }); }).observe(byId("canvas"));
}

/** Paper gets the whole picture as lines and letters, in light colours. */
function setUpPrint() {
  const theme = () => document.documentElement.dataset.theme;
  let before = null;
  addEventListener("beforeprint", () => {
    if (before || !GRAPH_VIEWS.has(view.kind)) return;
    before = theme();
    setTheme("light", false);
    byId("printed").replaceChildren(document.importNode(new DOMParser().parseFromString(svgText(), "image/svg+xml").documentElement, true));
  });
  addEventListener("afterprint", () => {
    byId("printed").replaceChildren();
    if (before) setTheme(before, false);
    before = null;
  });
}

async function start() {
  document.documentElement.classList.add("script");
  const chosen = storage.get(THEME_KEY);
  setTheme(chosen === "dark" || chosen === "light" ? chosen : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", false);
  loadLearner();
  storage.set("mlgraph.probe", "1");
  if (!storage.works) say("Your browser keeps nothing for this page: save your profile before you close it.");
  try { await unpackLayouts(); } catch { placed.clear(); }
  byId("graph").hidden = false; // vis-network measures its place once
  setUpNetwork();
  setUpSearch();
  setUpKeys();
  setUpControls();
  setUpPrint();
  addEventListener("hashchange", () => { route(); byId(view.kind === "home" ? "home-title" : view.kind === "list" ? "list-title" : "panel-title").focus({ preventScroll: true }); });
  route();
  // what is not seen at once can wait for the first frame
  setTimeout(() => { if (view.rest) view.rest(); readSources(); buildIndex(); view.complete = performance.now(); }, 30);
}

start();
