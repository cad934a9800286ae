"""Out in every format and in again: pixels, splits and "no plate" as they were, by other tools' readers as well."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from plateseg.cli import main
from plateseg.domain.annotations import writers
from plateseg.domain.masks import fill_holes
from plateseg.domain.types import ItemStatus, SnapshotEntry, Split
from plateseg.errors import BadInput, StorageUnavailable, WrongState
from plateseg.services import dataset, exchange, exporting, packing
from plateseg.services.dataset import SourceFile
from plateseg.services.exporting import Export, ExportChoice
from tests.integration.albums import (
    ALBUM,
    HEIGHT,
    WIDTH,
    by_pixels,
    head_mask,
    iou,
    make_album,
    plate,
    revision,
    storage_in,
)
from tests.integration.uploads import jpeg, zipped

EXACT = {"masks", "masks-flat", "voc", "huggingface"}
WITHOUT_SPLITS = {"masks-flat"}
ONLY_BOXES = {"yolo-boxes"}


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """Opened once: nothing here changes it."""
    folder = tmp_path_factory.mktemp("album")
    storage = storage_in(folder / "home")
    make_album(storage, folder)
    yield storage
    storage.close()


@pytest.fixture(scope="module")
def exported(album, tmp_path_factory):
    """A folder with the album in a format, written once a format."""
    made = {}

    def export(format):
        if format not in made:
            made[format] = tmp_path_factory.mktemp("out") / format
            packing.write(Export(album, ExportChoice(format)).files(), made[format])
        return made[format]

    return export


def brought(home, source, **choice):
    """A new storage with what `source` holds, and the report."""
    storage = storage_in(home)
    scratch = home / "scratch"
    scratch.mkdir()
    files = list(dataset.files_under(source)) if source.is_dir() else [SourceFile(source.name, source)]
    return storage, exchange.bring(storage, files, scratch, choice=exchange.ImportChoice(**choice))


@pytest.mark.parametrize("format", writers.FORMATS)
def test_what_goes_out_comes_in_again(album, exported, tmp_path, format):
    storage, report = brought(tmp_path, exported(format))
    before, after = by_pixels(album), by_pixels(storage)

    assert report.rejected == ()
    assert len(after) == len(ALBUM)
    for blob, item in after.items():
        old = before[blob]
        if format not in WITHOUT_SPLITS:
            assert item.split is old.split, item.name
        if format in ONLY_BOXES and old.status is ItemStatus.LABELLED:
            assert item.status is ItemStatus.PROPOSED
            continue
        assert item.status is old.status, item.name
        wanted = head_mask(album, old)
        if format == "corners":  # which have no holes
            assert iou(head_mask(storage, item), fill_holes(wanted)) >= 0.95, item.name
            continue
        assert iou(head_mask(storage, item), wanted) >= (1.0 if format in EXACT else 0.99), item.name
    storage.close()


def test_coco_by_pycocotools(album, exported):
    folder = exported("coco")
    seen = {}
    for part in ("train", "val", "test", "all"):
        coco = COCO(str(folder / f"annotations/instances_{part}.json"))
        for image in coco.imgs.values():
            mask = np.zeros((HEIGHT, WIDTH), np.uint8)
            for annotation in coco.loadAnns(coco.getAnnIds(image["id"])):
                mask |= coco.annToMask(annotation)
                assert annotation["area"] == pytest.approx(coco.annToMask(annotation).sum(), rel=0.02)
            seen[image["file_name"]] = mask
            assert (folder / "images" / part / image["file_name"]).is_file()
    assert len(seen) == len(ALBUM)
    for name in ("plain.jpg", "holes.jpg", "two plates.jpg", "border.jpg", "none.jpg", "粤B·12345 (1).jpg"):
        assert iou(seen[name], ALBUM[name][1]) >= 0.99, name


def test_yolo_as_its_trainers_read_it(exported):
    """Ultralytics' polygons2masks: shares times sides, cut to whole numbers, filled by OpenCV."""
    for name in ("plain", "holes", "two plates", "border"):
        split, wanted = ALBUM[f"{name}.jpg"]
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        for line in (exported("yolo") / f"labels/{split.value}/{name}.txt").read_text().splitlines():
            points = np.array(line.split()[1:], np.float64).reshape(-1, 2) * (WIDTH, HEIGHT)
            cv2.fillPoly(mask, [points.astype(np.int32)], 1)
        assert iou(mask, wanted) >= 0.99, name
    assert (exported("yolo") / "labels/train/none.txt").read_text() == ""


def test_yolo_boxes_are_the_boxes_of_the_plates(exported):
    (line,) = (exported("yolo-boxes") / "labels/train/plain.txt").read_text().splitlines()
    _, x, y, width, height = map(float, line.split())
    rows, columns = np.nonzero(ALBUM["plain.jpg"][1])
    assert x * WIDTH == pytest.approx((columns.min() + columns.max() + 1) / 2, abs=0.01)
    assert (width * WIDTH, height * HEIGHT) == pytest.approx((np.ptp(columns) + 1, np.ptp(rows) + 1), abs=0.01)


def test_labelme_as_it_draws_itself(exported):
    """LabelMe's shape_to_mask: Pillow's polygon with outline and inside."""
    for name in ("plain", "holes", "two plates", "border"):
        split, wanted = ALBUM[f"{name}.jpg"]
        canvas = Pillow.new("L", (WIDTH, HEIGHT))
        for shape in json.loads((exported("labelme") / split.value / f"{name}.json").read_text())["shapes"]:
            ImageDraw.Draw(canvas).polygon([tuple(point) for point in shape["points"]], outline=1, fill=1)
        assert iou(np.asarray(canvas), wanted) >= 0.99, name


def test_cvat_by_the_standard_librarys_parser(exported):
    """Polygons as CVAT itself makes masks of them, by pycocotools; masks by their run lengths."""
    for image in ElementTree.parse(exported("cvat") / "annotations.xml").getroot().iter("image"):
        wanted = next((mask for name, (_, mask) in ALBUM.items() if image.get("name").endswith(f"/{name}")), None)
        if wanted is None:
            continue
        canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
        for shape in image.iter("polygon"):
            points = [float(number) for pair in shape.get("points").split(";") for number in pair.split(",")]
            canvas |= coco_mask.decode(coco_mask.frPyObjects([points], HEIGHT, WIDTH))[:, :, 0]
        for shape in image.iter("mask"):
            x, y, width, height = (int(shape.get(key)) for key in ("left", "top", "width", "height"))
            lengths = [int(word) for word in shape.get("rle").split(",")]
            pixels = np.repeat(np.arange(len(lengths)) % 2, lengths).reshape(height, width)
            canvas[y : y + height, x : x + width] |= pixels.astype(np.uint8)
        assert iou(canvas, wanted) >= 0.99, image.get("name")


def test_voc_by_its_palette(exported):
    folder = exported("voc")
    for name in ("plain", "holes", "two plates", "none"):
        _, wanted = ALBUM[f"{name}.jpg"]
        with Pillow.open(folder / f"SegmentationClass/{name}.png") as picture:
            assert (np.asarray(picture) == wanted).all()
            assert (np.asarray(picture.convert("RGB")) == wanted[:, :, None] * np.array([128, 0, 0])).all()
        with Pillow.open(folder / f"SegmentationObject/{name}.png") as picture:
            assert np.asarray(picture).max() == (2 if name == "two plates" else int(wanted.max()))
    assert (folder / "ImageSets/Segmentation/val.txt").read_text().splitlines() == ["two plates", "粤B·12345 (1)"]


def test_corners_by_the_standard_librarys_reader(exported):
    with (exported("corners") / "corners.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["x1"] for row in rows if row["filename"] == "none.jpg"] == [""]
    assert len([row for row in rows if row["filename"] == "two plates.jpg"]) == 2
    (plain,) = [row for row in rows if row["filename"] == "plain.jpg"]
    corners = [(float(plain[f"x{n}"]), float(plain[f"y{n}"])) for n in range(1, 5)]
    assert np.abs(np.array(corners) - [(30, 30), (120, 38), (118, 72), (28, 64)]).max() <= 2


def test_hugging_faces_metadata_names_every_file(exported):
    folder = exported("huggingface")
    seen = 0
    for path in folder.glob("*/metadata.jsonl"):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            assert (path.parent / row["file_name"]).is_file()
            with Pillow.open(path.parent / row["mask_file_name"]) as mask:
                assert sum(row["objects"]["area"]) == np.count_nonzero(np.asarray(mask) == 255)
            assert row["no_plate"] == (row["objects"]["bbox"] == [])
            seen += 1
    assert seen == len(ALBUM)
    assert {path.parent.name for path in folder.glob("*/metadata.jsonl")} == {
        "train",
        "validation",
        "test",
        "unassigned",
    }


class TestPreview:
    """What goes, what stays and why, before anything is written."""

    def test_what_nobody_has_answered_stays_behind(self, album):
        preview = Export(album, ExportChoice("coco")).preview()

        assert preview.photographs == len(ALBUM)
        assert preview.by_part == {"train": 3, "val": 2, "test": 1, "all": 2}
        assert preview.by_status == {"labelled": 7, "no_plate": 1}
        assert {skip.reason: skip.names for skip in preview.skipped} == {
            "nobody has drawn a mask yet": ("waiting.jpg",),
            "only a model has drawn a mask, and nobody has accepted it": ("proposed.jpg",),
        }

    def test_names_that_differ_in_case_only_are_told_apart(self, album):
        (renamed,) = Export(album, ExportChoice("coco")).preview().renamed
        assert renamed[0] == "case.jpg"
        assert renamed[1].startswith("case-")

    def test_only_some_splits_and_statuses(self, album):
        choice = ExportChoice("coco", (Split.TRAIN,), (ItemStatus.NO_PLATE,))
        preview = Export(album, choice).preview()

        assert preview.by_status == {"no_plate": 1}
        assert {skip.reason: skip.count for skip in preview.skipped}["labelled photographs were not asked for"] == 7

    def test_a_status_that_is_not_exported(self):
        with pytest.raises(BadInput, match="excluded are not exported"):
            ExportChoice("coco", (), (ItemStatus.EXCLUDED,))

    def test_a_format_that_is_not_known(self, album):
        with pytest.raises(BadInput, match="no format 'docx' to export"):
            Export(album, ExportChoice("docx"))


@pytest.mark.parametrize("format", writers.FORMATS)
def test_photographs_without_an_answer_come_back_without_one(album, tmp_path, format):
    choice = ExportChoice(format, (), exporting.STATUSES)
    packing.write(Export(album, choice).files(), tmp_path / "out")
    storage, _ = brought(tmp_path / "home", tmp_path / "out")

    names = {item.name for item in storage.items.walk() if item.status is ItemStatus.UNLABELLED}
    assert names == {"waiting.jpg", "proposed.jpg"}
    storage.close()


def test_a_dry_run_names_every_photograph_that_stays(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLATESEG_STARTER", "off")
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "in").mkdir()
    for number in range(8):
        (tmp_path / "in" / f"{number}.jpg").write_bytes(jpeg(number))
    main(["import", str(tmp_path / "in")])
    capsys.readouterr()
    words = ["export", str(tmp_path / "out"), "--format", "coco", "--dry-run"]

    assert main([*words, "--status", "todo"]) == 0
    assert capsys.readouterr().out.startswith("8 photographs")
    assert main(words) == 0
    assert [line.strip() for line in capsys.readouterr().out.splitlines()[2:]] == [
        f"{number}.jpg" for number in range(8)
    ]
    assert main([*words, "--json"]) == 0
    (skip,) = json.loads(capsys.readouterr().out)["skipped"]
    assert (skip["reason"], len(skip["names"])) == ("nobody has drawn a mask yet", 8)
    assert main(["export", str(tmp_path / "out"), "--json"]) == 2
    assert not (tmp_path / "out").exists()


class TestWriting:
    """Whole or not at all."""

    def test_a_zip_holds_the_same(self, album, exported, tmp_path):
        packing.write(Export(album, ExportChoice("yolo")).files(), tmp_path / "yolo.zip")

        with zipfile.ZipFile(tmp_path / "yolo.zip") as archive:
            assert archive.testzip() is None
            inside = {name: archive.read(name) for name in archive.namelist()}
        folder = exported("yolo")
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert inside == {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    def test_a_folder_that_holds_other_things_is_left_alone(self, album, tmp_path):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("Dear")
        with pytest.raises(BadInput, match="holds other things"):
            packing.write(Export(album, ExportChoice("coco")).files(), tmp_path / "mine")
        assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]

    def test_an_empty_folder_is_taken(self, album, tmp_path):
        (tmp_path / "new").mkdir()
        packing.write(Export(album, ExportChoice("coco")).files(), tmp_path / "new")
        assert (tmp_path / "new" / "annotations").is_dir()

    @pytest.mark.parametrize("name", [".", "disk"])
    def test_a_mounted_disk_or_where_the_shell_stands_is_filled_not_replaced(self, album, tmp_path, monkeypatch, name):
        (tmp_path / "disk").mkdir()
        monkeypatch.chdir(tmp_path / "disk" if name == "." else tmp_path)
        before = Path(name).stat().st_ino
        packing.write(Export(album, ExportChoice("coco")).files(), Path(name))

        assert Path(name).stat().st_ino == before
        assert sorted(path.name for path in Path(name).iterdir()) == ["annotations", "images"]

    @pytest.mark.parametrize("name", ["out", "out.zip"])
    def test_nothing_is_left_of_an_export_that_failed(self, tmp_path, name):
        def files():
            yield "a.txt", [b"a"]
            raise OSError(28, "No space left on device")

        with pytest.raises(StorageUnavailable, match="disk is full"):
            packing.write(files(), tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    def test_a_photograph_that_is_gone_is_left_out_and_told(self, tmp_path):
        storage = storage_in(tmp_path / "home")
        make_album(storage, tmp_path)
        export = Export(storage, ExportChoice("coco"))
        gone = next(item for item in storage.items.walk() if item.name == "plain.jpg")
        storage.items.delete(gone.id)
        packing.write(export.files(), tmp_path / "out")
        again, _ = brought(tmp_path / "again", tmp_path / "out")

        assert [name for name, _ in export.left_out] == ["plain.jpg"]
        assert (tmp_path / "out" / "skipped.txt").read_text().startswith("plain.jpg: The file ")
        assert gone.image_blob not in by_pixels(again)
        assert len(by_pixels(again)) == len(ALBUM) - 1
        for opened in (storage, again):
            opened.close()


class TestImporting:
    """Through the same door as photographs."""

    BOX = b"0 0.5 0.5 0.25 0.2\n"

    def folder(self, tmp_path, files):
        for name, data in files.items():
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_bytes(data)
        return tmp_path / "in"

    def test_boxes_are_proposals_and_never_the_head(self, tmp_path):
        source = self.folder(tmp_path, {"images/a.jpg": jpeg(1), "labels/a.txt": self.BOX})
        storage, report = brought(tmp_path / "home", source)
        (item,) = storage.items.walk()
        (proposal,) = storage.revisions.of(item.id)

        assert (report.proposals, report.masks_attached) == (1, 0)
        assert (item.status, item.head) == (ItemStatus.PROPOSED, 0)
        assert (proposal.source.value, proposal.seeded_from) == ("model", "boxes of a.txt")
        storage.close()

    def test_again_adds_nothing(self, tmp_path):
        """As after a kill in the middle."""
        source = self.folder(tmp_path, {"images/a.jpg": jpeg(1), "labels/a.txt": self.BOX})
        storage, _ = brought(tmp_path / "home", source)
        report = exchange.bring(storage, list(dataset.files_under(source)), tmp_path)

        assert (report.added, report.duplicates, report.proposals) == (0, 1, 0)
        assert len(storage.revisions.of(1)) == 1
        storage.close()

    def test_a_box_that_was_moved_is_another_proposal(self, tmp_path):
        source = self.folder(tmp_path, {"images/a.jpg": jpeg(1), "labels/a.txt": self.BOX})
        storage, _ = brought(tmp_path / "home", source)
        (source / "labels" / "a.txt").write_bytes(self.BOX.replace(b"0 0.5", b"0 0.25", 1))
        report = exchange.bring(storage, list(dataset.files_under(source)), tmp_path)

        assert report.proposals == 1
        assert len(storage.revisions.of(1)) == 2
        storage.close()

    def test_annotations_that_come_after_their_photographs_bring_the_splits_along(self, tmp_path):
        source = self.folder(tmp_path, {"photos/a.jpg": jpeg(1)})
        storage, _ = brought(tmp_path / "home", source)
        files = {"images/val/a.jpg": jpeg(1), "labels/val/a.txt": b"0 0.2 0.2 0.8 0.2 0.8 0.8 0.2 0.8\n"}
        report = exchange.bring(storage, list(dataset.files_under(self.folder(tmp_path / "later", files))), tmp_path)

        assert (report.added, report.masks_attached) == (0, 1)
        assert storage.items.get(1).split is Split.VAL
        storage.close()

    def test_a_persons_mask_is_not_touched(self, tmp_path):
        mask = cv2.imencode(".png", plate() * np.uint8(255))[1].tobytes()
        photo = jpeg(1, width=WIDTH, height=HEIGHT)
        source = self.folder(tmp_path, {"images/a.jpg": photo, "masks/a.png": mask, "labels/a.txt": self.BOX})
        storage, report = brought(tmp_path / "home", source)

        assert (report.masks_attached, report.proposals) == (1, 0)
        assert (head_mask(storage, next(storage.items.walk())) == plate()).all()
        storage.close()

    def test_a_bad_entry_does_not_stop_the_rest(self, tmp_path):
        files = {
            "images/a.jpg": jpeg(1),
            "labels/a.txt": b"0 9 9 9 9\n",
            "images/b.jpg": jpeg(2),
            "labels/b.txt": self.BOX,
        }
        storage, report = brought(tmp_path / "home", self.folder(tmp_path, files))

        assert (report.added, report.proposals) == (2, 1)
        assert [(r.name, r.text[:8]) for r in report.rejected] == [("labels/a.txt", "Line 1: ")]
        storage.close()

    def test_a_zip_within_a_zip_is_told(self, tmp_path):
        inner = zipped({"images/a.jpg": jpeg(1)})
        path = tmp_path / "set.zip"
        path.write_bytes(zipped({"images/b.jpg": jpeg(2), "labels/b.txt": self.BOX, "more.zip": inner}))
        storage, report = brought(tmp_path / "home", path)

        assert (report.added, report.proposals) == (1, 1)
        assert [r.name for r in report.rejected] == ["set.zip: more.zip"]
        storage.close()

    def test_a_zip_beside_a_folder_of_its_name_loses_no_file_and_mixes_no_masks(self, tmp_path):
        mask = cv2.imencode(".png", plate() * np.uint8(255))[1].tobytes()
        inside = zipped({"images/1.jpg": jpeg(1, width=WIDTH, height=HEIGHT), "masks/1.png": mask})
        files = {"set.zip": inside, "set/images/1.jpg": jpeg(2, width=WIDTH, height=HEIGHT)}
        storage, report = brought(tmp_path / "home", self.folder(tmp_path, files))

        assert (report.added, report.masks_attached) == (2, 1)
        assert [item.sha256 for item in storage.items.walk() if item.head] == [_sha256(inside, "images/1.jpg")]
        storage.close()

    def test_of_two_files_of_one_path_one_is_told(self, tmp_path):
        paths = [tmp_path / "one", tmp_path / "two"]
        for number, path in enumerate(paths):
            path.write_bytes(jpeg(number))
        storage = storage_in(tmp_path / "home")
        report = dataset.import_files(storage, [SourceFile("a.jpg", path) for path in paths])

        assert report.added == 1
        assert [(r.name, r.text) for r in report.rejected] == [("a.jpg", "The same path came twice.")]
        storage.close()

    def test_an_export_called_test_is_not_all_of_the_split_test(self, tmp_path, album):
        packing.write(Export(album, ExportChoice("coco", (Split.TRAIN, Split.VAL))).files(), tmp_path / "test.zip")
        storage, _ = brought(tmp_path / "home", tmp_path / "test.zip")

        assert {item.split for item in storage.items.walk()} == {Split.TRAIN, Split.VAL}
        storage.close()


class TestNames:
    """Of photographs, which people give in every script."""

    @pytest.mark.parametrize("format", writers.FORMATS)
    def test_photographs_called_like_masks_and_lists_come_in_again(self, tmp_path, format):
        storage = storage_in(tmp_path / "names")
        files = []
        for name in ("photo.jpg.webp", "my_mask.webp", "test.jpg", "classes.jpg", "car 1.jpg"):
            picture = Pillow.open(io.BytesIO(jpeg(len(files) + 1, width=WIDTH, height=HEIGHT)))
            files.append(SourceFile(name, tmp_path / name))
            picture.save(files[-1].path, "WEBP" if name.endswith("webp") else "JPEG")
        for item_id in dataset.import_files(storage, files).item_ids:
            storage.revisions.append(item_id, revision(plate()), after=0)
        packing.write(Export(storage, ExportChoice(format)).files(), tmp_path / "out")
        again, report = brought(tmp_path / "home", tmp_path / "out")

        assert (report.added, report.masks_attached + report.proposals, report.rejected) == (5, 5, ())
        for opened in (storage, again):
            opened.close()

    NAMES = ("车" * 150, "车" * 150 + "二", "a\uffff")

    def album(self, tmp_path):
        storage = storage_in(tmp_path / "names")
        files = []
        for number, name in enumerate(self.NAMES):
            (tmp_path / str(number)).write_bytes(jpeg(number + 1, width=WIDTH, height=HEIGHT))
            files.append(SourceFile(f"{name}.jpg", tmp_path / str(number)))
        for item_id in dataset.import_files(storage, files).item_ids:
            storage.revisions.append(item_id, revision(plate()), after=0)
        return storage

    def test_a_long_name_in_another_script_does_not_stop_an_export_into_a_folder(self, tmp_path):
        storage = self.album(tmp_path)
        packing.write(Export(storage, ExportChoice("masks")).files(), tmp_path / "out")
        assert len(list((tmp_path / "out" / "images").iterdir())) == 3
        storage.close()

    @pytest.mark.parametrize("format", ["cvat", "voc"])
    def test_a_name_with_no_character_in_it_does_not_make_the_xml_unreadable(self, tmp_path, format):
        storage = self.album(tmp_path)
        packing.write(Export(storage, ExportChoice(format)).files(), tmp_path / "out.zip")
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            roots = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]
        of_cvat = [image.get("name") for root in roots for image in root.iter("image")]
        of_voc = [name.text for root in roots for name in root.iter("filename")]
        listed = [name.rpartition("/")[2] for name in of_cvat + of_voc]
        assert (len(listed), "a_.jpg" in listed) == (len(self.NAMES), True)
        storage.close()


def test_a_snapshot_that_only_names_photographs_is_not_exported_as_no_plate(tmp_path):
    """As the starter model's: it knows which photographs it saw, and has no masks of them."""
    storage = storage_in(tmp_path / "home")
    (tmp_path / "a").write_bytes(jpeg(1))
    dataset.import_files(storage, [SourceFile("a.jpg", tmp_path / "a")])
    (item,) = storage.items.walk()
    named = storage.snapshots.freeze([SnapshotEntry(0, 0, Split.TRAIN, item.sha256, "")], name="starter")

    with pytest.raises(WrongState, match="cannot be compared, exported or restored"):
        Export(storage, ExportChoice("coco"), named)
    storage.close()


def _sha256(archive, name):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return hashlib.sha256(opened.read(name)).hexdigest()
