"""Procedurally drawn vehicles with plates, and the exact truth: to train on, for tests, and for newcomers.

styles.py  how plates of the world look        body.py front.py rear.py car.py   one vehicle, front or rear
plate.py lettering.py   the plate itself       scene.py texture.py clutter.py    the street, surfaces, other writing
compose.py one upon the other, the truth       placing.py laying.py over.py      perspective, blending, occlusion
patchwork.py  no vehicle, only surfaces        paste.py   onto a person's own photograph
light.py   sun, night, shadow, lens, sensor    brush.py   gradients, rounded shapes, noise

All chance comes from the generator handed in: the same one draws the same.
"""

from plateseg.domain.drawn.compose import draw, draw_any
from plateseg.domain.drawn.paste import paste

__all__ = ["draw", "draw_any", "paste"]
