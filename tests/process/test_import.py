"""`import` killed half-way and repeated: nothing twice, nothing missing."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest

from tests.process.homes import Home, until

PHOTOGRAPHS = 40


@pytest.fixture
def photographs(tmp_path):
    """A folder as the seed has it: images/ and masks/."""
    folder = tmp_path / "photographs"
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for number in range(PHOTOGRAPHS):
        photograph = np.random.default_rng(number).integers(0, 255, (12, 16, 3), np.uint8).repeat(20, 0).repeat(20, 1)
        mask = np.zeros((240, 320), np.uint8)
        mask[100:120, 50 + number : 125 + number] = 255
        assert cv2.imwrite(str(folder / "images" / f"car{number:02d}.jpg"), photograph)
        assert cv2.imwrite(str(folder / "masks" / f"car{number:02d}.png"), mask)
    return folder


def test_killed_half_way_and_repeated(photographs, tmp_path):
    home, chance = Home(tmp_path / "home"), random.Random(4)
    for wanted in sorted(chance.sample(range(1, PHOTOGRAPHS // 2), 2)):
        verb = home.begin("import", str(photographs))
        until(lambda wanted=wanted: count(home) >= wanted, f"{wanted} photographs are in")
        verb.kill()
    there = count(home)
    assert 0 < there < PHOTOGRAPHS

    verb = home.do("import", str(photographs))

    assert verb.code == 0
    added = f"{PHOTOGRAPHS - there} added, {there} duplicates, {PHOTOGRAPHS - there} masks attached, 0 rejected"
    assert added in verb.output
    page = home.storage.items.page(limit=1000)
    assert sorted(item.name for item in page.items) == [f"car{number:02d}.jpg" for number in range(PHOTOGRAPHS)]
    assert {(item.head, item.status.value) for item in page.items} == {(1, "labelled")}
    assert f"{PHOTOGRAPHS} photographs checked, 0 faults" in home.do("verify").output
    home.close()


def count(home: Home) -> int:
    return home.storage.items.page(limit=1).total
