"""Procedurally drawn vehicles with plates, and the exact truth: for tests, and for a newcomer without photographs.

scene.py   sky, walls, trees and ground        car.py     one vehicle, seen from the front or the rear
plate.py   the plate itself                    light.py   sun, night, shadow, lens and sensor
compose.py puts one upon the other             brush.py   gradients, rounded shapes, noise
"""

from plateseg.domain.drawn.compose import draw

__all__ = ["draw"]
