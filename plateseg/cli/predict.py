"""predict: masks and overlays for one photograph or a folder of them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from plateseg.cli.opened import opened
from plateseg.errors import BadInput, NotFound
from plateseg.services.prediction import Models
from plateseg.services.predictions import Predictions

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("predict", help="predict masks")
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument("--image", type=Path, help="one photograph")
    which.add_argument("--folder", type=Path, help="every photograph of a folder")
    verb.add_argument("--model", default="champion", metavar="champion|RUN|FILE")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="where masks and overlays go")
    verb.add_argument("--threshold", type=float, default=0.5)
    verb.set_defaults(run=predict)


def predict(options: argparse.Namespace) -> int:
    """Write NAME_mask.png and NAME_overlay.jpg for each photograph; 1 when one could not be predicted."""
    if not 0 <= options.threshold <= 1:
        raise BadInput(f"The threshold must be between 0 and 1, not {options.threshold}.")
    paths = _photographs(options)
    options.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    with opened() as (storage, settings):
        predictions = Predictions(storage, Models(settings.scratch / "models"))
        for path in paths:
            try:
                kept = predictions.predict(path.read_bytes(), model=options.model, name=path.name)
            except BadInput as error:
                failed += 1
                print(f"{path.name}: {error}", file=sys.stderr)
                continue
            reading = kept.read(options.threshold)
            # The whole name goes into the new one: a.jpg and a.png lie side by side.
            (options.out / f"{path.name}_mask.png").write_bytes(kept.mask_png(options.threshold))
            (options.out / f"{path.name}_overlay.jpg").write_bytes(kept.overlay_jpeg(options.threshold))
            plates = [{"bbox": list(p.bbox), "score": round(p.score, 4), "area": p.area} for p in reading.plates]
            print(json.dumps({"image": path.name, "seconds": round(kept.seconds, 3), "plates": plates}), flush=True)
    return 1 if failed else 0


def _photographs(options: argparse.Namespace) -> list[Path]:
    if options.image is not None:
        if not options.image.is_file():
            raise NotFound(f"There is no file {options.image}.")
        return [options.image]
    if not options.folder.is_dir():
        raise NotFound(f"There is no folder {options.folder}.")
    found = sorted(path for path in options.folder.iterdir() if path.suffix.lower() in ENDINGS)
    if not found:
        raise NotFound(f"There is no photograph in {options.folder}.")
    return found
