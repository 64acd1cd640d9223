/* The graph as the page holds it. A topic is a number: its place by slug. Levels: 1 awareness, 2 working, 3 deep. */

const AWARENESS = 1, WORKING = 2, DEEP = 3;
const LEVEL_NAMES = ["", "awareness", "working", "deep"];
const KINDS = { courses: "course", programs: "program", roles: "role", projects: "project" };
const KIND_NAMES = { topic: "topic", course: "course", program: "degree program", role: "job role", project: "project" };

const data = JSON.parse(document.getElementById("data").textContent);

const decoder = document.createElement("textarea");
const plainText = (html) => { if (!html.includes("&")) return html; decoder.innerHTML = html; return decoder.value; };

/* The list in the page is where all texts come from. With scripts on, a browser keeps it as text, so this costs little. */
const articles = new Map();
const named = { topic: [], course: [], program: [], role: [], project: [] };
for (const piece of document.getElementById("all").textContent.split('<article id="').slice(1)) {
  const name = piece.slice(0, piece.indexOf('"')), kind = name.slice(0, name.indexOf("/"));
  articles.set(name, '<article data-id="' + piece.slice(0, piece.indexOf("</article>") + 10));
  const start = piece.indexOf("<h4") + 3, open = piece.indexOf(">", start) + 1;
  const heading = piece.slice(open, piece.indexOf("</h4>", open));
  const entry = { slug: plainText(name.slice(kind.length + 1)), heading, label: plainText(heading.replaceAll("<wbr>", "").replaceAll("\n", " ")) };
  if (kind === "topic") {
    const hours = piece.slice(open, open + heading.length + 80).match(/<p>Hours: ([\d.]+) \(([\d.]+) to ([\d.]+)\)/);
    entry.hours = [0, Number(hours[2]), Number(hours[1]), Number(hours[3])];
    named.topic[Number(piece.slice(start + 5, open - 1))] = entry;
  } else named[kind].push(entry);
}

/** Rows of columns of which the first holds steps; see `mlgraph.viewer.payload`. */
function rowsOf(columns) {
  let sum = 0;
  return columns[0].map((step, k) => [(sum += step), ...columns.slice(1).map((column) => column[k])]);
}

const shapes = rowsOf(data.topics);
const topics = named.topic.map(({ slug, heading, label, hours }, id) => {
  const [area, depth, w, h] = shapes[id];
  return {
    id, slug, kind: "topic", label, lines: data.odd[id] || heading.split(/\n|<wbr>/).map(plainText), area, depth, w, h, hours,
    needs: [], users: [], options: [], optionOf: [], soft: [], doubted: [], taughtBy: [],
  };
});
const topicBySlug = new Map(topics.map((topic) => [topic.slug, topic]));
const areas = data.areas.map(([slug, label], id) => ({ id, slug, label, kind: "area", topics: topics.filter((t) => t.area === id) }));
const areaBySlug = new Map(areas.map((area) => [area.slug, area]));

for (const [after, before, deep, drawn] of rowsOf(data.arrows)) {
  const level = deep ? DEEP : WORKING;
  topics[after].needs.push({ id: before, level, drawn: !!drawn });
  topics[before].users.push({ id: after, level, drawn: !!drawn });
}
const groups = data.groups.map(([owner, minimum, options, count]) => ({ owner, minimum, options, count }));
for (const group of groups) {
  topics[group.owner].options.push(group);
  for (const option of group.options) topics[option].optionOf.push(group);
}
const optionDrawn = new Set();
for (const [after, before, drawn] of rowsOf(data.options)) if (drawn) optionDrawn.add(after + ">" + before);
for (const [after, before] of rowsOf(data.soft)) topics[after].soft.push({ id: before });
for (const [after, before, status] of data.doubted) topics[after].doubted.push({ id: before, status });

/** What the page's text says that a thing teaches: [{ id, level }], by topic; labels that could be misread are in the data. */
const byLabel = new Map(topics.map((topic) => [topic.label, topic.id]));
function taughtIn(name) {
  const levels = new Map();
  for (const [, text] of (articles.get(name) || "").matchAll(/<p>(?:Teaches|Core|Elective|Practises): ([^<\n]*)/g)) {
    for (const item of plainText(text).split("; ")) {
      const found = item.match(/^(.*) \((awareness|deep)\)$/), id = byLabel.get(found ? found[1] : item);
      if (id !== undefined) levels.set(id, Math.max(levels.get(id) || 0, found ? LEVEL_NAMES.indexOf(found[2]) : WORKING));
    }
  }
  return [...levels].sort((a, b) => a[0] - b[0]).map(([id, level]) => ({ id, level }));
}

const things = [];
const thingByName = new Map();
for (const [list, kind] of Object.entries(KINDS)) {
  data[list].forEach((raw, place) => {
    const pairs = (numbers) => Array.from({ length: (numbers || []).length / 2 }, (_, k) => ({ id: numbers[2 * k], level: numbers[2 * k + 1] + 1 }));
    const { slug, label } = named[kind][place];
    const thing = Object.assign({}, raw, {
      slug, label, kind, teaches: raw.teaches ? pairs(raw.teaches) : taughtIn(kind + "/" + slug), needs: pairs(raw.needs),
      options: (raw.groups || []).map(([minimum, options, count]) => ({ owner: -1, minimum, options, count })),
    });
    if (kind === "role" || kind === "project") thing.by = "";
    things.push(thing);
    thingByName.set(kind + "/" + slug, thing);
    if (kind === "project") thing.needs = thing.teaches;
    if (thing.presupposes) addPresupposed(thing);
    for (const { id } of kind === "role" ? thing.needs : thing.teaches) topics[id].taughtBy.push(thing);
  });
}

/** A course asks for what its topics need and it does not teach itself. */
function addPresupposed(thing) {
  const own = new Set(thing.teaches.map((t) => t.id)), levels = new Map(thing.needs.map((n) => [n.id, n.level]));
  for (const id of own) for (const need of topics[id].needs) if (!own.has(need.id)) levels.set(need.id, Math.max(levels.get(need.id) || 0, WORKING));
  thing.needs = [...levels].sort((a, b) => a[0] - b[0]).map(([id, level]) => ({ id, level }));
}

/** The same text order as Python's. */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** What some topics need, directly or not, themselves among them; options of either-or groups too. */
function below(roots, withOptions = true) {
  const seen = new Set(), todo = [...roots];
  while (todo.length) {
    const id = todo.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    for (const need of topics[id].needs) todo.push(need.id);
    if (withOptions) for (const group of topics[id].options) todo.push(...group.options);
  }
  return seen;
}

/** A goal with all that stands below it. Number -1 is a goal that is no topic. */
function requirementsOf(goal) {
  if (goal.kind === "topic") return { goal, ends: [goal.id], inside: below([goal.id]), needs: [], options: [] };
  const roots = [...goal.needs.map((n) => n.id), ...goal.options.flatMap((g) => g.options)];
  return { goal, ends: [-1], inside: below(roots).add(-1), needs: goal.needs, options: goal.options };
}
const everything = { goal: null, ends: topics.map((t) => t.id), inside: new Set(topics.map((t) => t.id)), needs: [], options: [] };
const needsIn = (wanted, id) => (id < 0 ? wanted.needs : topics[id].needs);
const optionsIn = (wanted, id) => (id < 0 ? wanted.options : topics[id].options);
const hoursBetween = (id, have, level) => (id < 0 ? 0 : Math.max(0, topics[id].hours[level] - (have ? topics[id].hours[have] : 0)));

/** The cheapest set of topics still to learn: id -> level. Branch and bound over either-or groups, as the library does it. */
function cheapestRoad(wanted, known) {
  const rank = (id) => known.get(id) || 0;
  const best = { hours: Infinity, levels: new Map(), taken: new Map() };
  let looked = 0;
  const met = (option, levels, taken) => Math.max(levels.get(option) || 0, rank(option)) >= WORKING || taken.includes(option);
  const spread = (taken) => {
    const levels = new Map(), todo = wanted.ends.map((id) => [id, WORKING]);
    while (todo.length) {
      const [id, level] = todo.pop(), before = levels.get(id) || 0;
      if (!wanted.inside.has(id) || level <= rank(id) || before >= level) continue;
      levels.set(id, level);
      if (level >= WORKING && WORKING > Math.max(before, rank(id))) {
        for (const need of needsIn(wanted, id)) todo.push([need.id, need.level]);
        for (const group of optionsIn(wanted, id)) for (const option of taken.get(group) || []) todo.push([option, WORKING]);
      }
    }
    return levels;
  };
  const unmet = (levels, taken) => {
    for (const id of [...levels.keys()].sort((a, b) => a - b)) {
      if (levels.get(id) === AWARENESS || rank(id) >= WORKING) continue;
      for (const group of optionsIn(wanted, id)) {
        const count = group.options.filter((option) => met(option, levels, taken.get(group) || [])).length;
        if (count < Math.min(group.minimum, group.options.length)) return group;
      }
    }
    return null;
  };
  const branch = (taken) => {
    looked += 1;
    const levels = spread(taken);
    let hours = 0;
    for (const [id, level] of levels) hours += hoursBetween(id, rank(id), level);
    if (hours >= best.hours) return;
    const group = unmet(levels, taken);
    if (!group) { Object.assign(best, { hours, levels, taken }); return; }
    const have = taken.get(group) || [];
    for (const option of group.options) {
      if (!met(option, levels, have) && looked < 20000) branch(new Map(taken).set(group, [...have, option]));
    }
  };
  branch(new Map());
  best.levels.delete(-1);
  return best;
}

/** What is still to learn until everything is known. */
function allWanted(known) {
  const levels = new Map(topics.map((t) => [t.id, WORKING]));
  for (const topic of topics) {
    if ((known.get(topic.id) || 0) >= WORKING) continue;
    for (const need of topic.needs) if (need.level > levels.get(need.id)) levels.set(need.id, need.level);
  }
  for (const [id, level] of levels) if ((known.get(id) || 0) >= level) levels.delete(id);
  return levels;
}

/** The topics that can be learned now, the most useful first: the outer fringe of what is known. */
function fringe(wanted, known, levels) {
  const rank = (id) => known.get(id) || 0;
  const firm = (id) => rank(id) >= WORKING;
  const inside = (id) => wanted.inside.has(id);
  const lacking = (group) => {
    const possible = group.options.filter(inside).length;
    return Math.max(0, Math.min(group.minimum, possible) - group.options.filter(firm).length);
  };
  const free = (id, level) => level === AWARENESS || firm(id) ||
    (needsIn(wanted, id).every((need) => rank(need.id) >= need.level) && !optionsIn(wanted, id).some(lacking));
  const waiting = (id, level) => {
    const found = new Set();
    for (const user of topics[id].users) if (inside(user.id) && rank(id) < user.level && user.level <= level) found.add(user.id);
    for (const need of wanted.needs) if (need.id === id && rank(id) < need.level && need.level <= level) found.add(-1);
    if (!firm(id) && level >= WORKING) {
      for (const group of topics[id].optionOf) if (inside(group.owner) && lacking(group)) found.add(group.owner);
    }
    return [...found].filter((user) => (levels.get(user) || 0) >= WORKING && !firm(user));
  };
  const result = [];
  for (const [id, level] of levels) {
    if (!free(id, level)) continue;
    const seen = new Set(), todo = [id];
    while (todo.length) {
      const each = todo.pop();
      for (const user of waiting(each, levels.get(each))) if (!seen.has(user)) { seen.add(user); todo.push(user); }
    }
    let hoursAbove = 0;
    for (const user of seen) hoursAbove += hoursBetween(user, rank(user), levels.get(user));
    result.push({ id, level, above: seen.size, hoursAbove, hours: hoursBetween(id, rank(id), level) });
  }
  return result.sort((a, b) => b.above - a.above || b.hoursAbove - a.hoursAbove || a.hours - b.hours ||
    compare(topics[a.id].label, topics[b.id].label) || a.id - b.id);
}

/** Topics in an order in which none comes before what it needs, areas kept together. */
function learningOrder(ids) {
  const inside = new Set(ids), waiting = new Map(), frees = new Map();
  for (const id of inside) {
    const needs = new Set(topics[id].needs.map((n) => n.id).concat(topics[id].options.flatMap((g) => g.options)).filter((n) => inside.has(n)));
    waiting.set(id, needs);
    for (const need of needs) frees.set(need, [...(frees.get(need) || []), id]);
  }
  const free = new Set([...inside].filter((id) => !waiting.get(id).size)), order = [];
  let area = -1;
  while (free.size) {
    let chosen = null;
    for (const id of free) {
      const a = topics[id], b = topics[chosen];
      if (!b || ((a.area !== area) - (b.area !== area) || a.depth - b.depth || compare(a.label, b.label) || a.id - b.id) < 0) chosen = id;
    }
    free.delete(chosen);
    order.push(chosen);
    area = topics[chosen].area;
    for (const user of frees.get(chosen) || []) {
      waiting.get(user).delete(chosen);
      if (!waiting.get(user).size) free.add(user);
    }
  }
  return order;
}
