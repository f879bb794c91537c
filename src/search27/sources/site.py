"""The site that is brought in: which addresses belong to it, in one canonical form each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import httpx

from search27.errors import ConfigError, SyncFailed

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id")


class AddressRefused(SyncFailed):
    """An address lies outside the site, or is no plain web address."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site, of which `www.` is a part of the name or not.

    Attributes:
        scheme: `https`, or `http` where the site has nothing better.
        host: ASCII name or address, in lower case.
        path: Where the site begins, `/` as a rule; ends with `/`.
    """

    scheme: str
    host: str
    port: int
    path: str = "/"

    @classmethod
    def parse(cls, address: str) -> Self:
        """Read the address that a person gave; `https` where they left the scheme out.

        Raises:
            ConfigError: It is no web address, or holds a user name.
        """
        given = address if "://" in address else f"https://{address}"
        try:
            url = httpx.URL(given.strip())
            host = url.raw_host.decode("ascii").lower()
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise ConfigError(f"Site {address!r} is no web address ({error}). {_EXPECTED}") from error
        if url.scheme not in DEFAULT_PORTS or not host:
            raise ConfigError(f"Site {address!r} is no web address. {_EXPECTED}")
        if not re.search(r"[^\W_]", host):
            raise ConfigError(f"Site {address!r} names no host. {_EXPECTED}")
        if url.userinfo:
            raise ConfigError(f"Site {address!r} holds a user name. {_EXPECTED}")
        path = url.path if url.path.endswith("/") else url.path + "/"
        return cls(url.scheme, host, url.port or DEFAULT_PORTS[url.scheme], path)

    @property
    def address(self) -> str:
        """The site's address, with a slash at its end."""
        return f"{self.origin}{self.path}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def folder(self) -> str:
        """Name of the site's folder in the corpus."""
        return re.sub(r"[^a-z0-9.-]", "-", self.host)

    def canonical(self, url: str, base: str = "") -> str:
        """The one form of an address of this site: its scheme and host, no fragment, no tracking parameters.

        Args:
            url: An address, absolute or relative.
            base: What it is relative to; by default the site's own address.

        Raises:
            AddressRefused: The address is none of this site's, not http or https, or holds a user name.
        """
        target = self.checked(url, base)
        items = target.params.multi_items()
        kept = [(key, value) for key, value in items if not TRACKING.fullmatch(key)]
        query = target.query.decode("ascii") if kept == items else str(httpx.QueryParams(tuple(kept)))
        path = target.raw_path.decode("ascii").partition("?")[0]
        return f"{self.origin}{path}" + (f"?{query}" if query else "")

    def checked(self, url: str, base: str = "") -> httpx.URL:
        """The absolute form of an address of this site, `https` wherever the site is.

        Raises:
            AddressRefused: As `canonical`.
        """
        try:
            target = httpx.URL(base or self.address).join(url.strip())
            host = target.raw_host.decode("ascii").lower()
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise AddressRefused(f"{url[:200]!r} is no web address ({error}).") from error
        if target.scheme not in DEFAULT_PORTS:
            raise AddressRefused(f"{url[:200]!r} is not of the web: only http and https are fetched.")
        if target.userinfo:
            raise AddressRefused(f"{url[:200]!r} holds a user name or password.")
        port = target.port or DEFAULT_PORTS[target.scheme]
        ports = set(DEFAULT_PORTS.values())
        if _bare(host) != _bare(self.host) or port not in (ports if self.port in ports else {self.port}):
            raise AddressRefused(f"{url[:200]!r} is not of {self.host}.")
        if self.scheme == "https" and target.scheme == "http":
            target = target.copy_with(scheme="https", port=None)
        return target.copy_with(fragment=None)

    def holds(self, url: str) -> bool:
        """Whether a canonical address lies within the site."""
        return url.startswith(self.address)


_EXPECTED = "Expected one such as https://www.example.org."


def _bare(host: str) -> str:
    return host.removeprefix("www.")
