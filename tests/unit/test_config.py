from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from search27.config import Settings, load_settings
from search27.errors import ConfigError


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder: no settings file but the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    settings = load_settings()
    assert settings == Settings(
        corpus=Path("corpus"), index=Path("index"), encoder="bundled", cache=Path("/caches/search27")
    )


def test_the_cache_is_in_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings().cache == tmp_path / ".cache/search27"


def test_flag_beats_variable_beats_file_beats_default(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workplace / "search27.toml").write_text('corpus = "file"\nindex = "file"\nencoder = "file"\n')
    monkeypatch.setenv("SEARCH27_INDEX", "variable")
    monkeypatch.setenv("SEARCH27_ENCODER", "variable")
    settings = load_settings(encoder="flag", index=None)
    assert (settings.corpus, settings.index, settings.encoder) == (Path("file"), Path("variable"), "flag")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('corpsu = "x"', "corpsu"),
        ("encoder = 3", "encoder"),
        ('encoder = ""', "encoder"),
        ("encoder = ", "search27.toml cannot be read"),
    ],
)
def test_a_wrong_settings_file_is_refused_by_name(workplace: Path, content: str, named: str) -> None:
    (workplace / "search27.toml").write_text(content)
    with pytest.raises(ConfigError, match=named):
        load_settings()


def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH27_ENCODR", "bundled")
    with pytest.raises(ConfigError, match=r"SEARCH27_ENCODR.*SEARCH27_ENCODER"):
        load_settings()


def test_an_unknown_flag_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="colour"):
        load_settings(colour="red")


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.encoder = "another"  # type: ignore[misc]


def test_the_key_is_read_from_the_environment_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH27_GENERATOR_KEY", "s3cret")
    settings = load_settings()
    assert settings.generator_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_a_key_in_the_settings_file_is_refused_without_showing_it(workplace: Path) -> None:
    (workplace / "search27.toml").write_text('generator_key = "s3cret"\n')
    with pytest.raises(ConfigError, match="SEARCH27_GENERATOR_KEY") as raised:
        load_settings()
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:11434/v1", "ftp://host/v1", "http://", "http://a b/v1", "http://host:11434:v1"]
)
def test_an_address_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="generator_url"):
        load_settings(generator_url=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434/v1", "https://host.example/v1", "http://[::1]:8080/v1", ""]
)
def test_an_address_of_a_language_model(url: str) -> None:
    assert load_settings(generator_url=url).generator_url == url


def test_a_settings_file_that_cannot_be_read_is_named(workplace: Path) -> None:
    (workplace / "search27.toml").write_bytes(b'corpus = "\xff"')
    with pytest.raises(ConfigError, match=r"search27\.toml cannot be read"):
        load_settings()
