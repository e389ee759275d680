/* Photos one after the other: each is sent at once, in the order in which it was taken,
   and kept here until it has arrived. */

const form = document.querySelector("[data-camera]");
const list = document.querySelector("[data-photos]");
const file = form.querySelector("[name=photo]");
const live = form.querySelector("[data-live]");
const video = live.querySelector("video");
const waiting = [];
let sending = false;

function line(text, className) {
  const item = document.createElement("li");
  item.className = `photo ${className}`;
  item.textContent = text;
  list.prepend(item);
  return item;
}

function take(photo) {
  waiting.push({ photo, item: line(`${form.dataset.sending} …`, "waiting") });
  next();
}

async function next() {
  if (sending || !waiting.length) return;
  sending = true;
  const { photo, item } = waiting[0];
  const body = new FormData(form);
  body.set("photo", photo, photo.name || "photo.jpg");
  let answer = null;
  try { answer = await fetch(form.action, { method: "POST", body }); } catch { /* no network */ }
  sending = false;
  if (!answer || answer.status >= 500) {
    item.textContent = form.dataset.failed;
    setTimeout(next, 4000);
    return;
  }
  waiting.shift();
  const html = await answer.text();
  const found = new DOMParser().parseFromString(html, "text/html");
  const told = found.querySelector("[data-photo]");
  if (answer.ok && told) {
    form.querySelector("[name=batch]").value = told.dataset.batch;
    document.querySelector("[data-done]").hidden = false;
    document.querySelector("[data-done] a").href = form.dataset.batchUrl.replace("/0/", `/${told.dataset.batch}/`);
    item.replaceWith(told);
    window.htmx?.process(told);
  } else {
    item.textContent = found.querySelector("main p, .lead, h1")?.textContent.trim() || form.dataset.failed;
  }
  next();
}

file.addEventListener("change", () => {
  for (const photo of file.files) take(photo);
  file.value = "";
});

/* The camera kept open, where the browser allows it: no app in between. */
const on = form.querySelector("[data-live-on]");
if (navigator.mediaDevices?.getUserMedia) on.hidden = false;

on.addEventListener("click", async () => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } },
    });
    live.hidden = false;
    on.hidden = true;
  } catch { on.hidden = true; }
});

live.querySelector("[data-shutter]").addEventListener("click", () => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  if (!canvas.width) return;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((photo) => { if (photo) take(new File([photo], "photo.jpg", { type: "image/jpeg" })); }, "image/jpeg", 0.92);
});

addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
