/* "A customer just told me…": one field, one button. */
import { field, h, say, t } from "./dom.js";
import { send } from "./queue.js";
import { finish, newId, put, setting } from "./store.js";

const WAYS = ["visit", "phone", "chat", "email", "other"];

export async function notePage(go) {
  const pack = (await setting("pack")) || { products: [] };
  const draft = { id: newId(), kind: "note", title: t("note"), made: Date.now(),
    content: { kind: "note", text: "", channel: "visit", product: null, anonymous: false } };
  const said = draft.content;
  const words = h("textarea", { rows: 5, name: "note", required: true, oninput: (e) => { said.text = e.target.value; } });
  const done = async (event) => {
    event.preventDefault();
    if (!said.text.trim()) { words.focus(); return say(t("note_missing"), true); }
    draft.title = said.anonymous ? t("note_nameless") : said.text.slice(0, 40);
    try { await put("drafts", draft); await finish(draft); }
    catch { return say(t("no_space"), true); }
    say(t("saved"));
    go("#/");
    send();
  };
  return h("form", { onsubmit: done, noValidate: true },
    h("h1", {}, t("write_note")), field(t("note_words"), words),
    h("div.two", {},
      field(t("heard"), h("select", { onchange: (e) => { said.channel = e.target.value; } }, WAYS.map((w) => h("option", { value: w }, t(`heard_${w}`))))),
      pack.products.length ? field(t("product"), h("select", { onchange: (e) => { said.product = Number(e.target.value) || null; } },
        h("option", { value: "" }, t("no_product")), pack.products.map((p) => h("option", { value: p.id }, p.name)))) : null),
    h("label.check", {}, h("input", { type: "checkbox", name: "anonymous", onchange: (e) => { said.anonymous = e.target.checked; } }), t("without_name")),
    h("p.help", {}, t("without_name_help")),
    h("div.bar", {}, h("button.primary", { type: "submit" }, t("done"))));
}
