"""`make bench-suspects`: errors planted in real masks, and how many stand among the first 10 % of the suspects.

Each of 150 photographs of ../shared/plates/green (or drawn ones where that is not there) is imported with its mask; a
tenth of the masks is shifted, missing, swapped or boxed. The search is the one of `python -m plateseg suspects`.
PHOTOGRAPHS=, SEED=, EPOCHS= and IMAGE_SIZE= as environment. Seed 0 had a say in how a tilt counts, seed 1 had none.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from bench.planting import KINDS, plant
from bench.table import Row, as_markdown, write_section
from plateseg.domain import images, mask_files, masks
from plateseg.services import dataset, suspects
from plateseg.services.suspects import CheckConfig
from plateseg.settings import read_settings
from storage import open_storage
from storage.storage import utc_now
from tests.conftest import REAL_PLATES, draw_plates

SHARE = 0.1


def main() -> int:
    """Plant, search, count."""
    number, seed = int(os.environ.get("PHOTOGRAPHS", "150")), int(os.environ.get("SEED", "1"))
    config = CheckConfig(
        epochs=int(os.environ.get("EPOCHS", "6")), image_size=int(os.environ.get("IMAGE_SIZE", "192")), seed=seed
    )
    with tempfile.TemporaryDirectory() as folder:
        source = REAL_PLATES if REAL_PLATES.is_dir() else draw_plates(Path(folder) / "drawn", number)
        kinds = _planted_set(source, Path(folder) / "in", number, seed)
        settings = read_settings({"PLATESEG_HOME": str(Path(folder) / "home")})
        storage = open_storage(settings.database_url, settings.blob_url)
        dataset.import_files(storage, list(dataset.files_under(Path(folder) / "in")))
        begin = time.monotonic()
        queued = suspects.start(storage, settings, config, utc_now())
        ended = suspects.run(storage, settings, queued.id, tell=lambda text: print(text, file=sys.stderr, flush=True))
        seconds = time.monotonic() - begin
        ranked = [item.name for item, _ in storage.suspects.ranked(queued.id, limit=number, above=-1)]
        storage.close()
    told = f"{ended.message} {config.folds} folds, {config.epochs} epochs at {config.image_size} px, seed {seed}"
    rows = [_precision(ranked, kinds, source.name, told), Row("the whole search", seconds / 60, 20, "min")]
    table = as_markdown(rows, command="make bench-suspects")
    print(table)
    write_section("Label errors", table)
    return 0 if rows[0].holds else 1


def _planted_set(source: Path, target: Path, number: int, seed: int) -> dict[str, str]:
    """Copies in the seed's layout with errors in the masks; returns the error of each photograph that has one."""
    photographs = sorted((source / "images").iterdir())
    chosen = [photographs[i] for i in np.random.default_rng(seed).permutation(len(photographs))[:number]]
    truth = []
    for path in chosen:
        photo = images.decode(path.read_bytes())
        mask = (source / "masks" / f"{path.stem}.png").read_bytes()
        truth.append(mask_files.from_png(mask, width=photo.width, height=photo.height)[0])
    planted, kinds = plant(truth, share=SHARE, seed=seed)
    for part in ("images", "masks"):
        (target / part).mkdir(parents=True)
    for path, mask in zip(chosen, planted, strict=True):
        (target / "images" / path.name).write_bytes(path.read_bytes())
        (target / "masks" / f"{path.stem}.png").write_bytes(masks.to_png(mask))
    return {chosen[index].name: kind for index, kind in kinds.items()}


def _precision(ranked: list[str], kinds: dict[str, str], source: str, told: str) -> Row:
    """The share of planted errors among the first 10 %, and at which place each stands."""
    first = round(SHARE * len(ranked))
    hits = sum(name in kinds for name in ranked[:first])
    places = [
        f"{kind} at {', '.join(str(place + 1) for place, name in enumerate(ranked) if kinds.get(name) == kind)}"
        for kind in KINDS
    ]
    what = f"planted errors among the first {first} of {len(ranked)} masks of {source}, precision"
    remark = f"{hits} of {first}; {len(kinds)} planted: {'; '.join(places)}. {told}"
    return Row(what, hits / first, 0.8, "", "more", remark)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    sys.exit(main())
