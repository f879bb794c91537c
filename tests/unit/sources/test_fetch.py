"""The guarded client against a real server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.site_server import Answer, StaticSite, serving

from search27.sources import fetch, network
from search27.sources.exchange import Expected, FetchFailed
from search27.sources.fetch import Fetcher, SiteUnavailable
from search27.sources.network import GuardedTransport, HostRefused, is_public
from search27.sources.site import AddressRefused, Site

JSON = Expected("JSON", "application/json", ("json",), 1000, 5.0, json.loads)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSE", 0.0)


@pytest.fixture
def site() -> Iterator[StaticSite]:
    with serving(StaticSite()) as site:
        site.files["/a"] = ("application/json", '{"a": 1}')
        yield site


def fetcher(site: StaticSite, **options: Any) -> Fetcher:
    return Fetcher(Site.parse(site.origin), **{"rate": 50, "allow_private": True, **options})


@pytest.mark.parametrize("fault", ["429", "500", "cut", "truncated"])
def test_a_failure_that_passes_is_tried_again(site: StaticSite, fault: Any) -> None:
    site.faults["/a"] = [fault] * 5
    with fetcher(site) as client:
        assert client.get("/a", JSON).value == {"a": 1}
    assert len(site.asked("/a")) == 6


def test_after_six_tries_the_last_failure_is_told(site: StaticSite) -> None:
    site.faults["/a"] = ["500"] * 10
    with fetcher(site) as client, pytest.raises(FetchFailed, match="500") as caught:
        client.get("/a", JSON)
    assert caught.value.again
    assert len(site.asked("/a")) == 6


def test_a_drip_is_cut_off_by_the_deadline_of_the_whole(site: StaticSite) -> None:
    site.faults["/a"] = ["drip"]
    patient = Expected("JSON", "application/json", ("json",), 1000, 0.2, json.loads)
    with fetcher(site) as client:
        assert client.get("/a", patient).value == {"a": 1}
    assert len(site.asked("/a")) == 2


def test_an_unreadable_robots_txt_forbids_everything(site: StaticSite) -> None:
    site.robots = Answer(500)
    with fetcher(site) as client, pytest.raises(SiteUnavailable, match=r"robots\.txt"):
        client.get("/a", JSON)
    assert site.requests == ["/robots.txt"] * 6


def test_robots_txt_is_obeyed_after_a_redirect_too(site: StaticSite) -> None:
    site.robots = Answer(body=b"User-agent: *\nDisallow: /a", kind="text/plain")
    site.redirects["/b"] = "/a"
    with fetcher(site) as client:
        for url in ("/a", "/b"):
            with pytest.raises(FetchFailed, match="does not allow"):
                client.get(url, JSON)
    assert site.asked("/a") == []


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/",
        "http://[::1]/",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_out_of_the_site_is_refused(site: StaticSite, target: str) -> None:
    site.redirects["/b"] = target
    with fetcher(site) as client, pytest.raises(AddressRefused):
        client.get("/b", JSON)


def test_a_site_that_moved_to_its_other_name_is_followed_once(
    site: StaticSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = Site.parse(site.origin).port
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **options: rows)
    site.named = f"www.example.test:{port}"
    with Fetcher(Site.parse(f"http://example.test:{port}"), rate=50, allow_private=True) as client:
        replies = [client.get("/a", JSON) for _ in range(3)]
    assert {reply.url for reply in replies} == {f"http://example.test:{port}/a"}
    assert site.requests == ["/robots.txt", "/robots.txt", "/a", "/a", "/a"]


def test_at_most_five_redirects_are_followed(site: StaticSite) -> None:
    site.redirects.update({f"/r{n}": f"/r{n + 1}" for n in range(9)})
    site.redirects["/r5"] = "/a"
    with fetcher(site) as client:
        assert client.get("/r1", JSON).url.endswith("/a")
        with pytest.raises(FetchFailed, match="more than 5 times"):
            client.get("/r0", JSON)


def test_sizes_and_types_are_capped(site: StaticSite) -> None:
    site.files |= {"/big": ("application/json", " " * 2000), "/html": ("text/html", "<p>")}
    with fetcher(site) as client:
        with pytest.raises(FetchFailed, match="larger than 1,000 bytes"):
            client.get("/big", JSON)
        with pytest.raises(FetchFailed, match="not JSON"):
            client.get("/html", JSON)
    assert len(site.asked("/html")) == 1


def test_unchanged_content_is_not_sent_again(site: StaticSite) -> None:
    with fetcher(site) as client:
        first = client.get("/a", JSON)
        second = client.get("/a", JSON, etag=first.headers["etag"])
    assert (first.not_modified, second.not_modified, second.content) == (False, True, b"")


def test_broken_pages_are_told_from_a_broken_site(site: StaticSite) -> None:
    with fetcher(site) as client:
        for number in range(4):
            site.faults[f"/x{number}"] = ["500"] * 6
            with pytest.raises(FetchFailed):
                client.get(f"/x{number}", JSON)
        assert client.get("/a", JSON).value
        site.faults["/"] = ["500"] * 100
        for _ in range(3):
            with pytest.raises(FetchFailed):
                client.get("/a", JSON)
        with pytest.raises(SiteUnavailable, match="does not answer"):
            client.get("/a", JSON)


def test_the_user_agent_names_the_program_and_a_contact(site: StaticSite) -> None:
    with fetcher(site, contact="mailto:a@example.org") as client:
        client.get("/a", JSON)
    assert len(site.agents) == 1
    assert site.agents.pop().endswith(" (mailto:a@example.org)")


def test_a_private_address_is_refused_unless_allowed(site: StaticSite) -> None:
    with fetcher(site, allow_private=False) as client, pytest.raises(HostRefused, match=r"127\.0\.0\.1"):
        client.get("/a", JSON)
    assert site.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
        "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "198.51.100.1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_changes_between_check_and_connect_leads_nowhere_else(
    site: StaticSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is public, later ones are this machine: only the first one may be connected to."""
    port = Site.parse(site.origin).port
    answers = iter(["93.184.215.14"])
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **options: Any) -> Any:
        return real(next(answers, "127.0.0.1") if host == "rebind.example" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connected: list[str] = []

    class Recorded(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            connected.append(str(request.url))
            assert request.headers["host"] == f"rebind.example:{port}"
            raise httpx.ConnectError("no network in tests")

    monkeypatch.setattr(network.httpx, "AsyncHTTPTransport", Recorded)
    request = httpx.Request("GET", f"http://rebind.example:{port}/a")
    with pytest.raises(httpx.ConnectError):
        asyncio.run(GuardedTransport().handle_async_request(request))
    with pytest.raises(HostRefused):
        asyncio.run(GuardedTransport().handle_async_request(request))
    assert connected == [f"http://93.184.215.14:{port}/a"]
    assert site.requests == []


def test_one_private_answer_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **options: rows)
    with pytest.raises(HostRefused, match=r"10\.0\.0\.1"):
        asyncio.run(GuardedTransport().handle_async_request(httpx.Request("GET", "http://mixed.example/")))


def test_a_certificate_is_verified_for_the_name_though_the_address_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    _self_signed(certificate, key, "localhost")
    with serving(StaticSite(files={"/a": ("application/json", "[]")}), (certificate, key)) as site:
        port = site.origin.rsplit(":", 1)[1]
        named = Site.parse(f"https://localhost:{port}")
        with (
            Fetcher(named, rate=50, allow_private=True) as client,
            pytest.raises(SiteUnavailable, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            client.get("/a", JSON)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Fetcher(named, rate=50, allow_private=True) as client:
            assert client.get("/a", JSON).value == []
        with (
            Fetcher(Site.parse(f"https://127.0.0.1:{port}"), rate=50, allow_private=True) as client,
            pytest.raises(SiteUnavailable, match=r"127\.0\.0\.1"),
        ):
            client.get("/a", JSON)


def _self_signed(certificate: Path, key: Path, name: str) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
