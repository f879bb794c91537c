"""A guarded, polite client for one site: it obeys robots.txt, keeps to a rate, tries again, and caps everything."""

from __future__ import annotations

import asyncio
import time
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx

from search27.errors import SyncFailed
from search27.sources.exchange import Again, Expected, FetchFailed, Reply, exchange
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


class SiteUnavailable(SyncFailed):
    """The site answers nothing any more: going on would only burden it."""


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
                reply = await self._ask(url, expected, headers)
            except FetchFailed:
                self._failures = 0
                raise
            except Again as error:
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
            await self._ask(f"{self._origin}/robots.txt", ROBOTS, {})
        except Again as error:
            raise SiteUnavailable(f"{self.site.host} does not answer any more. {error}") from error
        except (FetchFailed, AddressRefused):
            pass
        self._failures = 0

    async def _ask(self, url: str, expected: Expected, headers: dict[str, str]) -> Reply | httpx.URL:
        self.requests += 1
        return await exchange(self._client, self.site, url, expected, headers)

    async def _take_turn(self) -> None:
        now = time.monotonic()
        await asyncio.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + self._interval


ROBOTS = Expected("robots.txt", "text/plain", (), ROBOTS_BYTES, 30.0)
