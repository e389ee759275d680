/* Small conveniences on top of pages that work without them. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } },
};

/* --- said aloud, shown in passing --- */

export function say(text) {
  const place = $("#said");
  if (place) { place.textContent = ""; requestAnimationFrame(() => { place.textContent = text; }); }
}

function ageToasts(root = document) {
  for (const toast of $$("[data-toast]:not([data-aged])", root)) {
    toast.dataset.aged = "";
    const stays = toast.dataset.stays && toast.dataset.stays !== "success" && toast.dataset.stays !== "info";
    if (!stays) later(toast);
  }
}

/* Ten seconds to undo; as long as it is looked at, it stays. */
function later(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) later(toast);
    else toast.remove();
  }, 10000);
}

/* --- rows and shortcuts: `code`, not `key`, for the Korean keyboard --- */

const rows = () => $$("[data-row]").filter((row) => row.offsetParent !== null || row.getClientRects().length);
const linkOf = (row) => $(".row-link, a, button", row) || row;

function move(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by))];
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const typing = (target) => target.closest("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable=true]");
let waitsForStep = 0;

function goToStep(code) {
  const place = /^(?:Digit|Numpad)([1-5])$/.exec(code);
  const link = place && $$(".step > a, .step > span")[place[1] - 1];
  if (link?.href) location.assign(link.href);
  return Boolean(place);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || $("dialog[open]")) return;
  if (event.code === "Space" && event.target.closest("a, button, summary")) return; /* presses it */
  if (store.get("moksori-keys") === "off") return;
  if (Date.now() < waitsForStep && goToStep(event.code)) { waitsForStep = 0; event.preventDefault(); return; }
  const act = shortcut(event);
  if (act) { event.preventDefault(); act(); }
});

function shortcut(event) {
  if (event.code === "Slash") return event.shiftKey ? () => open($("#help")) : focusSearch;
  if (event.shiftKey) return null;
  const key = `[data-key="${event.code}"]`;
  const latest = $$(`[data-toast]:not([hidden]) ${key}`).at(-1); // what was done last is undone first
  const row = currentRow();
  const anywhere = event.code === "Delete" ? null : $(key); // nothing goes that nobody pointed at
  const own = (row && $(key, row)) || latest || anywhere;
  if (own) return () => own.click();
  return { KeyJ: () => move(1), KeyK: () => move(-1), KeyG: () => { waitsForStep = Date.now() + 1500; } }[event.code];
}

const currentRow = () => document.activeElement?.closest("[data-row]");

function focusSearch() {
  const field = $("[data-search]");
  if (field) { field.focus(); field.select(); return; }
  const link = $('a[href*="/search"]');
  if (link) location.assign(link.href);
}

/* --- dialogs, menus, small buttons --- */

export function open(dialog) { if (dialog && !dialog.open) dialog.showModal(); }

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  for (const menu of $$("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.nodeName === "DIALOG" && outside(event)) event.target.close();
  if (at("[data-dialog]")) { event.preventDefault(); open(document.getElementById(at("[data-dialog]").dataset.dialog)); }
  if (at("[data-close]")) at("[data-toast]")?.remove();
  if (at("[data-back]")) history.back();
  if (at("[data-copy]")) { event.preventDefault(); copy(at("[data-copy]")); }
});

const outside = ({ target, clientX: x, clientY: y }) => {
  const box = target.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
};

async function copy(button) {
  const text = button.dataset.copy || location.href;
  try { await navigator.clipboard.writeText(new URL(text, location.href).href); } catch { return; }
  const label = $("[data-label]", button) || button;
  const before = label.textContent;
  label.textContent = button.dataset.copied || "✓";
  say(label.textContent);
  setTimeout(() => { label.textContent = before; }, 2000);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = document.activeElement?.closest("details[data-menu][open]") || $("details[data-menu][open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
});

/* Ctrl+Enter sends a long text; plain Enter stays a new line. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && event.target.matches("textarea")) event.target.form?.requestSubmit();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-off]")) store.set("moksori-keys", event.target.checked ? "off" : "on");
  if (event.target.matches("[data-submits]")) event.target.form?.requestSubmit();
});

/* --- light and dark without a reload --- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-switch]")) switchTheme(event, form);
  else if (form.method === "post") once(event, form);
});

function switchTheme(event, form) {
  const chosen = event.submitter?.value ?? "";
  event.preventDefault();
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  for (const button of $$("[data-theme-switch] button")) button.setAttribute("aria-pressed", String(button.value === chosen));
  const body = new FormData(form);
  body.set("theme", chosen);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}

/* A second click on a slow line is not a second order. */
function once(event, form) {
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 4000);
}
addEventListener("pageshow", () => { for (const form of $$("form[data-sent]")) delete form.dataset.sent; });

/* --- htmx: errors become toasts, focus and words follow the swap --- */

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status >= 400 && detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
});

document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline || "offline"));

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const region = detail.elt;
  ready(region.parentNode || document);
  const told = region.matches?.("[data-say]") ? region : $("[data-say]", region);
  if (told) say(told.dataset.say);
  if (document.activeElement === document.body) $("[data-focus], [autofocus]", region)?.focus();
});

function ready(root) {
  ageToasts(root);
  for (const back of $$("[data-back]", root)) back.hidden = history.length < 2;
}

const keysOff = $("[data-keys-off]");
if (keysOff) keysOff.checked = store.get("moksori-keys") === "off";
ready(document);
$(".error-summary[data-focus]:not([data-example] *)")?.focus();
