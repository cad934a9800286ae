"""The project's sources as text: what each imports, where it touches the environment. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


@dataclass(frozen=True)
class Module:
    """One source file. name: `plateseg.ui.page`; a package's `__init__` has the package's name."""

    name: str
    path: Path
    root: Path

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    def sentence(self, line: int, text: str) -> str:
        """`storage/items.py:12: ...`"""
        return f"{self.path.relative_to(self.root).as_posix()}:{line}: {text}"


def modules(root: Path) -> list[Module]:
    """Every source file of the project below `root`."""
    paths = [root / "app.py", *(root / "plateseg").rglob("*.py"), *(root / "storage").rglob("*.py")]
    found = []
    for path in sorted(path for path in paths if path.exists()):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, root))
    return found


def fitting(name: str, table: Container[str]) -> str | None:
    """The longest entry of a table that is the module or a package around it."""
    parts = name.split(".")
    around = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((entry for entry in around if entry in table), None)


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports, anywhere in it, in words or by `import_module("...")`."""
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, _named(source, alias.name)) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from ((node.lineno, a.value) for a in node.args if isinstance(a, ast.Constant))


def _named(source: str, name: str) -> str:
    # `from plateseg import settings` imports a module; `from plateseg.errors import BadMask` a name within one.
    inner = ROOT / Path(*source.split("."), name)
    return f"{source}.{name}" if inner.is_dir() or inner.with_suffix(".py").exists() else source


def environment_looks(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Line, words, and whether it only sets: every use of the environment in a file."""
    changes = {id(node) for node in ast.walk(tree) for node in _environment_changes(node)}
    for node in ast.walk(tree):
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if name in ("os.environ", "os.environb", "os.getenv", "os.putenv"):
            yield node.lineno, name, id(node) in changes
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            taken = (alias.name for alias in node.names if alias.name in ("environ", "environb", "getenv", "putenv"))
            yield from ((node.lineno, f"from os import {name}", False) for name in taken)


def _environment_changes(node: ast.AST) -> list[ast.AST]:
    """The `os.environ` in `os.environ["X"] = ...`, `.update(...)` and `.setdefault(...)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return [node.value]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        return [node.value.func.value] if node.value.func.attr in ("update", "setdefault", "pop") else []
    return []
