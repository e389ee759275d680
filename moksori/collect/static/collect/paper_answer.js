/* Deciding what stands on paper by the keyboard alone: numbers choose boxes, two of them
   in a row where there are more than nine. `code`, not `key`: Korean input may be on.

   A key that was meant for the page before, or for a text that has no focus yet, must
   decide nothing: so a page just shown takes no decision before somebody can have seen
   it, and where words are typed the other keys work only after Escape. */

const SEEN = 500; /* milliseconds */
const form = document.querySelector("[data-paper]");
const boxes = form ? [...form.querySelectorAll("[data-press]")] : [];
const text = form?.querySelector("[name=text]");
const shown = performance.now();
const isTyping = (target) => target.closest("textarea, input:not([type=radio],[type=checkbox]), select");
let hasLeft = !text;
let hasChosen = false;
let pressed = "";
let timer = 0;

function choose(key) {
  const box = boxes.find((one) => one.dataset.press === key);
  if (!box) return;
  box.checked = box.type === "radio" ? true : !box.checked;
  hasChosen = true;
}

function digit(number) {
  const longer = pressed + number;
  clearTimeout(timer);
  if (pressed && boxes.some((one) => one.dataset.press === longer)) {
    if (boxes[0].type === "checkbox") choose(pressed); /* it was the start of a longer one */
    choose(longer);
    pressed = "";
    return;
  }
  choose(number);
  pressed = boxes.some((one) => one.dataset.press.length > 1 && one.dataset.press.startsWith(number)) ? number : "";
  timer = setTimeout(() => { pressed = ""; }, 700);
}

function leave() {
  text.blur();
  hasLeft = true;
  for (const button of form.querySelectorAll("[data-later]")) button.dataset.key = button.dataset.later;
}

function press(code) { form.querySelector(`[data-key="${code}"]`)?.click(); }

function stop(event) { event.preventDefault(); event.stopImmediatePropagation(); }

function typed(event) {
  if (event.code === "Escape" && event.target === text) leave();
  else if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-enter]")) { stop(event); press("Enter"); }
}

/* A machine's guess comes after the page and beside it; only a person puts it in. */
const guess = form?.querySelector("[data-guess]");

async function askForGuess() {
  const answer = await fetch(guess.dataset.guess).catch(() => null);
  const told = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!told?.text) return;
  guess.querySelector("blockquote").textContent = told.text;
  guess.hidden = false;
}

function takeGuess() {
  const words = guess.querySelector("blockquote").textContent;
  text.value = text.value.trim() ? `${text.value.trimEnd()} ${words}` : words;
  text.focus();
}

if (guess && text) {
  askForGuess();
  guess.querySelector("button").addEventListener("click", takeGuess);
}

document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "F2" && guess && !guess.hidden) { stop(event); takeGuess(); return; }
  if (isTyping(event.target)) { typed(event); return; }
  if (!hasLeft && (event.key.length === 1 || event.key === "Process")) {
    text.focus(); /* the letter goes where it was meant to go */
    event.stopImmediatePropagation();
    return;
  }
  const found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (found && !event.shiftKey) { stop(event); digit(found[1]); return; }
  const code = event.code === "NumpadEnter" ? "Enter" : event.code;
  if (!["Enter", "Space", "KeyX"].includes(code)) return;
  if (event.target.closest("a, button, summary")) return; /* presses that */
  stop(event);
  if (hasChosen || performance.now() - shown > SEEN) press(code);
}, true);

for (const box of boxes) box.addEventListener("change", () => { hasChosen = true; });
