"""The client over TLS, which is how it calls everybody but a laptop's sink."""

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.builders.http_sink import OK, Sink, Trickle, answer, http_sink
from tocsin.channels.base import RetryableError
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.requests import HttpRequest


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def sink(certificate: Path) -> Iterator[Sink]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http_sink(context) as sink:
        yield sink


@pytest.fixture
def client(certificate: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> HttpClient:
    """One that trusts the sink as it trusts the system's authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return HttpClient(frozenset({sink.host}), timeout=0.6)


def test_what_is_sent_over_tls_arrives_and_the_connection_is_used_again(
    sink: Sink, client: HttpClient
) -> None:
    sink.plays = [answer(200, b"x" * 50_000), OK]
    assert len(client.send(HttpRequest("test", "POST", sink.url, body=b"{}")).body) == 50_000
    assert client.send(HttpRequest("test", "POST", sink.url, body=b"{}")).ok
    assert [seen.body for seen in sink.seen] == [b"{}", b"{}"]


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(sink: Sink) -> None:
    with pytest.raises(RetryableError, match="certificate"):
        HttpClient(frozenset({sink.host})).send(HttpRequest("test", "POST", sink.url, body=b"secret"))
    assert sink.seen == []


def test_a_server_that_trickles_over_tls_does_not_hold_us(sink: Sink, client: HttpClient) -> None:
    sink.plays = [Trickle(b"HTTP/1.1 200 OK\r\n" + b"x-padding: y\r\n" * 500, pause=0.05)]
    began = time.monotonic()
    with pytest.raises(RetryableError):
        client.send(HttpRequest("test", "GET", sink.url))
    assert time.monotonic() - began < 2
