"""The language model's endpoint: any service that speaks OpenAI's chat completions."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from search27.config import Settings
from search27.errors import GeneratorUnavailable, MissingExtra
from search27.types import GeneratorInfo

OnText = Callable[[str], bool]
Message = dict[str, str]

MAX_TOKENS = 400
RETRIES = 2
"""Further attempts after a refused connection, a 429 or a 5xx, with growing pauses; none once text has come."""
CONNECT_TIMEOUT = 5.0
HEARTBEAT = 0.2
"""Seconds after which the reader is asked whether to go on although nothing came."""

NOT_SET = (
    "No language model is set. Set generator_url and generator_model, for example "
    "SEARCH27_GENERATOR_URL=http://127.0.0.1:11434/v1 SEARCH27_GENERATOR_MODEL=mistral."
)
FAILURES = {
    "slow": {
        "fr": "Le modèle de langue de {host} n’a pas fini en {timeout:g} s (réglage generator_timeout).",
        "en": "The language model at {host} did not finish within {timeout:g} s (setting generator_timeout).",
    },
    "unreachable": {
        "fr": "Le modèle de langue de {host} est injoignable : vérifiez generator_url et que le service tourne.",
        "en": "The language model at {host} cannot be reached: check generator_url and that the service runs.",
    },
    "refused": {
        "fr": "Le modèle de langue de {host} refuse la clé : vérifiez SEARCH27_GENERATOR_KEY.",
        "en": "The language model at {host} refuses the key: check SEARCH27_GENERATOR_KEY.",
    },
    "unknown": {
        "fr": "{host} ne connaît pas le modèle « {model} » : vérifiez generator_model et generator_url.",
        "en": "{host} does not know the model “{model}”: check generator_model and generator_url.",
    },
    "broken": {
        "fr": "Le modèle de langue de {host} a répondu par une erreur ({detail}). Réessayez plus tard.",
        "en": "The language model at {host} answered with an error ({detail}). Try again later.",
    },
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible service.

    Attributes:
        url: Base URL, such as `http://127.0.0.1:11434/v1`.
        timeout: Seconds for the whole answer.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 120.0

    @property
    def info(self) -> GeneratorInfo:
        """What to tell before a question goes there."""
        parts = urlsplit(self.url)
        return GeneratorInfo(self.model, parts.netloc.rpartition("@")[2], not _is_loopback(parts.hostname))


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint that the settings name, None where they name none."""
    if not settings.generator_url or not settings.generator_model:
        return None
    key = settings.generator_key.get_secret_value()
    return Endpoint(settings.generator_url, settings.generator_model, key, settings.generator_timeout)


def generate(
    messages: Sequence[Message], endpoint: Endpoint, language: str, on_text: OnText | None = None
) -> str | None:
    """The model's text.

    Args:
        messages: The chat so far.
        endpoint: Where the model runs.
        language: `fr` or `en`, for the message of a failure.
        on_text: Gets each piece of text as it comes, and `""` while nothing comes; False ends the request.

    Returns:
        The whole text, None where `on_text` ended it.

    Raises:
        MissingExtra: The extra `llm` is not installed.
        GeneratorUnavailable: The endpoint does not answer, refuses, breaks off or takes longer than its time.
    """
    openai = import_openai()
    deadline = time.monotonic() + endpoint.timeout
    events: SimpleQueue[str | Exception | None] = SimpleQueue()
    text: list[str] = []
    with openai.OpenAI(
        base_url=endpoint.url,
        api_key=endpoint.key or "none",
        timeout=openai.Timeout(endpoint.timeout, connect=CONNECT_TIMEOUT),
        max_retries=RETRIES,
    ) as client:
        threading.Thread(target=_receive, args=(client, messages, endpoint, events), daemon=True).start()
        while time.monotonic() < deadline:
            event = _next(events)
            if event is None:
                return "".join(text)
            if isinstance(event, Exception):
                raise GeneratorUnavailable(_explain(event, endpoint, language)) from event
            text.append(event)
            if on_text and on_text(event) is False:
                return None
    raise GeneratorUnavailable(_message("slow", endpoint, language))


def import_openai() -> Any:
    """The client's module.

    Raises:
        MissingExtra: The extra `llm` is not installed.
    """
    try:
        import openai
    except ImportError as error:
        raise MissingExtra("llm", "A generated answer") from error
    return openai


def _receive(
    client: Any,
    messages: Sequence[Message],
    endpoint: Endpoint,
    events: SimpleQueue[str | Exception | None],
) -> None:
    """Hand over pieces of text, then None, or what went wrong; closing the client ends it."""
    try:
        with client.chat.completions.create(
            model=endpoint.model, messages=messages, max_tokens=MAX_TOKENS, temperature=0, stream=True
        ) as stream:
            for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    events.put(chunk.choices[0].delta.content)
        events.put(None)
    except Exception as error:  # whatever the endpoint's answer does to the client is the reader's to know
        events.put(error)


def _next(events: SimpleQueue[str | Exception | None]) -> str | Exception | None:
    try:
        return events.get(timeout=HEARTBEAT)
    except Empty:
        return ""


def _explain(error: Exception, endpoint: Endpoint, language: str) -> str:
    openai = import_openai()
    kinds = (
        (openai.APITimeoutError, "slow"),
        (openai.APIConnectionError, "unreachable"),
        ((openai.AuthenticationError, openai.PermissionDeniedError), "refused"),
        (openai.NotFoundError, "unknown"),
    )
    kind = next((kind for errors, kind in kinds if isinstance(error, errors)), "broken")
    return _message(kind, endpoint, language, str(getattr(error, "status_code", type(error).__name__)))


def _message(kind: str, endpoint: Endpoint, language: str, detail: str = "") -> str:
    return FAILURES[kind][language].format(
        host=endpoint.info.host, model=endpoint.model, timeout=endpoint.timeout, detail=detail
    )


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
