"""What is judged is what is served: a doubtful speck is in neither."""

from __future__ import annotations

import numpy as np

from plateseg.domain.scores import score
from plateseg.services import evaluation
from plateseg.services.prediction import Models
from tests.integration.judged_samples import HEIGHT, PERFECT, WIDTH, weights_by_hand


def test_a_doubtful_speck_is_neither_served_nor_judged(storage, tmp_path):
    image = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    truth = np.zeros((HEIGHT, WIDTH), np.uint8)
    image[20:38, 10:50], truth[20:38, 10:50] = 230, 1
    image[70:73, 60:64] = 143  # the network says 0.6 of it
    model = str(weights_by_hand(tmp_path / "weights.pt", PERFECT))

    said = Models(tmp_path / "scratch").predict(storage, image, model=model)

    assert 0.49 < said.probability[71, 61] < 0.5
    assert len(said.instances) == 1
    assert score(said.mask, truth).plates(0.5).fp == 0
    judged = evaluation.score([("one", image, truth)], lambda _: said)
    assert judged.summary.plate_precision == 1.0
