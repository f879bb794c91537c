"""Who may do what: everyone at this machine, or readers and admins who logged in.

Without login the app trusts whoever sits at the machine, as long as it listens to that machine only. Opened to
a network it lets everyone read and no one change (docs/adr/0015-login-and-roles.md).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any, Literal

import streamlit as st

from search27.app.session import settings
from search27.errors import MissingExtra

Role = Literal["visitor", "reader", "admin"]


def login_is_on() -> bool:
    """Whether Streamlit's secrets name an OpenID Connect provider in `[auth]`.

    Raises:
        MissingExtra: They do, and the library for it is not installed.
    """
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return False
    if find_spec("authlib") is None:
        raise MissingExtra("login", "Logging in")
    return True


def role() -> Role:
    """What the person on the page may do; `visitor` has yet to log in."""
    if login_is_on():
        return role_of(st.user.to_dict(), settings().admins)
    return "admin" if is_local(st.get_option("server.address")) else "reader"


def role_of(claims: Mapping[str, Any], admins: Iterable[str]) -> Role:
    """Role of an identity; an address that its provider calls unverified never makes an admin.

    Args:
        claims: Of the ID token, and `is_logged_in`.
        admins: Mail addresses.

    Source: OpenID Connect Core 1.0, section 5.1 (`email`, `email_verified`).
    """
    if claims.get("is_logged_in") is not True:
        return "visitor"
    verified = str(claims.get("email_verified", True)).casefold() == "true"
    email = str(claims.get("email") or "").casefold()
    listed = bool(email) and email in {address.casefold() for address in admins}
    return "admin" if listed and verified else "reader"


def name() -> str:
    """How to address the person who logged in; `""` without login."""
    if not login_is_on():
        return ""
    claims = st.user.to_dict()
    return str(claims.get("name") or claims.get("email") or claims.get("sub") or "")


def is_local(address: str | None) -> bool:
    """Whether an interface is this machine's own; None listens to all of them."""
    try:
        return address == "localhost" or ipaddress.ip_address(address or "0.0.0.0").is_loopback
    except ValueError:
        return False
