"""The way to a server: addresses, keys, proxies, certificates; errors say what is wrong."""

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sws.engines.network import address_of
from sws.engines.openai import OpenAIEngine
from sws.errors import SwsError
from tests.engines.asking import ask_one, role
from tests.engines.server import Call, Reply, fail, ok, serving

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "chat"),
        [
            ("http://h:8000/v1", "http://h:8000/v1/chat/completions"),
            (" http://h/v1/ ", "http://h/v1/chat/completions"),
            ("http://h/v1/chat/completions", "http://h/v1/chat/completions"),
            ("https://h/v1?version=2", "https://h/v1/chat/completions?version=2"),
        ],
    )
    def test_as_people_write_them(self, url: str, chat: str) -> None:
        assert address_of(url).chat == chat

    @pytest.mark.parametrize(
        "url", ["127.0.0.1:8000/v1", "http://[::", "http://h:99999/v1", "", "h"]
    )
    def test_what_is_none_is_named(self, url: str) -> None:
        with pytest.raises(SwsError, match="not a server's address") as caught:
            OpenAIEngine(role(url), "m")
        assert "http://HOST:PORT/v1" in str(caught.value)

    def test_a_missing_v1(self) -> None:
        def script(call: Call) -> Reply:
            return ok(call) if call.path.startswith("/v1/") else Reply(404, {"detail": "Not Found"})

        with serving(script) as server, pytest.raises(SwsError, match="404: Not Found") as caught:
            ask_one(server.url.removesuffix("/v1"))
        assert f"try `url: {server.url}`" in caught.value.fix

    def test_a_model_served_under_another_name(self) -> None:
        missing = fail(404, "The model `teacher` does not exist.")
        with serving(lambda _: missing) as server, pytest.raises(SwsError) as caught:
            ask_one(server.url)
        assert "does not serve teacher" in caught.value.fix and "/v1/models" in caught.value.fix

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_server_that_moved_is_followed_on_its_host(self, status: int) -> None:
        def script(call: Call) -> Reply:
            if call.path.startswith("/v1/"):
                return Reply(status, b"", {"location": "/v2/chat/completions"})
            return ok(call)

        with serving(script) as server:
            assert ask_one(server.url).texts

    def test_and_named_elsewhere(self) -> None:
        gone = Reply(302, b"", {"location": "https://login.example/"})
        with serving(lambda _: gone) as server, pytest.raises(SwsError) as caught:
            ask_one(server.url)
        assert "moved to https://login.example/" in str(caught.value)


class TestKeys:
    def test_spaces_and_line_breaks_around_a_key_are_ignored(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", " k1\n")
        with serving(ok) as server:
            ask_one(server.url)
        assert server.calls[0].headers["authorization"] == "Bearer k1"

    @pytest.mark.parametrize(("key", "shown"), [("k1\nk2", "a line break"), ("clé", "'é'")])
    def test_what_no_header_can_hold_is_named_but_never_shown(
        self, key: str, shown: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
        with pytest.raises(SwsError, match=r"\$OPENAI_API_KEY contains") as caught:
            OpenAIEngine(role("http://h/v1"), "m")
        assert shown in str(caught.value) and key not in str(caught.value)

    @pytest.mark.parametrize(
        ("key", "advice"), [("", "put the server's key into $KEY"), ("wrong", "put another key")]
    )
    def test_a_key_that_is_missing_or_wrong(
        self, key: str, advice: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KEY", key)
        with serving(lambda _: fail(401, "Incorrect key")) as server:
            with pytest.raises(SwsError, match="Incorrect key") as caught:
                ask_one(server.url, key_variable="KEY")
            assert ("authorization" in server.calls[0].headers) == bool(key)
        assert advice in caught.value.fix and len(server.calls) == 1

    def test_a_header_from_a_variable_that_is_not_set(self) -> None:
        with pytest.raises(SwsError, match=r"headers.X-Key: \$NOT_SET is not set"):
            OpenAIEngine(role("http://h/v1", headers={"X-Key": "$NOT_SET"}), "m")


class TestProxies:
    def test_this_machine_is_reached_without_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        with serving(ok) as server:
            assert ask_one(server.url).texts

    @pytest.mark.parametrize(
        ("environment", "proxy"),
        [
            ({"http_proxy": "http://p:3128"}, "http://p:3128"),
            ({"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
            ({"http_proxy": "p:3128"}, "http://p:3128"),
            ({"all_proxy": "http://p:3128"}, "http://p:3128"),
            ({"https_proxy": "http://p:3128"}, None),
            ({"http_proxy": "http://p:3128", "no_proxy": "10.1.2.3"}, None),
            ({"http_proxy": "http://p:3128", "no_proxy": "x, 10.0.0.0/8"}, None),
        ],
    )
    def test_as_the_environment_says(
        self, environment: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert address_of("http://10.1.2.3:8000/v1").proxy == proxy

    def test_socks_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:9")
        with pytest.raises(SwsError, match=r"socks5://127\.0\.0\.1:9") as caught:
            OpenAIEngine(role("http://10.1.2.3/v1"), "m")
        assert "no_proxy=10.1.2.3" in caught.value.fix

    def test_a_dead_one_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        with pytest.raises(SwsError, match=r"the proxy http://127\.0\.0\.1:9 does not answer"):
            ask_one("http://10.1.2.3:8000/v1", outage_seconds=0.05)

    def test_one_that_refuses_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(lambda _: Reply(403, b"<html>Blocked by policy</html>")) as proxy:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            with pytest.raises(SwsError, match=f"through the proxy http://127.0.0.1:{proxy.port}"):
                ask_one("http://10.1.2.3:8000/v1")


def certificate(folder: Path) -> Path:
    """A self-signed certificate of 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "server.pem"
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


class TestCertificates:
    @pytest.fixture
    def pem(self, tmp_path: Path) -> Path:
        return certificate(tmp_path)

    @pytest.fixture
    def tls(self, pem: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def test_a_self_signed_one_is_named(self, tls: ssl.SSLContext) -> None:
        with serving(ok, tls=tls) as server, pytest.raises(SwsError, match="self-signed") as caught:
            ask_one(server.url)
        assert "ca_file" in caught.value.fix

    @pytest.mark.parametrize("way", ["ca_file", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
    def test_and_can_be_trusted(
        self, way: str, tls: ssl.SSLContext, pem: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings: dict[str, Any] = {"ca_file": str(pem)} if way == "ca_file" else {}
        if not settings:
            monkeypatch.setenv(way, str(pem))
        with serving(ok, tls=tls) as server:
            assert ask_one(server.url, **settings).texts

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_a_file_without_any_is_named(self, tmp_path: Path, content: str | None) -> None:
        path = tmp_path / "ca.pem"
        if content:
            path.write_text(content)
        with pytest.raises(SwsError, match=r"ca_file .*no certificate can be read"):
            OpenAIEngine(role("https://h/v1", ca_file=str(path)), "m")
