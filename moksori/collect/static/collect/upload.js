/* A new source is named after the chosen file until somebody names it. */

const file = document.querySelector("input[type=file][name=file]");
const name = document.querySelector("input[name=name]");
let suggested = "";

file?.addEventListener("change", () => {
  const chosen = file.files[0];
  if (!chosen || !name || name.value !== suggested) return;
  suggested = chosen.name.replace(/\.gz$/i, "").replace(/\.[^.]{1,8}$/, "").replace(/[_\s]+/g, " ").trim().slice(0, name.maxLength);
  name.value = suggested;
});
