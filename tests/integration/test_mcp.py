"""`search27 mcp` as a client of the official SDK meets it: a child process, JSON-RPC on its stdin and stdout."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters

from search27 import Library
from search27.config import Settings

Call = tuple[str, dict[str, Any]]


def talk(index: Path, settings: Settings, *calls: Call) -> tuple[list[Any], list[Any]]:
    """The tools listed, and the results of the calls, of one session."""

    async def session() -> tuple[list[Any], list[Any]]:
        environment = {"SEARCH27_CACHE": str(settings.cache), "SEARCH27_INDEX": str(index)}
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "search27", "mcp"], env=environment
        )
        async with Client(command, read_timeout_seconds=120) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(session())


def test_a_client_searches_asks_and_reads(
    starter_index: Path, starter_library: Library, settings: Settings
) -> None:
    question = "Combien de personnes compte l'équipe ?"
    expected = starter_library.search(question, 3)
    document_id = expected[0].document.id
    tools, results = talk(
        starter_index,
        settings,
        ("search", {"question": question, "k": 3}),
        ("ask", {"question": question}),
        ("publication", {"document_id": document_id, "first": 1, "count": 1}),
    )
    assert [tool.name for tool in tools] == ["search", "ask", "publication"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    found, answer, publication = (result.structured_content for result in results)
    assert [hit["passage"]["id"] for hit in found["hits"]] == [hit.passage.id for hit in expected]
    for citation in answer["citations"]:
        whole = starter_library.publication(citation["document"]["id"]).text
        assert citation["quote"] == whole[citation["span"]["start"] : citation["span"]["end"]]
    passages = starter_library.passages(document_id)
    assert publication["total"] == len(passages)
    assert [passage["text"] for passage in publication["passages"]] == [p.text for p in passages[1:2]]
    assert publication["document"]["title"] == expected[0].document.title


def test_what_goes_wrong_is_told_to_the_client(starter_index: Path, settings: Settings) -> None:
    _, results = talk(
        starter_index,
        settings,
        ("publication", {"document_id": "absent.md"}),
        ("search", {"question": "budget", "k": 0}),
        ("search", {"question": "budget", "kinds": ["novel"]}),
        ("search", {"question": "budget", "authors": ["Personne"]}),
    )
    assert [result.is_error for result in results] == [True, True, True, False]
    assert "no publication 'absent.md'" in results[0].content[0].text
    assert results[3].structured_content == {"hits": []}


def test_without_an_index_the_client_reads_what_to_run(tmp_path: Path, settings: Settings) -> None:
    _, [result] = talk(tmp_path, settings, ("ask", {"question": "budget"}))
    assert result.is_error
    assert "search27 build" in result.content[0].text
