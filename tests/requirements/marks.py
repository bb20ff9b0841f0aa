"""`@pytest.mark.covers(...)`, found in the source of the tests: nothing is imported, nothing is run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
KEYWORDS = {"instead", "page", "portal"}
BROWSES = {"get", "goto", "post", "open"}
"""Methods of a browser whose first argument is an address."""
ADDRESS = re.compile(r"…?/(?!/)[^?#]*")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class BadMark(ValueError):
    """A mark that the table could not show."""


@dataclass(frozen=True)
class Mark:
    ids: tuple[str, ...]
    file: str
    """From `tests/` on."""
    test: str
    pages: tuple[str, ...]
    """As the mark says, else the addresses that the test opens, in their order."""
    instead: str = ""
    """What there is in place of the behaviour of the old system."""
    portal: str = ""
    """A portal of the demo, where the test goes through that one."""

    @property
    def of_a_unit(self) -> bool:
        return self.file.startswith("unit/")


def collect(tests: Path = TESTS) -> list[Mark]:
    return [mark for file in sorted(tests.rglob("test_*.py")) for mark in marks_in(file, tests)]


def marks_in(file: Path, tests: Path = TESTS) -> Iterator[Mark]:
    module = ast.parse(file.read_text(), str(file))
    known = {one.name: one for one in (*helpers(module, tests), *functions(module))}
    used = 0
    for function in functions(module):
        calls = [one for one in function.decorator_list if is_covers(one)]
        used += len(calls)
        for call in calls:
            yield read(call, function, known, file.relative_to(tests).as_posix())
    if used != sum(is_covers(node) for node in ast.walk(module) if isinstance(node, ast.Call)):
        raise BadMark(f"{file}: covers() stands before a test, nowhere else")


def functions(module: ast.Module) -> list[Function]:
    return [node for node in ast.walk(module) if isinstance(node, Function)]


def helpers(module: ast.Module, tests: Path) -> Iterator[Function]:
    """Functions of the modules that lie beside the folders of tests, as `from tests import door` brings them."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module == "tests":
            for file in (tests / f"{one.name}.py" for one in node.names):
                yield from functions(ast.parse(file.read_text())) if file.exists() else ()


def is_covers(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.covers"


def read(call: ast.expr, test: Function, known: dict[str, Function], file: str) -> Mark:
    assert isinstance(call, ast.Call)
    try:
        ids: tuple[Any, ...] = tuple(ast.literal_eval(one) for one in call.args)
        said: dict[Any, Any] = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    except ValueError as error:
        raise BadMark(f"{file}::{test.name}: a mark is written out, not computed") from error
    words = all(isinstance(one, str) for one in (*ids, *said.values()))
    if not (ids and words and set(said) <= KEYWORDS):
        raise BadMark(f"{file}::{test.name}: covers(*ids, instead=, page=, portal=), all of them words")
    page = said.pop("page", "")
    return Mark(ids, file, test.name, (page,) if page else tuple(pages_of(test, known)), **said)


def pages_of(test: Function, known: dict[str, Function]) -> list[str]:
    """Addresses that the test opens, by itself or through its fixtures and the functions it calls."""
    found: dict[str, None] = {}
    waiting, seen = [test], {test.name}
    for function in waiting:
        told = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in BROWSES and call.args:
                address = call.args[0]
                found |= dict.fromkeys(addresses(told.get(ast.unparse(address), address)))
        names = used_by(function) & set(known) - seen
        seen |= names
        waiting += [known[name] for name in sorted(names)]
    return list(found)


def used_by(function: Function) -> set[str]:
    """Names of what it calls and of its fixtures: `door.try_code(...)`, `waiting`."""
    names = {one.arg for one in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                names.add(called.id)
            elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                names.add(called.attr)
    return names


def addresses(argument: ast.expr) -> Iterator[str]:
    """`/sign-up/link/…` of an f-string; the query is no page of its own."""
    if isinstance(argument, ast.Constant):
        text = argument.value
    elif isinstance(argument, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "…" for one in argument.values]
        text = "".join(map(str, parts))
    else:
        return
    if isinstance(text, str) and (address := ADDRESS.match(text)):
        yield address.group()
