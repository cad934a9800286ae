"""Homes with drawn plates, made once and copied for every test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from plateseg.services import drawn_plates
from tests.conftest import ROOT
from tests.process.homes import Home

DRAWN, LABELLED = 15, 14
EPOCHS = 2
LEFT_ALONE = ("--image-size", "128", "--batch-size", "2", "--device", "cpu", "--epochs", str(EPOCHS), "--seed", "7")
"""The run that those which are killed must equal."""


@pytest.fixture(scope="session", autouse=True)
def fork_server() -> None:
    """One thread a process: the same sums in the same order, and several processes on a small machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("PYTHONPATH", str(ROOT))
        forkserver.ensure_running()


@pytest.fixture(scope="session")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with drawn plates, all but one of them labelled."""
    home = Home(tmp_path_factory.mktemp("drawn") / "home")
    drawn_plates.add(home.storage, count=DRAWN, labelled=LABELLED)
    home.close()
    return home.folder


@pytest.fixture(scope="session")
def trained_home(drawn_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with run 1, finished without any disturbance."""
    home = Home(_copied(drawn_home, tmp_path_factory.mktemp("trained") / "home"))
    assert home.do("train", *LEFT_ALONE).code == 0
    home.close()
    return home.folder


@pytest.fixture
def home(drawn_home: Path, tmp_path: Path) -> Iterator[Home]:
    """A copy of `drawn_home`."""
    opened = Home(_copied(drawn_home, tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def trained(trained_home: Path, tmp_path: Path) -> Iterator[Home]:
    """A copy of `trained_home`."""
    opened = Home(_copied(trained_home, tmp_path / "trained"))
    yield opened
    opened.close()


def _copied(folder: Path, target: Path) -> Path:
    # Blobs are never changed in place: links do, but for tests that damage one (they write a new file over it).
    shutil.copytree(folder, target, copy_function=_linked_or_copied)
    return target


def _linked_or_copied(source: str, target: str) -> None:
    copy: Callable[[str, str], object] = os.link if "/blobs/" in source else shutil.copy2
    copy(source, target)
