"""Syncs with a real local static site: sitemap, feed, canonical addresses, content that decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.site_server import StaticSite, serving, sitemap

from search27 import Library
from search27.config import Settings
from search27.errors import SyncFailed
from search27.sources import fetch
from search27.sources.website import page_name
from search27.sync import sync
from search27.types import SyncItem, SyncReport

PDF = (Path(__file__).parents[1] / "data/pdf/typst.pdf").read_bytes()
HOME = """<html><head><title>Accueil</title>
<link rel="alternate" type="application/rss+xml" href="/index.xml"></head><body>Bienvenue</body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Fil</title><link>https://site.example/</link>
<item><title>Compost</title><link>https://site.example/posts/compost/</link>
<pubDate>Mon, 10 Feb 2025 09:00:00 +0100</pubDate></item></channel></rss>"""
PAGES = {
    "compost": "Un composteur partagé fonctionne depuis deux hivers au pied des tours du quartier.",
    "velo": "Les ateliers de réparation de vélos réunissent chaque samedi une trentaine de personnes.",
    "jardin": "Le jardin de la gare accueille les semis des écoles et un verger de pommiers anciens.",
}


def page(name: str, text: str, token: int = 0, head: str = "") -> tuple[str, str]:
    """A page of a blog engine, with a token that changes at every request."""
    html = f"""<!doctype html><html lang="fr"><head><title>{name.title()}</title>
<link rel="canonical" href="https://site.example/posts/{name}/">{head}<meta name="token" content="{token}"></head>
<body><nav><a href="/">Accueil</a></nav><main><article><h1>{name.title()}</h1><p>{text}</p>
<p>La suite de ce texte donne quelques précisions de plus sur le lieu, les horaires et les personnes.</p>
</article></main><footer>Mentions légales</footer></body></html>"""
    return "text/html; charset=utf-8", html


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[StaticSite]:
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    site = StaticSite(pdfs={"/rapport.pdf": PDF})
    site.files = {f"/posts/{name}/": page(name, text) for name, text in PAGES.items()}
    days = dict.fromkeys(site.files, "2025-03-01")
    site.files["/"] = ("text/html", HOME)
    site.files["/index.xml"] = ("application/rss+xml", FEED)
    site.files["/sitemap.xml"] = sitemap({"/": "", "/tags/": "", "/tags/eau/": "", "/logo.png": "", **days})
    with serving(site):
        yield site


@pytest.fixture
def settings(tmp_path: Path, site: StaticSite) -> Settings:
    (tmp_path / "corpus").mkdir()
    options: dict[str, Any] = {"site": site.origin, "sync_rate": 50, "sync_private_hosts": True}
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", **options)


def fetched(settings: Settings, **options: Any) -> SyncReport:
    return sync(settings, build=False, **options)


def paths(rows: tuple[SyncItem, ...], site: StaticSite) -> set[str]:
    return {row.url.removeprefix(site.origin) for row in rows}


def test_pages_arrive_with_address_and_date(site: StaticSite, settings: Settings) -> None:
    report = fetched(settings)
    assert paths(report.added, site) == {"/posts/compost/", "/posts/velo/", "/posts/jardin/"}
    assert {row.title for row in report.added} == {"Compost", "Velo", "Jardin"}
    name = page_name(f"{site.origin}/posts/compost/")
    sidecar = yaml.safe_load((settings.corpus / f"127.0.0.1/{name}.meta.yaml").read_text("utf-8"))
    assert sidecar == {"date": "2025-02-10", "url": f"{site.origin}/posts/compost/"}


def test_a_second_sync_fetches_no_content(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    site.requests.clear()
    report = fetched(settings)
    assert report.unchanged == 3
    assert report.added == report.changed == report.removed == ()
    assert len(site.requests) <= 20


def test_content_decides_and_not_the_sitemap(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    site.files["/posts/compost/"] = page("compost", PAGES["compost"], token=1)  # other bytes, same text
    site.files["/posts/velo/"] = page("velo", "Les ateliers ont déménagé dans l'ancienne halle aux grains.")
    assert paths(fetched(settings).changed, site) == {"/posts/velo/"}


def test_without_validators_the_sitemap_tells_what_to_look_at(site: StaticSite, settings: Settings) -> None:
    site.validators = False
    fetched(settings)
    site.requests.clear()
    fetched(settings)
    assert site.asked("/posts/") == []
    site.files["/posts/velo/"] = page("velo", "Les ateliers ont déménagé dans l'ancienne halle aux grains.")
    site.files["/sitemap.xml"] = sitemap(
        {f"/posts/{name}/": f"2025-0{3 + (name == 'velo')}-01" for name in PAGES}
    )
    assert paths(fetched(settings).changed, site) == {"/posts/velo/"}
    assert site.asked("/posts/") == ["/posts/velo/"]


def test_a_page_that_is_gone_or_moved_is_removed(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    site.files["/posts/verger/"] = page("verger", PAGES["jardin"])
    site.redirects["/posts/jardin/"] = "/posts/verger/"
    del site.files["/posts/velo/"]
    site.files["/sitemap.xml"] = sitemap({"/posts/compost/": "2025-03-01", "/posts/verger/": "2025-05-01"})
    report = fetched(settings)
    assert paths(report.added, site) == {"/posts/verger/"}
    assert paths(report.removed, site) == {"/posts/jardin/", "/posts/velo/"}


def test_a_page_that_leads_out_of_the_site_is_no_proof(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    site.redirects["/posts/velo/"] = "https://elsewhere.example/"
    site.files["/sitemap.xml"] = sitemap({"/posts/compost/": "2025-03-01", "/posts/jardin/": "2025-03-01"})
    report = fetched(settings)
    assert report.removed == ()


def test_a_page_left_out_of_the_sitemap_but_served_stays(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    site.files["/sitemap.xml"] = sitemap({"/posts/compost/": "2025-03-01"})
    assert fetched(settings).removed == ()


def test_a_sitemap_that_fails_removes_nothing(site: StaticSite, settings: Settings) -> None:
    fetched(settings)
    del site.files["/posts/velo/"]
    site.faults["sitemap"] = ["truncated"] * 6
    report = fetched(settings)
    assert report.removed == ()
    assert [row.id for row in report.failed] == ["127.0.0.1/sitemap.xml"]


def test_a_site_whose_only_list_fails_is_told(site: StaticSite, settings: Settings) -> None:
    site.faults["sitemap"] = ["500"] * 6
    del site.files["/"]
    with pytest.raises(SyncFailed, match=r"sitemap .* cannot be read.*500"):
        fetched(settings)


def test_an_empty_page_costs_nothing_else(site: StaticSite, settings: Settings) -> None:
    site.files["/posts/velo/"] = ("text/html", "<!-- -->")
    assert len(fetched(settings).added) == 3


def test_copies_and_unwanted_pages_are_left_out(site: StaticSite, settings: Settings) -> None:
    site.files["/p/compost/"] = site.files["/posts/compost/"]
    site.files["/posts/prive/"] = page("prive", "Rien.", head='<meta name="robots" content="noindex">')
    listed = {"/p/compost/": "", "/posts/prive/": "", **dict.fromkeys(site.files, "")}
    site.files["/sitemap.xml"] = sitemap(listed)
    report = fetched(settings)
    assert paths(report.added, site) == {"/posts/compost/", "/posts/velo/", "/posts/jardin/"}
    assert report.failed == ()
    assert fetched(settings).added == ()


def test_linked_pdfs_come_with_their_page(site: StaticSite, settings: Settings) -> None:
    text = (
        'Le <a href="/rapport.pdf">rapport complet de la saison</a> et un <a href="/perdu.pdf">lien mort</a>.'
    )
    site.files["/posts/velo/"] = page("velo", text)
    report = fetched(settings)
    pdf = next(row for row in report.added if row.id.endswith(".pdf"))
    assert (pdf.title, pdf.url) == ("rapport complet de la saison", f"{site.origin}/rapport.pdf")
    assert "dead" in report.failed[0].hint
    site.requests.clear()
    assert fetched(settings).failed == ()
    assert site.asked(".pdf") == []


def test_hreflang_index_and_atom_are_read(site: StaticSite, settings: Settings) -> None:
    index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{0}</loc></sitemap></sitemapindex>'
    site.files["/fr.xml"] = sitemap({"/posts/velo/": ""})
    site.files["/sitemap.xml"] = ("application/xml", index.format("https://site.example/fr.xml"))
    site.files["/index.xml"] = (
        "application/atom+xml",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/posts/jardin/"/>'
        "<published>2024-05-01T10:00:00Z</published></entry></feed>",
    )
    assert paths(fetched(settings).added, site) == {"/posts/velo/", "/posts/jardin/"}


def test_a_hostile_sitemap_reads_no_file_and_reaches_no_host(site: StaticSite, settings: Settings) -> None:
    site.files["/sitemap.xml"] = (
        "application/xml",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://site.example/&e;</loc></url>'
        "<url><loc>http://169.254.169.254/latest/</loc></url><url><loc>file:///etc/passwd</loc></url>"
        "<url><loc>https://site.example/posts/velo/</loc></url></urlset>",
    )
    report = fetched(settings)
    assert "/posts/velo/" in paths(report.added, site)
    assert not [address for address in site.requests if "root:" in address or "latest" in address]


def test_robots_txt_is_obeyed_page_by_page(site: StaticSite, settings: Settings) -> None:
    site.robots.status, site.robots.body = 200, b"User-agent: *\nDisallow: /posts/velo/\n"
    report = fetched(settings)
    assert paths(report.added, site) == {"/posts/compost/", "/posts/jardin/"}
    assert "robots.txt" in report.failed[0].reason
    assert site.asked("velo") == []


def test_a_redirect_into_the_machine_costs_its_row_only(site: StaticSite, settings: Settings) -> None:
    site.redirects["/posts/velo/"] = "http://169.254.169.254/latest/meta-data/"
    report = fetched(settings)
    assert len(report.added) == 2
    assert "169.254.169.254" in report.failed[0].reason


def test_a_private_site_is_refused_without_leave(settings: Settings) -> None:
    with pytest.raises(SyncFailed, match=r"127\.0\.0\.1.*--allow-private-hosts"):
        fetched(settings.model_copy(update={"sync_private_hosts": False}))


def test_synced_pages_are_found(site: StaticSite, settings: Settings) -> None:
    assert sync(settings).build is not None
    hit = Library.open(settings.index, settings).search("composteur partagé", k=1)[0]
    assert hit.document.url == f"{site.origin}/posts/compost/"
    assert hit.document.title == "Compost"
    assert str(hit.document.date) == "2025-02-10"
