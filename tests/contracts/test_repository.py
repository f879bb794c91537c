"""What must hold for the files of the repository as a whole."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400  # lines

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
REGISTRY = re.compile(
    r"pypi\.|pythonhosted|(download|data)\.pytorch|npmjs|anaconda\.|crates\.io", re.IGNORECASE
)
THIS_MACHINE = re.compile(r"(?<![\w./<-])/(work|root|opt|home/\w+|Users/\w+)/")


def tracked() -> list[Path]:
    """Files under version control, or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """Tracked text files by name, without this one."""
    contents = {path: path.read_bytes() for path in tracked() if path != Path(__file__)}
    return {
        str(path.relative_to(ROOT)): content.decode(errors="replace")
        for path, content in contents.items()
        if b"\0" not in content
    }


@pytest.mark.parametrize("pattern", [REGISTRY, THIS_MACHINE], ids=["registries", "paths of a machine"])
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    found = {name: match.group() for name, text in texts().items() if (match := pattern.search(text))}
    assert found == {}


def test_links_between_documents_resolve() -> None:
    broken = []
    for name, text in texts().items():
        if name.endswith(".md"):
            for target in LINK.findall(FENCED.sub("", text)):
                path, _, anchor = target.partition("#")
                file = (ROOT / name).parent / path if path else ROOT / name
                if "://" not in target and not (file.exists() and _has_heading(file, anchor)):
                    broken.append(f"{name}: {target}")
    assert broken == []


def _has_heading(file: Path, anchor: str) -> bool:
    """Whether a Markdown file has the heading that a link's anchor names."""
    if not anchor or file.suffix != ".md":
        return True
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    assert len(decisions) >= 2
    assert [name for name in decisions if f"]({name})" not in index] == []


def test_every_dependency_is_pinned_once() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    names = [_canonical(pin.partition("==")[0]) for pin in pins]
    assert len(names) == len(set(names))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        row for rows in project["optional-dependencies"].values() for row in rows
    ]
    assert {_canonical(re.split(r"[^\w.-]", row)[0]) for row in wanted} - {*names, "search27"} == set()


def test_every_pin_that_is_installed_has_hashes() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {_canonical(pin) for pin in constraints if not pin.startswith("#")}
    hashed = (ROOT / "hashes.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^([\w.-]+==[\w.]+).*\\\n    --hash=sha256:[0-9a-f]{64}", hashed, re.MULTILINE)
    assert {_canonical(row) for row in rows} - pins == set()
    assert len(rows) == len(re.findall(r"^[\w.-]+==", hashed, re.MULTILINE))
    names = {_canonical(row.partition("==")[0]) for row in rows}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        row for rows in (project["dependencies"], project["optional-dependencies"]["dev"]) for row in rows
    ]
    needed = {_canonical(re.split(r"[^\w.-]", row)[0]) for row in wanted} - {"torch", "search27"}
    assert needed - names == set()


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_module_is_too_long() -> None:
    sizes = {name: text.count("\n") for name, text in texts().items() if name.endswith(".py")}
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make app\b.*\n(.*\n)*?make test\b", readme, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(
        re.findall(r"\bmake ([a-z-]+)\b", readme + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    )
    assert named - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()
