"""How to reach a server: its address, the way there, whom to trust, and what to send along."""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import certifi

from sws.config.roles import Role
from sws.errors import SwsError

_CHAT = "/chat/completions"


@dataclass(frozen=True)
class Address:
    """One server: `base` as the user knows it, where to POST, and through which proxy if any."""

    base: str
    chat: str
    proxy: str | None

    def moved(self, location: str) -> "Address | None":
        """The address that a redirection names, when it is on the same host."""
        there = urljoin(self.chat, location)
        if urlsplit(there)[:2] != urlsplit(self.chat)[:2] or _CHAT not in there:
            return None
        return address_of(there)


def address_of(url: str) -> Address:
    """Raises SwsError when `url` is not an address, or only a SOCKS proxy leads there."""
    parts = _split(url)
    path = parts.path.rstrip("/").removesuffix(_CHAT)
    base = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    chat = urlunsplit((parts.scheme, parts.netloc, path + _CHAT, parts.query, ""))
    return Address(base, chat, _proxy(parts.scheme, parts.hostname or "", base))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        valid = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise SwsError(
            f"{url}: not a server's address",
            expected="http://HOST:PORT/v1 or https://HOST/v1",
            fix="fix `url` of the role",
        )
    return parts


def _proxy(scheme: str, host: str, base: str) -> str | None:
    """The proxy that the environment names; none to this machine, or where no_proxy says so."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or _is_exempt(host, proxies.get("no", "")):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise SwsError(
            f"{base}: the environment leads there through {proxy}, and only HTTP proxies are known",
            expected=f"${scheme}_proxy with an address like http://PROXY:PORT",
            fix=f"set another proxy, or add the server to $no_proxy: no_proxy={host}",
        )
    return proxy


def _is_exempt(host: str, exceptions: str) -> bool:
    """Whether a host is asked directly; `exceptions` may hold networks (10.0.0.0/8) too."""
    if host == "localhost" or proxy_bypass(host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(
        address in network for part in exceptions.split(",") if (network := _network(part.strip()))
    )


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if text else None
    except ValueError:
        return None


def trust(ca_file: str | None) -> ssl.SSLContext:
    """Certificates of the system, those that come with certifi, and the role's own.

    Raises SwsError when a file holds none. SSL_CERT_FILE and REQUESTS_CA_BUNDLE count too.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for name, path in (("ca_file", ca_file), ("$REQUESTS_CA_BUNDLE", _bundle())):
        if not path:
            continue
        try:
            context.load_verify_locations(path)
        except OSError as error:  # SSLError is one
            raise SwsError(
                f"{name} {path}: no certificate can be read from it ({error})",
                expected="a file of certificates in PEM format",
            ) from None
    return context


def _bundle() -> str | None:
    path = os.environ.get("REQUESTS_CA_BUNDLE", "")
    return path if Path(path).is_file() else None


def headers_of(role: Role) -> dict[str, str]:
    """The role's headers and key. Raises SwsError for what cannot stand in a header."""
    headers = {"User-Agent": "sws"}
    if key := os.environ.get(role.key_variable, "").strip():
        headers["Authorization"] = f"Bearer {_sendable(f'${role.key_variable}', key)}"
    for name, value in role.headers.items():
        headers[_sendable("a name in `headers`", name)] = _sendable(
            f"headers.{name}", _with_variables(name, value, os.environ)
        )
    return headers


def _with_variables(name: str, value: str, environment: Mapping[str, str]) -> str:
    """`$NAME` and `${NAME}` replaced, so that no secret has to stand in a file."""

    def replace(found: re.Match[str]) -> str:
        variable = found.group(1) or found.group(2)
        if variable not in environment:
            raise SwsError(f"headers.{name}: ${variable} is not set", fix=f"export {variable}=...")
        return environment[variable].strip()

    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", replace, value)


def _sendable(what: str, value: str) -> str:
    """A header's value; the message never shows it, since it may be a secret."""
    bad = next((char for char in value if not 32 <= ord(char) < 127), None)
    if bad is None:
        return value
    shown = "a line break" if bad in "\r\n" else f"the character {bad!r}"
    raise SwsError(
        f"{what} contains {shown}, which no HTTP header can hold",
        expected="printable ASCII on one line (spaces and line breaks around it are ignored)",
        fix=f"set {what} again",
    )
