/* The service worker of the field app. VERSION and FILES stand above this text when it
   is served. It keeps the app's own files and nothing else: no data, no answers of the
   server, nothing that was handed in. */
const CACHE = `field-${VERSION}`;

self.addEventListener("install", (event) => {
  // "reload": never from the browser's own cache, which may hold an older file.
  const fresh = FILES.map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const key = event.request.mode === "navigate" && url.pathname.startsWith("/field/")
    ? "/field/" : url.pathname;
  if (!FILES.includes(key)) return;  // everything else goes its own way
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(key)) || fetch(event.request);
  })());
});

// A new version waits until the app says that nothing is being written or sent.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

// A bonus where there is one: the app sends by itself whenever it is open.
self.addEventListener("sync", (event) => {
  event.waitUntil(self.clients.matchAll().then((open) => {
    for (const client of open) client.postMessage("send");
  }));
});
