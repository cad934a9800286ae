"""Photographs and masks in folders, paired by the seed's naming."""

from __future__ import annotations

from pathlib import Path

from plateseg.domain import naming
from plateseg.errors import NotFound


def pairs(image_folder: Path, mask_folder: Path) -> list[tuple[Path, Path]]:
    """Every photograph of one folder that has a mask in the other: `image1.jpg` with `image1.png` or `image1.jpg.png`.

    Raises NotFound when a folder is not there.
    """
    for folder in (image_folder, mask_folder):
        if not folder.is_dir():
            raise NotFound(f"There is no folder {folder}.")
    names = [f"images/{path.name}" for path in sorted(image_folder.iterdir()) if path.is_file()]
    names += [f"masks/{path.name}" for path in sorted(mask_folder.iterdir()) if path.is_file()]
    plan = naming.plan(names)
    return [
        (image_folder / pair.image.removeprefix("images/"), mask_folder / pair.mask.removeprefix("masks/"))
        for pair in plan.pairs
        if pair.mask is not None and pair.image.startswith("images/")
    ]
