/* A note without a name tells the server nothing before it is sent: no known pain points
   are looked for while its words are typed. */
const box = document.getElementById("id_anonymous");
const near = document.getElementById("near-pains");
const form = document.getElementById("note-form");

/* Also the delayed one that was still to come when the box was ticked. */
form.addEventListener("htmx:confirm", (event) => { if (box.checked) event.preventDefault(); });
form.addEventListener("htmx:beforeSwap", ({ detail }) => { if (box.checked) detail.shouldSwap = false; });
box.addEventListener("change", () => {
  if (box.checked) near.replaceChildren();
  else document.getElementById("id_text").dispatchEvent(new Event("input", { bubbles: true }));
});
