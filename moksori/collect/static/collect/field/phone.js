/* This phone: registered on purpose, what waits, space, language, the rescue file. */
import { field, h, say, speak, spoken, t, time } from "./dom.js";
import { send } from "./queue.js";
import { all, askToKeep, rescue, set, setting, space } from "./store.js";

/** Names, guides and plans from the server; null without network, "out" if signed out. */
export async function refresh() {
  let answer;
  try { answer = await fetch("/field/pack/", { redirect: "manual", cache: "no-store" }); }
  catch { return null; }
  if (answer.type === "opaqueredirect" || answer.status === 401) return "out";
  try {
    const pack = await answer.json();
    if (!pack.member) return null;
    const before = await setting("pack");
    const owner = await setting("owner");
    // Somebody else is signed in here: their names are not for this phone's records.
    if (owner && owner !== pack.member.id) return "other";
    await set("pack", pack);
    if (!before && !(await setting("language"))) speak(pack.member.language);
    return pack;
  } catch { return null; }
}

/** “Android · 11:42”: what kind it is and since when, so that two can be told apart. */
function proposedName() {
  const kinds = [[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"], [/Macintosh/, "Mac"], [/Linux/, "Linux"]];
  const kind = kinds.find(([of]) => of.test(navigator.userAgent))?.[1] || t("this_device");
  return `${kind} · ${new Date().toTimeString().slice(0, 5)}`;
}

async function register(name, isProposed) {
  const pack = await refresh();
  if (pack === "out") { location.href = "/accounts/login/?next=/field/%23/phone"; return; }
  if (!pack || pack === "other") return say(t(pack === "other" ? "other_member" : "no_network"), true);
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";
  const answer = await fetch("/field/devices/", {
    method: "POST", redirect: "manual", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ name: isProposed ? `${pack.member.name} · ${name}` : name }),
  });
  const told = await answer.json().catch(() => null);
  if (!told?.token) return say(told?.error?.message || t("not_registered_now"), true);
  await set("token", told.token);
  await set("device", told.name);
  await set("owner", pack.member.id);
  await askToKeep();
  say(t("registered"));
  send({ byHand: true });
}

export async function phonePage(redraw) {
  const [token, device, pack, owner, waits, { left, kept }] = await Promise.all(
    [setting("token"), setting("device"), setting("pack"), setting("owner"), all("queue"), space()]);
  const guess = proposedName();
  const name = h("input", { value: guess, maxLength: 80, name: "device" });
  const save = async () => {
    const { file, count } = await rescue(pack?.member || { id: owner });
    const link = h("a", { href: URL.createObjectURL(file), download: `moksori-${new Date().toISOString().slice(0, 10)}.jsonl` });
    document.body.append(link); link.click(); link.remove();
    say(t("rescued", { n: count }));
  };
  return h("div", {}, h("h1", {}, t("this_phone")),
    h("section", {}, h("h2", {}, t("registration")),
      token ? h("p", {}, t("is_registered", { name: device || "", member: pack?.member?.name || "" }))
        : h("p", {}, t("is_not_registered")),
      token ? null : field(t("device_name"), name),
      h("div.adds", {}, token
        ? h("button.add", { onclick: async () => { await set("token", ""); say(t("unregistered")); redraw(); } }, t("unregister"))
        : h("button.primary", { onclick: async () => { await register(name.value, name.value === guess); redraw(); } }, t("register"))),
      h("p.help", {}, t("registration_help"))),
    h("section", {}, h("h2", {}, t("language")), h("div.adds", {}, [["ko", "한국어"], ["en", "English"]].map(([code, label]) =>
      h("button.add", { lang: code, "aria-pressed": String(spoken() === code), onclick: async () => { speak(code); await set("language", code); redraw(); } }, label)))),
    h("section", {}, h("h2", {}, t("taken_along")),
      h("p", {}, pack && (token || pack.accounts.length) ? t("pack_of", { at: time(pack.made_at), accounts: pack.accounts.length, plans: pack.plans.length, pains: pack.known?.length || 0 }) : t("no_pack")),
      h("p.help", {}, t("if_lost")),
      h("button.add", { onclick: async () => {
        const found = await refresh();
        if (found === "out") location.href = "/accounts/login/?next=/field/%23/phone";
        else say(found === "other" ? t("other_member") : found ? t("pack_new") : t("no_network"), !found || found === "other");
        redraw();
      } }, t("refresh"))),
    h("section", {}, h("h2", {}, t("space")),
      h("p", { className: left < 50e6 ? "bad" : "" }, Number.isFinite(left) ? t("space_left", { space: left < 1e9 ? `${Math.floor(left / 1e6)} MB` : `${(left / 1e9).toFixed(1)} GB` }) : ""),
      h("p", {}, kept ? t("space_kept") : t("space_not_kept")),
      kept ? null : h("button.add", { onclick: async () => { const done = await askToKeep(); say(t(done ? "space_kept" : "space_refused"), !done); redraw(); } }, t("ask_to_keep"))),
    h("section", {}, h("h2", {}, t("rescue")), h("p", {}, waits.length ? t("rescue_help", { n: waits.length }) : t("rescue_nothing")),
      h("button.add", { disabled: !waits.length, onclick: save }, t("save_file"))));
}
