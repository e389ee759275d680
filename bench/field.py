"""The field app through everything that happens to phones: is each record there once?

    python -m bench.field --records 500 --photos 200

A real Chromium behind a proxy that loses answers, plays captive portal and changes the
app; killed in between, in two tabs, signed out; at the end twenty-fold resending.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

PASSWORD = "a long enough password"  # noqa: S105
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WORLD = "from moksori.base.testing.makers import make_team; make_team()"
COUNT = """
import json
from moksori.collect.models import *
print(json.dumps([FieldRecord.objects.count(), Visit.objects.count(),
    Feedback.objects.count(), FieldConflict.objects.count(),
    sorted(Attachment.objects.values_list('sha256', flat=True)),
    sorted(FieldRecord.objects.values_list('client_id', flat=True))]))
"""
MAKE = """async ([records, photos, start]) => {
  const store = await import("/static/collect/field/store.js");
  const media = await import("/static/collect/field/media.js");
  const made = [[], []];
  for (let n = 0; n < records; n += 1) {
    const files = [];
    if (n < photos) {
      const canvas = new OffscreenCanvas(640, 480), brush = canvas.getContext("2d");
      for (let i = 0; i < 400; i += 1) {
        const [r, g] = [Math.random() * 256, Math.random() * 256];
        brush.fillStyle = `rgb(${r},${g},${(start + n) % 256})`;
        brush.fillRect(Math.random()*640, Math.random()*480, 60, 60);
      }
      const drawn = await canvas.convertToBlob({ type: "image/png" });
      const file = await media.keepPhoto(drawn);
      files.push(file);
      made[1].push(file.sha256);
    }
    const draft = { id: store.newId(), kind: "visit", title: `${start + n}`, content: {
      kind: "visit", started_at: new Date().toISOString(), minutes: 30, way: "there",
      whom: `Customer ${start + n}`, files,
      verbatims: [{ id: store.newId(), who: "", text: `Words ${start + n}` }] } };
    await store.put("drafts", draft);
    made[0].push((await store.finish(draft)).id);
  }
  return made;
}"""


class Proxy(ThreadingHTTPServer):
    """Between phone and server; `mode` says what goes wrong."""

    def __init__(self, server: int) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.upstream, self.mode, self.version = server, "normal", ""
        self.sent: list[tuple[bytes, str]] = []
        self.lost = 0
        Thread(target=self.serve_forever, daemon=True).start()


class Passing(BaseHTTPRequestHandler):
    server: Proxy

    def handle_any(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body, proxy = self.rfile.read(size), self.server
        if proxy.mode == "captive":
            return self.answer(200, [], b"<html>Welcome to our hotel</html>")
        upstream = HTTPConnection("127.0.0.1", proxy.upstream, timeout=60)
        upstream.request(self.command, self.path, body, dict(self.headers))
        found = upstream.getresponse()
        content = found.read()
        if self.path == "/field/records/":
            proxy.sent.append((body, self.headers["Authorization"]))
        if self.path == "/field/sw.js" and proxy.version:
            content += f"// {proxy.version}".encode()
        is_sending = self.command in {"POST", "PUT"} and self.path.startswith("/field/")
        if proxy.mode == "lossy" and is_sending and random.random() < 0.05:  # noqa: S311
            proxy.lost += 1
            return self.answer(500, [], b"lost after commit")
        return self.answer(found.status, found.getheaders(), content)

    def answer(self, status: int, headers: Any, content: bytes) -> None:
        try:
            self.send_response(status)
            skipped = {"content-length", "transfer-encoding", "connection", "server"}
            for name, value in headers:
                if name.lower() not in skipped:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            pass  # the browser was killed

    do_GET = do_POST = do_PUT = do_HEAD = handle_any  # noqa: N815

    def log_message(self, *_words: Any) -> None:
        pass


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=500)
    asked.add_argument("--photos", type=int, default=200)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moksori-field-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MOKSORI_")}
    environment |= {"MOKSORI_DATA_DIR": str(folder / "data"),
                    "MOKSORI_LOG_LEVEL": "ERROR"}  # fmt: skip
    moksori(environment, "manage", "migrate", "-v", "0")
    moksori(environment, "manage", "shell", "-v", "0", "-c", WORLD)
    command = [sys.executable, "-m", "moksori", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        with sync_playwright() as playwright:
            made, photos, proxy = rounds(playwright, folder, port, given)
        resent = resend(proxy)
        print(json.dumps(told(environment, folder, (made, photos), resent), indent=1))
        print("answers lost after commit:", proxy.lost)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=40)


def rounds(
    playwright: Playwright, folder: Path, port: int, given: argparse.Namespace
) -> tuple[list[str], list[str], Proxy]:
    proxy = Proxy(port)
    base, profile = f"http://127.0.0.1:{proxy.server_port}", folder / "phone"
    phone, page = opened(playwright, profile, base)
    register(page)
    made: list[str] = []
    photos: list[str] = []
    half = given.records // 2
    for start, count in ((0, half), (half, given.records - half)):
        phone.set_offline(True)
        ids, files = page.evaluate(MAKE, [count, given.photos // 2, start])
        made, photos = made + ids, photos + files
        killed(profile)
        say(f"{len(made)} records, {len(photos)} photos, browser killed")
        phone, page = opened(playwright, profile, base)
        page.goto("/field/")
    badly(phone, page, proxy)
    killed(profile)
    phone, page = opened(playwright, profile, base)
    proxy.version = "another version"
    page.goto("/field/")
    end = time.monotonic() + 400
    while (left := waiting(page)) and time.monotonic() < end:
        press(page)
        time.sleep(3)
    say(f"killed while sending, app updated: {left} wait")
    phone.close()
    return made, photos, proxy


def register(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "vic@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/field/#/phone")
    page.locator("section button.primary").click()
    page.wait_for_selector("input[name=device]", state="detached")
    page.wait_for_selector("html[data-ready=yes]")


def badly(phone: BrowserContext, page: Page, proxy: Proxy) -> None:
    """Captive portal; then signed out, in two tabs, with answers lost."""
    proxy.mode = "captive"
    press(page)
    time.sleep(2)
    say(f"captive portal: {waiting(page)} wait")
    proxy.mode = "lossy"
    phone.clear_cookies()
    other = phone.new_page()
    other.goto("/field/")
    for one in (page, other):
        press(one)
    time.sleep(6)
    say(f"two tabs, signed out, answers lost: {waiting(page)} wait")


def opened(
    playwright: Playwright, profile: Path, base: str
) -> tuple[BrowserContext, Page]:
    phone = playwright.chromium.launch_persistent_context(
        profile, executable_path="/usr/bin/chromium", args=ARGUMENTS, base_url=base
    )
    return phone, phone.new_page()


def killed(profile: Path) -> None:
    """SIGKILL for every process of this one browser, known by its own folder."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            is_ours = str(profile).encode() in entry.read_bytes()
        except OSError:
            continue
        if is_ours:
            os.kill(int(entry.parent.name), signal.SIGKILL)
    time.sleep(1)


def press(page: Page) -> None:
    page.evaluate(
        "import('/static/collect/field/queue.js').then(m => { m.send({byHand: true}) })"
    )


def waiting(page: Page) -> int:
    for _times in range(5):
        try:
            return int(page.evaluate(
                "import('/static/collect/field/store.js').then(m => m.ids('queue'))"
                ".then(found => found.length)"
            ))  # fmt: skip
        except Exception:  # noqa: BLE001 - the page reloads itself with a new version
            time.sleep(1)
    return -1


def resend(proxy: Proxy) -> dict[str, int]:
    """Twenty records, each twenty times at once, straight to the server."""
    found: dict[str, int] = {}
    bodies = list(dict(proxy.sent).items())[:20]

    def once(job: tuple[bytes, str]) -> int:
        upstream = HTTPConnection("127.0.0.1", proxy.upstream, timeout=120)
        headers = {"Content-Type": "application/json", "Authorization": job[1]}
        upstream.request("POST", "/field/records/", job[0], headers)
        return upstream.getresponse().status

    with ThreadPoolExecutor(20) as pool:
        for body in bodies:
            for status in pool.map(once, [body] * 20):
                found[str(status)] = found.get(str(status), 0) + 1
    return found


def told(
    environment: dict[str, str],
    folder: Path,
    made: tuple[list[str], list[str]],
    resent: dict[str, int],
) -> dict[str, Any]:
    out = moksori(environment, "manage", "shell", "-v", "0", "-c", COUNT)
    rows, visits, feedback, conflicts, attached, names = json.loads(out)
    files = (folder / "data" / "uploads" / "field").glob("??/*")
    same = [
        one for one in files
        if hashlib.sha256(one.read_bytes()).hexdigest() == one.name
    ]  # fmt: skip
    return {
        "made": len(made[0]), "rows": rows, "visits": visits, "feedback": feedback,
        "lost": len(set(made[0]) - set(names)),
        "doubled": rows - len(set(names)) + visits - rows,
        "conflicts": conflicts, "photos made": len(set(made[1])),
        "photos attached": len(attached),
        "photos identical": len({one.name for one in same} & set(made[1])),
        "resent 20 at once": resent,
    }  # fmt: skip


def moksori(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "moksori", *words],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def wait_for(port: int) -> None:
    for _times in range(200):
        try:
            HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/healthz")
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("the server did not start")


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


if __name__ == "__main__":
    main()
