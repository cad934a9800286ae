"""A vehicle's face: lamps, grille, bumper, and the place for the plate."""

from __future__ import annotations

import cv2
import numpy as np

from plateseg.domain.drawn.body import MIDDLE, Build, draw_badge, draw_bumper, draw_mesh, draw_seam, draw_trim
from plateseg.domain.drawn.brush import Colour, box, fill, rounded, scaled
from plateseg.domain.types import Image


def draw_front(rng: np.random.Generator, canvas: Image, build: Build) -> tuple[float, float]:
    """Draw it; answers the middle of the place for the plate, in canvas pixels."""
    top = build.belt + rng.uniform(60, 105)
    for y in (top - rng.uniform(8, 30), build.belt + rng.uniform(10, 40)):
        draw_seam(canvas, build, y, scaled(build.paint, rng.uniform(0.5, 0.85)))
    _draw_lamps(rng, canvas, build, top)
    grille_low = top + rng.uniform(20, 120)
    metal: Colour = (176, 180, 184) if rng.random() < 0.6 else (60, 62, 66)
    if rng.random() < 0.75:
        inset, taper = rng.uniform(140, 240), rng.uniform(-30, 40)
        grille = rounded(build.band(top + 8, grille_low + 10, inset=inset, taper=taper), rng.uniform(6, 40))
        if rng.random() < 0.5:
            fill(canvas, grille + np.sign(grille - grille.mean(axis=0)) * 5, metal, scaled(metal, 0.6))
        draw_mesh(rng, canvas, grille.astype(np.float32), metal=metal)
    draw_badge(rng, canvas, top + rng.uniform(10, 50))
    bumper = draw_bumper(rng, canvas, build)
    if rng.random() < 0.7:
        low = bumper + rng.uniform(20, 70)
        mouth = build.band(low, low + rng.uniform(30, 90), inset=rng.uniform(60, 230), taper=rng.uniform(-40, 40))
        draw_mesh(rng, canvas, rounded(mouth, rng.uniform(8, 30)), metal=scaled(metal, 0.6))
    if rng.random() < 0.35:
        draw_trim(rng, canvas, y=bumper + rng.uniform(60, 110), half=rng.uniform(150, 340))
    for side in (-1, 1):
        fog = MIDDLE + side * (build.half - 90), bumper + 84
        fill(canvas, rounded(box(fog[0] - 50, fog[1] - 24, 100, 48)), (22, 22, 24))
        cv2.circle(canvas, (round(fog[0]), round(fog[1])), 15, (226, 228, 220), -1, cv2.LINE_AA)
    aside = rng.uniform(-180, 180) if rng.random() < 0.06 else rng.normal(0, 6)
    return MIDDLE + aside, bumper + rng.uniform(5, 80)


def _draw_lamps(rng: np.random.Generator, canvas: Image, build: Build, top: float) -> None:
    kind = str(rng.choice(["round", "slit", "wedge"], p=[0.25, 0.3, 0.45]))
    wide, tall = rng.uniform(90, 175), {"round": 90.0, "slit": 34.0, "wedge": 72.0}[kind] * rng.uniform(0.8, 1.3)
    glass = scaled((204, 210, 216), rng.uniform(0.7, 1.15))
    for side in (-1, 1):
        outer, inner = MIDDLE + side * (build.half - 12), MIDDLE + side * (build.half - wide)
        if kind == "round":
            centre = (round((outer + inner) / 2), round(top + tall / 2))
            cv2.circle(canvas, centre, round(tall / 2), (150, 154, 158), -1, cv2.LINE_AA)
            cv2.circle(canvas, centre, round(tall / 2) - 6, glass, -1, cv2.LINE_AA)
            cv2.circle(canvas, centre, round(tall / 5), (250, 250, 250), -1, cv2.LINE_AA)
            continue
        corners = [(inner, top + tall * 0.3), (outer, top), (outer - side * 6, top + tall * 0.9)]
        housing = rounded([*corners, (inner + side * 20, top + tall)], 14)
        fill(canvas, housing, glass, scaled((80, 86, 94), rng.uniform(0.6, 1.4)))
        for share in (0.35, 0.7):
            spot = round(inner + (outer - inner) * share), round(top + tall * 0.55)
            size = round(tall * 0.3)
            cv2.circle(canvas, spot, size, (246, 248, 250), -1, cv2.LINE_AA)
            cv2.circle(canvas, spot, size, (110, 116, 122), 3, cv2.LINE_AA)
        if rng.random() < 0.3:
            lens = rounded(box(min(inner, outer) + wide * 0.3, top + tall * 0.8, wide * 0.4, 9))
            fill(canvas, lens, (236, 140, 40))
