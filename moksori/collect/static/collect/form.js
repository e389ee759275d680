/* Makes three things easier; without it all of them work, too: ranking by arrows, the
   sum of points, "none of these" that clears the others. And does the proof of work. */
(() => {
  "use strict";
  const form = document.querySelector("form");
  if (!form) return;

  for (const list of form.querySelectorAll(".ranking ol")) rank(list);
  function rank(list) {
    const { up, down, take, most } = list.dataset;
    const items = () => [...list.children], place = (one) => one.querySelector("select");
    const hint = list.parentElement.querySelector("[data-hint]");
    if (hint) hint.textContent = hint.dataset.hint;
    const placed = () => items().filter((one) => place(one).value);
    const number = () => {
      placed().forEach((one, n) => { place(one).value = n + 1; one.dataset.place = n + 1; });
      for (const one of items()) {
        const is = !!place(one).value, n = placed().indexOf(one);
        if (!is) delete one.dataset.place;
        one.querySelector(".take").hidden = is || placed().length >= Number(most);
        one.querySelector(".up").hidden = !is;
        one.querySelector(".down").hidden = !is;
        one.querySelector(".up").disabled = n === 0;
        one.querySelector(".down").disabled = n === placed().length - 1;
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const press = (kind, sign, words, work) => (one) => {
      const button = document.createElement("button"), text = one.querySelector("span").textContent;
      button.type = "button";
      button.className = kind;
      button.textContent = sign;
      button.setAttribute("aria-label", `${words}: ${text}`);
      button.addEventListener("click", () => { work(one); number(); (button.hidden || button.disabled ? one.querySelector("button:not([hidden]):not([disabled])") : button)?.focus(); });
      one.append(button);
    };
    const swap = (one, other) => { if (other && place(other).value) one === other || (items().indexOf(one) > items().indexOf(other) ? other.before(one) : other.after(one)); };
    const sorted = items().sort((a, b) => (Number(place(a).value) || 99) - (Number(place(b).value) || 99));
    list.append(...sorted);
    const add = [
      press("take", "+", take, (one) => { const last = placed().at(-1); if (last) last.after(one); else list.prepend(one); place(one).value = placed().length + 1; }),
      press("up", "▲", up, (one) => swap(one, one.previousElementSibling)),
      press("down", "▼", down, (one) => swap(one, one.nextElementSibling)),
    ];
    for (const one of items()) { place(one).hidden = true; for (const put of add) put(one); }
    list.classList.add("by-arrows");
    number();
  }

  for (const list of form.querySelectorAll("[data-total]")) {
    const out = list.parentElement.querySelector("output");
    const say = () => {
      const sum = [...list.querySelectorAll("input")].reduce((all, one) => all + (Number(one.value.normalize("NFKC").replace(",", ".")) || 0), 0);
      out.textContent = `${out.dataset.words} ${Math.round(sum * 1e6) / 1e6}`;
      out.classList.toggle("fits", Math.abs(sum - Number(list.dataset.total)) < 1e-6);
    };
    list.addEventListener("input", say);
    say();
  }

  form.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const one of form.querySelectorAll(`input[name="${CSS.escape(target.name)}"]`))
      if (one !== target && ("alone" in target.dataset || "alone" in one.dataset)) one.checked = false;
  });

  form.addEventListener("submit", () => {
    for (const one of form.querySelectorAll("[data-question]:not([hidden])")) {
      const seen = document.createElement("input");
      seen.type = "hidden";
      seen.name = "seen";
      seen.value = one.dataset.name ?? one.dataset.question;
      form.append(seen);
    }
  });

  const asked = form.elements.challenge;
  if (asked && crypto.subtle) solve(asked.value, Number(asked.dataset.bits));
  async function solve(signed, bits) {
    const coder = new TextEncoder();
    for (let n = 0; ; n++) {
      const hash = new DataView(await crypto.subtle.digest("SHA-256", coder.encode(`${signed}:${n}`)));
      if (hash.getUint32(0) >>> (32 - bits) === 0) {
        form.elements.proof.value = n;
        document.getElementById("challenge").hidden = true;
        return;
      }
    }
  }
})();
