"""The curves as a picture."""

import numpy as np
import pytest

from plateseg.domain.history_picture import HEIGHT, WIDTH, draw_history

BLUE, ORANGE, GREEN = (37, 99, 235), (217, 72, 15), (15, 138, 95)


def colours(picture):
    return {tuple(pixel) for pixel in picture.reshape(-1, 3).tolist()}


def test_every_curve_has_its_colour_in_its_panel():
    falling = [(step / 10, 1 / (1 + step)) for step in range(100)]
    curves = {"train/loss": falling, "val/loss": falling[::10], "val/mean_iou": [(x, 1 - y) for x, y in falling[::10]]}

    picture = draw_history(curves)

    assert picture.shape == (HEIGHT, 2 * WIDTH, 3)
    loss, iou = colours(picture[:, :WIDTH]), colours(picture[:, WIDTH:])
    assert {BLUE, ORANGE} <= loss
    assert GREEN in iou
    assert not {BLUE, ORANGE} & iou


@pytest.mark.parametrize("curves", [{}, {"train/loss": []}, {"train/loss": [(0, float("nan"))]}, {"val/iou": [(0, 0)]}])
def test_few_points_or_none_are_no_reason_to_fail(curves):
    assert draw_history(curves).dtype == np.uint8
