"""The rules of the house that no linter knows, checked on every Python file of the project."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE_LINES = 400
LONGEST_FUNCTION_LINES = 50
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


FILES = tracked_files()
CODE = [path for path in FILES if "tests" not in path.parts and "migrations" not in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_are_files_to_check() -> None:
    assert len(CODE) > 100


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        shown(path): sum(1 for line in path.read_text().splitlines() if line.strip())
        for path in FILES
    }
    assert {name: count for name, count in lengths.items() if count > LONGEST_FILE_LINES} == {}


def test_no_function_is_too_long_to_read() -> None:
    lengths = {
        f"{shown(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in CODE
        for function in functions_of(path)
    }
    assert {name: count for name, count in lengths.items() if count > LONGEST_FUNCTION_LINES} == {}


def test_every_module_says_why_it_exists() -> None:
    silent = [
        shown(path)
        for path in CODE
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_names_say_what_a_module_is_about() -> None:
    assert [shown(path) for path in FILES if path.stem in VAGUE_NAMES] == []


def test_nobody_but_the_session_dependency_commits() -> None:
    committing = [
        shown(path)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert committing == []


def test_the_shared_package_has_nothing_at_its_top() -> None:
    assert (ROOT / "shared" / "barline_core" / "__init__.py").read_text() == ""
