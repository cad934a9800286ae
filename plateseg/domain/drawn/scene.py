"""What stands behind and beneath the vehicles: sky, houses or a wall or trees, and the ground."""

from __future__ import annotations

import numpy as np

from plateseg.domain.drawn.brush import Colour, box, fill, mixed, rounded, scaled
from plateseg.domain.drawn.clutter import draw_road_number, draw_sign
from plateseg.domain.drawn.texture import grow_leaves, lay_tiles, speckle, tile_ground
from plateseg.domain.types import Image

_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((96, 148, 206), (206, 222, 234)),
    ((150, 160, 170), (216, 220, 222)),
    ((70, 96, 140), (238, 190, 150)),
    ((186, 194, 200), (226, 228, 228)),
)
_WALLS: tuple[Colour, ...] = ((188, 176, 158), (152, 96, 78), (206, 202, 194), (120, 124, 130), (214, 190, 140))
_ROADS: tuple[Colour, ...] = ((96, 97, 100), (122, 120, 116), (140, 132, 120), (78, 80, 86))


def draw_scene(rng: np.random.Generator, *, width: int, height: int, horizon: float) -> Image:
    """An empty street: (height, width, 3) uint8. horizon: in pixels from the top."""
    scene = np.zeros((height, width, 3), np.uint8)
    sky = _SKIES[int(rng.integers(len(_SKIES)))]
    fill(scene, box(-2, -2, width + 4, horizon + 4), *sky)
    _draw_backdrop(rng, scene, horizon)
    _draw_ground(rng, scene, horizon)
    return scene


def _draw_backdrop(rng: np.random.Generator, scene: Image, horizon: float) -> None:
    kind = str(rng.choice(["houses", "wall", "bricks", "leaves", "trees", "mixed", "dark"]))
    far = scene[: max(2, round(horizon))]
    if kind == "bricks":
        far[:] = np.array(scaled(_WALLS[int(rng.integers(len(_WALLS)))], rng.uniform(0.5, 1.1)), np.uint8)
        wide = scene.shape[1] * rng.uniform(0.03, 0.12)
        lay_tiles(rng, far, across=wide, down=wide * rng.uniform(0.3, 0.8), contrast=rng.uniform(3, 14))
    if kind == "leaves":
        grow_leaves(rng, far, dense=rng.uniform(0.4, 1.0))
    if kind == "dark":
        far[:] = np.array(scaled((60, 62, 66), rng.uniform(0.3, 1.2)), np.uint8)
        speckle(rng, far, strength=rng.uniform(3, 14))
    if kind == "wall":
        _draw_house(
            rng, scene, left=-20, right=scene.shape[1] + 20, top=horizon * rng.uniform(-0.1, 0.35), foot=horizon
        )
    if kind in ("houses", "mixed"):
        left = -rng.uniform(0, 0.1) * scene.shape[1]
        while left < scene.shape[1]:
            right = left + scene.shape[1] * rng.uniform(0.18, 0.4)
            _draw_house(rng, scene, left=left, right=right, top=horizon * rng.uniform(0, 0.6), foot=horizon)
            left = right + scene.shape[1] * max(0.0, rng.normal(0, 0.04))
    if kind in ("trees", "mixed"):
        for _ in range(int(rng.integers(2, 6))):
            _draw_tree(rng, scene, rng.uniform(0, scene.shape[1]), horizon)


def _draw_house(rng: np.random.Generator, scene: Image, *, left: float, right: float, top: float, foot: float) -> None:
    colour = scaled(_WALLS[int(rng.integers(len(_WALLS)))], rng.uniform(0.6, 1.1))
    fill(scene, box(left, top, right - left, foot - top + 4), scaled(colour, 1.05), scaled(colour, 0.85))
    pane = scene.shape[1] * rng.uniform(0.03, 0.06)
    step, glass = pane * rng.uniform(1.6, 2.3), scaled((70, 84, 98), rng.uniform(0.5, 1.6))
    for y in np.arange(top + pane * 0.6, foot - pane * 1.8, pane * rng.uniform(1.7, 2.4)):
        for x in np.arange(left + pane * 0.5, right - pane, step):
            fill(scene, box(x, y, pane, pane * 1.3), scaled(colour, 0.7))
            fill(scene, box(x + 2, y + 2, pane - 4, pane * 1.3 - 4), glass, scaled(glass, 1.35))
    if rng.random() < 0.6:
        width = scene.shape[1] * rng.uniform(0.06, 0.25)
        draw_sign(rng, scene, x=rng.uniform(left, right), y=rng.uniform(max(0, top), foot * 0.9), width=width)


def _draw_tree(rng: np.random.Generator, scene: Image, x: float, foot: float) -> None:
    size = foot * rng.uniform(0.35, 0.8)
    leaves: Colour = (rng.uniform(40, 90), rng.uniform(80, 125), rng.uniform(30, 60))
    fill(scene, box(x - size * 0.05, foot - size * 0.5, size * 0.1, size * 0.52), (84, 66, 50), (60, 46, 36))
    for _ in range(14):
        radius = size * rng.uniform(0.1, 0.22)
        centre = x + rng.normal(0, size * 0.2), foot - size * 0.75 + rng.normal(0, size * 0.16)
        shade = scaled(leaves, rng.uniform(0.65, 1.3))
        blob = rounded(
            [(centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)) for a in np.arange(0, 6.28, 0.9)]
        )
        fill(scene, blob, scaled(shade, 1.15), scaled(shade, 0.7), opacity=0.9)


def _draw_ground(rng: np.random.Generator, scene: Image, horizon: float) -> None:
    height, width = scene.shape[:2]
    road = _ROADS[int(rng.integers(len(_ROADS)))]
    fill(
        scene, box(-2, horizon, width + 4, height - horizon + 4), mixed(road, (190, 190, 190), 0.25), scaled(road, 0.85)
    )
    speckle(rng, scene[round(horizon) :], strength=rng.uniform(2, 14))
    if rng.random() < 0.3:
        tile_ground(rng, scene, horizon=horizon)
    if rng.random() < 0.15:
        draw_road_number(rng, scene, horizon=horizon)
    if rng.random() < 0.5:
        fill(scene, box(-2, horizon - 2, width + 4, height * 0.025), (164, 162, 156), (120, 118, 114))
    paint: Colour = (222, 220, 210) if rng.random() < 0.8 else (226, 190, 60)
    vanishing = width * rng.uniform(0.3, 0.7)
    for _ in range(int(rng.integers(0, 4))):
        foot, thick = rng.uniform(-0.3, 1.3) * width, width * rng.uniform(0.012, 0.03)
        line = [(vanishing, horizon + 6), (vanishing + 2, horizon + 6), (foot + thick, height + 2), (foot, height + 2)]
        fill(scene, line, paint, opacity=0.75)
