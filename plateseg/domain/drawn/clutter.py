"""Writing and marks that are no plates: badges, stickers, advertisements, numbers on the road, the camera's date."""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.drawn.brush import Colour, any_colour, box, fill, rounded, scaled
from plateseg.domain.drawn.lettering import Font, letters, stamp, write
from plateseg.domain.types import Image

_FACES = (Font("sans", 450), Font("sans", 800), Font("italic", 650), Font("uni", 0))
_GLYPHS = "中国电力出租车行公司汽长安东风新能源快递扫码即送小时用客服热线停止有大小上下左右"
_SIGNS: tuple[Colour, ...] = ((24, 78, 170), (240, 240, 236), (196, 30, 36), (246, 200, 40), (20, 110, 70))


def words(rng: np.random.Generator) -> str:
    """A name, a telephone number or signs of another script."""
    kind = rng.random()
    if kind < 0.45:
        return letters(rng, int(rng.integers(2, 9)))
    if kind < 0.75:
        return "-".join(letters(rng, int(n), signs="0123456789") for n in rng.integers(2, 5, int(rng.integers(1, 4))))
    return letters(rng, int(rng.integers(2, 7)), signs=_GLYPHS)


def write_words(
    rng: np.random.Generator, sheet: Image, *, middle: tuple[float, float], tall: float, ink: Colour
) -> None:
    """Words painted straight onto whatever is there, without a ground of their own."""
    text = words(rng)
    font = _FACES[int(rng.integers(len(_FACES)))]
    shape = stamp(text, font)
    wide = shape.shape[1] * tall / shape.shape[0] * rng.uniform(0.8, 1.3)
    area = (middle[0] - wide / 2, middle[1] - tall / 2, wide, tall)
    write(sheet, text, box_of=area, ink=ink, font=font, widest=1.4)


def mark_body(rng: np.random.Generator, canvas: Image, *, top: float, bottom: float, paint: Colour) -> None:
    """Maker's and model's names in metal, and sometimes a sticker or an advertisement, on a vehicle's canvas."""
    metal: Colour = (214, 216, 220) if sum(paint) < 520 or rng.random() < 0.4 else (40, 42, 46)
    for _ in range(int(rng.integers(0, 4))):
        side = float(rng.choice([-1, 1])) * rng.uniform(130, 260)
        spot = (500 + side, rng.uniform(top, top + 40))
        write_words(rng, canvas, middle=spot, tall=rng.uniform(12, 26), ink=metal)
    if rng.random() < 0.2:
        ink = any_colour(rng, 10, 230)
        for row in range(int(rng.integers(1, 3))):
            spot = (500 + rng.normal(0, 90), top + 30 + row * 50)
            write_words(rng, canvas, middle=spot, tall=rng.uniform(24, 44), ink=ink)
    if rng.random() < 0.3:
        draw_sticker(rng, canvas, x=500 + rng.uniform(-300, 300), y=rng.uniform(top, bottom), size=rng.uniform(24, 60))


def draw_sticker(rng: np.random.Generator, sheet: Image, *, x: float, y: float, size: float) -> None:
    """A small round or square mark in two colours."""
    outer = any_colour(rng, 20, 245)
    inner = any_colour(rng, 20, 245)
    radius = size / 2 if rng.random() < 0.5 else size * 0.1
    fill(sheet, rounded(box(x, y, size, size), radius), outer)
    fill(sheet, rounded(box(x + size * 0.2, y + size * 0.2, size * 0.6, size * 0.6), radius * 0.6), inner)


def draw_sign(rng: np.random.Generator, scene: Image, *, x: float, y: float, width: float) -> None:
    """A shop sign, poster or road sign: as bright and as lettered as a plate, and none."""
    ground = _SIGNS[int(rng.integers(len(_SIGNS)))]
    ink: Colour = (30, 30, 34) if sum(ground) > 380 else (240, 240, 240)
    if rng.random() < 0.25:
        centre = (round(x), round(y))
        cv2.circle(scene, centre, round(width / 2), (226, 226, 222), -1, cv2.LINE_AA)
        cv2.circle(scene, centre, round(width * 0.42), ground, max(2, round(width * 0.12)), cv2.LINE_AA)
        text = letters(rng, 2, signs="0123456789")
        area = (x - width * 0.25, y - width * 0.2, width * 0.5, width * 0.4)
        write(scene, text, box_of=area, ink=(20, 20, 24), font=Font("sans", 650))
        return
    rows = int(rng.integers(1, 5))
    height = width * rng.uniform(0.3, 0.5) * (0.6 + 0.5 * rows)
    fill(scene, box(x, y, width, height), ground, scaled(ground, 0.85))
    for row in range(rows):
        tall = height / rows * rng.uniform(0.3, 0.6)
        spot = (x + width / 2, y + height * (row + 0.5) / rows)
        write_words(rng, scene, middle=spot, tall=min(tall, width * 0.2), ink=ink)


def draw_road_number(rng: np.random.Generator, scene: Image, *, horizon: float) -> None:
    """White or yellow figures painted on the ground of a parking place, lying flat and turned."""
    height, width = scene.shape[:2]
    shape = stamp(letters(rng, int(rng.integers(2, 6)), signs="0123456789"), Font("sans", 600))
    wide = width * rng.uniform(0.1, 0.35)
    tall = wide * rng.uniform(0.2, 0.4)
    spot = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.35, 0.95) * (height - horizon) + horizon])
    corners = np.array([[-wide, -tall], [wide, -tall], [wide * 1.1, tall], [-wide * 1.1, tall]]) / 2
    turn = np.deg2rad(rng.normal(0, 25))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    target = (corners @ spin.T + spot).astype(np.float32)
    down, across = shape.shape
    source = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    flat = np.asarray(cv2.warpPerspective(shape, warp, (width, height)), np.float32) / 255
    ink = np.array((226, 224, 214) if rng.random() < 0.7 else (226, 190, 60), np.float32)
    cover = np.asarray(flat * rng.uniform(0.4, 0.9), np.float32)[:, :, None]
    scene[:] = (scene + (ink - scene) * cover).astype(np.uint8)


def stamp_date(rng: np.random.Generator, photograph: Image) -> None:
    """What cameras and websites write into a corner of the photograph, after it was taken."""
    height, width = photograph.shape[:2]
    tall = width * rng.uniform(0.02, 0.04)
    spot = (width * float(rng.choice([0.2, 0.8])), height * float(rng.choice([0.05, 0.95])))
    ink: Colour = (250, 250, 250) if rng.random() < 0.6 else (250, 170, 40)
    write_words(rng, photograph, middle=spot, tall=tall, ink=ink)
