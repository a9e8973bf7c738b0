"""HTTP to the servers of a role: one pool of connections, and what goes wrong on the way, named."""

import asyncio
import os
import re
import resource
from collections.abc import Mapping
from typing import Any

import aiohttp

from sws.config.roles import Role
from sws.engines.network import Address, headers_of, trust
from sws.engines.refusals import SERVER_ERROR, TIMED_OUT, UNREADABLE
from sws.engines.troubles import Kind, Trouble

#: Servers close a connection that is idle for 5 s (uvicorn's default): stop using it before.
KEEP_ALIVE_SECONDS = 4.0
#: Files that this process may have open beside its connections.
_FILES = 512
#: A base URL that says which version of the protocol.
_VERSION = re.compile(r"/(v\d\w*|openai)/?(\?|$)")


class Wire:
    """Sends request bodies. `open`, `post` and `close` run in one event loop."""

    def __init__(self, role: Role, addresses: list[Address]) -> None:
        self._role = role
        self._headers = headers_of(role)
        secure = any(address.chat.startswith("https") for address in addresses)
        self._ssl = trust(role.ca_file) if secure else None
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the pool, and allow this process as many connections as it may need."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        needed = self._role.concurrency + _FILES
        if soft < needed and soft != resource.RLIM_INFINITY:
            most = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, ssl=self._ssl or True
        )
        timeout = aiohttp.ClientTimeout(
            total=self._role.timeout_seconds, sock_connect=self._role.connect_seconds
        )
        self._http = aiohttp.ClientSession(
            connector=connector, timeout=timeout, headers=self._headers
        )

    async def close(self) -> None:
        """Close all connections, and let their transports end."""
        if self._http:
            await self._http.close()
            await asyncio.sleep(0)

    async def post(
        self, address: Address, body: dict[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of the answer to one POST. Raises Trouble when none came."""
        assert self._http is not None
        try:
            async with self._http.post(
                address.chat, json=body, proxy=address.proxy, allow_redirects=False
            ) as response:
                return response.status, response.headers, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._trouble(error, address) from None

    def _trouble(self, error: Exception, address: Address) -> Trouble:
        match error:
            case aiohttp.ClientProxyConnectionError():
                detail = f"the proxy {address.proxy} does not answer ({error.os_error})"
                return Trouble(Kind.ABSENT, SERVER_ERROR, detail)
            case aiohttp.ClientConnectorCertificateError():
                detail = f"its certificate is not trusted ({error.certificate_error})"
                return Trouble(Kind.FATAL, SERVER_ERROR, detail)
            case aiohttp.ClientConnectorError():
                return Trouble(Kind.ABSENT, SERVER_ERROR, f"cannot connect ({error.os_error})")
            case aiohttp.ConnectionTimeoutError():
                detail = f"cannot connect within {self._role.connect_seconds:g} s"
                return Trouble(Kind.ABSENT, SERVER_ERROR, detail)
            case TimeoutError():
                detail = f"no answer within {self._role.timeout_seconds:g} s (timeout_seconds)"
                return Trouble(Kind.AWAY, TIMED_OUT, detail)
            case aiohttp.ClientPayloadError():
                return Trouble(Kind.AGAIN, UNREADABLE, f"a reply cut off or garbled ({error})")
        detail = f"the connection broke off ({error or type(error).__name__})"
        return Trouble(Kind.AWAY, SERVER_ERROR, detail)


def advice(trouble: Trouble, role: Role, model: str, address: Address) -> str:
    """What the user can do about a trouble that ends a stage."""
    base = address.base
    if trouble.status in (401, 403, 407):
        known = "another key" if os.environ.get(role.key_variable) else "the server's key"
        return f"put {known} into ${role.key_variable}"
    if trouble.status == 404 and not _VERSION.search(base):
        start, mark, query = base.partition("?")
        return f"most servers answer under /v1: try `url: {start}/v1{mark}{query}`"
    if trouble.status == 404:
        return f"the server does not serve {model}: GET {base}/models lists what it does"
    if trouble.status in (402, 429):
        return "the account's quota is used up: extend it, or use another server"
    if 300 <= trouble.status < 400:
        return "put the new address into `url`"
    if "certificate" in trouble.detail:
        return "name the file with the server's certificate, or its issuer's: `ca_file: FILE.pem`"
    if trouble.kind is Kind.ABSENT or "connect" in trouble.detail:
        return f"start the server, or fix `url` ({base}); raise outage_seconds to wait for longer"
    return "fix the cause and run the same command again; answers so far are kept"
