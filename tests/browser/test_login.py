"""Login with a real OpenID Connect provider on this machine: visitor, reader, admin."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.provider import CLIENT, CLIENT_SECRET, provided
from tests.browser.serving import ROOT, free_port, served

pytestmark = pytest.mark.browser

PEOPLE = {
    "admin": {"email": "admin@example.org", "email_verified": True, "name": "Admin <b>"},
    "reader": {"email": "reader@example.org", "email_verified": True, "name": "Reader"},
    "impostor": {"email": "admin@example.org", "email_verified": False, "name": "Impostor"},
}


@pytest.fixture(scope="module")
def guarded_app(
    browser: object, starter_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guarded")
    port = free_port()
    (folder / "search27.toml").write_text('admins = ["admin@example.org"]\n')
    (folder / ".streamlit").mkdir()
    with provided(PEOPLE) as issuer:
        (folder / ".streamlit" / "secrets.toml").write_text(
            f"""[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "{secrets.token_hex()}"
client_id = "{CLIENT}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
        )
        with served(ROOT / "corpus", starter_index, folder=folder, port=port) as address:
            yield address


def log_in(page: Page, address: str, person: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Se connecter").click()
    link = page.get_by_role("link", name=person, exact=True)
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Connecté")


@pytest.mark.parametrize(
    "path", ["", "/publications", "/tenir-a-jour", "/rechercher?mots=budget", "/?q=budget"]
)
def test_a_visitor_finds_the_login_and_nothing_else(page: Page, guarded_app: str, path: str) -> None:
    page.goto(guarded_app + path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    expect(page.locator("[data-testid=stSidebarNavLink], [data-testid=stPageLink]")).to_have_count(0)
    assert "publications, de" not in page.content()


def test_an_admin_keeps_current_and_leaves(page: Page, guarded_app: str) -> None:
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if "violates" in message.text else None)
    log_in(page, guarded_app, "admin")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Admin <b>")
    page.get_by_role("link", name="Tenir à jour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tenir à jour")
    page.reload()
    expect(page.get_by_role("button", name="Mettre à jour l’index")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    assert not broken


@pytest.mark.parametrize("person", ["reader", "impostor"])
def test_others_read_and_change_nothing(page: Page, guarded_app: str, person: str) -> None:
    log_in(page, guarded_app, person)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Que cherchez-vous")
    expect(page.get_by_role("link", name="Tenir à jour")).to_have_count(0)
    page.goto(f"{guarded_app}/publications?doc=2025-12-19-budget-2025.md")
    expect(page.locator(".s27-reader")).to_be_visible()
    expect(page.get_by_text("Corriger titre")).to_have_count(0)
    page.goto(f"{guarded_app}/tenir-a-jour")
    expect(page.locator("h1").first).to_be_visible()
    expect(page.get_by_role("button", name="Mettre à jour l’index")).to_have_count(0)


def test_a_forged_cookie_is_no_login(page: Page, guarded_app: str) -> None:
    page.context.add_cookies(
        [
            {
                "name": "_streamlit_user",
                "value": '{"is_logged_in":true,"email":"admin@example.org"}',
                "url": guarded_app,
            }
        ]
    )
    page.goto(guarded_app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
