"""Predict end to end against the bare forward pass plus decoding."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from bench.pictures import write_pairs
from bench.table import Row
from plateseg.domain import images
from plateseg.domain.train_config import TrainConfig
from plateseg.learning import architectures
from plateseg.learning.predictor import Predictor

TURNS = 15


def measure() -> list[Row]:
    """Median seconds of a whole prediction at 1280x720 over those of decode and forward, in alternating turns."""
    with tempfile.TemporaryDirectory() as folder:
        write_pairs(Path(folder), count=1, width=1280, height=720)
        data = next((Path(folder) / "images").iterdir()).read_bytes()
    built = architectures.build("unet_efficientnet_lite0", pretrained=False)
    size = TrainConfig().image_size
    predictor = Predictor(built, image_size=size, device="cpu", name="bench")
    photo = images.decode(data).pixels
    side = size / max(photo.shape[:2])
    height, width = (int(np.ceil(length * side / 32) * 32) for length in photo.shape[:2])
    batch = torch.zeros(1, 3, height, width).to(memory_format=torch.channels_last)
    whole, bare = [], []
    for _ in range(TURNS):
        start = time.perf_counter()
        predictor.predict(images.decode(data).pixels)
        middle = time.perf_counter()
        with torch.inference_mode():
            images.read(data)
            built.module(batch)
        whole.append(middle - start)
        bare.append(time.perf_counter() - middle)
    ratio = float(np.median(np.array(whole) / np.array(bare)))
    remark = f"U-Net Lite0 at {size}, photograph 1280x720, {1000 * float(np.median(whole)):.0f} ms in all"
    return [Row("predict end to end / bare forward and decode", ratio, 1.3, "x", remark=remark)]
