/* What the phone keeps (IndexedDB): drafts, what waits to be sent, photos, what was sent.
   A record that waits never changes; it goes only when the server has said that it has it. */
const NAME = "moksori-field";
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      for (const name of ["settings", "drafts", "queue", "blobs", "sent"]) {
        if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, { keyPath: "id" });
      }
    };
    asked.onsuccess = () => {
      // Another tab with a newer app must be able to change the database.
      asked.result.onversionchange = () => { asked.result.close(); opened = undefined; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = undefined; reject(asked.error); };
  });
  return opened;
}

/** One transaction over some stores: all of it or nothing, on the disk when it is done. */
export async function change(stores, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    let result;
    tx.oncomplete = () => { told(stores); resolve(result); };
    tx.onabort = () => reject(tx.error || new Error("aborted"));
    result = work((name) => tx.objectStore(name), tx);
  });
}

async function read(store, ask) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const asked = ask(db.transaction(store).objectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const one = (store, id) => read(store, (s) => s.get(id));
export const all = (store) => read(store, (s) => s.getAll());
export const ids = (store) => read(store, (s) => s.getAllKeys());
export const put = (store, value) => change([store], (of) => { of(store).put(value); });
export const remove = (store, id) => change([store], (of) => { of(store).delete(id); });
export const setting = async (id) => (await one("settings", id))?.value;
export const set = (id, value) => put("settings", { id, value });

/** Tabs of one phone tell each other that something changed. */
const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
const listeners = new Set();
export function onChange(listener) { listeners.add(listener); }
function told(stores) {
  for (const listener of listeners) listener(stores);
  channel?.postMessage(stores);
}
if (channel) channel.onmessage = (event) => { for (const l of listeners) l(event.data); };

/** UUIDv7: its order is the order of time. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export async function hash(data) {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Press "done": the draft becomes a record that never changes, in one step.
    `draft.root` is the first record that it corrects, `draft.replaces` the waiting one. */
export async function finish(draft) {
  const id = newId();
  const { files = [], ...said } = draft.content;
  const told = {
    ...said,
    client_id: id,
    supersedes: draft.root || "",
    files: files.map(({ sha256, name, caption }) => ({ sha256, name, caption })),
    app: 1,
  };
  const content = JSON.stringify(told);
  const record = {
    id, content, hash: await hash(content), kind: told.kind, made: Date.now(),
    title: draft.title || "", files: files.map((f) => f.sha256), root: draft.root || id,
    state: "waiting", tries: 0, problem: "",
  };
  await change(["queue", "drafts"], (of, tx) => {
    const still = of("drafts").get(draft.id);
    still.onsuccess = () => {
      if (!still.result) return tx.abort();  // another tab was faster
      of("queue").put(record);
      of("drafts").delete(draft.id);
      if (draft.replaces) of("queue").delete(draft.replaces);
    };
  });
  return record;
}

/** The server has it: the record goes, and its photos where nothing else needs them. */
export async function handedIn(record, visit) {
  const needed = new Set();
  for (const other of [...(await all("queue")), ...(await all("drafts"))]) {
    if (other.id === record.id) continue;
    for (const sha of other.files || (other.content.files || []).map((f) => f.sha256)) needed.add(sha);
  }
  await change(["queue", "blobs", "sent"], (of) => {
    of("queue").delete(record.id);
    for (const sha of record.files) if (!needed.has(sha)) of("blobs").delete(sha);
    of("sent").put({ id: record.id, title: record.title, kind: record.kind, made: record.made, at: Date.now(), visit });
  });
  const sent = await all("sent");
  const old = sent.sort((a, b) => b.at - a.at).slice(30);
  if (old.length) await change(["sent"], (of) => { for (const o of old) of("sent").delete(o.id); });
}

/** Space that is left, and whether the browser promised to keep what is here. */
export async function space() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) || {};
  const kept = (await navigator.storage?.persisted?.()) ?? false;
  return { left: quota ? quota - usage : Infinity, kept };
}
export const askToKeep = () => navigator.storage?.persist?.() ?? Promise.resolve(false);

/** Everything that waits, as a file that can be brought in on the server: one line of
    JSON for the head, each file and each record, so that nobody has to hold it at once. */
export async function rescue(member) {
  const lines = [JSON.stringify({ moksori_field: 1, member, made: new Date().toISOString() })];
  const queue = (await all("queue")).sort((a, b) => (a.id < b.id ? -1 : 1));
  const parts = [`${lines[0]}\n`];
  for (const sha of new Set(queue.flatMap((r) => r.files))) {
    const kept = await one("blobs", sha);
    if (!kept) continue;
    const text = await base64(kept.data);
    parts.push(new Blob([`{"file":"${sha}","data":"`, text, '"}\n']));
  }
  for (const r of queue) {
    parts.push(`${JSON.stringify({ record: r.id, hash: r.hash, content: r.content })}\n`);
  }
  return { file: new Blob(parts, { type: "application/x-ndjson" }), count: queue.length };
}

async function base64(data) {
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(new Blob([data]));
  });
  return url.slice(url.indexOf(",") + 1);
}
