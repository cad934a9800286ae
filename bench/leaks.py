"""`make bench-health`: the leak of planted near-duplicates, verify's false alarms, and the time at 100,000 items."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from bench.table import machine, write_section
from plateseg.domain import images, mask_files, mask_health, masks, splits
from plateseg.domain.captures import ALIKE, Shot, captures
from plateseg.domain.grouping import Links, drawn_at_random
from plateseg.domain.splits import Group
from plateseg.domain.types import Image, Mask, Split
from tests.conftest import REAL_PLATES

NUMBER = {Split.TRAIN: 0, Split.VAL: 1, Split.TEST: 2}


def main() -> int:
    """Measure them all, print and write them."""
    lines = []
    if REAL_PLATES.is_dir():
        lines += leak()
    for folder in (REAL_PLATES, REAL_PLATES.parent / "base-tilted"):
        if folder.is_dir():
            lines += [*false_alarms(folder.name), *neighbours(folder.name)]
    lines += scale(100_000)
    text = "\n".join(f"- {line}" for line in lines)
    print(text)
    write_section("Splits and label checks", f"`make bench-health` on {machine()}, {date.today():%Y-%m-%d}.\n\n{text}")
    return 0


def leak() -> Iterator[str]:
    """Every third photograph once more: smaller, darker, saved anew or cut by two per cent."""
    pictures = [image for image, _ in _pairs("green")]
    looks = [splits.fingerprint(image) for image in pictures]
    changes = (_smaller, _darker, _saved_anew, _cut)
    for change in changes:
        far = [_bits(splits.fingerprint(change(image)), look) for image, look in zip(pictures, looks, strict=True)]
        half, most = np.percentile(far, [50, 95])
        yield f"{change.__name__[1:]:} differs in {half:.0f} bits (95 %: {most:.0f})"
    twins = [splits.fingerprint(changes[n % len(changes)](pictures[n])) for n in range(0, len(pictures), 3)]
    every = looks + twins
    links = Links([f"look:{look}" for look in every], every)
    groups = links.groups().tolist()
    sizes: dict[str, int] = {}
    for root in groups:
        sizes[str(root)] = sizes.get(str(root), 0) + 1
    answer = splits.assign({name: Group(size) for name, size in sizes.items()}, val=0.2, seed=0)
    ours = np.array([NUMBER[answer[str(root)]] for root in groups])
    plain = drawn_at_random(len(every), val=0.2, test=0.0, seed=0)
    truth = [(n, len(looks) + place) for place, n in enumerate(range(0, len(looks), 3))]
    pairs, (parted, at_random) = links.parted(np.stack([ours, plain]))
    found = sum(groups[a] == groups[b] for a, b in truth)
    yield f"{len(truth)} near-duplicates planted in {len(looks)}: {found} found, {pairs} pairs linked in all"
    yield f"parted by a plain random split (val 0.2, seed 0): {at_random}; by `split`: {parted}"
    yield f"of the planted ones parted: at random {_apart(truth, plain)}, by `split` {_apart(truth, ours)}"


def false_alarms(name: str) -> Iterator[str]:
    """What verify warns of in masks that people drew well, and how many boxes it finds that were planted."""
    pairs = list(_pairs(name))
    facts = [mask_health.measure(mask, image) for image, mask in pairs]
    normal = mask_health.usual(facts, [mask.size for _, mask in pairs])
    kinds = [
        problem.kind
        for each, (_, mask) in zip(facts, pairs, strict=True)
        for problem in mask_health.problems(each, pixels=mask.size, normal=normal)
    ]
    shown = ", ".join(f"{kind} {kinds.count(kind)}" for kind in mask_health.KINDS)
    yield f"{name}: {len(pairs)} masks, warnings: {shown}"
    seen = level = tilted = wrong = 0
    for image, mask in pairs:
        (corners,) = [plate.quad for plate in masks.instances(mask)[:1]]
        x, y, width, height = cv2.boundingRect(mask)
        box = np.zeros_like(mask)
        box[y : y + height, x : x + width] = 1
        flagged = abs(mask_health.measure(box, image).tilt) >= mask_health.TILTED
        angle = abs(_angle(corners))
        tilted, seen = tilted + (angle >= 6), seen + (flagged and angle >= 6)
        level, wrong = level + (angle < 4), wrong + (flagged and angle < 4)
    told = f"{seen} of {tilted} that hang by 6 degrees or more, {wrong} of {level} below 4 flagged"
    yield f"{name} boxed on purpose: {told}"


def neighbours(name: str) -> Iterator[str]:
    """How alike photographs look that follow each other in number and show different cars."""
    looks = [splits.fingerprint(images.decode(path.read_bytes()).pixels) for path in sorted(_folder(name).iterdir())]
    far = sorted(_bits(one, other) for one, other in pairwise(looks))
    near = sum(bits <= ALIKE for bits in far)
    middle = far[len(far) // 2]
    yield f"{name}: of {len(far)} neighbours in number {near} within {ALIKE} bits; nearest {far[:3]}, median {middle}"


def scale(number: int) -> Iterator[str]:
    """Captures, groups and leak of random looks, half of them with a twin, shots of one scene nine by nine."""
    prints = np.random.default_rng(0).integers(0, 2**63, number, dtype=np.uint64)
    prints[number // 2 :] = prints[: number // 2] ^ np.uint64(1 << 17)
    looks = [f"{int(value):016x}" for value in prints]
    shots = [Shot(f"look:{look}", f"car{n // 9}_{n % 9:03}.jpg", look) for n, look in enumerate(looks)]
    begin = time.perf_counter()
    scenes = len(set(captures(shots)))
    yield f"{number} photographs: {scenes} captures in {time.perf_counter() - begin:.2f} s"
    begin = time.perf_counter()
    links = Links([f"look:{look}" for look in looks], looks)
    groups = links.groups()
    middle = time.perf_counter()
    links.parted(drawn_at_random(number, val=0.2, test=0.0, seed=0)[None])
    end = time.perf_counter()
    found = len(np.unique(groups))
    yield f"{number} photographs: {found} groups in {middle - begin:.2f} s, leak in {end - middle:.2f} s"


def _pairs(name: str) -> Iterator[tuple[Image, Mask]]:
    for path in sorted(_folder(name).iterdir()):
        photo = images.decode(path.read_bytes())
        mask = (path.parents[1] / "masks" / f"{path.stem}.png").read_bytes()
        yield photo.pixels, mask_files.from_png(mask, width=photo.width, height=photo.height)[0]


def _folder(name: str) -> Path:
    return REAL_PLATES.parent / name / "images"


def _smaller(image: Image) -> Image:
    return np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def _darker(image: Image) -> Image:
    return np.asarray(image * 0.7, np.uint8)


def _saved_anew(image: Image) -> Image:
    return images.read(images.encode_jpeg(image, quality=40))


def _cut(image: Image) -> Image:
    height, width = image.shape[:2]
    return image[height // 100 : height - height // 100, width // 100 : width - width // 100]


def _bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _apart(pairs: list[tuple[int, int]], labels: np.ndarray) -> int:
    return sum(int(labels[a] != labels[b]) for a, b in pairs)


def _angle(corners: np.ndarray) -> float:
    """Degrees by which a plate hangs: the mean of its upper and lower edge."""
    edges = corners[[1, 2]] - corners[[0, 3]]
    return float(np.degrees(np.arctan2(edges[:, 1], edges[:, 0])).mean())


if __name__ == "__main__":
    sys.exit(main())
