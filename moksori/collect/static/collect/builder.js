/* Keys, focus and the live preview of the builder; all of it works without, by pages. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/* --- the preview follows the draft --- */

/* To the question that is being written; else to where it stood. */
function follow(frame, top) {
  const inside = frame.contentWindow;
  const asked = inside?.document.getElementById($("#open")?.dataset.open || "-");
  inside?.scrollTo(0, asked ? asked.getBoundingClientRect().top + inside.scrollY - 24 : top);
}
window.addEventListener("load", () => $$("iframe[data-preview]").forEach((frame) => follow(frame, 0)));

let waits = 0;
function refresh() {
  clearTimeout(waits);
  waits = setTimeout(() => {
    const source = $("#builder")?.dataset.frame;
    for (const frame of $$("iframe[data-preview]")) {
      const top = frame.contentWindow?.scrollY || 0;
      frame.onload = () => follow(frame, top);
      frame.src = source || frame.src;
    }
  }, 150);
}
document.addEventListener("draft-changed", refresh);

/* --- focus goes where the work goes on --- */

document.addEventListener("htmx:afterSettle", () => {
  const builder = $("#builder");
  const id = builder?.dataset.focusId;
  if (id) {
    delete builder.dataset.focusId;
    const field = document.getElementById(id);
    field?.focus();
    if (field?.matches("input, textarea")) field.setSelectionRange?.(field.value.length, field.value.length);
  }
  if (builder && builder.dataset.frame !== refresh.last) { refresh.last = builder.dataset.frame; refresh(); }
});
refresh.last = $("#builder")?.dataset.frame;

/* --- one thing after another: what is done while an answer is under way takes its turn --- */

/* An answer often puts a new builder into the page. Whatever was clicked in the old one
   would then be answered into nowhere, or its screen would come before the draft it shows. */

let underWay = null; // the request that is being answered
const inLine = [];
const isOurs = (elt) => elt.closest("#builder, [data-toast]");

document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (!underWay || !isOurs(elt)) return;
  event.preventDefault();
  const button = triggeringEvent?.submitter || null;
  const isWaiting = !button && inLine.some((one) => one.elt === elt && !one.button);
  if (!isWaiting) inLine.push({ ...event.detail, elt, button });
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isOurs(detail.requestConfig.elt)) underWay = detail.requestConfig;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig !== underWay) return;
  underWay = null;
  while (!underWay && inLine.length) send(inLine.shift());
});

/* What was left behind by a new builder is sent all the same, with what it holds. */
function send({ elt, button, verb, path, issueRequest }) {
  if (elt.isConnected && !button?.name) issueRequest(true);
  else if (elt.matches("form")) {
    const values = new FormData(elt, button);
    const swap = elt.matches(".open-form") ? "none" : "outerHTML"; // the answer says more itself
    htmx.ajax(verb, path, { source: "#builder", target: "#builder", swap, values });
  } else document.getElementById(elt.id)?.click();
}

/* --- what is typed is kept while it is typed; the form itself stays untouched --- */

const PAUSE = 600; // milliseconds without a key
const isRule = (field) => /-(own|json)$/.test(field.name); // half a rule is none
let pause = 0;

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.(".open-form");
  if (!form || !target.matches("input:not([type=checkbox]), textarea") || isRule(target)) return;
  form.dataset.unsaved = "yes";
  clearTimeout(pause);
  pause = setTimeout(() => { if (form.isConnected) form.dispatchEvent(new Event("typed")); }, PAUSE);
});

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!target.matches?.(".open-form")) return;
  clearTimeout(pause);
  target.dataset.unsaved = "sent";
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.dataset?.unsaved === "sent") target.dataset.unsaved = detail.successful ? "" : "yes";
});

/* Hints that come above a field would push it away under the hands: they wait. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig?.triggeringEvent?.type === "typed") detail.swapOverride = "none";
});

/* What is published is what stands on the screen. */
document.addEventListener("submit", (event) => {
  const form = $(".open-form");
  if (event.submitter?.id !== "publish" || !form?.dataset.unsaved) return;
  event.preventDefault();
  document.addEventListener("draft-changed", () => {
    form.dataset.unsaved = "";
    $("#publish")?.click();
  }, { once: true });
  if (form.dataset.unsaved === "yes") form.dispatchEvent(new Event("typed"));
});

/* Who closes the page in the middle of a word has it kept, too. */
window.addEventListener("pagehide", () => {
  const form = $(".open-form");
  if (!form?.dataset.unsaved) return;
  if (navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form))) form.dataset.unsaved = "";
});

/* --- keys: `code`, so that they work with the Korean input method on --- */

const inOptions = (target) => target.matches?.("input[data-option]") && target.form;

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || $("dialog[open]")) return;
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.code)) moved(event);
  else if (event.code === "Escape") left(event);
  else if (event.code === "Enter" && inOptions(event.target) && !event.ctrlKey) nextOption(event);
  else if (event.code === "Backspace" && inOptions(event.target) && !event.target.value) dropOption(event);
});

/* Alt and an arrow: the answer that is being written, else the question. */
function moved(event) {
  const way = event.code === "ArrowUp" ? "up" : "down";
  const option = inOptions(event.target) ? event.target.id : "";
  const item = event.target.closest(".build-item, .build-page");
  const button = option
    ? document.getElementById(`${way}-${option}`)
    : $(`.moves button[id^="${way}-"]`, event.target.closest(".build-row") || item || document.createElement("i"));
  if (!button) return;
  event.preventDefault();
  if (button.disabled || button.getAttribute("aria-disabled") === "true") return;
  button.click();
}

function left(event) {
  const form = event.target.closest(".open-form");
  const menu = event.target.closest("details.adds[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); return; }
  if (form) document.getElementById(`open-${form.dataset.open}`)?.focus();
}

/* Enter goes on to the next answer, and makes one after the last. */
function nextOption(event) {
  event.preventDefault();
  const all = $$(`input[data-option="${event.target.dataset.option}"]`, event.target.form);
  const next = all[all.indexOf(event.target) + 1];
  if (next) next.focus();
  else document.getElementById(`add-${event.target.dataset.option}`)?.click();
}

/* An empty answer goes with the key that emptied it. */
function dropOption(event) {
  const all = $$(`input[data-option="${event.target.dataset.option}"]`, event.target.form);
  if (all.length < 3) return;
  event.preventDefault();
  const before = all[Math.max(0, all.indexOf(event.target) - 1)];
  const button = document.getElementById(`delete-${event.target.id}`);
  before.focus();
  button?.click();
}

/* --- menus open with the first choice at hand --- */

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.adds[open]")) $(".menu-list button", event.target)?.focus();
}, true);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-text]");
  if (!button) return;
  try { await navigator.clipboard.writeText(button.dataset.copyText); } catch { return; }
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 2000);
});

/* An undo is offered once; again only where it did not arrive. */
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  const toast = target.closest?.("[data-toast]");
  if (toast) toast.hidden = true;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const toast = detail.requestConfig.elt.closest("[data-toast]");
  if (detail.successful) toast?.remove();
  else if (toast) toast.hidden = false;
});
