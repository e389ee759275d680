"""A real IMAP server (Debian's Dovecot) on loopback, for as long as a test lasts."""

from __future__ import annotations

import datetime
import getpass
import grp
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN, PASSWORD = "voice", "s3cret 비밀"
BINARY = shutil.which("dovecot") or (
    "/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else ""
)
_SETTINGS = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
default_internal_user = {inner}
default_login_user = {login}
default_internal_group = {inner_group}
first_valid_uid = 0
mail_location = maildir:{base}/maildir
mail_uid = {user}
mail_gid = {group}
auth_mechanisms = plain login
auth_failure_delay = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base} allow_all_users=yes
}}
"""


@dataclass(frozen=True)
class Server:
    tls: int
    plain: int
    certificate: Path
    maildir: Path

    def deliver(self, raw: bytes, folder: str = "") -> None:
        """As a mail transport puts it into a Maildir."""
        place = self.maildir / folder if folder else self.maildir
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}.M{os.urandom(4).hex()}.test"
        (place / "tmp" / name).write_bytes(raw)
        (place / "tmp" / name).rename(place / "new" / name)
        _hand_over(self.maildir)


def _hand_over(folder: Path) -> None:
    """Started by root, the server reads mails as nobody."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


@contextmanager
def dovecot(base: Path) -> Iterator[Server]:
    user = getpass.getuser()
    group = grp.getgrgid(os.getgid()).gr_name
    plain, tls = free_port(), free_port()
    _certificate(base)
    (base / "users").write_text(f"{LOGIN}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    # Root may not answer logins; without it nobody else can.
    is_root = os.getuid() == 0
    base.chmod(0o755)
    settings = _SETTINGS.format(
        base=base,
        user="nobody" if is_root else user,
        group="nogroup" if is_root else group,
        plain=plain,
        tls=tls,
        inner="dovecot" if is_root else user,
        inner_group="dovecot" if is_root else group,
        login="dovenull" if is_root else user,
    )
    (base / "dovecot.conf").write_text(settings)
    (base / "maildir").mkdir()
    _hand_over(base / "maildir")
    process = subprocess.Popen(
        [BINARY, "-F", "-c", str(base / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(tls, process, base)
        server = Server(tls, plain, base / "cert.pem", base / "maildir")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], base: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise RuntimeError(
                (base / "log").read_text() if (base / "log").exists() else "no log"
            )
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("Dovecot does not answer.")


def _certificate(base: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (base / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (base / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
