/* A device in public: begins anew when nobody is there, and bears impatient fingers. */
(() => {
  "use strict";
  const { idle, home } = document.body.dataset;
  const WARNING = 10, whole = Math.max(20, Number(idle) || 30) * 1000;
  const dialog = document.querySelector("dialog.idle"), count = dialog.querySelector(".count");
  const isStart = location.pathname === home, isDone = !!document.querySelector("[data-done]");
  const form = document.querySelector("form");
  let last = performance.now(), touched = !isStart;

  const leave = () => { form?.reset(); location.replace(home); };
  const stay = () => { last = performance.now(); touched = true; if (dialog.open) dialog.close(); };
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, stay, { passive: true });
  dialog.addEventListener("close", () => { last = performance.now(); });

  setInterval(() => {
    if (!touched) return;
    const left = Math.ceil((whole - (performance.now() - last)) / 1000);
    if (left <= 0) leave();
    else if (left <= WARNING) { if (!dialog.open && !isDone) dialog.showModal(); count.textContent = left; }
  }, 500);

  // A tap meant for the page before lands on this one; a second tap sends nothing twice.
  const ready = performance.now() + 600;
  let isSent = false;
  document.addEventListener("click", (event) => {
    if (performance.now() < ready && event.target.closest("button, a, label")) event.preventDefault();
  }, true);
  form?.addEventListener("submit", (event) => { if (isSent) event.preventDefault(); isSent = true; });
  for (const link of document.querySelectorAll("[data-replace]"))
    link.addEventListener("click", (event) => { event.preventDefault(); leave(); });

  // Coming back by the browser's button shows no earlier answers.
  addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  addEventListener("contextmenu", (event) => event.preventDefault());
})();
