"""Masks find their photographs by the seed's naming; odd ones are converted with a note or rejected with a reason."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Pillow

from plateseg.domain import masks
from plateseg.domain.types import ItemStatus, RevisionSource
from plateseg.services import exchange
from plateseg.services.dataset import SourceFile
from plateseg.services.exchange import ImportChoice
from tests.integration.storage_samples import proposal
from tests.integration.uploads import items_of, jpeg, mask_png, notes, reasons, upload, zipped
from tests.unit.pictures import photograph, png_of

PLATE = np.zeros((64, 96), np.uint8)
PLATE[30:38, 40:60] = 1


def mask_of(client, item):
    answer = client.get(f"/api/items/{item['id']}").json()["mask"]
    return masks.from_runs(answer["runs"], width=answer["width"], height=answer["height"]) if answer else None


def grey_file(values):
    return png_of(Pillow.fromarray(values))


def soft():
    values = np.zeros((64, 96), np.uint8)
    values[29:39, 39:61] = 100
    values[30:38, 40:60] = 180
    return grey_file(values)


def rgb():
    return png_of(Pillow.merge("RGB", [Pillow.fromarray(PLATE * 255)] * 3))


def coloured():
    black = Pillow.new("L", (96, 64))
    return png_of(Pillow.merge("RGB", [Pillow.fromarray(PLATE * 255), black, black]))


def sixteen():
    return png_of(Pillow.fromarray(PLATE.astype(np.uint16) * 65535))


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (lambda: mask_png(), ""),
        (lambda: mask_png(value=1), "values 0 and 1 read as class indices"),
        (lambda: mask_png(value=128), "soft grey mask, cut at 127"),
        (soft, "soft grey mask, cut at 127"),
        (rgb, "RGB mask read as grey"),
        (coloured, "any channel above 127 counts as plate"),
        (sixteen, "16-bit mask"),
    ],
    ids=["grey", "indices", "128", "soft", "rgb", "red", "16-bit"],
)
def test_a_mask_of_another_kind_is_converted_and_says_so(client, make, note):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": make()})

    assert (report["added"], report["masks_attached"], report["rejected"]) == (1, 1, [])
    assert note in notes(report).get("masks/car.png", "")
    assert bool(note) == bool(report["notes"])
    (item,) = items_of(client)
    assert np.array_equal(mask_of(client, item), PLATE)


def numbers():
    """Background, a car and its plate, as a tool with a list of classes writes them."""
    values = np.zeros((64, 96), np.uint8)
    values[20:50, 10:80] = 1
    values[30:38, 40:60] = 2
    return grey_file(values)


def test_a_mask_of_class_numbers_is_not_stored_as_no_plate(client):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": numbers()})

    assert (report["added"], report["masks_attached"]) == (1, 0)
    assert "the values 0, 1, 2" in reasons(report)["masks/car.png"]
    assert "--label 1" in reasons(report)["masks/car.png"]
    (item,) = items_of(client)
    assert (item["status"], item["head"]) == ("unlabelled", 0)


def test_the_class_number_that_is_named_is_the_plate(storage, tmp_path):
    files = {"images/car.jpg": jpeg(1), "masks/car.png": numbers()}
    sources = []
    for number, (name, data) in enumerate(files.items()):
        path = tmp_path / str(number)
        path.write_bytes(data)
        sources.append(SourceFile(name, path))

    report = exchange.bring(storage, sources, tmp_path, choice=ImportChoice(labels=("2",)))

    assert (report.masks_attached, report.rejected) == (1, ())
    assert storage.revisions.get(1, 1).plate_pixels == PLATE.sum()


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [(48, 32, "The mask is 48x32, the photograph is 96x64."), (64, 96, "It lies on its side")],
)
def test_a_mask_of_another_size_is_rejected_and_the_photograph_imported(client, width, height, reason):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png(width=width, height=height)})

    assert (report["added"], report["masks_attached"]) == (1, 0)
    assert reason in reasons(report)["masks/car.png"]
    (item,) = items_of(client)
    assert (item["status"], item["head"]) == ("unlabelled", 0)


def test_a_mask_without_its_photograph_is_rejected(client):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/bus.png": mask_png()})

    assert (report["added"], report["masks_attached"]) == (1, 0)
    assert reasons(report) == {
        "masks/bus.png": "No photograph of this name is in the upload: drop photograph and mask together."
    }


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("images/car.jpg", "masks/car.png"),
        ("images/car.jpg", "masks/car.jpg.png"),
        ("set/images/car.jpg", "set/masks/car.png"),
        ("car.jpg", "car_mask.png"),
        ("car.jpg", "car.png"),
        ("images\\car.jpg", "masks\\car.png"),
        ("images/машина.jpg", "masks/машина.png"),
        ("images/車 1.jpg", "masks/車 1.png"),
        ("images/cafe\u0301.jpg", "masks/caf\u00e9.png"),
    ],
)
def test_a_mask_finds_its_photograph(client, image, mask):
    report = upload(client, {image: jpeg(1), mask: mask_png()})

    assert (report["added"], report["masks_attached"], report["rejected"]) == (1, 1, [])
    (item,) = items_of(client)
    assert item["status"] == "labelled"
    assert item["name"] == image.replace("\\", "/").rsplit("/", 1)[-1]


def test_a_photograph_beside_another_of_the_same_stem_is_not_taken_for_its_mask(client):
    report = upload(client, {"car.jpg": jpeg(1), "car.png": png_of(Pillow.fromarray(photograph(seed=2)))})

    assert (report["added"], report["masks_attached"]) == (2, 0)


def test_names_that_differ_in_case_only_keep_their_own_masks(client):
    lower, upper = mask_png(), grey_file(np.full((64, 96), 255, np.uint8))

    report = upload(
        client,
        {"images/car.jpg": jpeg(1), "images/Car.jpg": jpeg(2), "masks/car.png": lower, "masks/Car.png": upper},
    )

    assert (report["added"], report["masks_attached"]) == (2, 2)
    pixels = {item["name"]: int(mask_of(client, item).sum()) for item in items_of(client)}
    assert pixels == {"car.jpg": int(PLATE.sum()), "Car.jpg": 64 * 96}


def test_an_empty_mask_file_says_no_plate(client):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": grey_file(np.zeros((64, 96), np.uint8))})

    assert report["masks_attached"] == 1
    (item,) = items_of(client)
    assert item["status"] == "no_plate"


@pytest.mark.parametrize(("folder", "split"), [("train", "train"), ("valid", "val"), ("test", "test")])
def test_a_folder_named_by_a_split_puts_its_photographs_there(client, folder, split):
    upload(client, {f"{folder}/images/car.jpg": jpeg(1), f"{folder}/masks/car.png": mask_png()})

    (item,) = items_of(client)
    assert item["split"] == split


def test_a_zip_with_images_and_masks_is_a_folder(client):
    members = {"set/images/a.jpg": jpeg(1), "set/masks/a.png": mask_png(), "set/images/b.jpg": jpeg(2)}

    report = upload(client, {"set.zip": zipped(members)})

    assert (report["added"], report["masks_attached"], report["rejected"]) == (2, 1, [])
    assert [(item["name"], item["status"]) for item in items_of(client)] == [
        ("a.jpg", "labelled"),
        ("b.jpg", "unlabelled"),
    ]


class TestTheSamePhotographTwice:
    """One item, counted as duplicate; what a person has drawn stays."""

    def test_in_one_upload(self, client):
        report = upload(client, {"a.jpg": jpeg(1), "b.jpg": jpeg(1)})

        assert (report["added"], report["duplicates"]) == (1, 1)
        assert [item["name"] for item in items_of(client)] == ["a.jpg"]

    def test_in_two_uploads(self, client):
        upload(client, {"a.jpg": jpeg(1)})

        report = upload(client, {"a.jpg": jpeg(1), "b.jpg": jpeg(2)})

        assert (report["added"], report["duplicates"]) == (1, 1)
        assert len(items_of(client)) == 2

    def test_the_mask_comes_later(self, client):
        upload(client, {"a.jpg": jpeg(1)})

        report = upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png()})

        assert (report["added"], report["duplicates"], report["masks_attached"]) == (0, 1, 1)
        assert report["notes"] == []
        assert items_of(client)[0]["status"] == "labelled"

    def test_the_mask_comes_after_a_model_has_proposed_one(self, client, storage):
        upload(client, {"a.jpg": jpeg(1)})
        storage.revisions.append_proposal(items_of(client)[0]["id"], proposal())

        report = upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png()})

        assert (report["duplicates"], report["masks_attached"], report["notes"]) == (1, 1, [])
        (item,) = items_of(client)
        assert (item["status"], item["head"]) == ("labelled", 2)

    def test_a_mask_that_is_there_already_is_kept_and_that_is_said(self, client, storage):
        upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png()})

        other = grey_file(np.full((64, 96), 255, np.uint8))
        report = upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": other})

        assert (report["duplicates"], report["masks_attached"]) == (1, 0)
        assert notes(report)["images/a.jpg"].startswith("Has a mask already, which was kept")
        (item,) = items_of(client)
        assert item["head"] == 1
        assert np.array_equal(mask_of(client, item), PLATE)
        (kept,) = storage.revisions.of(item["id"])
        assert (kept.source, kept.author) == (RevisionSource.IMPORTED, "import")

    def test_an_excluded_photograph_stays_excluded(self, client, storage):
        upload(client, {"a.jpg": jpeg(1)})
        storage.items.set_status(items_of(client)[0]["id"], ItemStatus.EXCLUDED)

        upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png()})

        assert items_of(client)[0]["status"] == "excluded"
