"""verify's warnings and repairs, measurements that are kept, and inspect's numbers, on a real storage."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from plateseg.cli import main
from plateseg.domain import images, mask_health, masks
from plateseg.domain.types import ItemStatus, RevisionSource
from plateseg.errors import BadConfig, StaleRevision, WrongState
from plateseg.services import inspection, measuring, repairs, verification
from storage import open_storage
from storage.items import NewItem
from tests.integration.storage_samples import add, mask
from tests.unit.pictures import photograph
from tests.unit.test_mask_health import BOX, PLATE, lines, with_square

HOLED = with_square(PLATE, 140, 118, 5, 0)
SPECKED = with_square(PLATE, 20, 20, 2, 1)
NOTHING = np.zeros_like(PLATE)


def label(storage, name, drawn, *, picture=None):
    """A photograph with this mask."""
    pixels = photograph(width=320, height=240, seed=len(name)) if picture is None else picture
    blob = storage.blobs.put(images.encode_jpeg(pixels), "jpg")
    new = NewItem(
        sha256=name.ljust(64, "0"), name=name, width=320, height=240, capture_group=name, image_blob=blob,
        thumbnail_blob=blob, media_type="image/jpeg", mode="RGB",
    )  # fmt: skip
    pixels = masks.plate_pixels(drawn)
    answer = mask(png=masks.to_png(drawn), plate_pixels=pixels, no_plate=not pixels)
    return storage.items.add(new, answer)[0]


def kinds(storage):
    measuring.measure_due(storage)
    return {each.measured.name: [problem.kind for problem in each.problems] for each in measuring.judge(storage)}


def test_problems_by_photograph(storage):
    label(storage, "well", PLATE)
    label(storage, "holed", HOLED)
    label(storage, "specked", SPECKED)
    label(storage, "boxed", BOX, picture=lines(14))
    label(storage, "level", BOX, picture=lines(0))
    label(storage, "none", NOTHING)

    assert kinds(storage) == {"holed": ["holes"], "specked": ["specks"], "boxed": ["box"]}


def test_measured_once_and_again_for_a_new_mask(storage, monkeypatch):
    item = label(storage, "holed", HOLED)
    assert kinds(storage) == {"holed": ["holes"]}
    assert storage.facts.due(mask_health.RULES, limit=10) == ()
    storage.revisions.append(item.id, mask(png=masks.to_png(PLATE), plate_pixels=int(PLATE.sum())), after=1)

    assert storage.facts.count_due(mask_health.RULES) == 1
    assert kinds(storage) == {}
    assert storage.facts.count_due(mask_health.RULES + 1) == 1


def test_measuring_stops_when_the_time_is_over_and_goes_on(storage):
    for number in range(5):
        label(storage, f"{number}", HOLED)
    ticks = iter(range(1000))

    assert measuring.measure_due(storage, seconds=1, clock=lambda: next(ticks)) == 3
    assert measuring.measure_due(storage, seconds=100) == 0


def test_a_mask_that_is_gone_is_left_out_and_not_tried_for_ever(storage):
    add(storage, "broken", mask("no picture at all"))

    assert kinds(storage) == {}
    assert storage.facts.count_due(mask_health.RULES) == 0
    assert inspection.overview(storage).plates == 0


def test_grey_levels_in_a_stored_mask_are_a_fault(storage):
    item = label(storage, "grey", PLATE)
    png = cv2.imencode(".png", PLATE * 200)[1].tobytes()
    storage.revisions.append(item.id, mask(png=png, plate_pixels=int(PLATE.sum())), after=1)

    (fault,) = verification.faults(storage)
    assert fault.problem == "mask revision 2: holds the grey levels 200: masks are written as 0 and 255"


def test_checking_stretch_by_stretch_finds_what_checking_at_once_does(storage):
    for number in range(6):
        label(storage, f"{number}", PLATE)
    for item_id in (2, 5):
        add(storage, f"lost {item_id}", mask(f"{item_id}"))
    after, found, rounds = 0, [], 0
    while True:
        part = verification.check_some(storage, after=after, seconds=0.0)
        found += part.faults
        after, rounds = part.last, rounds + 1
        if part.ended:
            break

    assert rounds == 9
    assert found == list(verification.faults(storage))
    assert {fault.name for fault in found} == {"lost 2", "lost 5"}


class TestRepair:
    """A new revision on top of the one that was seen."""

    @pytest.mark.parametrize(("kind", "broken"), [("holes", HOLED), ("specks", SPECKED)])
    def test_appends_and_keeps_the_old(self, storage, kind, broken):
        item = label(storage, "broken", broken)

        revision = repairs.repair(storage, item.id, kind, after=1)

        assert (revision.number, revision.parent, revision.author) == (2, 1, f"repair: {kind}")
        assert revision.source is RevisionSource.MANUAL
        assert storage.items.get(item.id).head == 2
        old = masks.read_png(storage.blobs.get(storage.revisions.get(item.id, 1).blob))
        assert np.array_equal(old, broken)
        assert kinds(storage) == {}

    def test_a_mask_that_was_saved_meanwhile_is_left(self, storage):
        item = label(storage, "holed", HOLED)
        measuring.measure_due(storage)
        seen = measuring.judge(storage)
        storage.revisions.append(item.id, mask(png=masks.to_png(SPECKED), plate_pixels=int(SPECKED.sum())), after=1)

        with pytest.raises(StaleRevision):
            repairs.repair(storage, item.id, "holes", after=1)
        report = repairs.repair_all(storage, seen, "holes")
        assert (report.mended, report.left) == (0, 1)

    def test_what_cannot_be_mended(self, storage):
        item = label(storage, "well", PLATE)

        with pytest.raises(WrongState, match="nothing to mend"):
            repairs.repair(storage, item.id, "holes", after=1)
        with pytest.raises(BadConfig, match="Open it in Annotate"):
            repairs.repair(storage, item.id, "border", after=1)


def test_an_overview_in_numbers(storage):
    label(storage, "one", PLATE)
    label(storage, "two", with_square(PLATE, 20, 20, 20, 1))
    label(storage, "none", NOTHING)
    add(storage, "unlabelled")
    excluded = label(storage, "excluded", PLATE)
    storage.items.set_status(excluded.id, ItemStatus.EXCLUDED)

    found = inspection.inspect(storage)

    assert found["items"] == 5
    assert (found["plates"], found["several_plates"], found["empty"]) == (3, 1, 1)
    assert found["plates_per_image"] == {"0": 1, "1": 1, "2": 1}
    plate = int(PLATE.sum())
    assert found["mask_values"] == {"0": 3 * PLATE.size - 2 * plate - 400, "255": 2 * plate + 400}
    assert found["modes"] == {"unknown": 1, "RGB": 4}
    assert found["plate_width"] == {"smallest": 20.0, "median": 103.0, "largest": 103.0}
    assert sum(number for _, number in found["percent_chart"]) == 3
    assert found["unmeasured"] == 0


class TestCommandLine:
    """Exit codes: 1 for faults, and with --strict for warnings, too."""

    @pytest.fixture
    def home(self, tmp_path, monkeypatch):
        for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PLATESEG_HOME", str(tmp_path))
        storage = open_storage(f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs"))
        label(storage, "well", PLATE)
        label(storage, "holed", HOLED)
        yield storage
        storage.close()

    def test_a_warning_alone_is_no_failure_but_strictly(self, home, capsys):
        assert main(["verify"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "warning: item 2 holed: 1 hole of 25 pixels in all",
            "2 photographs checked, 0 faults, 1 masks to look at",
        ]
        assert main(["verify", "--strict"]) == 1

    def test_repair(self, home, capsys):
        assert main(["verify", "--strict", "--repair", "holes"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "1 masks mended of holes, 0 left as they were",
            "2 photographs checked, 0 faults",
        ]

    def test_as_json(self, home, capsys):
        add(home, "lost", mask("lost"))

        assert main(["verify", "--json"]) == 1

        found = json.loads(capsys.readouterr().out)
        assert found["items"] == 3
        assert {fault["name"] for fault in found["faults"]} == {"lost"}
        assert [(w["item_id"], w["revision"], w["kind"]) for w in found["warnings"]] == [(2, 1, "holes")]
