/* Pieces of pages and words of both languages. */
let words = {}, language = "ko";

export async function loadWords(chosen) {
  const found = await (await fetch("/field/words.json")).json();
  words = found;
  speak(chosen || (navigator.language.startsWith("ko") ? "ko" : "en"));
}

export function speak(chosen) {
  language = words[chosen] ? chosen : "ko";
  document.documentElement.lang = language;
  document.title = t("app_name");
}
export const spoken = () => language;

/** A text; {n} and other names are filled in, English counts differ by `_one`. */
export function t(key, facts = {}) {
  const said = words[language] || {};
  const text = (facts.n === 1 && said[`${key}_one`]) || said[key] || key;
  return text.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
}

/** An element: h("p", {class: "note"}, "text", child, …). Texts are never HTML. */
export function h(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list" && key !== "form") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

let counter = 0;
/** Label above, field, help under. */
export function field(label, input, help = "") {
  counter += 1;
  input.id ||= `f${counter}`;
  const note = help ? h("p.help", { id: `${input.id}-help` }, help) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  return h("div.field", {}, h("label", { htmlFor: input.id }, label), input, note);
}

/** Says beside a field what is wrong with it, until it is changed. */
export function markWrong(input, words) {
  input.closest(".field").querySelector(".wrong")?.remove();
  const note = h("p.help.bad.wrong", { id: `${input.id}-wrong` }, words);
  const before = input.getAttribute("aria-describedby");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", note.id);
  input.after(note);
  input.addEventListener("input", () => {
    note.remove();
    input.removeAttribute("aria-invalid");
    if (before) input.setAttribute("aria-describedby", before);
    else input.removeAttribute("aria-describedby");
  }, { once: true });
}

/** By name as people count: "Film 2" before "Film 10". */
export function inOrder(named) {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return [...named].sort((a, b) => compare(a.name, b.name));
}

export function say(text, isBad = false) {
  const place = document.getElementById("said");
  place.replaceChildren(h(isBad ? "p.said.bad" : "p.said", {}, text));
  clearTimeout(say.timer);
  say.at = Date.now();
  say.timer = setTimeout(() => place.replaceChildren(), isBad ? 6000 : 3000);
}
/** Gone with the next touch, and on another page; not what was said just now. */
function hush() { if (Date.now() - (say.at || 0) > 500) document.getElementById("said")?.replaceChildren(); }
addEventListener("hashchange", hush);
addEventListener("pointerdown", hush);
addEventListener("keydown", hush);

export function day(moment) {
  return new Intl.DateTimeFormat(language === "ko" ? "ko-KR" : "en-GB",
    { month: "long", day: "numeric", weekday: "short" }).format(new Date(moment));
}
export function time(moment) {
  return new Intl.DateTimeFormat(language === "ko" ? "ko-KR" : "en-GB",
    { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}
/** How long ago, in whole days; below one day in words. */
export function age(moment, now = Date.now()) {
  const days = Math.floor((now - moment) / 86_400_000);
  return days < 1 ? t("today") : t("days_old", { n: days });
}
/** The local day and time as fields of a form want them. */
export function local(moment = new Date()) {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
