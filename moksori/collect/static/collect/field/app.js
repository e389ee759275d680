/* The field app: where one is, what stands there, and what waits to be sent. */
import { age, day, h, loadWords, say, speak, t, time } from "./dom.js";
import { notePage } from "./note.js";
import { phonePage, refresh } from "./phone.js";
import { isRunning, send, sendBySelf, state, watch } from "./queue.js";
import { all, one, onChange, remove, setting, space } from "./store.js";
import { newVisit, reopen, visitPage } from "./visit.js";

const main = document.getElementById("main");
const bar = document.getElementById("state");
const go = (to) => { if (location.hash === to) show(); else location.hash = to; };

async function homePage() {
  const [pack, drafts, queue, sent, token, { left }] = await Promise.all(
    [setting("pack"), all("drafts"), all("queue"), all("sent"), setting("token"), space()]);
  const done = new Set(queue.map((r) => JSON.parse(r.content).plan));
  const plans = (pack?.plans || []).filter((p) => !done.has(p.id));
  const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone;
  return h("div", {}, h("h1", {}, t("home")),
    left < 50e6 ? h("p.notice.bad", {}, t("space_low")) : null,
    token ? null : h("p.notice", {}, t("register_first"), " ", h("a", { href: "#/phone" }, t("register"))),
    isInstalled ? null : h("p.notice.quiet", {}, /iPhone|iPad/.test(navigator.userAgent) ? t("install_ios") : t("install")),
    h("div.starts", {}, h("button.primary.large", { onclick: async () => go(`#/visit/${await newVisit()}`) }, t("record_visit")),
      h("a.button.large", { href: "#/note" }, t("write_note"))),
    list(t("drafts"), drafts.filter((d) => d.kind === "visit" || d.content.text.trim()), (d) => h("a", { href: d.kind === "visit" ? `#/visit/${d.id}` : "#/note" }, d.title || t("nameless"), h("span.help", {}, t("draft_of", { at: time(d.made) })))),
    list(t("plans"), plans.sort((a, b) => (a.on < b.on ? -1 : 1)), (p) => {
      const begun = drafts.find((d) => d.content.plan === p.id);
      const said = [h("strong", {}, p.whom || "?"), h("span.help", {}, [day(`${p.on}T12:00`), p.purpose, begun ? t("draft_of", { at: time(begun.made) }) : ""].filter(Boolean).join(" · "))];
      return begun ? h("a.line", { href: `#/visit/${begun.id}` }, said) : h("button.line", { onclick: async () => go(`#/visit/${await newVisit(p)}`) }, said);
    }),
    list(t("waiting"), queue.sort((a, b) => b.made - a.made), (r) => h("a", { href: `#/record/${r.id}` }, r.title || t("nameless"),
      h(r.state === "waiting" ? "span.help" : "span.help.bad", {}, r.state === "waiting" ? t("waits_since", { age: age(r.made) }) : t(`is_${r.state}`)))),
    list(t("sent"), sent.sort((a, b) => b.at - a.at).slice(0, 10), (r) => h(r.visit ? "a" : "span", { ...(r.visit ? { href: `/collect/visits/${r.visit}/` } : {}) },
      r.title || t("nameless"), h("span.help", {}, t("sent_at", { at: time(r.at) })))));
}

function list(title, rows, draw) {
  return rows.length ? h("section", {}, h("h2", {}, title), h("ul.list", {}, rows.map((row) => h("li", {}, draw(row))))) : null;
}

async function recordPage(id) {
  const record = await one("queue", id);
  if (!record) return h("p", {}, t("gone"));
  const said = JSON.parse(record.content);
  const words = said.kind === "note" ? [said.text] : said.verbatims.map((v) => v.text);
  const isRefused = record.state !== "waiting";
  return h("div", {}, h("h1", {}, record.title || t("nameless")),
    record.state === "waiting" ? h("p", {}, t("waits_since", { age: age(record.made) })) : h("p.notice.bad", {}, record.problem || t(`${record.state}_help`)),
    words.map((w) => h("blockquote", {}, w)),
    said.promises?.length ? h("section", {}, h("h2", {}, t("promises")), h("ul.list", {}, said.promises.map((p) => h("li", {}, h("span", {}, p.text, h("span.help", {}, day(`${p.due}T12:00`))))))) : null,
    said.files?.length ? h("p.help", {}, t("with_files", { n: said.files.length })) : null,
    h("div.adds", {}, h(isRefused ? "button.add" : "button.primary", { onclick: () => { send({ byHand: true }); go("#/"); } }, t("send_now")),
      // A note that waits may have arrived already; a visit says what it corrects.
      said.kind === "visit" || isRefused ? h(isRefused ? "button.primary" : "button.add", { onclick: async () => {
        // Not while it is on its way: it would go out as it was.
        if (isRunning()) return say(t("being_sent"), true);
        const draft = await reopen(record);
        go(said.kind === "note" ? "#/note" : `#/visit/${draft}`);
      } }, t(record.state === "conflict" ? "send_as_another" : "correct")) : null,
      h("button.text", { onclick: async () => { if (confirm(t("really_throw_away"))) { await remove("queue", id); go("#/"); } } }, t("throw_away"))));
}

async function show() {
  const [, page, id] = location.hash.split("/");
  const made = page === "visit" ? await visitPage(id, go)
    : page === "note" ? await notePage(go)
    : page === "record" ? await recordPage(id)
    : page === "phone" ? await phonePage(show) : await homePage();
  main.replaceChildren(page ? h("a.back", { href: "#/" }, t("back")) : "", made);
  document.getElementById("phone-link").textContent = t("this_phone");
  main.querySelector("[autofocus]")?.focus();
  await showState();
}

/** Honest: how many wait, how old the oldest is, and why they wait. */
async function showState() {
  const queue = await all("queue");
  const stuck = queue.filter((r) => r.state !== "waiting").length;
  const oldest = Math.min(...queue.map((r) => r.made));
  const why = queue.length && state.now !== "idle" ? t(`now_${state.now}`) : "";
  bar.className = stuck || (queue.length && ["unregistered", "captive"].includes(state.now)) ? "bad" : "";
  const said = queue.length
    ? [t("unsent", { n: queue.length }), t("oldest", { age: age(oldest) }), stuck ? t("stuck", { n: stuck }) : "", why].filter(Boolean).join(" · ")
    : t("all_sent");
  // The same button stays: one made anew under a finger would lose the tap.
  const [line, button] = bar.children.length ? bar.children : [h("span"), h("button.text", { onclick: () => send({ byHand: true }) })];
  line.textContent = said;
  button.textContent = t("send_now");
  button.hidden = !queue.length;
  if (!bar.children.length) bar.append(line, button);
}

let drawing;
function again() {
  clearTimeout(drawing);
  drawing = setTimeout(() => (["", "#/"].includes(location.hash) ? show() : showState()), 60);
}

/** A new version takes over only when nothing is being written or sent. */
async function follow(registration) {
  const offer = async (worker) => {
    if (!worker || !navigator.serviceWorker.controller) return;
    const isBusy = () => isRunning() || location.hash.startsWith("#/visit") || location.hash === "#/note";
    const take = () => (isBusy() ? setTimeout(take, 2000) : worker.postMessage("take over"));
    take();
  };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => { if (worker.state === "installed") offer(worker); });
  });
  let isNew = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isNew) location.reload();
    isNew = true;
  });
}

async function start() {
  await loadWords(localStorage.getItem("moksori-field-language"));
  if (!self.isSecureContext || !crypto.subtle || !self.indexedDB) {
    main.replaceChildren(h("p.notice.bad", {}, t("needs_https")));
    return;
  }
  const chosen = (await setting("language")) || (await setting("pack"))?.member?.language;
  if (chosen) speak(chosen);
  addEventListener("hashchange", show);
  onChange(again);
  watch(again);
  await show();
  if ("serviceWorker" in navigator) {
    follow(await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" }));
    navigator.serviceWorker.ready.then(() => { document.documentElement.dataset.ready = "yes"; });
  }
  sendBySelf();
  // Only a phone that was registered fetches names: a desktop that looks in gets nothing.
  if (await setting("token")) { if (await refresh()) again(); }
}
start();
