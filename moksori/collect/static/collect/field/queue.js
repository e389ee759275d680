/* Sending: photos first, then the record that needs them, one after the other, by one
   tab at a time. Only an answer that is surely ours counts as an answer. */
import { all, handedIn, newId, one, onChange, put, set, setting } from "./store.js";

const SHORTEST = 5_000, LONGEST = 15 * 60_000;  // milliseconds between two tries
const PATIENCE = 60_000;
let timer, tries = 0, running = false;
export const state = { now: "idle", problem: "" };
const watchers = new Set();
export const watch = (watcher) => watchers.add(watcher);

function say(now, problem = "") {
  Object.assign(state, { now, problem });
  for (const watcher of watchers) watcher(state);
}

class Stop extends Error {
  constructor(now, problem = "") { super(now); this.now = now; this.problem = problem; }
}

/** Send what waits, if nobody does so already. `by` hand cancels the waiting. */
export async function send({ byHand = false } = {}) {
  if (byHand) tries = 0;
  clearTimeout(timer);
  const locked = await alone(async () => {
    running = true;
    try { await sendAll(byHand); } finally { running = false; }
  });
  if (locked === false) return;
  if (["offline", "captive", "failed"].includes(state.now)) later();
  else tries = 0;
}

export const isRunning = () => running;

async function alone(work) {
  if (navigator.locks) {
    return navigator.locks.request("moksori-field-send", { ifAvailable: true },
      async (lock) => (lock ? work() : false));
  }
  const held = Number(localStorage.getItem("moksori-field-send") || 0);
  if (Date.now() - held < PATIENCE) return false;
  localStorage.setItem("moksori-field-send", String(Date.now()));
  try { return await work(); } finally { localStorage.removeItem("moksori-field-send"); }
}

async function sendAll(byHand) {
  const waits = (await all("queue")).filter((r) => r.state === "waiting" || byHand);
  if (!waits.length) return say("idle");
  const token = await setting("token");
  if (!token) return say("unregistered");
  if (navigator.onLine === false) return say("offline");
  say("sending");
  try {
    await mustBeUs();
    for (const { id } of waits.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const record = await one("queue", id);  // it may have been corrected meanwhile
      if (record) await sendOne(record, token);
    }
    say("idle");
  } catch (error) {
    if (error instanceof Stop) say(error.now, error.problem);
    else say(navigator.onLine === false ? "offline" : "failed");
  }
}

/** A hotel's sign-in page answers everything, but not with the number we asked. */
async function mustBeUs() {
  const n = newId();
  let told;
  try {
    const answer = await ask(`/field/ping/?n=${n}`, { cache: "no-store" });
    if (answer.status >= 500) throw new Stop("failed");
    told = await json(answer);
  } catch (error) {
    throw error instanceof Stop ? error : new Stop("offline");
  }
  if (told?.moksori !== "field" || told.n !== n) throw new Stop("captive");
  await set("app", told.app);
}

async function sendOne(record, token, isSecond = false) {
  for (const sha of record.files) await sendFile(sha, token);
  const answer = await ask("/field/records/", {
    method: "POST",
    headers: headers(token, { "Content-Type": "application/json", "X-Moksori-Clock": String(Date.now()) }),
    body: JSON.stringify({ client_id: record.id, content_hash: record.hash, content: record.content }),
  });
  const told = await json(answer);
  if ([200, 201].includes(answer.status) && ["new", "same"].includes(told?.came)) {
    return handedIn(record, told.visit);
  }
  if (answer.status === 409 && told?.came === "other") return keep(record, "conflict", "");
  const code = told?.error?.code;
  if (!code) throw new Stop(answer.status >= 500 ? "failed" : "captive");
  if (code === "not_registered") return ended(told.error.message);
  if (code === "files_missing" && !isSecond) {
    for (const sha of told.error.missing || []) await mark(sha, false);
    return sendOne(record, token, true);
  }
  if (answer.status >= 500) throw new Stop("failed");
  return keep(record, "refused", told.error.message);
}

async function sendFile(sha, token) {
  const kept = await one("blobs", sha);
  if (!kept || kept.sent) return;
  const answer = await ask(`/field/blobs/${sha}/`, {
    method: "PUT", headers: headers(token, { "Content-Type": kept.type }), body: kept.data,
  });
  const told = await json(answer);
  if ([200, 201].includes(answer.status) && told?.sha256 === sha) return mark(sha, true);
  if (told?.error?.code === "not_registered") return ended(told.error.message);
  // A file that is not taken must not hold up the others: its record says so.
  if (told?.error && answer.status < 500) return;
  throw new Stop(answer.status >= 500 ? "failed" : "captive");
}

/** Ended by its owner, perhaps because it is lost: the names go, what waits stays. */
async function ended(problem) {
  const pack = await setting("pack");
  if (pack) await set("pack", { ...pack, accounts: [], people: [], products: [], guides: [], plans: [], known: [] });
  await set("token", "");
  throw new Stop("unregistered", problem);
}

async function mark(sha, sent) {
  const kept = await one("blobs", sha);
  if (kept) await put("blobs", { ...kept, sent });
}

async function keep(record, now, problem) {
  await put("queue", { ...record, state: now, problem, tries: record.tries + 1 });
}

const headers = (token, more) => ({
  ...more, Authorization: `Bearer ${token}`, "Accept-Language": document.documentElement.lang || "ko",
});

async function ask(url, options) {
  const patience = new AbortController();
  const timeout = setTimeout(() => patience.abort(), PATIENCE);
  // No cookie goes along: whether somebody is signed in makes no difference.
  try {
    return await fetch(url, { credentials: "omit", redirect: "manual", signal: patience.signal, ...options });
  } finally { clearTimeout(timeout); }
}

async function json(answer) {
  try { return await answer.json(); } catch { return null; }
}

function later() {
  const wait = Math.min(LONGEST, SHORTEST * 2 ** tries);
  tries += 1;
  timer = setTimeout(send, wait * (0.5 + Math.random()));
}

/** Whenever there may be a network again: at the start, back online, back in view. */
export function sendBySelf() {
  addEventListener("online", () => { tries = 0; send(); });
  addEventListener("offline", () => say("offline"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tries = 0; send(); } });
  navigator.serviceWorker?.addEventListener("message", (event) => { if (event.data === "send") send(); });
  onChange((stores) => { for (const watcher of watchers) watcher(state, stores); });
  send();
}
