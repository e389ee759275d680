/* Shows a survey on another site, in a frame: no cookie, nothing of the site is read.
   The site's own storage remembers that somebody closed it or has answered. */
((told) => {
  "use strict";
  const key = `moksori-${told.id}`, day = 864e5, site = new URL(told.url).origin;
  const script = document.currentScript;
  const asked = [...navigator.languages].map((one) => one.slice(0, 2));
  const wanted = script?.dataset.language ?? document.documentElement.lang.slice(0, 2);
  const language = [wanted, ...asked].find((one) => told.languages.includes(one)) ?? told.languages[0];
  const words = told.words[language];
  const recall = () => { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } };
  const remember = (more) => { try { localStorage.setItem(key, JSON.stringify({ ...recall(), ...more })); } catch { /* private mode: asks again */ } };

  function isMeant() {
    const { chance = Math.random() * 100, at = 0 } = recall();
    remember({ chance });
    const matches = (path) => path.endsWith("*")
      ? location.pathname.startsWith(path.slice(0, -1)) : location.pathname === path;
    return chance < told.share && Date.now() - at > told.again_after_days * day
      && (!told.paths.length || told.paths.some(matches));
  }

  /* What nobody asked for is seen once the frame has spoken: a browser that may not
     show it on this site would put an error there. */
  function quietly(one, inside) {
    one.style.visibility = "hidden";
    inside.addEventListener("show-me", () => { one.style.visibility = ""; });
  }

  function frame() {
    const one = document.createElement("iframe");
    const url = new URL(told.url);
    url.searchParams.set("lang", language);
    url.searchParams.set("page", (location.origin + location.pathname).slice(0, 300));
    for (const [name, value] of Object.entries(script?.dataset ?? {}))
      if (name.startsWith("tell")) url.searchParams.set(name.slice(4).toLowerCase(), value);
    one.src = url;
    one.title = told.titles[language] ?? Object.values(told.titles)[0];
    one.style.cssText = "display:block;border:0;inline-size:100%;block-size:24rem;background:transparent";
    addEventListener("message", (event) => {
      if (event.origin !== site || event.source !== one.contentWindow) return;
      const { height, done } = event.data ?? {};
      if (Number.isFinite(height)) {
        one.style.blockSize = `${Math.min(height, 4000)}px`;
        one.dispatchEvent(new Event("show-me"));
      }
      if (done) remember({ at: Date.now() });
      if (event.data?.close) one.dispatchEvent(new Event("close-me"));
    });
    return one;
  }

  function panel() {
    const box = document.createElement("div"), close = document.createElement("button");
    const before = document.activeElement;
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", told.titles[language] ?? words.button);
    box.style.cssText = `position:fixed;z-index:2147483000;inset-block-end:16px;inset-inline-${told.side === "left" ? "start" : "end"}:16px;`
      + "inline-size:min(400px,calc(100vw - 32px));max-block-size:calc(100vh - 32px);overflow:auto;background:Canvas;color:CanvasText;"
      + "border:1px solid GrayText;border-radius:12px;box-shadow:0 8px 32px rgb(0 0 0/.2)";
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", words.close);
    close.style.cssText = "position:sticky;inset-block-start:0;float:inline-end;inline-size:44px;block-size:44px;border:0;background:none;color:inherit;font:24px/1 sans-serif;cursor:pointer";
    const inside = frame();
    const end = () => { remember({ at: Date.now() }); box.remove(); before?.focus?.(); };
    close.addEventListener("click", end);
    inside.addEventListener("close-me", end);
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
    if (told.mode === "popup") quietly(box, inside);
    box.append(close, inside);
    document.body.append(box);
    return close;
  }

  function button() {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = words.button;
    one.style.cssText = `position:fixed;z-index:2147482999;inset-block-end:16px;inset-inline-${told.side === "left" ? "start" : "end"}:16px;`
      + "min-block-size:44px;padding:0 18px;border:0;border-radius:22px;background:#1d1f21;color:#fff;font:600 15px/1.4 system-ui,sans-serif;cursor:pointer;box-shadow:0 2px 10px rgb(0 0 0/.25)";
    one.addEventListener("click", () => { one.remove(); panel().focus(); });
    document.body.append(one);
  }

  function show() {
    if (told.mode === "inline") {
      const part = frame();
      quietly(part, part);
      return void (document.getElementById(key) ?? script)?.after(part);
    }
    if (told.mode === "button") return void button();
    panel(); // keeps the focus where it is: nobody asked for it
  }

  function wait() {
    if (!isMeant()) return;
    let left = (told.after_seconds > 0) + (told.after_scroll > 0);
    const one = () => { if (--left <= 0) show(); };
    if (!left) return void show();
    if (told.after_seconds) setTimeout(one, told.after_seconds * 1000);
    if (told.after_scroll) {
      const look = () => {
        const whole = document.documentElement.scrollHeight - innerHeight;
        if (whole <= 0 || (scrollY / whole) * 100 >= told.after_scroll) { removeEventListener("scroll", look); one(); }
      };
      addEventListener("scroll", look, { passive: true });
      look();
    }
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", wait); else wait();
})
