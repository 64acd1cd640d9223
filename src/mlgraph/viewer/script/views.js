/* The views: home, area, topic, goal, surroundings, whole map, list. Each is an address after the #. */

const view = { name: "", kind: "home", goal: null, way: null, ready: new Set(), boxes: [], arrows: [], blocks: null, picked: null, note: "", drawn: 0, settled: 0, complete: 0, rest: null, lost: false };
const options = { all: false, soft: false, hideKnown: false };
const sift = { area: "", level: "", free: false, status: "" }; // the filter of pictures; that of the list is its own
let network = null;

const at = (thing) => "#" + thing.kind + "/" + encodeURIComponent(thing.slug);

function boxOf(id, more) {
  const topic = topics[id];
  return { key: id, topic: id, lines: topic.lines, w: topic.w, h: topic.h, ...more };
}

const GOAL_W = 200, GOAL_H = 56;
function goalBox(thing) {
  return { key: -1, thing, goal: true, title: true, lines: shortLines(thing.label, 24, 2), w: GOAL_W, h: GOAL_H };
}

function shortLines(text, most, count) {
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const cut = word.length > most ? word.slice(0, most - 1) + "…" : word;
    if (lines.length && (lines[lines.length - 1] + " " + cut).length <= most) lines[lines.length - 1] += " " + cut;
    else lines.push(cut);
  }
  if (lines.length > count) { lines.length = count; lines[count - 1] = lines[count - 1].slice(0, most - 2) + " …"; }
  return lines;
}

/** Arrows among some topics: [before, after, kind]; reduced ones unless all are asked for. */
function arrowsAmong(inside, all) {
  const found = new Map();
  const add = (a, b, kind) => { if (!found.has(a + ">" + b)) found.set(a + ">" + b, [a, b, kind]); };
  for (const id of [...inside].sort((x, y) => x - y)) {
    if (id < 0) continue;
    for (const need of topics[id].needs) if (inside.has(need.id) && (all || need.drawn)) add(need.id, id, need.level === DEEP ? "deep" : "hard");
    for (const group of topics[id].options) {
      for (const option of group.options) if (inside.has(option) && (all || optionDrawn.has(id + ">" + option))) add(option, id, "option");
    }
  }
  return [...found.values()];
}

/** The picture of a topic: what it needs, and what it opens directly. */
function topicPicture(id) {
  const whole = below([id]);
  const opens = topics[id].users.filter((user) => user.drawn && !whole.has(user.id)).map((user) => user.id);
  const pairs = [...arrowsAmong(whole, options.all), ...opens.map((user) => [id, user, kindOf(id, user)])];
  return { inside: new Set([...whole, ...opens]), pairs, opens: new Set(opens), goal: id };
}
const kindOf = (before, after) => (topics[after].needs.find((n) => n.id === before) || {}).level === DEEP ? "deep" : "hard";

function areaPicture(area) {
  const own = new Set(area.topics.map((t) => t.id)), users = new Map();
  const count = (id) => { if (!own.has(id)) users.set(id, (users.get(id) || 0) + 1); };
  for (const id of own) {
    for (const need of topics[id].needs) if (need.drawn) count(need.id);
    for (const group of topics[id].options) for (const option of group.options) if (optionDrawn.has(id + ">" + option)) count(option);
  }
  const inside = new Set([...own, ...[...users].filter(([, n]) => n > 1).map(([id]) => id)]);
  return { inside, pairs: arrowsAmong(inside, options.all).filter(([, after]) => own.has(after)), own };
}

function aimPicture(thing) {
  const asked = new Set(thing.needs.map((n) => n.id));
  const choices = new Set(thing.options.flatMap((g) => g.options));
  const inside = below([...asked, ...choices]);
  const pairs = arrowsAmong(inside, options.all);
  const inner = new Set(pairs.map(([before]) => before));
  for (const id of [...new Set([...asked, ...choices])].sort((a, b) => a - b)) {
    if (!inner.has(id) || choices.has(id)) pairs.push([id, -1, choices.has(id) ? "option" : "hard"]);
  }
  return { inside: inside.add(-1), pairs, goal: -1, thing };
}

/** Take out what is known, and add what is only recommended or in doubt, as the learner chose. */
function adapted(picture) {
  let { inside, pairs } = picture, changed = options.all;
  if (options.hideKnown) {
    const kept = new Set([...inside].filter((id) => id < 0 || id === picture.goal || !knows(id)));
    if (kept.size < inside.size) { inside = kept; changed = true; }
  }
  pairs = pairs.filter(([a, b]) => inside.has(a) && inside.has(b));
  const doubted = [...inside].flatMap((id) => (id < 0 ? [] : topics[id].doubted.map((d) => [d.id, id, "doubted"])));
  const wished = options.soft ? [...inside].flatMap((id) => (id < 0 ? [] : topics[id].soft.map((s) => [s.id, id, "soft"]))) : [];
  for (const [before, after, kind] of [...doubted, ...wished]) {
    const fresh = !inside.has(before);
    if (fresh && after !== picture.goal) continue;
    if (pairs.some(([a, b]) => a === before && b === after) || leads(pairs, after, before)) continue;
    inside = new Set(inside).add(before);
    pairs = [...pairs, [before, after, kind]];
    changed = true;
  }
  return { ...picture, inside, pairs, changed };
}

function leads(pairs, from, to) {
  const next = new Map();
  for (const [a, b] of pairs) next.set(a, [...(next.get(a) || []), b]);
  const seen = new Set(), todo = [from];
  while (todo.length) {
    const id = todo.pop();
    if (id === to) return true;
    if (!seen.has(id)) { seen.add(id); todo.push(...(next.get(id) || [])); }
  }
  return false;
}

const MOST_BOXES = data.most; // more cannot be read, and would not move smoothly everywhere

/** Of a picture that is too large, the part nearest to its goal, or of an area what comes first. */
function nearest(picture) {
  if (picture.inside.size <= MOST_BOXES) return { ...picture, missing: 0 };
  const before = new Map(), after = picture.goal === undefined ? [...picture.inside].sort((a, b) => topics[a].depth - topics[b].depth || a - b) : [picture.goal];
  for (const [a, b] of picture.pairs) before.set(b, [...(before.get(b) || []), a]);
  const inside = new Set();
  for (let k = 0; k < after.length && inside.size < MOST_BOXES; k++) {
    if (inside.has(after[k])) continue;
    inside.add(after[k]);
    if (picture.goal !== undefined) after.push(...(before.get(after[k]) || []));
    if (k === 0 && picture.opens) after.push(...[...picture.opens].slice(0, 40));
  }
  const pairs = picture.pairs.filter(([a, b]) => inside.has(a) && inside.has(b));
  return { ...picture, inside, pairs, changed: true, missing: picture.inside.size - inside.size };
}

/** Lay a picture out: as Graphviz did it beforehand, else in the page, which is said. */
function compose(name, raw) {
  const picture = nearest(adapted(raw));
  const ids = [...picture.inside].filter((id) => id >= 0).sort((a, b) => a - b);
  const boxes = ids.map((id) => boxOf(id, {
    goal: id === picture.goal, outside: !!((raw.own && !raw.own.has(id)) || (raw.opens && raw.opens.has(id))),
  }));
  if (picture.inside.has(-1)) boxes.push(goalBox(picture.thing));
  const order = (id) => (id < 0 ? Infinity : id);
  const pairs = [...picture.pairs].sort((p, q) => p[0] - q[0] || order(p[1]) - order(q[1]));
  const goalsFirst = [...picture.pairs].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  let layout = picture.changed ? null : keptLayout(name, boxes, goalsFirst);
  const sorted = layout ? goalsFirst : pairs;
  const simple = !layout;
  if (simple) layout = layered(boxes, sorted);
  for (const box of boxes) Object.assign(box, layout.spots.get(box.key));
  const arrows = sorted.map(([a, b, kind], k) => ({ a, b, kind, points: layout.routes[k] }));
  return { boxes, arrows, simple, reduced: countHidden(picture), missing: picture.missing };
}

/** How many hard arrows among the boxes are not drawn, since others say the same. */
function countHidden(picture) {
  const drawn = new Set(picture.pairs.map(([a, b]) => a + ">" + b));
  let count = 0;
  for (const id of picture.inside) if (id >= 0 && !(picture.opens && picture.opens.has(id)) && !(picture.own && !picture.own.has(id))) for (const need of topics[id].needs) if (picture.inside.has(need.id) && !drawn.has(need.id + ">" + id)) count += 1;
  return count;
}

/** The surroundings of a topic: before it what it needs, after it all that is about it. No layout can be wrong here. */
function aroundPicture(topic, kinds) {
  let unfit = 0;
  const fits = (thing) => passes(thing, sift) || !(unfit += 1);
  const boxes = [], arrows = [], MOST = 14;
  const centre = boxOf(topic.id, { goal: true, x: 0, y: 0 });
  boxes.push(centre);
  const column = (shown, x, side) => {
    let y = -shown.reduce((sum, b) => sum + b.h + 12, -12) / 2;
    for (const box of shown) {
      Object.assign(box, { x, y: y + box.h / 2 });
      y += box.h + 12;
      boxes.push(box);
      const [a, b] = side < 0 ? [box, centre] : [centre, box];
      const start = { x: a.x + a.w / 2, y: a.y }, end = { x: b.x - b.w / 2, y: b.y }, m = (start.x + end.x) / 2;
      arrows.push({ a: a.key, b: b.key, kind: box.arrow, points: [start, { x: m, y: start.y }, { x: m, y: end.y }, end] });
    }
  };
  const before = [
    ...topic.needs.map((n) => boxOf(n.id, { arrow: n.level === DEEP ? "deep" : "hard" })),
    ...topic.options.flatMap((g) => g.options.map((o) => boxOf(o, { arrow: "option" }))),
    ...topic.soft.map((s) => boxOf(s.id, { arrow: "soft", outside: true })),
  ].filter((box, k, all) => all.findIndex((b) => b.key === box.key) === k && fits(topics[box.key]));
  const after = kinds.has("topic") ? topic.users.filter((u) => fits(topics[u.id])).map((u) => boxOf(u.id, { arrow: u.level === DEEP ? "deep" : "hard" })) : [];
  const all = topic.taughtBy.filter((thing) => kinds.has(thing.kind) && fits(thing)).sort(freeFirst);
  const shownKinds = ["course", "project", "role", "program"].filter((kind) => all.some((thing) => thing.kind === kind));
  const each = Math.max(2, Math.floor((MOST - Math.min(after.length, 5)) / Math.max(1, shownKinds.length)));
  const about = shownKinds.flatMap((kind) => all.filter((thing) => thing.kind === kind).slice(0, each)).map((thing) => ({
    key: thing.kind + "/" + thing.slug, thing, arrow: "about", w: 232, h: 48, lines: [KIND_NAMES[thing.kind].toUpperCase(), ...shortLines(thing.label, 28, 1)],
  }));
  const shownAfter = after.slice(0, Math.max(2, MOST - about.length));
  const more = after.length + all.length - shownAfter.length - about.length;
  column(before, -300, -1);
  column([...shownAfter, ...about], 330, 1);
  return { boxes, arrows, simple: false, reduced: 0, unfit, note: more > 0 ? `${more} more are in the panel.` : "" };
}

/** Make faint what does not fit the filter: nothing moves, and what leads to the rest stays in sight. */
function sifted(picture) {
  const boxes = picture.blocks ? picture.blocks.flatMap((block) => block.boxes) : picture.boxes, faint = new Set();
  if (view.kind === "around" || !Object.values(sift).some(Boolean)) return picture;
  for (const box of boxes) {
    box.faint = !box.thing && !passes(topics[box.topic], sift);
    if (box.faint) faint.add(box.key);
  }
  for (const arrow of picture.arrows) arrow.faint = faint.has(arrow.a) || faint.has(arrow.b);
  for (const block of picture.blocks || []) block.faint = block.boxes.every((box) => box.faint);
  return { ...picture, unfit: faint.size };
}

/** The whole map: a block for each area, foundations first, packed in rows; topics in columns inside. */
function mapBlocks() {
  const CELL_W = 192, PAD = 20, HEAD = 56, GAP = 24;
  const blocks = areas.filter((a) => a.topics.length).map((area) => {
    const list = [...area.topics].sort((a, b) => a.depth - b.depth || compare(a.label, b.label));
    const columns = 3;
    const rows = Math.ceil(list.length / columns);
    const boxes = [];
    let tallest = 0;
    for (let c = 0; c < columns; c++) {
      let y = HEAD;
      for (const topic of list.slice(c * rows, (c + 1) * rows)) {
        boxes.push(boxOf(topic.id, { dx: PAD + CELL_W / 2 + c * CELL_W, dy: y + topic.h / 2 }));
        y += topic.h + 10;
      }
      tallest = Math.max(tallest, y);
    }
    const landmarks = [...area.topics].sort((a, b) => b.users.length - a.users.length || a.id - b.id).slice(0, 3).map((t) => t.label);
    return { area: area.id, boxes, landmarks, w: columns * CELL_W + 2 * PAD, h: tallest + 8, depth: list.reduce((s, t) => s + t.depth, 0) / list.length };
  }).sort((a, b) => a.depth - b.depth || a.area - b.area);
  // columns of areas from left to right, as many as the window is wide
  const canvas = byId("canvas"), shape = Math.max(0.5, Math.min(3, canvas.clientWidth / Math.max(1, canvas.clientHeight)));
  const total = blocks.reduce((sum, block) => sum + block.h + GAP, 0), wide = blocks.length ? blocks[0].w + GAP : 1;
  const count = Math.max(1, Math.min(blocks.length, Math.round(Math.sqrt((total / wide) * shape))));
  const limit = total / count;
  let column = 0, y = 0;
  for (const block of blocks) {
    if (y && y + block.h / 2 > limit && column < count - 1) { column += 1; y = 0; }
    const x = column * wide;
    Object.assign(block, { x, y });
    for (const box of block.boxes) Object.assign(box, { x: x + box.dx, y: y + box.dy });
    y += block.h + GAP;
  }
  return blocks;
}

/** Put a picture on the canvas. */
function showPicture({ boxes, arrows, blocks = null }) {
  const fresh = boxes.map((box) => ({
    id: String(box.key), x: box.x, y: box.y, shape: "custom", label: undefined,
    ctxRenderer: ({ ctx }) => ({ drawNode() { drawBox(ctx, box, box.key === view.picked); view.drawn += 1; }, nodeDimensions: { width: box.w, height: box.h } }),
  }));
  Object.assign(view, { boxes, arrows, blocks });
  network.setData({ nodes: fresh, edges: [] });
}

function bounds() {
  const all = view.blocks ? view.blocks.map((b) => [b.x, b.y, b.x + b.w, b.y + b.h]) : view.boxes.map((b) => [b.x - b.w / 2, b.y - b.h / 2, b.x + b.w / 2, b.y + b.h / 2]);
  return { left: Math.min(...all.map((b) => b[0])), top: Math.min(...all.map((b) => b[1])), right: Math.max(...all.map((b) => b[2])), bottom: Math.max(...all.map((b) => b[3])) };
}

/** Show as much as stays readable; what does not fit can be dragged into view. */
function fit(anchor) {
  const canvas = byId("canvas"), W = canvas.clientWidth, H = canvas.clientHeight, b = bounds(), PAD = 28;
  const needed = Math.min(W / (b.right - b.left + 2 * PAD), H / (b.bottom - b.top + 2 * PAD));
  const least = view.blocks ? (W < 700 ? 0.28 : 0.2) : SMALLEST;
  const scale = Math.max(least, Math.min(1.15, needed));
  const place = (low, high, room, want) => {
    if (high - low + 2 * PAD <= room) return (low + high) / 2;
    return Math.max(low - PAD + room / 2, Math.min(high + PAD - room / 2, want));
  };
  const want = anchor || { x: b.left, y: (b.top + b.bottom) / 2 };
  network.moveTo({ scale, position: { x: place(b.left - (W < 700 || view.blocks ? 0 : 60), b.right, W / scale, want.x), y: place(b.top, b.bottom, H / scale, want.y) }, animation: false });
}
