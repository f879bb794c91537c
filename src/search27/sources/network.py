"""Connections that reach public addresses only, and exactly the address that was checked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx

from search27.errors import SyncFailed

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CONNECTIONS = httpx.Limits(max_connections=2, max_keepalive_connections=2)


class HostRefused(SyncFailed):
    """A host's name leads to an address that must not be reached."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves a host, checks every address, and connects to a checked one; TLS is verified for the name.

    The name is not resolved again between check and connect, so that an answer that changes in between cannot lead
    elsewhere. Each pair of name and address has connections of its own.

    Args:
        allow_private: Let private, loopback and link-local addresses through.
    """

    def __init__(self, allow_private: bool = False) -> None:
        self._allow_private = allow_private
        self._transports: dict[tuple[str, str], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first checked address that takes the connection.

        Raises:
            HostRefused: The name leads to an address that is not public.
            httpx.ConnectError: The name leads nowhere, or nothing answers there.
        """
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        for address in addresses[:-1]:
            try:
                return await self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(request, host, addresses[-1])

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} has no address ({error})") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise HostRefused(
                        f"{host} leads to {address}, which is not a public address. "
                        "Where this is meant, allow it with --allow-private-hosts."
                    )
        return addresses

    async def _send(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        transport = self._transports.get((host, address))
        if transport is None:
            transport = self._transports[host, address] = httpx.AsyncHTTPTransport(limits=CONNECTIONS)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await transport.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.aclose()


def is_public(address: str) -> bool:
    """Whether an IP address, or the IPv4 address that it carries, is reachable from the whole internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return ip.is_global and not ip.is_multicast
