/* Deciding what stands on paper by the keyboard alone: numbers choose boxes, two of them
   in a row where there are more than nine. `code`, not `key`: Korean input may be on. */

const form = document.querySelector("[data-paper]");
const boxes = form ? [...form.querySelectorAll("[data-press]")] : [];
const isTyping = (target) => target.closest("textarea, input:not([type=radio],[type=checkbox]), select");
let pressed = "";
let timer = 0;

function choose(text) {
  const box = boxes.find((one) => one.dataset.press === text);
  if (!box) return false;
  box.checked = box.type === "radio" ? true : !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
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

document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
  if (event.target.matches("[data-enter]") && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.querySelector("[data-key=Enter]").click();
    return;
  }
  if (isTyping(event.target)) return;
  const found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (found && !event.shiftKey) { event.preventDefault(); event.stopImmediatePropagation(); digit(found[1]); }
  if (event.code === "Space" && event.target.matches("[data-press]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-key=Space]").click();
  }
  if ((event.code === "Enter" || event.code === "NumpadEnter") && event.target.matches("[data-press]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-key=Enter]").click();
  }
}, true);
