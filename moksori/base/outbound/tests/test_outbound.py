"""No address that a person gives leads into the network behind the firewall."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from moksori.base.outbound import OutboundError, Refused, addresses, client, fetch
from moksori.base.outbound.addresses import is_public
from moksori.base.outbound.tests.servers import Said, serving

# The address forms that must end without a connection; research file trust_ux, A7.
FORMS = [
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "①②⑦.⓪.⓪.①",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[2001:db8::1]",
    "[2001::1]",
    "localhost",
    "LOCALHOST.",
    "a@127.0.0.1",
    "a:b@127.0.0.1",
]


@pytest.fixture
def connects(monkeypatch):
    """Every attempt to connect, made or not."""
    seen = []

    def connect(self, address):
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.mark.parametrize("host", FORMS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_form_that_leads_inside_is_refused(scheme, host, connects):
    with pytest.raises(Refused):
        fetch(f"{scheme}://{host}/secret")
    assert connects == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.com/1",
        "ftp://example.com/",
        "//example.com",
        "example.com",
        "",
        "http://",
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:6379/",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/\r\nX: 1",
        "http://" + "가" * 100 + ".kr/",
        "https://example.com/" + "a" * 3000,
        "http://[::1",
    ],
)
def test_what_is_not_an_address_of_the_web_is_refused(url, connects):
    with pytest.raises(Refused) as caught:
        fetch(url)
    assert connects == []
    assert str(caught.value).endswith((".", ").", "다."))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::a00:1", False),
        ("not an address", False),
    ],
)
def test_public_addresses_are_told_from_others(address, expected):
    assert is_public(address) is expected


def resolving(monkeypatch, *answers):
    """The system's look-up, answering in turn; the last answer stays."""
    left = list(answers)
    real = socket.getaddrinfo

    def look(host, port, *given, **named):
        if host[:1].isdigit():
            return real(host, port, *given, **named)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(2, 1, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look)


def test_a_name_with_a_public_and_a_private_address_is_refused(monkeypatch, connects):
    resolving(monkeypatch, ["93.184.216.34", "fd00::1"])
    with pytest.raises(Refused):
        fetch("http://both.example/")
    assert connects == []


def test_a_name_that_changes_its_answer_is_connected_to_as_checked(
    monkeypatch, connects
):
    resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(OutboundError):
        fetch("http://rebinding.example/")
    assert {address[0] for address in connects} == {"93.184.216.34"}
    with pytest.raises(Refused):
        fetch("http://rebinding.example/")


def test_a_redirect_inside_is_refused_and_one_outside_loses_its_headers(settings):
    with serving(lambda heard: Said(body=b"inner")) as inner:

        def to_inner(heard):
            return Said(302, headers={"Location": inner.url("/x", "localhost")})

        with serving(to_inner) as outer:
            settings.MOKSORI_ALLOW_PRIVATE = [f"127.0.0.1:{outer.port}"]
            with pytest.raises(Refused):
                fetch(outer.url())
            assert inner.heard == []
            settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1", "localhost"]
            answer = fetch(outer.url(), headers={"Authorization": "Bearer 1"})
            assert answer.body == b"inner"
            assert answer.moved == ""
            assert outer.heard[-1].headers["authorization"] == "Bearer 1"
            assert "authorization" not in inner.heard[0].headers


@pytest.fixture
def allowed(settings):
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]


def test_a_move_for_good_is_told_and_a_circle_ends(allowed):
    def answer(heard):
        if heard.path == "/old":
            return Said(301, headers={"Location": "/new?q=%EA%B0%80"})
        if heard.path == "/round":
            return Said(302, headers={"Location": "/round"})
        return Said(body=heard.path.encode())

    with serving(answer) as server:
        moved = fetch(server.url("/old"))
        assert moved.body == b"/new?q=%EA%B0%80"
        assert moved.moved == moved.url == server.url("/new?q=%EA%B0%80")
        with pytest.raises(OutboundError):
            fetch(server.url("/round"))
        assert len(server.heard) == 2 + client.REDIRECTS + 1


def test_only_asking_follows_redirects(allowed):
    with serving(lambda heard: Said(307, headers={"Location": "/x"})) as server:
        answer = fetch(server.url(), method="POST", body=b"{}")
        assert (answer.status, len(server.heard)) == (307, 1)
        assert server.heard[0].body == b"{}"


def test_a_body_is_read_to_its_limit_and_no_further(allowed):
    bomb = gzip.compress(b"0" * 50_000_000)
    with serving(
        lambda heard: Said(body=bomb, headers={"Content-Encoding": "gzip"})
    ) as server:
        answer = fetch(server.url(), largest=10_000)
        assert (len(answer.body), answer.is_cut) == (10_000, True)
        with pytest.raises(OutboundError, match="10"):
            answer.whole()


def test_a_packed_answer_is_unpacked(allowed):
    body = gzip.compress(json.dumps({"가": 1}).encode())
    with serving(
        lambda heard: Said(body=body, headers={"Content-Encoding": "gzip"})
    ) as server:
        assert fetch(server.url()).json() == {"가": 1}


@pytest.mark.parametrize("kind", ["br", "gzip"])
def test_an_answer_that_cannot_be_unpacked_is_told(allowed, kind):
    with (
        serving(
            lambda heard: Said(body=b"\x00\x01", headers={"Content-Encoding": kind})
        ) as server,
        pytest.raises(OutboundError),
    ):
        fetch(server.url())


def test_a_server_that_drips_is_left_when_the_time_is_over(allowed):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drip():
            peer, _ = listening.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.1):
                    try:
                        peer.sendall(b"X: 1\r\n")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(OutboundError, match="127"):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/", seconds=0.6)
        assert time.monotonic() - began < 2
        stop.set()
        thread.join()


def test_a_closed_port_an_unknown_name_and_nonsense_are_told(allowed, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(OutboundError):
        fetch(f"http://127.0.0.1:{port}/")
    with pytest.raises(OutboundError):
        fetch("http://no-such-name.invalid/")


def test_the_certificate_is_checked_for_the_name_that_was_asked_for(
    settings, tmp_path, monkeypatch
):
    """Connected to by number, greeted by name: SNI and the certificate say so."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "voice.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("voice.test")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    seen = []
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(tmp_path / "cert.pem")
    theirs.sni_callback = lambda _socket, name, _context: seen.append(name)
    settings.MOKSORI_ALLOW_PRIVATE = ["voice.test", "other.test"]
    monkeypatch.setattr(
        client, "_tls", lambda: ssl.create_default_context(cadata=pem.decode())
    )
    with serving(lambda heard: Said(body=b"secure"), tls=theirs) as server:
        resolving(monkeypatch, ["127.0.0.1"])
        answer = fetch(f"https://voice.test:{server.port}/")
        assert (answer.body, seen) == (b"secure", ["voice.test"])
        assert server.heard[0].headers["host"] == f"voice.test:{server.port}"
        with pytest.raises(OutboundError, match=r"인증서|certificate"):
            fetch(f"https://other.test:{server.port}/")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("120", 120), ("0", 0), ("soon", None), ("", None), ("-5", None)],
)
def test_how_long_to_wait_is_understood(allowed, given, expected):
    with serving(lambda heard: Said(429, headers={"Retry-After": given})) as server:
        assert fetch(server.url()).wait() == expected
