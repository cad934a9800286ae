"""Masks in numbers, what a person should see of them, and what one click mends."""

import cv2
import numpy as np
import pytest

from plateseg.domain import mask_health, masks, quads, tilt
from plateseg.domain.drawn import draw
from plateseg.domain.mask_health import MaskFacts, Usual

WIDTH, HEIGHT = 320, 240


def quad(*corners, mask=None):
    """A mask with one plate of these corners more."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8) if mask is None else mask.copy()
    return mask | quads.rasterise(np.array(corners, np.float32), width=WIDTH, height=HEIGHT)


PLATE = quad((100, 100), (200, 110), (198, 140), (98, 130))
BOX = quad((100, 100), (200, 100), (200, 130), (100, 130))


def with_square(mask, x, y, side, value):
    changed = mask.copy()
    changed[y : y + side, x : x + side] = value
    return changed


def lines(angle):
    """Dark bars that hang by `angle` degrees, as rows of characters do."""
    grey = np.full((HEIGHT, WIDTH), 230, np.uint8)
    slope = np.tan(np.radians(angle))
    for offset in range(-400, 800, 24):
        cv2.line(grey, (0, offset), (WIDTH, round(offset + slope * WIDTH)), 20, 7, cv2.LINE_AA)
    return np.repeat(grey[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (PLATE, True),
        (BOX, True),
        (with_square(PLATE, 140, 118, 5, 0), True),
        (quad((60, 130), (260, 130), (260, 150), (60, 150), mask=BOX), False),
    ],
    ids=["plate", "box", "plate with a hole", "bumper with a plate on it"],
)
def test_a_region_is_plate_like_when_four_corners_fit_it(mask, expected):
    (plate,) = masks.instances(mask)
    assert mask_health.is_plate_like(mask, plate) is expected


@pytest.mark.parametrize(
    ("mask", "kinds"),
    [
        (np.zeros((HEIGHT, WIDTH), np.uint8), []),
        (PLATE, []),
        (BOX, []),
        (with_square(PLATE, 20, 20, 2, 1), ["specks"]),
        (with_square(PLATE, 20, 20, 20, 1), []),  # another plate, far away
        (with_square(PLATE, 140, 118, 5, 0), ["holes"]),
        (quad((0, 100), (90, 100), (90, 130), (0, 130)), ["border"]),
        (quad((230, 200), (300, 205), (300, 239), (230, 234)), ["border"]),
        (with_square(PLATE, 180, 60, 60, 1), ["fit"]),
        (with_square(with_square(PLATE, 140, 118, 3, 0), 5, 5, 2, 1), ["specks", "holes"]),
    ],
)
def test_what_a_person_should_see(mask, kinds):
    facts = mask_health.measure(mask)

    found = mask_health.problems(facts, pixels=mask.size, normal=None)

    assert [problem.kind for problem in found] == kinds
    assert all(problem.kind in mask_health.KINDS for problem in found)


TWO = with_square(with_square(PLATE, 140, 118, 5, 0), 20, 20, 20, 1)


@pytest.mark.parametrize(
    ("mask", "kind", "places"),
    [
        (TWO, "holes", ((140, 118, 5, 5),)),
        (with_square(PLATE, 20, 20, 2, 1), "specks", ((20, 20, 2, 2),)),
        (with_square(BOX, 20, 20, 20, 1), "box", ((100, 100, 101, 31), (20, 20, 20, 20))),
        (with_square(quad((0, 100), (90, 100), (90, 130), (0, 130)), 150, 20, 20, 1), "border", ((0, 100, 91, 31),)),
        (with_square(with_square(PLATE, 180, 60, 60, 1), 20, 20, 20, 1), "fit", ((98, 60, 142, 81),)),
        (PLATE, "area", ()),
        (np.zeros((HEIGHT, WIDTH), np.uint8), "fit", ()),
    ],
)
def test_where_to_look_for_a_problem(mask, kind, places):
    assert mask_health.places(mask, kind) == places


def test_numbers_of_a_mask():
    mask = with_square(with_square(with_square(PLATE, 140, 118, 3, 0), 5, 5, 2, 1), 20, 200, 20, 1)

    facts = mask_health.measure(mask)

    assert (len(facts.areas), facts.areas[1], facts.widths[1]) == (2, 400, 20)
    assert (facts.specks, facts.speck_pixels, facts.holes, facts.hole_pixels) == (1, 4, 1, 9)
    assert facts.fit > 0.97


@pytest.mark.parametrize(("angle", "seen"), [(0, 0), (-15, -15), (8, 8), (20, 20)])
def test_an_upright_box_on_a_plate_that_hangs(angle, seen):
    facts = mask_health.measure(BOX, lines(angle))

    assert facts.boxes == 1
    assert facts.tilt == pytest.approx(seen, abs=1.5)
    kinds = [problem.kind for problem in mask_health.problems(facts, pixels=BOX.size, normal=None)]
    assert kinds == (["box"] if abs(angle) >= 6 else [])


def test_four_corners_on_the_same_plate_are_no_box():
    assert mask_health.measure(PLATE, lines(15)).boxes == 0
    assert not mask_health.has_boxes(PLATE)
    assert mask_health.has_boxes(BOX)


@pytest.mark.parametrize("box", [(0, 0, 39, 30), (0, 0, 60, 9)])
def test_too_small_to_see_lines(box):
    assert tilt.tilt_of(lines(15), box) == 0.0


def test_an_even_surface_has_no_lines():
    assert tilt.tilt_of(np.full((HEIGHT, WIDTH, 3), 90, np.uint8), (50, 50, 100, 40)) == 0.0


def test_plates_far_from_the_usual_size():
    sizes = [MaskFacts(areas=(1000 + 7 * n,)) for n in range(40)]
    normal = mask_health.usual(sizes, [100_000] * 40)

    def kinds(area):
        facts = MaskFacts(areas=(1000, area))
        return [p.sentence.split(", ")[-1] for p in mask_health.problems(facts, pixels=100_000, normal=normal)]

    assert kinds(1200) == []
    assert kinds(40_000) == ["far larger than the others"]
    assert kinds(50) == ["far smaller than the others"]
    assert mask_health.usual(sizes[:10], [100_000] * 10) is None
    assert Usual(0.0, 1.0).distance(1.0) == 0.0


@pytest.mark.parametrize("kind", list(mask_health.REPAIRS))
def test_a_repair_mends_what_it_is_for_and_leaves_a_good_mask_alone(kind):
    broken = {
        "holes": with_square(PLATE, 140, 118, 5, 0),
        "specks": with_square(PLATE, 20, 20, 2, 1),
        "fit": with_square(PLATE, 180, 60, 60, 1),
    }[kind]

    mended = mask_health.REPAIRS[kind](broken)

    assert kind not in [p.kind for p in mask_health.problems(mask_health.measure(mended), pixels=1, normal=None)]
    assert mended.dtype == np.uint8
    assert set(np.unique(mended)) == {0, 1}
    if kind != "fit":
        assert np.array_equal(mended, PLATE)
    assert mask_health.REPAIRS[kind](np.zeros_like(PLATE)).max() == 0


def test_straightening_a_plate_does_not_delete_the_specks_beside_it():
    speck = with_square(np.zeros_like(PLATE), 20, 20, 2, 1)
    mended = mask_health.straighten(with_square(PLATE, 180, 60, 60, 1) | speck)
    assert (mended[speck != 0] == 1).all()


def test_drawn_plates_raise_no_alarm():
    for seed in range(8):
        image, mask, _ = draw(np.random.default_rng(seed), width=480, height=360)
        kinds = {p.kind for p in mask_health.problems(mask_health.measure(mask, image), pixels=mask.size, normal=None)}
        assert kinds <= {"border"}
