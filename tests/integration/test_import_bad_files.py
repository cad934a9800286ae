"""One bad file is rejected with its reason, and never stops the rest."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from plateseg.services.dataset import SourceFile, import_files
from tests.integration.uploads import items_of, jpeg, mask_png, notes, reasons, upload, zipped
from tests.unit.pictures import animated, exif_with, jpeg_of, photograph, png_of, png_with_header

SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
BAD_FILES = [
    ("text.jpg", b"This is no photograph at all.\n", "This is text, not a photograph"),
    ("truncated.jpg", jpeg(5)[:-600], "JPEG"),
    ("empty.jpg", b"", "0 bytes"),
    ("drawing.svg", SVG, "SVG is a drawing"),
    ("drawing.jpg", SVG, "SVG is a drawing"),
    ("moving.gif", animated("GIF"), "animation"),
    ("moving.webp", animated("WEBP"), "animation"),
    ("bomb.png", png_with_header(60_000, 60_000), "60000x60000"),
    ("notes.txt", b"hello", ".txt files are neither photographs nor masks"),
    ("pages.pdf", b"%PDF-1.7", ".pdf files are neither photographs nor masks"),
    ("speck.png", png_of(Pillow.new("RGB", (4, 4))), "at least 16 pixels"),
    (".hidden.jpg", jpeg(6), "hidden"),
    ("broken.zip", b"PK\x03\x04 and nothing more", "no ZIP"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "reason"), BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_a_bad_file_is_rejected_with_its_reason_and_the_others_are_imported(client, name, data, reason):
    report = upload(client, {"before.jpg": jpeg(1), name: data, "zzz after.jpg": jpeg(2)})

    assert report["added"] == 2
    assert list(reasons(report)) == [name]
    assert reason in reasons(report)[name]
    assert [item["name"] for item in items_of(client)] == ["before.jpg", "zzz after.jpg"]


def test_all_bad_files_at_once_leave_the_one_good_one(client):
    report = upload(client, {name: data for name, data, _ in BAD_FILES} | {"good.jpg": jpeg(1)})

    assert (report["added"], len(report["rejected"])) == (1, len(BAD_FILES))
    assert all(reason.endswith((".", "!")) for reason in reasons(report).values())


ZIPPED = [
    ("../../outside.jpg", jpeg(3), "out of the folder"),
    ("/etc/outside.jpg", jpeg(3), "out of the folder"),
    ("C:/outside.jpg", jpeg(3), "out of the folder"),
    ("..\\..\\outside.jpg", jpeg(3), "out of the folder"),
    ("zeros.png", bytes(30 * 2**20), "ZIP bomb"),
    ("inner.zip", zipped({"a.jpg": jpeg(3)}), "archive within the ZIP"),
    ("text.jpg", b"no photograph", "text, not a photograph"),
]


@pytest.mark.parametrize(("name", "data", "reason"), ZIPPED, ids=[name for name, _, _ in ZIPPED])
def test_a_bad_member_of_a_zip_is_rejected_and_the_others_are_imported(client, tmp_path, name, data, reason):
    report = upload(client, {"set.zip": zipped({"a.jpg": jpeg(1), name: data, "b.jpg": jpeg(2)})})

    (rejected,) = report["rejected"]
    assert report["added"] == 2
    assert name.replace("\\", "/") in rejected["name"]
    assert reason in rejected["reason"]
    assert not list(tmp_path.rglob("*outside*"))


def test_a_huge_file_is_refused_by_its_size_without_being_read(storage, tmp_path):
    """Sparse: 3 GB that take no room here but would have to be read into memory."""
    huge, small = tmp_path / "huge.jpg", tmp_path / "small.jpg"
    with huge.open("wb") as file:
        file.truncate(3 * 2**30)
    small.write_bytes(jpeg(1))

    report = import_files(
        storage,
        [SourceFile("huge.jpg", huge), SourceFile("small.jpg", small), SourceFile("masks/small.png", huge)],
    )

    assert (report.added, report.masks_attached) == (1, 0)
    assert [(r.name, "3072 MB" in r.text) for r in report.rejected] == [("huge.jpg", True), ("masks/small.png", True)]


def cmyk():
    return jpeg_of(Pillow.fromarray(photograph()).convert("CMYK"))


def sixteen_bits():
    return png_of(Pillow.fromarray(photograph()[:, :, 0].astype(np.uint16) * 257))


def palette():
    return png_of(Pillow.fromarray(photograph()).quantize(64))


def transparent():
    picture = Pillow.fromarray(photograph()).convert("RGBA")
    picture.putalpha(Pillow.new("L", picture.size, 128))
    return png_of(picture)


def tiff():
    buffer = io.BytesIO()
    Pillow.fromarray(photograph()).save(buffer, "TIFF")
    return buffer.getvalue()


def still(form):
    def make():
        buffer = io.BytesIO()
        Pillow.fromarray(photograph()).save(buffer, form)
        return buffer.getvalue()

    return make


@pytest.mark.parametrize(
    ("name", "make", "note"),
    [
        ("cmyk.jpg", cmyk, "CMYK converted to RGB"),
        ("sixteen.png", sixteen_bits, "16 bits reduced to 8"),
        ("palette.png", palette, ""),
        ("transparent.png", transparent, "transparency laid on white"),
        ("scan.tif", tiff, ""),
        ("still.gif", still("GIF"), ""),
        ("web.webp", still("WEBP"), ""),
        ("picture.bmp", still("BMP"), ""),
        ("no extension", lambda: jpeg(1), ""),
        ("wrong-extension.png", lambda: jpeg(1), ""),
    ],
)
def test_an_unusual_photograph_is_imported_in_rgb(client, name, make, note):
    report = upload(client, {name: make()})

    assert (report["added"], report["rejected"]) == (1, [])
    assert notes(report).get(name, "") == note
    (item,) = items_of(client)
    served = client.get(f"/api/items/{item['id']}/image")
    opened = Pillow.open(io.BytesIO(served.content))
    assert (opened.mode, opened.size) == ("RGB", (96, 64))
    assert opened.format in ("JPEG", "PNG")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_is_served_upright_and_without_its_metadata(client, orientation):
    """The way up is told by a bright left upper corner, which EXIF moves about."""
    upright = np.full((64, 96, 3), 60, np.uint8)
    upright[:24, :40] = 230
    stored = as_stored(upright, orientation)
    data = jpeg_of(
        Pillow.fromarray(stored), exif=exif_with(orientation=orientation, extra=b"secret"), comment=b"secret"
    )

    upload(client, {"turned.jpg": data})

    (item,) = items_of(client)
    assert (item["width"], item["height"]) == (96, 64)
    for url in (f"/api/items/{item['id']}/image", item["thumb"]):
        body = client.get(url).content
        pixels = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
        assert pixels.shape == (64, 96, 3)
        assert np.abs(pixels.astype(int) - upright).mean() < 4
        assert b"Exif" not in body
        assert b"secret" not in body
        assert len(Pillow.open(io.BytesIO(body)).getexif()) == 0


def as_stored(upright, orientation):
    """The pixels as a camera stores them so that EXIF turns them upright again."""
    ways = Pillow.Transpose
    turn = {
        2: ways.FLIP_LEFT_RIGHT, 3: ways.ROTATE_180, 4: ways.FLIP_TOP_BOTTOM, 5: ways.TRANSPOSE,
        6: ways.ROTATE_90, 7: ways.TRANSVERSE, 8: ways.ROTATE_270,
    }  # fmt: skip
    picture = Pillow.fromarray(upright)
    return np.asarray(picture.transpose(turn[orientation]) if orientation in turn else picture)


def test_the_place_a_photograph_was_taken_at_is_not_served(client):
    exif = Pillow.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    exif[0x010F] = "Camera maker"
    data = jpeg_of(Pillow.fromarray(photograph()), exif=exif.tobytes())
    assert Pillow.open(io.BytesIO(data)).getexif().get_ifd(0x8825)

    upload(client, {"located.jpg": data})

    (item,) = items_of(client)
    for url in (f"/api/items/{item['id']}/image", item["thumb"]):
        body = client.get(url).content
        assert not Pillow.open(io.BytesIO(body)).getexif().get_ifd(0x8825)
        assert b"Camera maker" not in body


def test_a_mask_that_is_no_image_is_rejected_and_its_photograph_imported(client):
    report = upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": b"no image"})

    assert (report["added"], report["masks_attached"]) == (1, 0)
    assert reasons(report)["masks/car.png"].startswith("The mask cannot be read.")


def test_a_mask_whose_photograph_was_bad_is_not_a_photograph(client):
    report = upload(client, {"images/car.jpg": b"no image", "masks/car.png": mask_png(), "other.jpg": jpeg(1)})

    assert report["added"] == 1
    assert "images/car.jpg" in reasons(report)
    assert [item["name"] for item in items_of(client)] == ["other.jpg"]
