/* "A customer just told me…": one field, one button; known pain points beside it. */
import { field, h, say, t } from "./dom.js";
import { near } from "./near.js";
import { send } from "./queue.js";
import { all, finish, newId, put, remove, setting } from "./store.js";

const WAYS = ["visit", "phone", "chat", "email", "other"];

async function begun() {
  const kept = (await all("drafts")).filter((d) => d.kind === "note");
  return kept.find((d) => d.replaces) || kept[0] || { id: newId(), kind: "note", title: t("note"), made: Date.now(),
    content: { kind: "note", text: "", channel: "visit", product: null, theme: null, anonymous: false } };
}

export async function notePage(go) {
  const pack = (await setting("pack")) || { products: [] };
  const draft = await begun();
  const said = draft.content;
  let waiting, isDone = false;
  const keepNow = () => { clearTimeout(waiting); return isDone ? null : put("drafts", draft); };
  const keep = () => { clearTimeout(waiting); waiting = setTimeout(keepNow, 250); };

  const known = h("div", { role: "group", ariaLabel: t("known") });
  const drawKnown = () => {
    const found = near(said.text, pack.known || []);
    const chosen = (pack.known || []).find((k) => k.theme === said.theme);
    if (chosen && !found.includes(chosen)) found.unshift(chosen);
    known.replaceChildren(...(found.length ? [h("p.label", {}, t("known")), ...found.map((one) => h("button.choice", {
      type: "button", "aria-pressed": String(one.theme === said.theme), onclick: () => {
        said.theme = said.theme === one.theme ? null : one.theme;
        keep(); drawKnown();
        known.querySelector("[aria-pressed=true]")?.focus();
      },
    }, one.name))] : []));
  };
  const words = h("textarea", { rows: 5, name: "note", required: true, maxLength: 5000, value: said.text, autofocus: true,
    oninput: (e) => { said.text = e.target.value; keep(); drawKnown(); } });
  const done = async (event) => {
    event.preventDefault();
    if (!said.text.trim()) { words.focus(); return say(t("note_missing"), true); }
    draft.title = said.anonymous ? t("note_nameless") : said.text.slice(0, 40);
    clearTimeout(waiting);
    try { await put("drafts", draft); isDone = true; await finish(draft); }
    catch { isDone = false; return say(t("no_space"), true); }
    say(t("saved"));
    go("#/");
    send();
  };
  drawKnown();
  return h("form", { onsubmit: done, noValidate: true },
    h("h1", {}, t("write_note")), field(t("note_words"), words), known,
    h("div.two", {},
      field(t("heard"), h("select", { onchange: (e) => { said.channel = e.target.value; keep(); } },
        WAYS.map((w) => h("option", { value: w, selected: w === said.channel }, t(`heard_${w}`))))),
      pack.products.length ? field(t("product"), h("select", { onchange: (e) => { said.product = Number(e.target.value) || null; keep(); } },
        h("option", { value: "" }, t("no_product")), pack.products.map((p) => h("option", { value: p.id, selected: p.id === said.product }, p.name)))) : null),
    h("label.check", {}, h("input", { type: "checkbox", name: "anonymous", checked: said.anonymous, onchange: (e) => { said.anonymous = e.target.checked; keep(); } }), t("without_name")),
    h("p.help", {}, t("without_name_help")),
    h("div.bar", {}, h("button.primary", { type: "submit" }, t("done")),
      h("button.text", { type: "button", onclick: async () => { isDone = true; clearTimeout(waiting); await remove("drafts", draft.id); go("#/"); say(t("thrown_away")); } }, t("throw_away"))));
}
