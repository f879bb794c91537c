"""Settings: flag > `SEARCH27_*` variable > `search27.toml` > default. Nothing is read at import."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from search27.errors import ConfigError

ENV_PREFIX = "SEARCH27_"
SETTINGS_FILE = "search27.toml"
SECRET = "generator_key"


def default_cache() -> Path:
    """Folder for the converted model: `$XDG_CACHE_HOME/search27`, by default `~/.cache/search27`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "search27"


def default_feedback(earlier: dict[str, Any]) -> Path:
    """Folder for readers' verdicts, beside the index."""
    return Path(earlier["index"]).parent / "feedback"


class Settings(BaseSettings):
    """One frozen set of choices for a whole run.

    Attributes:
        corpus: Folder of publications.
        index: Folder of index generations.
        encoder: `bundled`, a hub id such as `BAAI/bge-m3`, or a folder of a sentence-transformers model.
        cache: Folder where the bundled model is kept once converted.
        store: Where candidates are searched: `embedded` in the index's own files, or `milvus`.
        milvus_uri: Address of Milvus (`http://user:password@host:19530/database`), or a file for Milvus Lite.
        feedback: Folder where the app keeps readers' verdicts; by default `feedback` beside the index.
        reranker: Hub id or folder of a cross-encoder that reads the best passages again; none by default.
        site: Address of the site that `sync` brings in, such as `https://www.example.org`.
        contact: Mail or web address by which the site's keepers can reach whoever runs `sync`.
        sync_rate: Requests a second that a site gets at most.
        sync_private_hosts: Let `sync` speak to private and loopback addresses.
        admins: Mail addresses of those who may change what the app holds, where login is on.
        questions: File of questions that a renewed index must answer as well as the one before it.
        questions_margin: How far the share of questions answered by the first five hits may fall.
        generator_url: Base URL of an OpenAI-compatible language model, such as `http://127.0.0.1:11434/v1`.
        generator_model: Name of the model there.
        generator_timeout: Seconds that a generated answer may take.
        generator_key: Key of that service; refused in the settings file.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, toml_file=SETTINGS_FILE, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    encoder: str = Field(default="bundled", min_length=1)
    cache: Path = Field(default_factory=default_cache)
    store: Literal["embedded", "milvus"] = "embedded"
    milvus_uri: str = ""
    feedback: Path = Field(default_factory=default_feedback)
    reranker: str = ""
    site: str = "https://www.la27eregion.fr"
    contact: str = ""
    sync_rate: float = Field(default=2.0, gt=0, le=50)
    sync_private_hosts: bool = False
    admins: tuple[str, ...] = ()
    questions: Path | None = None
    questions_margin: float = Field(default=0.05, ge=0, le=1)
    generator_url: str = Field(
        default="", pattern=r"^(https?://(\[[0-9a-fA-F:]+\]|[^/\s:\[\]]+)(:\d{1,5})?(/\S*)?)?$"
    )
    generator_model: str = ""
    generator_timeout: float = Field(default=120.0, gt=0)
    generator_key: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence; `.env` files and secret folders are not read."""
        file = TomlConfigSettingsSource(settings_cls)
        if SECRET in file.toml_data:
            raise ConfigError(
                f"{SECRET} is a secret and stands in {SETTINGS_FILE}. "
                f"Remove it there and set the variable {ENV_PREFIX}{SECRET.upper()}."
            )
        return init_settings, env_settings, file


def load_settings(**flags: Any) -> Settings:
    """Read the settings; flags that are None are left to the environment, the file or the default.

    Raises:
        ConfigError: A key is unknown, a value is of the wrong type, or the file cannot be read; the message says which.
    """
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(key for key in os.environ if key.startswith(ENV_PREFIX) and key not in known)
    if unknown:
        raise ConfigError(f"Unknown variable {unknown[0]}. Known ones: {', '.join(sorted(known))}.")
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        names = ", ".join(Settings.model_fields)
        raise ConfigError(f"Setting {where!r}: {first['msg']}. Known settings: {names}.") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{SETTINGS_FILE} cannot be read: {error}. Correct it or remove it.") from error
