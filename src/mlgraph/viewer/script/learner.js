/* What the learner knows: the same profile as the command line keeps, in this browser only. */

const SCHEMA = "mlgraph/profile/1";
const STORE_KEY = "mlgraph.profile", PACE_KEY = "mlgraph.pace", THEME_KEY = "mlgraph.theme", GOAL_KEY = "mlgraph.goal";
const CURIE = /^[a-z]+:[^\s<>"{}|\\^`]{1,200}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/* Storage may be denied, full, or absent: then the page works, and says that it forgets. */
const storage = {
  works: true,
  get(key) { try { return localStorage.getItem(key); } catch { this.works = false; return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { this.works = false; } },
};

const emptyProfile = () => ({ schema: SCHEMA, topics: {}, courses: {}, denied: [], state: {} });

/** Read the text of a profile; throws an Error that says in plain words what is wrong. */
function parseProfile(text) {
  if (text.length > 4 * 1024 * 1024) throw new Error("it is larger than 4 MB");
  let raw;
  try { raw = JSON.parse(text.replace(/^\uFEFF/, "")); } catch { throw new Error("it is not JSON"); }
  if (!raw || typeof raw !== "object" || raw.schema !== SCHEMA) throw new Error(`it does not say "schema": "${SCHEMA}"`);
  const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
  const profile = emptyProfile();
  for (const key of ["topics", "courses"]) {
    const entries = raw[key] === undefined ? {} : raw[key];
    if (!isObject(entries)) throw new Error(`"${key}" is no object`);
    for (const [name, entry] of Object.entries(entries)) {
      if (!CURIE.test(name)) throw new Error(`${name.slice(0, 80)} names nothing`);
      if (!isObject(entry) || LEVEL_NAMES.indexOf(entry.level) < 1) throw new Error(`${name} needs "level": awareness, working or deep`);
      if (entry.on !== undefined && entry.on !== "" && !DAY.test(entry.on)) throw new Error(`${name} needs "on" as 2026-11-25`);
      profile[key][name] = { level: entry.level, ...(entry.on ? { on: entry.on } : {}), ...(entry.shaky === true ? { shaky: true } : {}) };
    }
  }
  const denied = raw.denied === undefined ? [] : raw.denied;
  if (!Array.isArray(denied) || !denied.every((each) => typeof each === "string" && CURIE.test(each))) throw new Error('"denied" is no list of names');
  profile.denied = denied;
  if (raw.state !== undefined) {
    if (!isObject(raw.state)) throw new Error('"state" is no object');
    profile.state = raw.state;
  }
  return profile;
}

/** The text of a profile, as the command line writes it: sorted, one topic a line. */
function profileText(profile) {
  const spaced = (value) => JSON.stringify(value, null, 1).replace(/\n\s*/g, " ").replace(/([{[]) /g, "$1").replace(/ ([}\]])/g, "$1");
  const block = (rows) => {
    const names = Object.keys(rows).sort();
    return names.length ? "{\n" + names.map((name) => `    ${JSON.stringify(name)}: ${spaced(rows[name])}`).join(",\n") + "\n  }" : "{}";
  };
  return `{\n  "schema": "${SCHEMA}",\n  "topics": ${block(profile.topics)},\n  "courses": ${block(profile.courses)},\n` +
    `  "denied": ${spaced([...profile.denied].sort())},\n  "state": ${block(profile.state)}\n}\n`;
}

const learner = { profile: emptyProfile(), before: [], known: new Map(), implied: new Map(), pace: 8 };

function loadLearner() {
  const saved = storage.get(STORE_KEY);
  try { learner.profile = parseProfile(saved || JSON.stringify(data.profile || emptyProfile())); } catch { learner.profile = emptyProfile(); }
  const pace = Number(storage.get(PACE_KEY));
  if (pace >= 1 && pace <= 100) learner.pace = pace;
  work();
}

/** Work out what is known: what is stated, what courses taught, what both imply, less what is denied. */
function work() {
  const known = new Map(), implied = new Map();
  const raise = (id, level, by) => {
    if (level <= (known.get(id) || 0)) return false;
    known.set(id, level);
    if (by === null) implied.delete(id); else implied.set(id, by);
    return true;
  };
  const topicNamed = (name) => (name.startsWith("topic:") ? topicBySlug.get(name.slice(6)) : undefined);
  for (const [name, entry] of Object.entries(learner.profile.topics)) {
    const topic = topicNamed(name);
    if (topic) raise(topic.id, LEVEL_NAMES.indexOf(entry.level), null);
  }
  const stated = new Set(known.keys());
  for (const name of Object.keys(learner.profile.courses).sort()) {
    const course = name.startsWith("course:") ? thingByName.get("course/" + name.slice(7)) : undefined;
    if (course) for (const { id, level } of course.teaches) if (!stated.has(id)) raise(id, level, course);
  }
  const todo = [...known.keys()].filter((id) => known.get(id) >= WORKING);
  while (todo.length) {
    const id = todo.pop();
    for (const need of topics[id].needs) {
      const fresh = (known.get(need.id) || 0) < WORKING;
      if (raise(need.id, need.level, topics[id]) && fresh) todo.push(need.id);
    }
  }
  for (const name of learner.profile.denied) {
    const topic = topicNamed(name);
    if (topic) { known.delete(topic.id); implied.delete(topic.id); }
  }
  learner.known = known;
  learner.implied = implied;
}

function keep() {
  storage.set(STORE_KEY, profileText(learner.profile));
  work();
}

/** Change the profile by a function of a copy; can be undone. */
function change(edit) {
  learner.before.push(learner.profile);
  const copy = JSON.parse(JSON.stringify(learner.profile));
  edit(copy);
  learner.profile = copy;
  keep();
}

function undo() {
  if (!learner.before.length) return false;
  learner.profile = learner.before.pop();
  keep();
  return true;
}

const knows = (id) => (learner.known.get(id) || 0) >= WORKING;
const today = () => { const d = new Date(); return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };

/** Say that a topic is known, or take that back; what is only implied is denied. Returns a sentence. */
function toggleKnown(id) {
  const topic = topics[id], name = "topic:" + topic.slug, count = learner.known.size;
  if (knows(id)) {
    change((profile) => { delete profile.topics[name]; });
    if (knows(id)) {
      learner.profile.denied.push(name);
      keep();
    }
    return `${topic.label}: no longer marked as known.`;
  }
  change((profile) => {
    profile.topics[name] = { level: "working", on: today() };
    profile.denied = profile.denied.filter((each) => each !== name);
  });
  const more = learner.known.size - count - 1;
  return `${topic.label}: known.` + (more > 0 ? ` So ${more === 1 ? "is one topic" : `are ${more} topics`} that it rests on.` : "");
}

/** The way to a goal: what is left, in which order, how long, and what can be learned now. */
function wayTo(goal) {
  const wanted = goal ? requirementsOf(goal) : everything;
  if (!goal) {
    const levels = allWanted(learner.known);
    let hours = 0;
    for (const [id, level] of levels) hours += hoursBetween(id, learner.known.get(id) || 0, level);
    return { goal, levels, hours, ready: fringe(wanted, learner.known, levels), whole: levels };
  }
  const road = cheapestRoad(wanted, learner.known);
  const whole = cheapestRoad(wanted, new Map());
  return { goal, levels: road.levels, hours: road.hours, ready: fringe(wanted, learner.known, road.levels), whole: whole.levels, all: whole.hours };
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** The day on which some hours are done at the learner's pace. */
function finishDate(hours) {
  const day = new Date();
  day.setDate(day.getDate() + Math.ceil((hours / learner.pace) * 7));
  return `${day.getDate()} ${MONTHS[day.getMonth()]} ${day.getFullYear()}`;
}
