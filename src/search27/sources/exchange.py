"""One exchange with a site: a question, and an answer that is capped in time, size and kind."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from search27.errors import SyncFailed
from search27.sources.site import Site

ERROR_BYTES = 100_000
PASSING = frozenset({408, 425, 429})
REDIRECTING = frozenset({301, 302, 303, 307, 308})


class FetchFailed(SyncFailed):
    """One address could not be fetched.

    Attributes:
        status: HTTP status of the last answer, None where there was none.
        content: Body of that answer, for what it says about the error.
        again: Whether trying later may help.
    """

    def __init__(
        self, reason: str, status: int | None = None, content: bytes = b"", again: bool = False
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.content = content
        self.again = again


class Again(Exception):
    """A failure that may pass; `wait` is how many seconds the site asks for."""

    def __init__(self, reason: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer, or `not_modified` without content.

    Attributes:
        url: Canonical address after redirects.
        value: What the expected kind's reader made of the content.
    """

    url: str
    content: bytes
    headers: httpx.Headers
    value: Any = None
    not_modified: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer should be.

    Attributes:
        types: Parts of acceptable media types; an answer without a type passes. Empty: any.
        maximum_bytes: Cap of the content, after decompression.
        seconds: Cap of the whole exchange, from the name's resolution to the last byte.
        read: Makes a value of the content; a ValueError means that it arrived damaged.
    """

    name: str
    accept: str
    types: tuple[str, ...]
    maximum_bytes: int
    seconds: float
    read: Callable[[bytes], Any] = lambda content: None


async def exchange(
    client: httpx.AsyncClient, site: Site, url: str, expected: Expected, headers: dict[str, str]
) -> Reply | httpx.URL:
    """Ask once for an address; the answer, or the address of this site that it redirects to.

    Raises:
        Again: A failure that may pass.
        FetchFailed: The answer will be the same next time.
        AddressRefused: It redirects out of the site.
        HostRefused: The site's name leads to an address that is not public.
    """
    try:
        async with (
            asyncio.timeout(expected.seconds),
            client.stream("GET", url, headers=headers) as response,
        ):
            return await _read(site, url, response, expected)
    except TimeoutError:
        raise Again(f"No whole answer came within {expected.seconds:g} seconds.") from None
    except httpx.TransportError as error:
        raise Again(f"The connection failed ({type(error).__name__} {error}).") from error
    except httpx.DecodingError as error:
        raise Again(f"The answer cannot be decompressed ({error}).") from error


async def _read(site: Site, url: str, response: httpx.Response, expected: Expected) -> Reply | httpx.URL:
    status = response.status_code
    if status in REDIRECTING and "location" in response.headers:
        return site.checked(response.headers["location"], url)
    if status == 304:
        return Reply(site.canonical(url), b"", response.headers, not_modified=True)
    if status in PASSING or status >= 500:
        raise Again(f"The site answers {status}.", status, _asked_wait(response.headers))
    if status != 200:
        content = await _capped(response, ERROR_BYTES)
        raise FetchFailed(f"The site answers {status}.", status, content or b"")
    kind = response.headers.get("content-type", "").lower()
    if expected.types and kind and not any(part in kind for part in expected.types):
        raise FetchFailed(f"What came is {kind.partition(';')[0]}, not {expected.name}.", status)
    body = await _capped(response, expected.maximum_bytes)
    if body is None:
        raise FetchFailed(f"What came is larger than {expected.maximum_bytes:,} bytes.", status)
    try:
        return Reply(site.canonical(url), body, response.headers, expected.read(body))
    except (ValueError, RecursionError) as error:
        raise Again(f"The answer is damaged {expected.name} ({error}).", status) from error


async def _capped(response: httpx.Response, maximum: int) -> bytes | None:
    """The body, None where it is larger than the cap."""
    body = bytearray()
    async for block in response.aiter_bytes():
        body += block
        if len(body) > maximum:
            return None
    return bytes(body)


def _asked_wait(headers: httpx.Headers) -> float | None:
    """Seconds of `Retry-After`, which holds seconds or a date; None without one."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
