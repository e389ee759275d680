/* Recording a visit: everything is kept as it is typed; "done" makes it a record. */
import { field, h, inOrder, local, markWrong, say, t } from "./dom.js";
import { Unusable, keepPhoto, record } from "./media.js";
import { askToKeep, finish, newId, one, put, remove, setting } from "./store.js";
import { send } from "./queue.js";

const WAYS = ["there", "here", "online", "phone"];
const KINDS = ["report", "order", "request"];
// As the server takes them (collect/field/told.py).
const MOST = { verbatims: 50, promises: 30, handovers: 30, files: 40, met: 40 };
const SEARCHED = 12;  // a list longer than this is searched by typing
const FIRST_DAY = "2000-01-01", LAST_DAY = "2100-12-31", AHEAD = 7 * 86_400_000;

/* A visit in which nothing has been written yet is no draft: it lies here, so that even
   reloading the page loses nothing, until something is typed. */
const FRESH = "moksori-field-fresh";
function fresh(id) {
  const draft = JSON.parse(sessionStorage.getItem(FRESH) || "null");
  return draft?.id === id ? draft : null;
}

export async function newVisit(plan) {
  const pack = (await setting("pack")) || {};
  const guide = pack.guides?.find((g) => g.id === plan?.guide) || pack.guides?.[0];
  const draft = {
    id: newId(), kind: "visit", made: Date.now(), title: plan?.whom || "",
    content: {
      kind: "visit", started_at: new Date().toISOString(), minutes: 30, way: "there",
      account: plan?.account ?? null, whom: plan?.whom || "", purpose: plan?.purpose || "",
      plan: plan?.id ?? null, guide: guide ? { id: guide.id, version: guide.version } : null,
      place: "", summary: "", score: null, answers: {}, products: [], companions: [],
      met: [], verbatims: [{ id: newId(), who: "", text: "" }], promises: [], handovers: [], files: [],
    },
    questions: guide?.questions || [],
  };
  sessionStorage.setItem(FRESH, JSON.stringify(draft));
  return draft.id;
}

/** Correct a record that still waits: a new one takes its place and says which. */
export async function reopen(queued) {
  const { client_id, supersedes, app, ...content } = JSON.parse(queued.content);
  const pack = (await setting("pack")) || {};
  const guide = pack.guides?.find((g) => g.id === content.guide?.id);
  for (const file of content.files || []) file.type = (await one("blobs", file.sha256))?.type || "";
  const isConflict = queued.state === "conflict";
  const draft = {
    id: newId(), kind: queued.kind, made: queued.made, title: queued.title, content,
    questions: guide?.questions || [], root: isConflict ? "" : queued.root, replaces: queued.id,
  };
  await put("drafts", draft);
  return draft.id;
}

export async function visitPage(id, go) {
  const kept = await one("drafts", id);
  const draft = kept || fresh(id);
  if (!draft) return h("p", {}, t("gone"));
  const pack = (await setting("pack")) || { accounts: [], people: [], products: [], member: {} };
  const said = draft.content;
  let waiting, isDone = false, isBegun = Boolean(kept);
  const keepNow = async () => { clearTimeout(waiting); if (isBegun && !isDone) await put("drafts", draft); };
  const keep = () => { isBegun = true; clearTimeout(waiting); waiting = setTimeout(keepNow, 250); };
  const leaving = () => { if (document.hidden) keepNow(); };
  document.addEventListener("visibilitychange", leaving);
  addEventListener("pagehide", keepNow);

  const text = (get, set, given = {}) => h(given.rows ? "textarea" : "input", {
    value: get() ?? "", ...given, oninput: (e) => { set(e.target.value); keep(); },
  });
  const choose = (value, options, set) => h("select", { onchange: (e) => { set(e.target.value); keep(); } },
    options.map(([key, label]) => h("option", { value: key, selected: String(key) === String(value ?? "") }, label)));
  const people = (value, set) => choose(value, [["", t("me")], ...pack.people.filter((p) => p.id !== pack.member.id).map((p) => [p.id, p.name])],
    (v) => set(v ? Number(v) : null));

  /** A list of things with "add" below; each is drawn by `draw(row)`. */
  function rows(list, most, add, empty, draw) {
    const place = h("div.rows");
    const drawAll = (focus) => {
      place.replaceChildren(...list.map((row, at) => h("div.row", {}, draw(row), h("button.text", {
        type: "button", onclick: () => { list.splice(at, 1); keep(); drawAll(); },
      }, t("take_out")))), list.length >= most ? h("p.help", {}, t("no_more", { n: most }))
        : h("button.add", { type: "button", onclick: () => { list.push(empty()); keep(); drawAll(true); } }, add));
      if (focus) place.querySelector(".row:last-of-type input, .row:last-of-type textarea")?.focus();
    };
    drawAll();
    return place;
  }

  const dues = new Map();  // the field of the day of each promise
  const accounts = h("datalist", { id: "accounts" }, pack.accounts.map((a) => h("option", { value: a.name })));
  const whom = text(() => said.whom, (v) => {
    said.whom = v;
    said.account = pack.accounts.find((a) => a.name === v.trim())?.id ?? null;
    draft.title = v.trim();
  }, { list: "accounts", autocomplete: "off", required: true, name: "whom", maxLength: 200, autofocus: !said.whom });

  const many = (chosen, names, set, name) => {
    const from = inOrder(names);
    const checks = h("div.checks", {}, from.map((one) => check(chosen, from, one, set, name)));
    const search = h("input", { type: "search", placeholder: t("search_list"), ariaLabel: t("search_list"), autocomplete: "off", oninput: (e) => {
      const wanted = e.target.value.trim().normalize("NFC").toLowerCase();
      from.forEach((one, at) => { checks.children[at].hidden = !one.name.normalize("NFC").toLowerCase().includes(wanted); });
    } });
    return h("details.many", {}, h("summary", {}, ...countOf(chosen, from)), from.length > SEARCHED ? h("div.search", {}, search) : null, checks);
  };
  const check = (chosen, from, one, set, name) => h("label.check", {}, h("input", { type: "checkbox", name, checked: chosen.includes(one.id), onchange: (e) => {
      const now = e.target.checked ? [...chosen, one.id] : chosen.filter((c) => c !== one.id);
      chosen.splice(0, chosen.length, ...now); set?.(chosen); keep();
      e.target.closest("details").querySelector("summary").replaceChildren(...countOf(chosen, from));
    } }), one.name);
  const countOf = (chosen, from) => [chosen.length ? from.filter((o) => chosen.includes(o.id)).map((o) => o.name).join(", ") : t("choose_none")];

  const scale = (value, set, label) => h("fieldset.scale", {}, h("legend", {}, label),
    h("div.points", {}, Array.from({ length: 11 }, (_none, n) => h("label", {}, h("input", {
      type: "radio", name: `s${label}`, checked: value === n, onchange: () => { set(n); keep(); },
    }), h("span", {}, String(n))))), h("p.help.ends", {}, h("span", {}, t("score_low")), h("span", {}, t("score_high"))));

  // A guide that asks whether they would recommend us asks it instead of the form.
  const isRecommending = (q) => q.score && /추천|권하|권할|recommend/i.test(q.text);
  const question = (q) => q.score ? scale(said.answers[q.id], (n) => { said.answers[q.id] = n; if (isRecommending(q)) said.score = n; }, q.text)
    : field(q.text, q.options.length
      ? choose(said.answers[q.id], [["", t("not_asked")], ...q.options.map((o) => [o, o])], (v) => { said.answers[q.id] = v; })
      : text(() => said.answers[q.id], (v) => { said.answers[q.id] = v; }, { rows: 2 }));

  // Of several guides one is chosen; answers to another come back with it.
  const guides = [...(pack.guides || [])];
  const questions = h("section");
  const answersTo = new Map();
  const chooseGuide = (key) => {
    answersTo.set(said.guide?.id, said.answers);
    const guide = guides.find((g) => String(g.id) === key);
    said.guide = guide ? { id: guide.id, version: guide.version } : null;
    draft.questions = guide?.questions || [];
    said.answers = answersTo.get(guide?.id) || {};
    drawQuestions();
    questions.querySelector("select").focus();
  };
  const drawQuestions = () => {
    const names = guides.map((g) => [g.id, g.unit ? `${g.name} · ${g.unit}` : g.name]);
    // What was begun with a guide that the phone has no more is kept with it.
    const isOld = said.guide && !guides.some((g) => g.id === said.guide.id);
    const choice = guides.length > 1 && !isOld ? field(t("guide"), choose(said.guide?.id, [...names, ["", t("no_guide")]], chooseGuide)) : null;
    const asked = draft.questions.map(question);
    const score = draft.questions.some(isRecommending) ? null : scale(said.score, (n) => { said.score = n; }, t("score"));
    questions.replaceChildren(...[h("h2", {}, t("questions")), choice, ...asked, score].filter(Boolean));
  };

  const photos = h("div.files");
  const drawFiles = async () => {
    photos.replaceChildren(...await Promise.all(said.files.map(async (file, at) => {
      const kept = await one("blobs", file.sha256);
      const url = kept ? URL.createObjectURL(new Blob([kept.data], { type: kept.type })) : "";
      const seen = kept?.type.startsWith("image/")
        ? h("img", { src: url, alt: file.caption || t("photo") })
        : h("audio", { src: url, controls: true });
      return h("figure", {}, seen, h("button.text", { type: "button", onclick: () => { said.files.splice(at, 1); keep(); drawFiles(); } }, t("take_out")));
    })));
  };
  const added = async (work) => {
    if (said.files.length >= MOST.files) return say(t("no_more", { n: MOST.files }), true);
    try { said.files.push(await work()); isBegun = true; await keepNow(); await drawFiles(); }
    catch (error) { say(error instanceof Unusable ? t(error.message) : t("no_space"), true); }
  };
  const camera = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, hidden: true, onchange: async (e) => {
    for (const file of e.target.files) await added(() => keepPhoto(file));
    e.target.value = "";
  } });
  let recording;
  const stopRecording = async () => {
    const now = recording; recording = null;
    recorder.textContent = t("record_sound"); recorder.classList.remove("on");
    if (now) await added(() => now.stop());
  };
  const recorder = h("button.add", { type: "button", onclick: async () => {
    if (recording) return stopRecording();
    try { recording = await record(); recorder.textContent = t("stop_recording"); recorder.classList.add("on"); }
    catch (error) { return say(error instanceof Unusable ? t(error.message) : t("microphone_refused"), true); }
    addEventListener("hashchange", stopRecording, { once: true });  // whoever goes back keeps it
  } }, t("record_sound"));

  const problems = h("div", { role: "alert" });
  const done = async (event) => {
    event.preventDefault();
    if (recording) await stopRecording();  // it belongs to this record
    const wrong = [];  // [field, what is wrong with it]
    if (!said.whom.trim()) wrong.push([whom, t("whom_missing")]);
    if (!(said.minutes >= 1 && said.minutes <= 1440)) wrong.push([minutes, t("minutes_missing")]);
    if (new Date(said.started_at) - Date.now() > AHEAD || said.started_at.slice(0, 10) < FIRST_DAY) wrong.push([began, t("began_wrong")]);
    for (const row of said.promises.filter((p) => p.text.trim())) {
      const promise = row.text.trim().slice(0, 40), { due } = row;
      if (!due) wrong.push([dues.get(row.id), t("due_missing")]);
      else if (due < FIRST_DAY || due > LAST_DAY) wrong.push([dues.get(row.id), t("due_wrong", { promise, due })]);
      else if (due < metOn()) wrong.push([dues.get(row.id), t("due_before", { promise })]);
    }
    problems.replaceChildren(wrong.length ? h("ul.problems", {}, wrong.map(([, words]) => h("li", {}, words))) : "");
    for (const [input, words] of wrong) markWrong(input, words);
    if (wrong.length) { wrong[0][0].focus(); wrong[0][0].scrollIntoView({ block: "center" }); return; }
    clearTimeout(waiting);
    // Places left empty go only now: what is still on the page must keep its place.
    const told = { ...said };
    for (const name of ["verbatims", "promises", "handovers"]) told[name] = said[name].filter((one) => one.text.trim());
    told.met = said.met.filter((one) => one.name.trim());
    try {
      await put("drafts", draft);
      isDone = true;
      await finish({ ...draft, content: told });
      sessionStorage.removeItem(FRESH);
    } catch { isDone = false; say(t("no_space"), true); return; }
    askToKeep();
    document.removeEventListener("visibilitychange", leaving);
    removeEventListener("pagehide", keepNow);
    say(t("saved"));
    go("#/");
    send();
  };

  await drawFiles();
  drawQuestions();
  const metOn = () => local(new Date(said.started_at)).slice(0, 10);
  const began = h("input", { type: "datetime-local", value: local(new Date(said.started_at)), onchange: (e) => { if (e.target.value) said.started_at = new Date(e.target.value).toISOString(); keep(); } });
  const minutes = h("input", { type: "number", inputMode: "numeric", min: 1, max: 1440, value: said.minutes, name: "minutes", oninput: (e) => { said.minutes = Number(e.target.value); keep(); } });
  const due = (row) => {
    const input = text(() => row.due, (v) => { row.due = v; }, { type: "date", name: "due", min: metOn(), max: LAST_DAY });
    dues.set(row.id, input);
    return input;
  };
  return h("form", { onsubmit: done, noValidate: true, autocomplete: "off" },
    h("h1", {}, draft.replaces ? t("correct_visit") : t("record_visit")), problems,
    accounts, field(t("whom"), whom, pack.accounts.length ? t("whom_help") : ""),
    h("div.two.wide-first", {}, field(t("when"), began), field(t("minutes"), minutes)),
    h("section", {}, h("h2", {}, t("customers_words")), h("p.help", {}, t("customers_words_help")),
      rows(said.verbatims, MOST.verbatims, t("add_words"), () => ({ id: newId(), who: "", text: "" }), (row) => [
        field(t("said"), text(() => row.text, (v) => { row.text = v; }, { rows: 3, name: "said", maxLength: 5000 })),
        field(t("who_said"), text(() => row.who, (v) => { row.who = v; }, { maxLength: 120 }))])),
    h("section", {}, field(t("summary"), text(() => said.summary, (v) => { said.summary = v; }, { rows: 3, name: "summary", maxLength: 5000 }), t("summary_help"))),
    h("section", {}, h("h2", {}, t("promises")), h("p.help", {}, t("promises_help")),
      rows(said.promises, MOST.promises, t("add_promise"), () => ({ id: newId(), text: "", owner: null, due: "" }), (row) => [
        field(t("promise"), text(() => row.text, (v) => { row.text = v; }, { rows: 2, name: "promise", maxLength: 5000 })),
        h("div.two", {}, field(t("due"), due(row)),
          field(t("owner"), people(row.owner, (v) => { row.owner = v; })))])),
    questions,
    h("section", {}, h("h2", {}, t("photos")), photos, camera, h("div.adds", {},
      h("button.add", { type: "button", onclick: () => camera.click() }, t("take_photo")), recorder)),
    h("section", {}, h("h2", {}, t("handovers")),
      rows(said.handovers, MOST.handovers, t("add_handover"), () => ({ id: newId(), kind: "report", text: "", to: null }), (row) => [
        field(t("handover"), text(() => row.text, (v) => { row.text = v; }, { rows: 2, name: "handover", maxLength: 5000 })),
        h("div.two", {}, field(t("kind"), choose(row.kind, KINDS.map((k) => [k, t(`kind_${k}`)]), (v) => { row.kind = v; })),
          field(t("to"), people(row.to, (v) => { row.to = v; })))])),
    h("section", {}, h("h2", {}, t("who_was_there")),
      field(t("way"), choose(said.way, WAYS.map((w) => [w, t(`way_${w}`)]), (v) => { said.way = v; })),
      field(t("purpose"), text(() => said.purpose, (v) => { said.purpose = v; }, { maxLength: 300 })),
      rows(said.met, MOST.met, t("add_person"), () => ({ name: "", role: "" }), (row) => h("div.two", {},
        field(t("name"), text(() => row.name, (v) => { row.name = v; }, { maxLength: 120 })), field(t("role"), text(() => row.role, (v) => { row.role = v; }, { maxLength: 120 })))),
      h("div.field", {}, h("span.label", {}, t("companions")), many(said.companions, pack.people.filter((p) => p.id !== pack.member.id), null, "companions")),
      pack.products.length ? h("div.field", {}, h("span.label", {}, t("products")), many(said.products, pack.products, null, "products")) : null),
    h("div.bar", {}, h("button.primary", { type: "submit" }, t("done")),
      h("button.text", { type: "button", onclick: async () => { isDone = true; clearTimeout(waiting); sessionStorage.removeItem(FRESH); await remove("drafts", draft.id); go("#/"); say(t("thrown_away")); } }, t("throw_away"))));
}
