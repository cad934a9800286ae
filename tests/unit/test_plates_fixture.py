"""The photographs the other tests work on, real or drawn."""

from __future__ import annotations

from plateseg.domain import images, mask_files
from tests.conftest import draw_plates


def pairs(folder):
    return [(image, folder / "masks" / f"{image.stem}.png") for image in sorted((folder / "images").glob("*.jpg"))]


def test_every_photograph_has_a_mask_of_its_size_with_a_plate(plates, tmp_path):
    drawn = pairs(draw_plates(tmp_path, 3))
    at_hand = pairs(plates)

    assert len(drawn) == 3
    assert len(at_hand) >= 46
    for image, mask in drawn + at_hand[:5]:
        photo = images.decode(image.read_bytes())
        pixels, note = mask_files.from_png(mask.read_bytes(), width=photo.width, height=photo.height)
        assert pixels.any()
        assert not note
