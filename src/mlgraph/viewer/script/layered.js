/* A simple layout of our own, for pictures that Graphviz has not laid out: columns by depth, a slot for
   every arrow in every column that it crosses, so that no arrow meets a box. */

/** boxes: [{key, w, h}], arrows: [[before, after]] of keys. Returns {spots: Map key -> {x, y}, routes: [[points]]}. */
function layered(boxes, arrows) {
  const GAP_X = 56, GAP_Y = 14, SLOT = 10;
  const nodes = new Map(boxes.map((b) => [b.key, { ...b, ins: [], outs: [], column: 0 }]));
  for (const [a, b] of arrows) { nodes.get(a).outs.push(b); nodes.get(b).ins.push(a); }
  const waiting = new Map([...nodes].map(([key, n]) => [key, n.ins.length]));
  const order = [...nodes.keys()].filter((key) => !waiting.get(key));
  for (let k = 0; k < order.length; k++) {
    for (const next of nodes.get(order[k]).outs) {
      nodes.get(next).column = Math.max(nodes.get(next).column, nodes.get(order[k]).column + 1);
      waiting.set(next, waiting.get(next) - 1);
      if (!waiting.get(next)) order.push(next);
    }
  }
  // pull sources to the right, next to what first needs them
  for (const key of [...order].reverse()) {
    const n = nodes.get(key);
    if (n.outs.length && !n.ins.length) n.column = Math.max(n.column, Math.min(...n.outs.map((o) => nodes.get(o).column)) - 1);
  }
  const columns = [];
  const put = (column, item) => { (columns[column] = columns[column] || []).push(item); return item; };
  const items = new Map([...nodes].map(([key, n]) => [key, put(n.column, { w: n.w, h: n.h, left: [], right: [] })]));
  const chains = arrows.map(([a, b]) => {
    const chain = [items.get(a)];
    for (let c = nodes.get(a).column + 1; c < nodes.get(b).column; c++) chain.push(put(c, { w: 0, h: SLOT, left: [], right: [], slot: true }));
    chain.push(items.get(b));
    for (let k = 1; k < chain.length; k++) { chain[k - 1].right.push(chain[k]); chain[k].left.push(chain[k - 1]); }
    return chain;
  });
  for (let c = 0; c < columns.length; c++) columns[c] = columns[c] || [];
  const number = () => columns.forEach((column) => column.forEach((item, k) => { item.k = k / Math.max(1, column.length - 1); }));
  const mean = (list, f, other) => (list.length ? list.reduce((sum, each) => sum + f(each), 0) / list.length : other);
  number();
  for (let sweep = 0; sweep < 12; sweep++) {
    const side = sweep % 2 ? "right" : "left";
    const turn = sweep % 2 ? [...columns].reverse() : columns;
    for (const column of turn) {
      for (const item of column) item.want = mean(item[side], (n) => n.k, item.k);
      column.sort((a, b) => a.want - b.want);
      column.forEach((item, k) => { item.k = k / Math.max(1, column.length - 1); });
    }
  }
  const tall = (column) => column.reduce((sum, item) => sum + item.h + GAP_Y, -GAP_Y);
  for (const column of columns) {
    let y = -tall(column) / 2;
    for (const item of column) { item.y = y + item.h / 2; y += item.h + GAP_Y; }
  }
  // move towards the neighbours, keeping order and distance
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      for (const item of column) item.want = mean([...item.left, ...item.right], (n) => n.y, item.y);
      let floor = -Infinity;
      for (const item of column) { item.y = Math.max(item.want, floor + item.h / 2); floor = item.y + item.h / 2 + GAP_Y; }
      let shift = column.reduce((sum, item) => sum + item.want - item.y, 0) / (column.length || 1);
      for (const item of column) item.y += shift;
    }
  }
  let x = 0;
  for (const column of columns) {
    const wide = Math.max(24, ...column.map((item) => item.w));
    for (const item of column) { item.x = x + wide / 2; item.wide = wide; }
    x += wide + GAP_X;
  }
  const routes = chains.map((chain) => {
    const points = [{ x: chain[0].x + chain[0].w / 2, y: chain[0].y }];
    const flat = (to) => { const from = points[points.length - 1]; points.push({ x: from.x + (to.x - from.x) / 3, y: from.y }, { x: to.x - (to.x - from.x) / 3, y: to.y }, to); };
    const bend = (to) => { const from = points[points.length - 1], m = (from.x + to.x) / 2; points.push({ x: m, y: from.y }, { x: m, y: to.y }, to); };
    for (let k = 1; k < chain.length; k++) {
      const here = chain[k - 1], there = chain[k];
      const out = here.x + here.wide / 2, into = there.x - there.wide / 2;
      if (points[points.length - 1].x < out - 1) flat({ x: out, y: here.y });
      bend({ x: into, y: there.y });
      if (k === chain.length - 1 && there.x - there.w / 2 > into + 1) flat({ x: there.x - there.w / 2, y: there.y });
    }
    return points;
  });
  return { spots: new Map([...items].map(([key, item]) => [key, { x: item.x, y: item.y }])), routes };
}

/* Layouts that Graphviz made, unpacked when the page opens. */
const placed = new Map(), streams = {};

async function unpackLayouts() {
  const text = document.getElementById("layouts").textContent.trim();
  if (!text || typeof DecompressionStream === "undefined") return;
  const read = { bytes: await inflated(atob(text)), at: 0 };
  const [columns, nodes, rooms, shapes, points] = Array.from({ length: 5 }, () => numbersOf(read));
  Object.assign(streams, { columns, nodes, rooms, shapes, points });
  const missing = new Set(data.unplaced);
  const names = [...topics.filter((t) => !missing.has(t.id)).map((t) => "topic/" + t.slug), ...data.layouts];
  let c = 0, n = 0, a = 0, p = 0;
  for (const name of names) {
    placed.set(name, { c, n, a, p });
    const last = a + columns[c];
    for (let left = columns[c + 1], at = (c += 2); left > 0; left--, at = c += 2) n += columns[at + 1];
    for (; a < last; a++) p += 2 * innerPoints(shapes[a]);
  }
}

/** Inflate the letters of packed bytes. No Blob is made of them: it would go through another process and back. */
async function inflated(letters) {
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < packed.length; i++) packed[i] = letters.charCodeAt(i);
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter(), write = Promise.all([writer.write(packed), writer.close()]);
  const [bytes] = await Promise.all([new Response(readable).arrayBuffer(), write]);
  return new Uint8Array(bytes);
}

/** How many points lie between the ends of an arrow, by the number that says its shape. */
const innerPoints = (shape) => (shape % 2 === 0 ? shape / 2 : (3 * (shape - 1)) / 2 - 1);

/** Read one stream of numbers; see `mlgraph.viewer.layout.pack`. */
function numbersOf(read) {
  const one = () => {
    let rest = 0, scale = 1, byte;
    do { byte = read.bytes[read.at++]; rest += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    return rest % 2 ? -(rest - 1) / 2 - 1 : rest / 2;
  };
  const end = one() + read.at, found = new Int32Array(end - read.at);
  let count = 0;
  while (read.at < end) found[count++] = one();
  return found.subarray(0, count);
}

/** A kept layout for boxes and arrows in its order, or null where there is none that fits. */
function keptLayout(name, boxes, arrows) {
  const STEP = 2, start = placed.get(name), spots = new Map();
  if (!start) return null;
  const { columns, nodes, rooms, shapes, points: steps } = streams;
  if (columns[start.c] !== arrows.length) return null;
  let { c, n } = start, x = 0, next = start.a, at = start.p;
  for (let left = columns[c + 1]; left > 0; left--) {
    x += columns[(c += 2)];
    let floor = 0;
    for (let each = columns[c + 1]; each > 0; each--, n++) {
      const box = boxes[nodes[n]];
      if (!box) return null;
      const half = Math.floor(Math.floor(box.h / STEP) / 2), y = floor + rooms[n] + half;
      spots.set(box.key, { x: x * STEP, y: y * STEP });
      floor = y + half;
    }
  }
  if (spots.size !== boxes.length) return null;
  const size = new Map(boxes.map((box) => [box.key, box]));
  const plain = (from, to) => { const m = (from.x + to.x) / 2; return [{ x: m, y: from.y }, { x: m, y: to.y }, to]; };
  const routes = arrows.map(([a, b]) => {
    const from = spots.get(a), to = spots.get(b), shape = shapes[next++], knotted = shape % 2 === 0;
    const start = { x: from.x + size.get(a).w / 2, y: from.y }, end = { x: to.x - size.get(b).w / 2, y: to.y };
    const inner = [];
    let px = Math.round(start.x / STEP), py = Math.round(start.y / STEP);
    for (let count = innerPoints(shape); count > 0; count--) {
      px += steps[at++];
      py += steps[at++];
      inner.push({ x: px * STEP, y: py * STEP });
    }
    if (!knotted) return [start, ...inner, end];
    const points = [start];
    for (const knot of [...inner, end]) points.push(...plain(points[points.length - 1], knot));
    return points;
  });
  return { spots, routes };
}
