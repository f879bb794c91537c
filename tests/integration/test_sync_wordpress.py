"""Syncs with a real local WordPress: what arrives, what a second one asks for, what faults and deletions cost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.builders import wordpress_post
from tests.site_server import Answer, WordPressSite, serving

from search27 import Library
from search27.config import Settings
from search27.errors import SourceNotFound, SyncFailed
from search27.sources import fetch, wordpress
from search27.sync import sync
from search27.sync.folder import SiteFolder
from search27.types import Progress, SyncReport

POSTS = 70
GUIDE = "/wp-content/uploads/2025/guide-des-communs.pdf"
ANNEX = "/wp-content/uploads/2025/annexe.pdf"
PDF = (Path(__file__).parents[1] / "data/pdf/typst.pdf").read_bytes()


def _post(number: int, **options: Any) -> dict[str, Any]:
    options.setdefault("link", f"https://site.example/article-{number}/")
    return wordpress_post(number, f"Article {number}", f"<p>Le sujet numéro {number}.</p>", **options)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[WordPressSite]:
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    monkeypatch.setattr(wordpress, "PER_PAGE", 30)
    monkeypatch.setattr(wordpress, "BATCH", 20)
    posts = {number: _post(number) for number in range(1, POSTS + 1)}
    posts[7]["content"]["rendered"] += (
        f'<p><a href="{GUIDE}">Le guide des communs</a> <a href="https://autre.example/x.pdf">ailleurs</a></p>'
    )
    posts[500] = _post(500, kind="page")
    media = [
        {
            "id": 900,
            "date": "",
            "post": 9,
            "source_url": f"https://site.example{ANNEX}",
            "title": {"rendered": "annexe"},
        }
    ]
    with serving(WordPressSite(posts=posts, media=media, pdfs={GUIDE: PDF, ANNEX: PDF})) as site:
        yield site


@pytest.fixture
def settings(tmp_path: Path, site: WordPressSite) -> Settings:
    (tmp_path / "corpus").mkdir()
    return Settings(
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        site=site.origin,
        sync_rate=50,
        sync_private_hosts=True,
    )


def fetched(settings: Settings, **options: Any) -> SyncReport:
    """A sync without a build."""
    return sync(settings, build=False, **options)


def files(settings: Settings) -> set[str]:
    return {path.name for path in (settings.corpus / "127.0.0.1").iterdir() if not path.name.startswith(".")}


def times(settings: Settings) -> dict[str, int]:
    return {name: (settings.corpus / "127.0.0.1" / name).stat().st_mtime_ns for name in files(settings)}


def ids(rows: Any) -> list[str]:
    return [row.id.removeprefix("127.0.0.1/") for row in rows]


def test_everything_arrives_once(site: WordPressSite, settings: Settings) -> None:
    steps: list[Progress] = []
    report = fetched(settings, progress=steps.append)
    assert len(report.added) == POSTS + 3
    assert report.failed == report.removed == report.held == ()
    assert {f"{number}.json" for number in site.posts} <= files(settings)
    post = json.loads((settings.corpus / "127.0.0.1/7.json").read_bytes())
    assert post["title"]["rendered"] == "Article 7"
    assert post["_embedded"]["author"][0]["name"] == "La 27e Région"
    assert steps[-1].stage == "fetching"
    assert steps[-1].done == steps[-1].total == POSTS + 3


def test_linked_and_attached_pdfs_are_tied_to_their_article(settings: Settings) -> None:
    fetched(settings)
    linked, attached = sorted(name for name in files(settings) if name.endswith(".pdf"))
    assert linked.startswith("7-")
    assert attached.startswith("9-")
    sidecar = yaml.safe_load((settings.corpus / "127.0.0.1" / f"{linked}.meta.yaml").read_text("utf-8"))
    assert sidecar["title"] == "Le guide des communs"
    assert sidecar["date"] == "2025-01-01"
    assert sidecar["url"].endswith(GUIDE)
    assert sidecar["authors"] == ["La 27e Région"]


def test_a_second_sync_asks_for_lists_only(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    before = times(settings)
    site.requests.clear()
    report = fetched(settings)
    assert report.unchanged == POSTS + 3
    assert report.added == report.changed == report.removed == report.failed == ()
    assert report.requests == len(site.requests) <= 20
    assert site.asked("content") == site.asked(".pdf") == []
    assert times(settings) == before


def test_one_edit_is_one_document(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    site.posts[3]["content"]["rendered"] = "<p>Tout autre chose.</p>"
    site.posts[3]["modified_gmt"] = "2025-06-01T00:00:00"
    site.posts[4]["modified_gmt"] = "2025-06-01T00:00:00"  # saved again without a change
    site.posts[5]["link"] = "https://site.example/ailleurs/article-5/"  # moved
    assert ids(fetched(settings, dry_run=True).changed) == ["3", "4", "5"]
    report = fetched(settings)
    assert ids(report.changed) == ["3", "5"]
    assert fetched(settings).changed == ()


def test_a_deletion_is_confirmed_and_goes_to_the_trash(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    del site.posts[7], site.posts[11]
    site.faults["/posts/11"] = ["500"] * 6  # an error of the site's proves nothing
    report = fetched(settings)
    assert ids(report.removed)[0] == "7"
    assert ids(report.removed)[1].startswith("7-")  # the PDF that only it linked to
    assert "7.json" not in files(settings)
    assert "11.json" in files(settings)
    assert len(list((settings.corpus / ".trash").rglob("7*.*"))) == 3
    assert ids(fetched(settings).removed) == ["11"]


def test_what_somebody_took_out_is_not_brought_back(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    folder = settings.corpus / "127.0.0.1"
    kept = folder.joinpath("5.json").read_bytes()
    [linked] = folder.glob("9-*.pdf")
    for path in (folder / "5.json", linked):
        path.unlink()
    site.posts[5]["modified_gmt"] = "2025-06-01T00:00:00"
    assert ids(fetched(settings, dry_run=True).left_out)[0] == "5"
    report = fetched(settings)
    assert len(report.left_out) == 2
    assert report.added == report.changed == report.removed == ()
    assert report.unchanged == POSTS + 1
    (folder / "5.json").write_bytes(kept)
    assert ids(fetched(settings).left_out)[0].startswith("9-")


def test_many_deletions_wait_for_a_yes(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    for number in range(20, 40):
        del site.posts[number]
    report = fetched(settings)
    assert (report.removed, len(report.held)) == ((), 20)
    assert len(fetched(settings, dry_run=True, allow_removals=True).removed) == 20
    assert "20.json" in files(settings)
    assert len(fetched(settings, allow_removals=True).removed) == 20
    assert "20.json" not in files(settings)


def test_an_old_trash_is_emptied(settings: Settings) -> None:
    fetched(settings)
    folder = SiteFolder(settings.corpus, "127.0.0.1")
    now = datetime.now(UTC)
    folder.remove("1.json", now - timedelta(days=31))
    folder.remove("2.json", now - timedelta(days=29))
    folder.empty_trash(now)
    assert [path.name for path in (settings.corpus / ".trash").rglob("*.json")] == ["2.json"]


def test_faults_cost_nothing_but_tries(site: WordPressSite, settings: Settings) -> None:
    site.faults |= {
        "/robots.txt": ["429"] * 5,
        "page=2": ["500", "truncated", "cut"],
        "include=": ["truncated", "429", "cut", "500"],
        "guide-des": ["cut"],
    }
    report = fetched(settings)
    assert len(report.added) == POSTS + 3
    assert report.failed == ()


def test_attached_pdfs_stay_while_the_list_of_media_fails(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    pdfs = {name for name in files(settings) if name.endswith(".pdf")}
    site.faults["/media"] = ["500"] * 6
    report = fetched(settings)
    assert report.removed == report.held == ()
    assert [row.id for row in report.failed] == ["127.0.0.1/media"]
    assert pdfs <= files(settings)


def test_one_broken_post_stops_nothing(site: WordPressSite, settings: Settings) -> None:
    site.faults["include=1,2,3"] = ["500"] * 6
    site.faults["/posts/3?"] = ["truncated"] * 6
    report = fetched(settings)
    assert [row.id for row in report.failed] == ["127.0.0.1/3"]
    assert "next sync" in report.failed[0].hint
    assert len(report.added) == POSTS + 2
    assert ids(fetched(settings).added) == ["3"]


def test_posts_that_shift_between_pages_are_not_lost(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)

    def shift(number: int) -> None:
        if number == 2 and 1 in site.posts:
            del site.posts[1]  # what was first on page 2 is now last on page 1, which was read already

    site.before_page = shift
    report = fetched(settings)
    assert ids(report.removed) == ["1"]
    assert len([name for name in files(settings) if name.endswith(".json")]) == POSTS


def test_a_site_that_falls_silent_is_left_alone_until_next_time(
    site: WordPressSite, settings: Settings
) -> None:
    original = site.answer
    site.answer = lambda path, query: Answer(500) if site.asked("include=41") else original(path, query)  # type: ignore[method-assign]
    report = fetched(settings)
    assert len(report.added) == 40
    assert report.removed == ()
    assert "does not answer" in report.failed[0].reason
    assert len(site.requests) < 50
    site.answer = original  # type: ignore[method-assign]
    site.requests.clear()
    assert len(fetched(settings).added) == POSTS + 3 - 40


def test_a_site_with_neither_api_nor_sitemap_is_told(site: WordPressSite, settings: Settings) -> None:
    site.answer = lambda path, query: Answer(404)  # type: ignore[method-assign]
    with pytest.raises(SyncFailed, match="sitemap"):
        fetched(settings)
    assert list(settings.corpus.iterdir()) == []


def test_an_api_that_is_down_is_not_mistaken_for_none(site: WordPressSite, settings: Settings) -> None:
    fetched(settings)
    site.faults["/wp-json"] = ["500"] * 6
    with pytest.raises(SyncFailed, match="Nothing was changed"):
        fetched(settings)
    assert len(files(settings)) == POSTS + 1 + 2 * 2


def test_the_plain_form_of_the_api_serves_too(site: WordPressSite, settings: Settings) -> None:
    original = site.page
    site.page = lambda path, query: Answer(404) if path.startswith("/wp-json") else original(path, query)  # type: ignore[method-assign]
    assert len(fetched(settings).added) == POSTS + 3


def test_a_dry_run_writes_nothing(settings: Settings) -> None:
    report = fetched(settings, dry_run=True)
    assert len(report.added) == POSTS + 1
    assert list(settings.corpus.iterdir()) == []


def test_a_second_sync_at_the_same_time_leaves(settings: Settings) -> None:
    with SiteFolder(settings.corpus, "127.0.0.1").lock(), pytest.raises(SyncFailed, match="Another sync"):
        fetched(settings)


def test_a_missing_corpus_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="absent"):
        fetched(settings.model_copy(update={"corpus": tmp_path / "absent"}))


def test_a_lost_or_damaged_state_loses_nothing(settings: Settings) -> None:
    fetched(settings)
    (settings.corpus / "127.0.0.1/.sync.json").write_text("{", encoding="utf-8")
    report = fetched(settings)
    assert report.added == report.changed == report.removed == ()
    assert fetched(settings).unchanged == POSTS + 3


def test_killed_in_the_middle_a_sync_completes_the_next_time(site: WordPressSite, settings: Settings) -> None:
    command = [
        sys.executable, "-m", "search27", "sync", "--site", site.origin, "--corpus", str(settings.corpus),
        "--no-build", "--allow-private-hosts",
    ]  # fmt: skip
    environment = {**os.environ, "SEARCH27_SYNC_RATE": "50"}
    for part in ("include=", "pages?include", ".pdf"):
        site.requests.clear()
        child = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while child.poll() is None and not site.asked(part):
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        child.wait()
    fetched(settings)
    assert {f"{number}.json" for number in site.posts} <= files(settings)
    assert len(files(settings)) == POSTS + 1 + 2 * 2
    for number in site.posts:
        post = json.loads((settings.corpus / f"127.0.0.1/{number}.json").read_bytes())
        assert post["title"]["rendered"] == f"Article {number}"
    assert list((settings.corpus / "127.0.0.1").glob(".*.part")) == []


def test_a_sync_renews_the_index_and_a_deletion_leaves_it(site: WordPressSite, settings: Settings) -> None:
    site.posts = {
        7: _post(7),
        8: wordpress_post(8, "Le compost", "<p>Un composteur partagé au pied des tours.</p>"),
    }
    site.media.clear()
    first = sync(settings)
    assert first.build is not None
    assert first.build.added == ("127.0.0.1/7", "127.0.0.1/8")
    assert Library.open(settings.index, settings).search("composteur")[0].document.id == "127.0.0.1/8"
    second = sync(settings)
    assert second.build is not None
    assert second.build.unchanged
    assert second.build.passages_encoded == 0
    del site.posts[8]
    third = sync(settings)
    assert third.build is not None
    assert ids(third.removed) == ["8"]
    found = Library.open(settings.index, settings).search("composteur")
    assert [hit.document.id for hit in found] == ["127.0.0.1/7"]
    question = {
        "id": "1",
        "question": "Quel sujet ?",
        "evidence": [{"doc": "7", "quote": "Le sujet numéro 7."}],
    }
    questions = settings.corpus.parent / "questions.jsonl"
    questions.write_text(json.dumps(question), encoding="utf-8")
    site.posts[7] |= {"content": {"rendered": "<p>Autre chose.</p>"}, "modified_gmt": "2025-06-01T00:00:00"}
    fourth = sync(settings.model_copy(update={"questions": questions}))
    assert (ids(fourth.changed), fourth.build) == (["7"], None)
    assert "evidence of 0 of 1 questions" in fourth.index_kept
    assert Library.current_generation(settings.index) == third.build.generation


@pytest.mark.corpus
def test_the_real_articles_arrive_complete(shared: Path, settings: Settings, site: WordPressSite) -> None:
    site.posts.clear()
    site.media.clear()
    for path in (shared / "corpus27/wordpress").glob("*.json"):
        post = json.loads(path.read_bytes())
        site.posts[post["id"]] = post
    assert len(fetched(settings).added) == 372
    for number, post in site.posts.items():
        kept = json.loads((settings.corpus / f"127.0.0.1/{number}.json").read_bytes())
        assert kept["content"] == post["content"]
        assert kept["title"] == post["title"]
    again = fetched(settings)
    assert (again.unchanged, again.failed) == (372, ())
    assert again.requests <= 20
