/* Drawing: boxes are nodes of vis-network with a renderer of ours; arrows are curves drawn below them. */

const SMALLEST = 0.8; // at this scale a label of 14 px is 11 px tall: no view opens smaller
const colours = {};

/** Read the colours of the theme from the style sheet, so that page and picture agree. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["bg", "card", "ink", "muted", "line", "accent", "known", "ready", "goal", "edge", "warn"]) {
    colours[name] = style.getPropertyValue("--" + name).trim();
  }
  colours.dark = style.colorScheme.includes("dark");
}

const hue = (area) => (area < 0 ? 210 : Math.round((area * 137.5) % 360));
const stripe = (area) => `hsl(${hue(area)} ${colours.dark ? "45% 62%" : "55% 38%"})`;
const tint = (area) => `hsl(${hue(area)} ${colours.dark ? "18% 15%" : "42% 96%"})`;

/** The state of a topic in words, which the picture shows by signs too. */
function stateOf(id) {
  if (knows(id)) return "known";
  if (view.ready.has(id)) return "next";
  return "";
}

/** Draw one box; also used for PNG. Signs: a tick is known, a triangle can be learned now, a double frame is the goal. */
function drawBox(ctx, box, picked) {
  const { x, y, w, h } = box, left = x - w / 2, top = y - h / 2;
  const state = box.topic === undefined ? "" : stateOf(box.topic);
  ctx.save();
  if (box.faint) ctx.globalAlpha = 0.35;
  ctx.beginPath();
  ctx.roundRect(left, top, w, h, box.thing ? 14 : 6);
  ctx.fillStyle = state === "known" ? colours.known : box.goal ? colours.goal : colours.card;
  ctx.fill();
  ctx.lineWidth = picked ? 3.5 : box.goal || state === "next" ? 2 : 1;
  ctx.strokeStyle = picked || box.goal ? colours.accent : state === "next" ? colours.ready : colours.line;
  ctx.setLineDash(box.outside ? [5, 4] : []);
  ctx.stroke();
  ctx.setLineDash([]);
  if (box.goal) {
    ctx.beginPath();
    ctx.roundRect(left - 4, top - 4, w + 8, h + 8, 9);
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  if (box.topic !== undefined && !box.goal) {
    ctx.beginPath();
    ctx.roundRect(left + 1, top + 1, 4, h - 2, [5, 0, 0, 5]);
    ctx.fillStyle = stripe(topics[box.topic].area);
    ctx.fill();
  }
  ctx.fillStyle = state === "known" ? colours.muted : colours.ink;
  ctx.font = `${box.goal || box.title ? "600 " : ""}14px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const first = y - (box.lines.length - 1) * 9;
  box.lines.forEach((line, k) => ctx.fillText(line, x + (box.topic === undefined ? 0 : 2), first + k * 18, w - 12));
  if (state) drawSign(ctx, state, left + w - 4, top + 4);
  ctx.restore();
}

function drawSign(ctx, state, x, y) {
  ctx.beginPath();
  ctx.arc(x, y, 8, 0, 7);
  ctx.fillStyle = state === "known" ? colours.muted : colours.ready;
  ctx.fill();
  ctx.strokeStyle = colours.bg;
  ctx.fillStyle = colours.bg;
  ctx.lineWidth = 2;
  ctx.beginPath();
  if (state === "known") { ctx.moveTo(x - 4, y); ctx.lineTo(x - 1, y + 3); ctx.lineTo(x + 4, y - 3); ctx.stroke(); }
  else { ctx.moveTo(x - 2.5, y - 4); ctx.lineTo(x + 4, y); ctx.lineTo(x - 2.5, y + 4); ctx.fill(); }
}

const DASHES = { hard: [], deep: [], option: [9, 3, 2, 3], soft: [5, 5], doubted: [2, 4], about: [] };

function drawArrow(ctx, arrow, strong) {
  const points = arrow.points, end = points[points.length - 1];
  ctx.beginPath();
  ctx.moveTo(points[0].x, points[0].y);
  for (let k = 1; k < points.length - 3; k += 3) curve(ctx, points, k, end);
  curve(ctx, points, points.length - 3, { x: end.x - 7, y: end.y });
  ctx.setLineDash(DASHES[arrow.kind]);
  ctx.lineWidth = strong ? 2.6 : arrow.kind === "deep" ? 2.4 : 1.3;
  ctx.strokeStyle = strong ? colours.accent : arrow.kind === "doubted" ? colours.warn : colours.edge;
  ctx.globalAlpha = arrow.faint ? 0.3 : 1;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(end.x, end.y);
  ctx.lineTo(end.x - 8, end.y - 4);
  ctx.lineTo(end.x - 8, end.y + 4);
  ctx.closePath();
  ctx.fillStyle = ctx.strokeStyle;
  ctx.fill();
  if (arrow.kind === "doubted") {
    const m = points[Math.floor(points.length / 2)];
    ctx.font = "600 16px system-ui, sans-serif";
    ctx.fillText("?", m.x, m.y - 6);
  }
  ctx.globalAlpha = 1;
}

const curve = (ctx, p, k, end) => ctx.bezierCurveTo(p[k].x, p[k].y, p[k + 1].x, p[k + 1].y, k + 3 >= p.length ? end.x : p[k + 2].x, k + 3 >= p.length ? end.y : p[k + 2].y);

/** Draw all arrows of the picture; those at the picked box last and strong. */
function drawArrows(ctx) {
  const later = [];
  for (const arrow of view.arrows) {
    if (view.picked !== null && (arrow.a === view.picked || arrow.b === view.picked)) later.push(arrow);
    else drawArrow(ctx, arrow, false);
  }
  for (const arrow of later) drawArrow(ctx, arrow, true);
}

/** Draw the areas of the whole map, and inside them, when near enough, their topics. */
function drawMap(ctx, scale, seen) {
  const near = scale >= SMALLEST - 0.001;
  let drawn = 0;
  for (const block of view.blocks) {
    if (block.x > seen.right || block.x + block.w < seen.left || block.y > seen.bottom || block.y + block.h < seen.top) continue;
    ctx.globalAlpha = block.faint ? 0.35 : 1;
    ctx.beginPath();
    ctx.roundRect(block.x, block.y, block.w, block.h, 14);
    ctx.fillStyle = tint(block.area);
    ctx.fill();
    ctx.lineWidth = 1.5 / scale;
    ctx.strokeStyle = stripe(block.area);
    ctx.stroke();
    drawn += 1;
    drawTitle(ctx, block, scale, near);
    ctx.globalAlpha = 1;
    if (!near) continue;
    for (const box of block.boxes) {
      if (drawn >= 600) break;
      if (box.x + box.w / 2 < seen.left || box.x - box.w / 2 > seen.right || box.y + box.h / 2 < seen.top || box.y - box.h / 2 > seen.bottom) continue;
      drawBox(ctx, box, box.topic === view.picked);
      drawn += 1;
    }
  }
  view.drawn = drawn;
}

/** The name of an area, never under 12 pixels; far out also its size and its landmarks, as far as they fit. */
function drawTitle(ctx, block, scale, near) {
  const area = areas[block.area], room = block.w - 16 / scale;
  ctx.fillStyle = colours.ink;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  const size = near ? 20 : 12.5 / scale;
  ctx.font = `600 ${size}px system-ui, sans-serif`;
  let y = block.y + (near ? 14 : 7 / scale);
  const bottom = block.y + block.h - 3 / scale;
  for (const line of fold(ctx, area.label, room).slice(0, near ? 1 : 4)) {
    if (y + size > bottom) return;
    ctx.fillText(clip(ctx, line, room), block.x + 10 / scale, y);
    y += size * 1.2;
  }
  if (near) return;
  const small = 11.5 / scale;
  ctx.font = `${small}px system-ui, sans-serif`;
  ctx.fillStyle = colours.muted;
  const known = area.topics.filter((t) => knows(t.id)).length;
  const lines = [`${area.topics.length} topics` + (known ? `, ${known} known` : ""), ...block.landmarks];
  for (const line of lines) {
    if (y + small > bottom) break;
    ctx.fillText(clip(ctx, line, room), block.x + 10 / scale, y);
    y += small * 1.3;
  }
}

const widths = new Map();

/** How wide a text is in the current font; measured once, since widths grow with the size of the font. */
function widthOf(ctx, text) {
  const bold = ctx.font.startsWith("600"), size = parseFloat(ctx.font.slice(bold ? 4 : 0)), key = (bold ? "b" : "n") + text;
  let width = widths.get(key);
  if (width === undefined) widths.set(key, (width = ctx.measureText(text).width / size));
  return width * size;
}

function fold(ctx, text, room) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? lines[lines.length - 1] + " " + word : word;
    if (lines.length && widthOf(ctx, longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function clip(ctx, text, room) {
  if (widthOf(ctx, text) <= room) return text;
  let end = text.length;
  while (end > 1 && widthOf(ctx, text.slice(0, end) + "…") > room) end -= 1;
  return text.slice(0, end) + "…";
}
