/* What can be taken away: pictures, a checklist, the profile. */

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const fileName = (ending) => `mlgraph-${(view.goal ? view.goal.slug : view.kind).replace(/[^a-z0-9.-]/gi, "-")}.${ending}`;

/** The whole picture, not only the part in view. */
function pictureCanvas() {
  const b = bounds(), PAD = 30, w = b.right - b.left + 2 * PAD, h = b.bottom - b.top + 2 * PAD;
  const scale = Math.min(2, 12000 / w, 12000 / h, Math.sqrt(6e7 / (w * h)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(w * scale);
  canvas.height = Math.ceil(h * scale);
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = colours.bg;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.setTransform(scale, 0, 0, scale, (PAD - b.left) * scale, (PAD - b.top) * scale);
  if (view.blocks) drawMap(ctx, 0.5, { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity });
  drawArrows(ctx);
  for (const box of view.boxes) if (!view.blocks) drawBox(ctx, box, false);
  return canvas;
}

const escapeXml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");

/** The picture as SVG: plain shapes and text, nothing from outside. */
function svgText() {
  const b = bounds(), PAD = 30, parts = [];
  const boxes = view.blocks ? view.blocks.flatMap((block) => block.boxes) : view.boxes;
  if (view.blocks) for (const block of view.blocks) {
    parts.push(`<rect x="${block.x}" y="${block.y}" width="${block.w}" height="${block.h}" rx="14" fill="${tint(block.area)}" stroke="${stripe(block.area)}"/>` +
      `<text x="${block.x + 16}" y="${block.y + 32}" font-size="20" font-weight="600" fill="${colours.ink}">${escapeXml(areas[block.area].label)}</text>`);
  }
  for (const arrow of view.arrows) {
    const p = arrow.points, d = `M${p[0].x} ${p[0].y}` + p.slice(1).map((q, k) => `${k % 3 ? " " : "C"}${q.x} ${q.y}`).join("");
    parts.push(`<path d="${d}" fill="none" stroke="${arrow.kind === "doubted" ? colours.warn : colours.edge}" stroke-width="${arrow.kind === "deep" ? 2.4 : 1.3}" stroke-dasharray="${DASHES[arrow.kind].join(" ") || "none"}" marker-end="url(#tip)"/>`);
  }
  for (const box of boxes) {
    const known = box.topic !== undefined && knows(box.topic), next = box.topic !== undefined && view.ready.has(box.topic) && !known;
    parts.push(`<g${box.faint ? ' opacity=".35"' : ""}><title>${escapeXml(box.topic === undefined ? box.thing.label : topics[box.topic].label)}${known ? " (known)" : next ? " (can be learned now)" : ""}</title>` +
      `<rect x="${box.x - box.w / 2}" y="${box.y - box.h / 2}" width="${box.w}" height="${box.h}" rx="6" fill="${known ? colours.known : box.goal ? colours.goal : colours.card}" stroke="${box.goal ? colours.accent : next ? colours.ready : colours.line}" stroke-width="${box.goal || next ? 2 : 1}"/>` +
      box.lines.map((line, k) => `<text x="${box.x}" y="${box.y - (box.lines.length - 1) * 9 + k * 18 + 5}" text-anchor="middle" fill="${known ? colours.muted : colours.ink}">${escapeXml(line)}</text>`).join("") + "</g>");
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${b.left - PAD} ${b.top - PAD} ${b.right - b.left + 2 * PAD} ${b.bottom - b.top + 2 * PAD}" font-family="system-ui, sans-serif" font-size="14">` +
    `<title>${escapeXml(byId("panel-title").textContent)}</title><rect x="${b.left - PAD}" y="${b.top - PAD}" width="100%" height="100%" fill="${colours.bg}"/>` +
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="${colours.edge}"/></marker></defs>${parts.join("")}</svg>`;
}

const escapeMarkdown = (text) => String(text).replace(/([\\`*_{}[\]<>#|])/g, "\\$1");

/** The way as a checklist in Markdown. */
function checklist() {
  const way = view.way || wayTo(null), title = view.goal ? `The way to ${view.goal.label}` : "What is left to learn";
  const ids = [...new Set([...way.whole.keys(), ...way.levels.keys()])].filter((id) => id >= 0);
  const lines = learningOrder(ids).map((id) => `- [${way.levels.has(id) ? " " : "x"}] ${escapeMarkdown(topics[id].label)} (${round(topics[id].hours[WORKING])} h)`);
  return `# ${escapeMarkdown(title)}\n\n${plural(way.levels.size, "topic")} and ${round(way.hours)} hours left.\n\n${lines.join("\n")}\n`;
}

const saveChecklist = () => save(new Blob([checklist()], { type: "text/markdown" }), fileName("md"));

function importProfile(file) {
  file.text().then((text) => {
    const profile = parseProfile(text);
    change((old) => { Object.assign(old, profile); });
    refresh();
    say(`Profile read: you know ${plural(learner.known.size, "topic")}.`);
  }).catch((error) => say(`This is no profile: ${error.message}.`));
}
