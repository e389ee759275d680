/* Files go one by one, so that many and large ones arrive; without this page the form
   sends them all at once. */

const form = document.querySelector("[data-scans]");

function send(body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("error", () => reject(new Error(form.dataset.failed)));
    request.addEventListener("load", () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
      if (request.status < 300 && told.url) resolve(told);
      else reject(new Error(told.problem || form.dataset.failed));
    });
    request.send(body);
  });
}

async function sendAll(files) {
  const bar = form.querySelector("[data-sent]");
  const [label, share, line] = ["[data-label]", "[data-share]", "progress"].map((one) => bar.querySelector(one));
  const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
  let sent = 0;
  let told = null;
  bar.hidden = false;
  for (const file of files) {
    label.textContent = `${form.dataset.sending} · ${file.name}`;
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file);
    if (told) body.set("batch", told.batch);
    told = await send(body, (loaded) => {
      const done = Math.min(1, (sent + loaded) / total);
      line.value = done;
      share.textContent = `${Math.floor(done * 100)}%`;
    });
    sent += file.size;
  }
  return told;
}

form?.addEventListener("submit", async (event) => {
  const files = [...form.querySelector("[name=files]").files].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
    .sort((a, b) => Number(!a.size) - Number(!b.size)); // an empty one stops no other
  if (!files.length) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  button.disabled = true;
  problem.hidden = true;
  try {
    location.assign((await sendAll(files)).url);
  } catch (error) {
    problem.querySelector("span").textContent = error.message;
    problem.hidden = false;
    form.querySelector("[data-sent]").hidden = true;
    button.disabled = false;
  }
});
