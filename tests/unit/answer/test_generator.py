from __future__ import annotations

import socket
import subprocess
import sys
import threading

import pytest
from tests.endpoint import Reply, body, pieces, scripted, status

from search27.answer.generator import Endpoint, endpoint_of, generate
from search27.config import load_settings
from search27.errors import GeneratorUnavailable

CHAT = [{"role": "user", "content": "Bonjour"}]


def ask(url: str, timeout: float = 20.0) -> str | None:
    return generate(CHAT, Endpoint(url, "a-model", "a-key", timeout), "en")


def test_the_text_is_that_of_the_pieces_and_the_key_goes_along() -> None:
    got: list[str] = []
    with scripted(pieces("Bon", "jour", " !")) as server:
        endpoint = Endpoint(server.url, "a-model", "a-key")
        text = generate(CHAT, endpoint, "fr", lambda piece: got.append(piece) is None)
    assert text == "Bonjour !"
    assert [piece for piece in got if piece] == ["Bon", "jour", " !"]
    [request] = server.requests
    assert (request["model"], request["messages"], request["stream"]) == ("a-model", CHAT, True)
    assert "tools" not in request
    assert server.keys == ["Bearer a-key"]


def test_a_busy_service_is_asked_again_after_the_time_it_names() -> None:
    with scripted(status(429), status(503), pieces("Oui.")) as server:
        assert ask(server.url) == "Oui."
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "requests", "said"),
    [
        (status(500), 3, "answered with an error \\(500\\)"),
        (status(429), 3, "answered with an error \\(429\\)"),
        (status(401), 1, "SEARCH27_GENERATOR_KEY"),
        (status(403), 1, "SEARCH27_GENERATOR_KEY"),
        (status(404), 1, "does not know the model “a-model”"),
        (status(400), 1, "answered with an error \\(400\\)"),
        (pieces("Deux", announced=10_000), 1, "cannot be reached"),
        (body('data: {"choices": [{"delta": {"con\n\n'), 1, "answered with an error"),
        (body('data: {"error": {"message": "out of memory"}}\n\n'), 1, "answered with an error"),
        (body('data: {"choices": 7}\n\n'), 1, "answered with an error"),
    ],
)
def test_what_goes_wrong_is_said(reply: Reply, requests: int, said: str) -> None:
    with scripted(reply) as server, pytest.raises(GeneratorUnavailable, match=said) as raised:
        ask(server.url)
    assert len(server.requests) == requests
    assert "127.0.0.1" in str(raised.value)
    assert "a-key" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "<html>It works!</html>",
        "",
        'data: {"choices": [{"del',
        "data: [DONE]\n\n",
        'data: {"choices": []}\n\n',
    ],
)
def test_a_service_that_says_nothing_gives_no_text(text: str) -> None:
    with scripted(body(text)) as server:
        assert ask(server.url) == ""


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(GeneratorUnavailable, match="generator_url"):
        ask(url)


@pytest.mark.parametrize(
    "reply", [pieces(*"abcdefgh", pause=0.3), pieces("", pause=2)], ids=["drip", "silence"]
)
def test_one_deadline_holds_for_the_whole_answer(reply: Reply) -> None:
    with scripted(reply) as server, pytest.raises(GeneratorUnavailable, match=r"within 0\.5 s"):
        ask(server.url, timeout=0.5)
    assert len(server.requests) == 1


def test_a_reader_is_asked_whether_to_go_on_while_nothing_comes() -> None:
    got: list[str] = []

    def stop(piece: str) -> bool:
        got.append(piece)
        return len(got) < 2

    with scripted(pieces("Enfin", pause=1.5)) as server:
        assert generate(CHAT, Endpoint(server.url, "a-model"), "fr", stop) is None
    assert "" in got


def test_no_thread_stays_behind() -> None:
    before = set(threading.enumerate())
    with scripted(pieces(*"abcdefgh", pause=0.05)) as server:
        generate(CHAT, Endpoint(server.url, "a-model"), "fr", lambda piece: not piece)
    started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(5)
    assert not any(thread.is_alive() for thread in started)


@pytest.mark.parametrize(
    ("url", "host", "remote"),
    [
        ("http://127.0.0.1:11434/v1", "127.0.0.1:11434", False),
        ("http://localhost:8080/v1", "localhost:8080", False),
        ("http://[::1]:8080/v1", "[::1]:8080", False),
        ("https://albert.example.org/v1", "albert.example.org", True),
        ("https://name:secret@albert.example.org/v1", "albert.example.org", True),
        ("http://192.168.1.7:11434/v1", "192.168.1.7:11434", True),
        ("http://localhost.example.org/v1", "localhost.example.org", True),
    ],
)
def test_where_a_question_goes(url: str, host: str, remote: bool) -> None:
    info = Endpoint(url, "m").info
    assert (info.host, info.remote) == (host, remote)


def test_settings_without_address_or_model_name_no_endpoint() -> None:
    assert endpoint_of(load_settings()) is None
    assert endpoint_of(load_settings(generator_url="http://127.0.0.1:1/v1")) is None
    named = load_settings(generator_url="http://127.0.0.1:1/v1", generator_model="m", generator_key="k")
    assert endpoint_of(named) == Endpoint("http://127.0.0.1:1/v1", "m", "k", named.generator_timeout)
    assert "'k'" not in repr(endpoint_of(named))


def test_without_the_extra_its_name_is_said() -> None:
    code = (
        "import sys; sys.modules['openai'] = None\n"
        "from search27.answer.generator import import_openai\n"
        "from search27.errors import MissingExtra\n"
        "try: import_openai()\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'.[llm]'" in done.stdout
