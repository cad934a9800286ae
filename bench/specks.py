"""`make bench-specks`: would specks beside a plate go, and no plate with them, if doubtful regions were left out?

A model is asked for its probabilities of photographs it never saw (of ../shared/plates/green, those that neither taught
the starter model nor chose its epoch; bench/starter.py), and each rule is tried on them: what is at least one half
counts as a plate only where it somewhere reaches a level, or is not small beside the largest. MODEL= another weights
file, PHOTOGRAPHS= how many, IMAGE_SIZE= another scale than the model's, which makes a worse model of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from bench.starter import PLATES, part
from bench.table import machine
from plateseg.domain import images, mask_files
from plateseg.domain.matching import PlatePair, count_plates, pair_plates
from plateseg.domain.metrics import count_pixels
from plateseg.domain.specks import doubt_specks
from plateseg.domain.types import Mask, Probability, Split
from plateseg.learning.predictor import Predictor
from plateseg.services import naming_on_disk, starter

MODEL = Path(os.environ.get("MODEL") or starter.WEIGHTS)
PEAKS = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
SHARES = (0.005, 0.01, 0.02, 0.05, 0.1)

Rule = Callable[[Probability], Mask]


def main() -> int:
    """Predict once, cut by every rule, count; 2 when the photographs are not there."""
    if not (PLATES / "green").is_dir():
        print(f"The real photographs are not here ({PLATES}), so there is nothing to count on.")
        return 2
    rules = _rules()
    pairs: dict[str, list[PlatePair]] = {name: [] for name in rules}
    ious: dict[str, list[float]] = {name: [] for name in rules}
    predictor = Predictor.load(MODEL, name=MODEL.name)
    predictor.image_size = int(os.environ.get("IMAGE_SIZE") or predictor.image_size)
    unseen = _unseen()
    for image_path, mask_path in unseen:
        photo = images.decode(image_path.read_bytes())
        truth, _ = mask_files.from_png(mask_path.read_bytes(), width=photo.width, height=photo.height)
        probability = predictor.raw_probabilities(photo.pixels)[0]
        for name, rule in rules.items():
            said = rule(probability)
            pairs[name] += pair_plates(said, truth)
            ious[name].append(count_pixels(said, truth).iou)
    print(f"{MODEL.name} at {predictor.image_size} px on {len(unseen)} photographs, {machine()}\n")
    print("| rule | mean IoU | recall .5 | precision .5 | recall .75 | precision .75 |\n|---|---|---|---|---|---|")
    for name in rules:
        half, quarters = count_plates(pairs[name], 0.5), count_plates(pairs[name], 0.75)
        shares = (np.mean(ious[name]), half.recall, half.precision, quarters.recall, quarters.precision)
        print(f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return 0


def _unseen() -> list[tuple[Path, Path]]:
    """Photographs with masks that no part of the starter's training touched."""
    found = naming_on_disk.pairs(PLATES / "green" / "images", PLATES / "green" / "masks")
    unseen = [pair for pair in found if part(pair[0].name) is Split.UNASSIGNED]
    return unseen[: int(os.environ.get("PHOTOGRAPHS", "0")) or None]


def _rules() -> dict[str, Rule]:
    peaks = {f"reaches {level:g}": _reaching(level) for level in PEAKS}
    shares = {f"at least {share:g} of the largest": _as_large_as(share) for share in SHARES}
    served = {"as it is served": lambda probability: (doubt_specks(probability) >= 0.5).astype(np.uint8)}
    both = {f"reaches {level:g} or is the largest": _sure_or_largest(level) for level in (0.9, 0.95, 0.98)}
    return {"one half": lambda probability: (probability >= 0.5).astype(np.uint8)} | served | peaks | shares | both


def _reaching(level: float) -> Rule:
    """Hysteresis: regions of at least one half that somewhere reach the level."""

    def rule(probability: Probability) -> Mask:
        count, labels = cv2.connectedComponents((probability >= 0.5).astype(np.uint8), connectivity=8)
        kept = np.zeros(count, np.uint8)
        kept[np.unique(np.asarray(labels)[probability >= level])] = 1
        kept[0] = 0
        return kept[np.asarray(labels)]

    return rule


def _sure_or_largest(level: float) -> Rule:
    """The same, and in any case the largest region: a model that is never sure still says something."""

    def rule(probability: Probability) -> Mask:
        return np.maximum(_reaching(level)(probability), _as_large_as(1.0)(probability))

    return rule


def _as_large_as(share: float) -> Rule:
    """Regions of at least one half whose area is at least a share of the largest one's."""

    def rule(probability: Probability) -> Mask:
        inside = (probability >= 0.5).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
        areas = np.asarray(stats)[:, cv2.CC_STAT_AREA]
        kept = (areas >= share * areas[1:].max(initial=1)).astype(np.uint8)
        kept[0] = 0
        return kept[np.asarray(labels)]

    return rule


if __name__ == "__main__":
    sys.exit(main())
