"""A guarded, polite client for one site: it obeys robots.txt, keeps to a rate, tries again, and caps everything."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import httpx

from search27.errors import SyncFailed
from search27.sources.network import GuardedTransport
from search27.sources.robots import MAXIMUM_BYTES as ROBOTS_BYTES
from search27.sources.robots import Robots, parse_robots
from search27.sources.site import AddressRefused, Site

TRIES = 6
PAUSE = 0.5  # seconds before the second try, doubled before each further one
LONGEST_PAUSE = 60.0
LONGEST_WAIT = 120.0  # seconds that a site may ask us to wait with Retry-After
REDIRECTS = 5
FAILURES = 3  # requests in a row that fail in all their tries, before the site is asked whether it is there
READ_SECONDS = 15.0
ERROR_BYTES = 100_000
AGAIN = frozenset({408, 425, 429})
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


class SiteUnavailable(SyncFailed):
    """The site answers nothing any more: going on would only burden it."""


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


class Fetcher:
    """Fetches from one site, one request at a time; a context manager.

    Args:
        site: The only site that is spoken to.
        rate: Requests a second at most.
        contact: Mail or web address named in the User-Agent.
        allow_private: Let private and loopback addresses through.
    """

    def __init__(self, site: Site, *, rate: float, contact: str = "", allow_private: bool = False) -> None:
        self.site = site
        self.requests = 0
        self._origin = site.origin
        self._interval = 1 / rate
        self._next = 0.0
        self._failures = 0
        self._robots: Robots | None = None
        about = f" ({contact})" if contact else ""
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_private),
            headers={"User-Agent": f"search27/{version('search27')}{about}", "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(READ_SECONDS),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def get(self, url: str, expected: Expected, *, etag: str = "", last_modified: str = "") -> Reply:
        """Fetch an address of the site.

        Args:
            url: Absolute, or relative to the site's address.
            expected: What the answer should be.
            expected: What the answer should be.
            etag: `ETag` of an earlier answer: the same content comes as `not_modified`.
            last_modified: `Last-Modified` of an earlier answer, likewise.

        Raises:
            FetchFailed: robots.txt forbids it, or no good answer came in all tries.
            AddressRefused: The address, or one that it redirects to, is none of the site's.
            HostRefused: The site's name leads to an address that is not public.
            SiteUnavailable: Several requests in a row failed for good, or robots.txt cannot be read.
        """
        headers = {"Accept": expected.accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._runner.run(self._get(url, expected, headers))

    @property
    def robots(self) -> Robots:
        """The site's rules, fetched on first use.

        Raises:
            SiteUnavailable: The site does not give its robots.txt, nor says that it has none.
        """
        if self._robots is None:
            self._robots = self._runner.run(self._fetch_robots())
        return self._robots

    async def _get(self, url: str, expected: Expected, headers: dict[str, str]) -> Reply:
        canonical = self.site.canonical(url)
        if self._robots is None:
            self._robots = await self._fetch_robots()
        path = canonical.removeprefix(self.site.origin)
        if not self._robots.allows(path):
            raise FetchFailed(f"The site's robots.txt does not allow {path}.")
        return await self._follow(self._origin + path, expected, headers, self._robots)

    async def _follow(self, url: str, expected: Expected, headers: dict[str, str], rules: Robots) -> Reply:
        """Fetch and go where redirects lead, each of them checked."""
        target = httpx.URL(url)
        for _ in range(REDIRECTS + 1):
            if not rules.allows(target.raw_path.decode("ascii")):
                raise FetchFailed(f"It redirects to {target}, which the site's robots.txt does not allow.")
            reply = await self._try(str(target), expected, headers)
            if isinstance(reply, Reply):
                return reply
            if reply.raw_path == target.raw_path:
                # The site has moved to its other name or to https: later requests go there at once.
                self._origin = str(reply.copy_with(raw_path=b"/")).rstrip("/")
            target = reply
        raise FetchFailed(f"It redirects more than {REDIRECTS} times.")

    async def _fetch_robots(self) -> Robots:
        url = f"{self._origin}/robots.txt"
        try:
            reply = await self._follow(url, ROBOTS, {"Accept": ROBOTS.accept}, Robots())
        except AddressRefused:
            return Robots()
        except FetchFailed as error:
            if error.again:
                raise SiteUnavailable(
                    f"{url} cannot be read, so nothing is fetched. {error} Try again later."
                ) from error
            return Robots()
        found = parse_robots(reply.content.decode("utf-8", errors="replace"))
        self._interval = max(self._interval, found.delay)
        return found

    async def _try(self, url: str, expected: Expected, headers: dict[str, str]) -> Reply | httpx.URL:
        """An answer, or the address to go on with; temporary failures are tried again."""
        if self._failures >= FAILURES:
            await self._ask_whether_there()
        failure = FetchFailed("")
        for number in range(TRIES):
            await self._take_turn()
            try:
                reply = await self._exchange(url, expected, headers)
            except FetchFailed:
                self._failures = 0
                raise
            except _Again as error:
                failure = FetchFailed(str(error), error.status, again=True)
                pause = min(PAUSE * 2**number, LONGEST_PAUSE) if error.wait is None else error.wait
                if pause > LONGEST_WAIT:
                    break
                if number < TRIES - 1:
                    await asyncio.sleep(pause)
            else:
                self._failures = 0
                return reply
        self._failures += 1
        raise failure

    async def _ask_whether_there(self) -> None:
        """Several requests failed for good: are these pages broken, or the site?"""
        await self._take_turn()
        try:
            await self._exchange(f"{self._origin}/robots.txt", ROBOTS, {})
        except _Again as error:
            raise SiteUnavailable(f"{self.site.host} does not answer any more. {error}") from error
        except (FetchFailed, AddressRefused):
            pass
        self._failures = 0

    async def _take_turn(self) -> None:
        now = time.monotonic()
        await asyncio.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + self._interval

    async def _exchange(self, url: str, expected: Expected, headers: dict[str, str]) -> Reply | httpx.URL:
        self.requests += 1
        try:
            async with (
                asyncio.timeout(expected.seconds),
                self._client.stream("GET", url, headers=headers) as response,
            ):
                return await self._read(url, response, expected)
        except TimeoutError:
            raise _Again(f"No whole answer came within {expected.seconds:g} seconds.") from None
        except httpx.TransportError as error:
            raise _Again(f"The connection failed ({type(error).__name__} {error}).") from error
        except httpx.DecodingError as error:
            raise _Again(f"The answer cannot be decompressed ({error}).") from error

    async def _read(self, url: str, response: httpx.Response, expected: Expected) -> Reply | httpx.URL:
        status = response.status_code
        if status in REDIRECTING and "location" in response.headers:
            return self.site.checked(response.headers["location"], url)
        if status == 304:
            return Reply(self.site.canonical(url), b"", response.headers, not_modified=True)
        if status in AGAIN or status >= 500:
            raise _Again(f"The site answers {status}.", status, _asked_wait(response.headers))
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
            return Reply(self.site.canonical(url), body, response.headers, expected.read(body))
        except (ValueError, RecursionError) as error:
            raise _Again(f"The answer is damaged {expected.name} ({error}).", status) from error


class _Again(Exception):
    """A failure that may pass; `wait` is how many seconds the site asks for."""

    def __init__(self, reason: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.wait = wait


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


ROBOTS = Expected("robots.txt", "text/plain", (), ROBOTS_BYTES, 30.0)
