"""The house keeps its measure: sizes, nesting, arguments, imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

MAX_FILE, MAX_FUNCTION, MAX_NESTING, MAX_POSITIONAL = 300, 40, 2, 3
PRODUCT = sorted((ROOT / "sync").rglob("*.py"))
EVERYTHING = [*PRODUCT, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def _depth(node: ast.AST) -> int:
    blocks = ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            continue
        chained = isinstance(node, ast.If) and child in node.orelse and isinstance(child, ast.If)
        deepest = max(deepest, _depth(child) + (isinstance(child, blocks) and not chained))
    return deepest


@pytest.mark.parametrize("path", EVERYTHING, ids=_name)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_functions_are_short_flat_and_take_few_positional_arguments(path: Path) -> None:
    for function in _functions(path):
        where = f"{_name(path)}: {function.name}"
        positional = [
            one.arg for one in function.args.posonlyargs + function.args.args if one.arg not in {"self", "cls"}
        ]
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno + 1 <= MAX_FUNCTION, where
        assert _depth(function) <= MAX_NESTING, where
        assert len(positional) <= MAX_POSITIONAL, where


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_import_hides_in_a_function(path: Path) -> None:
    for function in _functions(path):
        hidden = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not hidden, f"{_name(path)}: {function.name}"


def test_imports_go_down_the_floors_only() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_measure_is_taken_of_real_code() -> None:
    nested = ast.parse("def f():\n    for a in b:\n        if a:\n            with c:\n                pass\n")
    chained = ast.parse("def f():\n    if a:\n        pass\n    elif b:\n        pass\n    elif c:\n        pass\n")

    assert _depth(nested.body[0]) == 3
    assert _depth(chained.body[0]) == 1
