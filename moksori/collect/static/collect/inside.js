/* Inside the frame: tells the site around how high the page is, and when it is done. */
(() => {
  "use strict";
  if (parent === window) return;
  const tell = (said) => parent.postMessage(said, "*"); // a number; nothing of the answers
  const sheet = document.querySelector(".sheet");
  const measure = () => tell({ height: Math.ceil(sheet.getBoundingClientRect().height) + 8 });
  measure(); // at once: an observer sleeps in a frame that is not seen yet
  new ResizeObserver(measure).observe(sheet);
  if (document.querySelector("[data-done]")) tell({ done: true });
  /* Once the key is up again: the frame must still be there to hear that. A key that ends
     what an input method was composing closes nothing. */
  const close = () => setTimeout(tell, 0, { close: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) addEventListener("keyup", close, { once: true });
  });
})();
