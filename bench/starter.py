"""`make starter`: train the model that is shipped, on drawn plates and on photographs that may be redistributed.

What it is trained on, and with which figures, stands in docs/starter.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.verbs import ROOT, plateseg
from plateseg.domain.types import ItemStatus, RevisionSource, Split
from plateseg.learning import checkpoint, safetensors_file
from plateseg.services import starter
from plateseg.services.models import weights_of
from plateseg.settings import read_settings
from storage import open_storage

PLATES = ROOT.parent / "shared" / "plates"
HOME = Path(os.environ.get("STARTER_HOME") or ROOT / "out" / "starter")
COUNT = os.environ.get("COUNT", "2400")
MINUTES = os.environ.get("MINUTES", "60")
SEED = 2026
RECIPE = ("--architecture", "unet_efficientnet_lite0", "--image-size", "512", "--crop-size", "288", "--batch-size", "8",
          "--augment", "strong", "--learning-rate", "3e-4")  # fmt: skip
TAUGHT, JUDGED = 4, 1
"""Of ten photographs of `green` this many teach and this many choose the best checkpoint; the others are not touched,
so that who trains on them finds a starter that has not seen them."""


def main() -> int:
    """Draw, import what may be used, train, and leave the file in the package."""
    for folder in ("green", "base-tilted"):
        if (PLATES / folder).is_dir():
            plateseg(HOME, "import", str(PLATES / folder))
    plateseg(HOME, "synthesize", "--count", COUNT, "--seed", str(SEED))
    divide()
    plateseg(HOME, "train", *RECIPE, "--time-budget", MINUTES, "--name", "starter")
    run = json.loads(plateseg(HOME, "runs", "--json"))[0]
    print(f"{run['name']}: validation mean IoU {run['best_iou']:.4f} after {run['epoch']} epochs")
    ship(run)
    return 0


def divide() -> None:
    """Drawn plates and base-tilted teach, as does a part of green; a small part of green and of the drawings judges."""
    settings = read_settings(dict(os.environ) | {"PLATESEG_HOME": str(HOME)})
    storage = open_storage(settings.database_url, settings.blob_url)
    wanted = {item.id: part(item.name) for item, _ in storage.items.usable()}
    storage.splits.assign(wanted)
    for item_id, split in wanted.items():
        if split is Split.UNASSIGNED:
            storage.items.set_status(item_id, ItemStatus.EXCLUDED)
    storage.close()


def ship(run: dict[str, Any]) -> None:
    """Leave the best weights as fp16 and what is known of them where the package looks for them."""
    settings = read_settings(dict(os.environ) | {"PLATESEG_HOME": str(HOME)})
    storage = open_storage(settings.database_url, settings.blob_url)
    weights = weights_of(storage, str(run["id"]), scratch=settings.scratch)
    data = checkpoint.load_weights(weights.path)
    taught = [
        item.sha256
        for item, revision in storage.items.usable()
        if item.split is Split.TRAIN and revision.source is not RevisionSource.SYNTHETIC
    ]
    storage.close()
    safetensors_file.write(starter.WEIGHTS, replace(data, training=None, about={"origin": "starter"}), half=True)
    about = starter.About(data.architecture, data.image_size, run["epoch"], data.step, run["best_iou"], tuple(taught))
    starter.ABOUT.write_text(json.dumps(asdict(about), indent=1) + "\n", encoding="utf-8")
    print(f"{starter.WEIGHTS}: {starter.WEIGHTS.stat().st_size / 2**20:.1f} MB, {len(taught)} photographs on record")


def part(name: str) -> Split:
    """The part a photograph has, by its name alone, so that it is the same for everybody."""
    draw = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10
    if name.startswith("synthetic_"):
        return Split.VAL if int(name.rsplit("_", 1)[1].split(".")[0]) % 60 == 0 else Split.TRAIN
    if not name.startswith("green_"):
        return Split.TRAIN
    return Split.TRAIN if draw < TAUGHT else Split.VAL if draw < TAUGHT + JUDGED else Split.UNASSIGNED


if __name__ == "__main__":
    sys.exit(main())
