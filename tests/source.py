"""Reads the project's own source, for the tests that guard the architecture.

Each `find_…` yields "line what" for every breach in one module, so that a guard can name the place."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("campaign", "cms_pages", "donors", "stripe_sandbox")
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_NO_CODE = {tokenize.COMMENT, *_LAYOUT}
type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """The lines that hold code: neither blank, nor comment, nor docstring."""
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in _NO_CODE:
                lines.update(range(token.start[0], token.end[0] + 1))
        for docstring in self.docstrings():
            lines.difference_update(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
        return frozenset(lines)

    def docstrings(self) -> Iterator[ast.expr]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0] if node.body else None
                match first:
                    case ast.Expr(value=ast.Constant(value=str()) as docstring):
                        yield docstring

    @property
    def size(self) -> int:
        return len(self.code_lines)

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def function_size(self, function: Function) -> int:
        return len(self.code_lines.intersection(range(function.lineno, (function.end_lineno or 0) + 1)))


def read(pattern: str, *folders: str) -> list[Module]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob(pattern))]
    return [Module(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in found]


def code(*folders: str) -> list[Module]:
    """The project's modules without tests and migrations, or only those under these folders."""
    return [module for module in read("*.py", *(folders or CODE)) if "/migrations/" not in module.path]


def imported_names(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield node.lineno, origin
            yield from ((node.lineno, f"{origin}.{name.name}") for name in node.names)


def imports(module: Module, package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for _, name in imported_names(module))


def find_local_imports(module: Module) -> Iterator[str]:
    """Imports inside a function. Django asks for one place where they are right: AppConfig.ready."""
    for function in module.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom) and function.name != "ready":
                yield f"{node.lineno} import inside {function.name}"


def find_floats(module: Module) -> Iterator[str]:
    """Whatever could turn euro cents into a fraction."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(value=float() as value):
                yield f"{node.lineno} {value}"
            case ast.Name(id="float"):
                yield f"{node.lineno} float"
            case ast.Attribute(attr="FloatField" | "DecimalField" as attr):
                yield f"{node.lineno} {attr}"
            case ast.BinOp(op=ast.Div(), left=left, right=right):
                if "cents" in ast.unparse(left) or "cents" in ast.unparse(right):
                    yield f"{node.lineno} {ast.unparse(node)}"


def find_long_signatures(module: Module, most: int) -> Iterator[str]:
    for function in module.functions():
        named = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        count = sum(argument.arg not in {"self", "cls"} for argument in named)
        if count > most:
            yield f"{function.lineno} {function.name} takes {count}"


def find_positional_flags(module: Module) -> Iterator[str]:
    """`send(letter, True)` tells the reader nothing. Django's own `save(commit)` is as it is."""
    for function in module.functions():
        if function.name == "save":
            continue
        for argument in function.args.posonlyargs + function.args.args:
            if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool":
                yield f"{function.lineno} {function.name}({argument.arg})"


def find_on_delete(module: Module, rule: str) -> Iterator[str]:
    """`Model.field` of each relation with this deletion rule."""
    for owner in ast.walk(module.tree):
        if not isinstance(owner, ast.ClassDef):
            continue
        for statement in owner.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=field)], value=ast.Call(keywords=keywords)):
                    rules = [ast.unparse(k.value) for k in keywords if k.arg == "on_delete"]
                    if rules == [f"models.{rule}"]:
                        yield f"{owner.name}.{field}"


def find_one_way_data_migrations(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="RunPython" | "RunSQL" as kind)):
                named = {keyword.arg for keyword in node.keywords}
                if len(node.args) < 2 and not named & {"reverse_code", "reverse_sql"}:
                    yield f"{node.lineno} {kind} has no way back"


def breaches(found: Sequence[tuple[Module, Iterator[str]]]) -> list[str]:
    """Readable lines for a failed assertion: path:line what."""
    return [f"{module.path}:{line}" for module, lines in found for line in lines]
