"""import, inspect, verify, split, drawn at the command line, on a real home."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from plateseg.cli import main
from plateseg.domain.drawn import draw_any
from plateseg.domain.types import ItemStatus, Split
from storage import open_storage
from tests.conftest import ROOT
from tests.integration.storage_samples import mask
from tests.integration.uploads import jpeg, mask_png, zipped


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home that the environment names."""
    for name in ("DATABASE_URL", "PLATESEG_BLOBS", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def opened(home):
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    yield storage
    storage.close()


def folder_with(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return str(folder)


def seed_folder(tmp_path, number=6):
    """The seed project's layout: images/ and masks/."""
    files = {f"images/car{n}.jpg": jpeg(n) for n in range(number)}
    return folder_with(tmp_path / "seed", files | {f"masks/car{n}.png": mask_png() for n in range(number - 1)})


def said(capsys):
    return capsys.readouterr().out


class TestImport:
    """A folder goes in, with a line for each file that did not."""

    def test_the_seeds_layout(self, home, opened, tmp_path, capsys):
        assert main(["import", seed_folder(tmp_path)]) == 0

        assert said(capsys) == "6 added, 0 duplicates, 5 masks attached, 0 rejected\n"
        assert [item.name for item in opened.items.page().items] == [f"car{n}.jpg" for n in range(6)]

    def test_again_adds_nothing(self, home, tmp_path, capsys):
        folder = seed_folder(tmp_path)
        main(["import", folder])
        said(capsys)

        assert main(["import", folder]) == 0

        assert said(capsys).endswith("0 added, 6 duplicates, 0 masks attached, 0 rejected\n")

    def test_bad_files_are_named_and_the_others_imported(self, home, tmp_path, capsys):
        files = {
            "a.jpg": jpeg(1),
            "text.jpg": b"text",
            "set.zip": zipped({"../out.jpg": jpeg(2), "b.jpg": jpeg(3)}),
            "cut.zip": b"PK\x03\x04",
            "masks/nobody.png": mask_png(),
        }

        assert main(["import", folder_with(tmp_path / "mixed", files)]) == 0

        *lines, total = said(capsys).splitlines()
        assert total == "2 added, 0 duplicates, 0 masks attached, 4 rejected"
        assert [line.split(": ")[0] for line in lines] == [
            "rejected  cut.zip",
            "rejected  set.zip",
            "rejected  masks/nobody.png",
            "rejected  text.jpg",
        ]

    def test_only_bad_files_are_a_failure_and_known_ones_beside_them_are_none(self, home, tmp_path, capsys):
        folder = folder_with(tmp_path / "bad", {"text.jpg": b"text", "empty.jpg": b""})

        assert main(["import", folder]) == 1
        assert said(capsys).endswith("0 added, 0 duplicates, 0 masks attached, 2 rejected\n")

        folder_with(tmp_path / "bad", {"good.jpg": jpeg(1)})
        assert [main(["import", folder]), main(["import", folder])] == [0, 0]

    def test_nothing_unpacked_is_left_behind(self, home, tmp_path, capsys):
        main(["import", folder_with(tmp_path / "zips", {"set.zip": zipped({"a.jpg": jpeg(1)})})])

        assert [path for path in (home / "scratch").rglob("*") if path.is_file()] == []

    def test_a_name_that_is_no_text_is_imported_all_the_same(self, home, opened, tmp_path, capsys):
        folder = tmp_path / "odd"
        folder.mkdir()
        with open(os.fsencode(folder) + b"/caf\xe9.jpg", "wb") as file:
            file.write(jpeg(1))
        (folder / "b.jpg").write_bytes(jpeg(2))
        with open(os.fsencode(folder) + b"/bad\xe9.jpg", "wb") as file:
            file.write(b"text")

        assert main(["import", str(folder)]) == 0

        assert said(capsys).endswith("2 added, 0 duplicates, 0 masks attached, 1 rejected\n")
        assert [item.name for item in opened.items.page().items] == ["b.jpg", "café.jpg"]

    def test_a_folder_that_is_not_there(self, home, tmp_path, capsys):
        assert main(["import", str(tmp_path / "nowhere")]) == 2

        assert capsys.readouterr().err.endswith(f"plateseg: There is no folder {tmp_path / 'nowhere'}.\n")

    def test_an_empty_folder(self, home, tmp_path, capsys):
        (tmp_path / "empty").mkdir()

        assert main(["import", str(tmp_path / "empty")]) == 0

        assert said(capsys) == "0 added, 0 duplicates, 0 masks attached, 0 rejected\n"


class TestInspect:
    """What the dataset holds."""

    def test_counts_and_plate_sizes(self, home, tmp_path, capsys):
        main(["import", seed_folder(tmp_path)])
        said(capsys)

        assert main(["inspect", "--json"]) == 0

        found = json.loads(said(capsys))
        assert (found["items"], found["plates"], found["capture_groups"]) == (6, 5, 6)
        assert (found["by_status"]["labelled"], found["by_status"]["unlabelled"]) == (5, 1)
        assert found["plate_pixels"] == {"smallest": 160.0, "median": 160.0, "largest": 160.0}
        assert found["image_sizes"] == {"96x64": 6}

    def test_for_a_persons_eyes(self, home, tmp_path, capsys):
        main(["import", seed_folder(tmp_path)])
        said(capsys)

        assert main(["inspect"]) == 0

        assert "items             6\n" in said(capsys)

    def test_of_nothing(self, home, capsys):
        assert main(["inspect", "--json"]) == 0
        assert json.loads(said(capsys))["items"] == 0


def damage(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def another_mask(path):
    """A whole PNG of the same size and the same number of plate pixels, yet not what was saved."""
    levels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    path.write_bytes(cv2.imencode(".png", np.ascontiguousarray(levels[::-1]))[1].tobytes())


class TestVerify:
    """Exit code 1 and a line for each thing that is wrong."""

    @pytest.fixture
    def filled(self, home, tmp_path, capsys, opened):
        main(["import", seed_folder(tmp_path)])
        said(capsys)
        return opened

    def test_all_is_well(self, filled, capsys):
        assert main(["verify"]) == 0
        assert said(capsys) == "6 photographs checked, 0 faults\n"

    @pytest.mark.parametrize(
        ("what", "how", "sentence"),
        [
            ("image", lambda path: path.unlink(), "the photograph's file is missing from the store"),
            ("image", damage, "the photograph's file was changed or damaged on the disk"),
            ("thumbnail", lambda path: path.unlink(), "the thumbnail's file is missing from the store"),
            ("thumbnail", lambda path: path.write_bytes(b""), "the thumbnail's file was changed or damaged"),
            ("mask", lambda path: path.unlink(), "mask revision 1: the file is missing from the store"),
            ("mask", damage, "mask revision 1: the file was changed or damaged"),
            ("mask", another_mask, "mask revision 1: the file was changed or damaged"),
        ],
    )
    def test_a_file_that_is_not_as_it_was(self, filled, home, capsys, what, how, sentence):
        item = filled.items.page().items[0]
        blob = {
            "image": item.image_blob,
            "thumbnail": item.thumbnail_blob,
            "mask": filled.revisions.get(item.id, 1).blob,
        }[what]
        how(home / "blobs" / blob[:2] / blob)

        assert main(["verify"]) == 1

        lines = said(capsys).splitlines()
        assert f"item {item.id} car0.jpg: {sentence}" in lines[0]
        assert lines[-1].endswith("faults")
        assert not lines[-1].endswith(" 0 faults")

    def test_an_old_mask_and_one_of_an_excluded_photograph_are_looked_at_too(self, filled, home, capsys):
        item, other = filled.items.page().items[:2]
        old = filled.revisions.append(item.id, mask("old", plate_pixels=1), after=1)
        png = mask_png(value=255)
        filled.revisions.append(item.id, mask(png=png, plate_pixels=160), after=2)
        filled.items.set_status(other.id, ItemStatus.EXCLUDED)
        excluded = filled.revisions.append_proposal(other.id, mask("proposed"))
        for revision in (old, excluded):
            (home / "blobs" / revision.blob[:2] / revision.blob).unlink()

        assert main(["verify"]) == 1

        assert said(capsys).splitlines()[:2] == [
            f"item {item.id} car0.jpg: mask revision 2: the file is missing from the store",
            f"item {other.id} car1.jpg: mask revision 2: the file is missing from the store",
        ]


class TestSplit:
    """The labelled photographs divided, for ever unless asked anew."""

    def test_shares_and_seed(self, home, opened, tmp_path, capsys):
        main(["import", seed_folder(tmp_path, number=11)])
        said(capsys)

        assert main(["split", "--val", "0.2", "--seed", "0"]) == 0

        assert said(capsys).splitlines()[0] == "8 train, 2 val, 0 test"
        first = {item.id: item.split for item, _ in opened.items.usable()}
        assert main(["split", "--val", "0.5", "--seed", "9"]) == 0
        assert {item.id: item.split for item, _ in opened.items.usable()} == first
        said(capsys)
        assert main(["split", "--val", "0.3", "--test", "0.2", "--seed", "9", "--anew"]) == 0
        assert said(capsys).splitlines()[0] == "5 train, 3 val, 2 test"
        assert opened.items.page().items[-1].split is Split.UNASSIGNED

    @pytest.mark.parametrize("shares", [["--val", "1"], ["--val", "-0.1"], ["--val", "0.6", "--test", "0.4"]])
    def test_impossible_shares(self, home, capsys, shares):
        assert main(["split", *shares]) == 2
        assert "leave nothing to train on" in capsys.readouterr().err


class TestDrawn:
    """Something to try things on."""

    def test_a_small_set(self, home, opened, capsys):
        assert main(["drawn", "--count", "2", "--labelled", "1"]) == 0

        assert said(capsys).strip() == "2 added, 0 duplicates, 1 masks attached"
        assert [item.head for item in opened.items.page().items] == [1, 0]

    @pytest.mark.parametrize(("count", "labelled"), [(0, 0), (-5, -5), (2, 3), (100_000, 1)])
    def test_an_impossible_number(self, home, opened, capsys, count, labelled):
        assert main(["drawn", f"--count={count}", f"--labelled={labelled}"]) == 2
        assert "Between 1 and 500" in capsys.readouterr().err
        assert opened.items.page().total == 0


class TestSynthesize:
    """Labelled photographs by the thousand."""

    def test_the_same_seed_draws_the_same(self, home, opened, capsys):
        words = ["synthesize", "--count", "3", "--side", "128", "--seed"]
        assert main([*words, "1"]) == 0
        assert said(capsys).strip() == "3 added, 0 duplicates, 3 masks attached"
        assert main([*words, "1"]) == 0
        assert said(capsys).strip() == "0 added, 3 duplicates, 0 masks attached"
        assert main([*words, "2"]) == 0
        assert said(capsys).strip() == "3 added, 0 duplicates, 3 masks attached"
        assert {max(item.width, item.height) for item in opened.items.page().items} == {128}

    def test_pasted_ones_stay_with_their_photograph(self, home, opened, tmp_path, capsys):
        """So that one of them never trains while the other validates."""
        empty = folder_with(tmp_path / "set", {f"images/car{n}.jpg": jpeg(n) for n in range(2)})
        folder_with(tmp_path / "set", {f"masks/car{n}.png": mask_png(value=0) for n in range(2)})
        assert main(["import", empty]) == 0
        assert main(["synthesize", "--count", "4", "--onto-items"]) == 0
        assert main(["synthesize", "--count", "2", "--seed", "5", "--onto", f"{empty}/images"]) == 0
        items = opened.items.page().items
        assert [item.status for item in items] == [ItemStatus.NO_PLATE] * 2 + [ItemStatus.LABELLED] * 6
        groups = [item.capture_group for item in items]
        assert groups[2:] == groups[:2] * 3
        assert len(set(groups)) == 2

    def test_the_exact_corners_are_written(self, home, opened, tmp_path, capsys):
        words = ["synthesize", "--count", "5", "--side", "128", "--seed", "3", "--corners"]
        assert main([*words, str(tmp_path / "corners.csv")]) == 0

        rows = list(csv.DictReader((tmp_path / "corners.csv").open(encoding="utf-8")))
        written = {}
        for row in rows:
            points = [float(row[f"{axis}{n}"]) for n in range(1, 5) for axis in "xy" if row["x1"]]
            written.setdefault(row["filename"], []).extend([np.reshape(points, (4, 2))] if points else [])
        items = {item.name: item for item in opened.items.page().items}
        assert written.keys() == items.keys()
        for number in range(5):
            name = f"synthetic_3_{number + 1:05}.jpg"
            _, _, quads = draw_any(np.random.default_rng([3, number]), side=128)
            assert np.allclose(written[name], quads, atol=1e-4), name
        assert sum(map(len, written.values())) > 3

        assert main([*words, str(tmp_path / "again.csv")]) == 0
        assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "corners.csv").read_bytes()
        assert main([*words, str(tmp_path / "again.csv")]) == 2
        assert "is there already" in capsys.readouterr().err
        assert main(["synthesize", "--count", "0", "--corners", str(tmp_path / "none.csv")]) == 2
        assert not (tmp_path / "none.csv").exists()

    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            (["--count", "0"], "Between 1 and 100000"),
            (["--count", "1", "--side", "9"], "128 to 4096"),
            (["--count", "1", "--onto", "nowhere"], "There is no folder nowhere"),
            (["--count", "1", "--onto-items"], 'marked "no plate here"'),
        ],
    )
    def test_what_cannot_be_drawn(self, home, opened, capsys, words, answer):
        assert main(["synthesize", *words]) == 2
        assert answer in capsys.readouterr().err
        assert opened.items.page().total == 0

    def test_a_broken_photograph_is_told_and_skipped(self, home, opened, tmp_path, capsys):
        folder = folder_with(tmp_path / "set", {"a.jpg": jpeg(1), "b.jpg": b"not a photograph"})
        assert main(["synthesize", "--count", "4", "--onto", folder]) == 0
        told = said(capsys).splitlines()
        assert [line.split(":")[0] for line in told[:-1]] == ["rejected  b.jpg"] * 2
        assert told[-1] == "2 added, 0 duplicates, 2 masks attached"


def test_as_a_process_with_one_line_a_result(home, tmp_path):
    """`python -m plateseg` from another folder, as a person types it."""

    def plateseg(*words):
        return subprocess.run(
            [sys.executable, "-m", "plateseg", *words],
            env=os.environ | {"PYTHONPATH": str(ROOT), "PLATESEG_HOME": "here"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = plateseg("import", seed_folder(tmp_path))
    broken = plateseg("nonsense")

    assert (done.returncode, done.stdout) == (0, "6 added, 0 duplicates, 5 masks attached, 0 rejected\n")
    assert (tmp_path / "here" / "plateseg.db").exists()
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "Traceback" not in done.stderr + broken.stderr
