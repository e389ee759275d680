/* Shows and hides questions and options while a page is answered.

   The form says what is known before the page: data-known='{"answers": {…}, "variant":
   …, "language": …, "item": …}'. A question says data-question="q3" (as rules call it),
   data-name="q3@option" (as its fields are called; left out where it is the same),
   data-type="nps" and data-show='{rule}'; an option says data-show, too. Without this
   script the server shows the page again when an answer brings out another question. */
(() => {
  "use strict";
  const NUMBERS = ["nps", "csat", "ces", "stars", "smileys", "number"];
  const LISTS = ["multiple", "ranking", "file", "photo", "audio"];
  const CODES = ["not_applicable", "prefer_not_to_say"];
  const { holds } = globalThis.moksoriRules;

  const number = (text) => {
    const plain = text.normalize("NFKC").replaceAll(",", "").trim();
    return plain === "" || Number.isNaN(Number(plain)) ? null : Number(plain);
  };

  /* What stands in "q.row" or "q.option", by row or option; null where there is none. */
  function parts(data, name, type) {
    const found = {};
    for (const [field, value] of data) {
      if (!value || !field.startsWith(`${name}.`)) continue;
      const part = field.slice(name.length + 1);
      if (type === "matrix_multiple") (found[part] ??= []).push(value);
      else found[part] = type === "sum" ? number(value) : value;
    }
    if (!Object.keys(found).length) return null;
    const placed = () => Object.keys(found).sort((a, b) => found[a] - found[b]);
    return type === "ranking" ? placed() : found;
  }

  function answer(data, name, type) {
    const values = data.getAll(name).filter((one) => one !== "");
    if (type === "consent") return values.length > 0;
    if (!values.length) return parts(data, name, type);
    if (LISTS.includes(type)) return values;
    return NUMBERS.includes(type) ? number(values[0]) : values[0];
  }

  function learn(answers, data, { question, type, name = question }) {
    const told = [...data.getAll(`${name}?`), ...data.getAll(name)];
    const code = told.find((one) => CODES.includes(one));
    const value = code ? null : answer(data, name, type);
    delete answers[question];
    delete answers[`${question}?`];
    if (code) answers[`${question}?`] = code;
    else if (value !== null) answers[question] = value;
  }

  const rule = (element) => JSON.parse(element.dataset.show ?? "null");

  function show(form) {
    const data = new FormData(form);
    const known = JSON.parse(form.dataset.known);
    for (const box of form.querySelectorAll("[data-question]")) {
      const { question } = box.dataset;
      delete known.answers[question];
      delete known.answers[`${question}?`];
    }
    for (const box of form.querySelectorAll("[data-question]")) {
      box.hidden = !holds(rule(box), known);
      for (const one of box.querySelectorAll("[data-show]")) one.hidden = !holds(rule(one), known);
      if (!box.hidden) learn(known.answers, data, box.dataset);
    }
  }

  for (const form of document.querySelectorAll("form[data-known]")) {
    form.addEventListener("input", () => show(form));
    form.addEventListener("change", () => show(form));
    show(form);
  }
})();
