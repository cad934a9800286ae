"""`make bench-quality`: the default CPU model on real photographs, 240 to train and 60 to validate, in 20 minutes.

Beside it the seed project's recipe on the same photographs for SEED_MINUTES (0: left out), judged by the same measure.
OPTIONS= are added to the `train` verb, such as OPTIONS="--augment light".
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import seed_recipe
from bench.table import Row, as_markdown, write_section
from bench.verbs import ROOT, plateseg
from plateseg.domain.types import Split
from plateseg.settings import read_settings
from storage import open_storage

PLATES = ROOT.parent / "shared" / "plates"
MINUTES = os.environ.get("MINUTES", "20")
OPTIONS = os.environ.get("OPTIONS", "").split()
SEED_MINUTES = float(os.environ.get("SEED_MINUTES", MINUTES))


def main() -> int:
    """Import, split, train, judge; 1 when the goal was missed, 2 when the photographs are not there."""
    if not (PLATES / "green").is_dir():
        print(f"The real photographs are not here ({PLATES}), so there is nothing to judge on.")
        return 2
    home = Path(tempfile.mkdtemp(prefix="plateseg_quality_"))
    plateseg(home, "import", str(PLATES / "green"))
    print(plateseg(home, "split", "--val", "0.2", "--seed", "0"))
    start = time.perf_counter()
    print(plateseg(home, "train", "--time-budget", MINUTES, *OPTIONS))
    minutes = (time.perf_counter() - start) / 60
    run = json.loads(plateseg(home, "runs", "--json"))[0]
    validated = json.loads(plateseg(home, "evaluate", "--json"))
    unseen = PLATES / "base-tilted"
    judged = json.loads(
        plateseg(home, "evaluate", "--images", str(unseen / "images"), "--masks", str(unseen / "masks"), "--json")
    )
    rows = [
        Row("validation mean IoU, green 240/60", run["best_iou"], 0.93, "", "more",
            f"{run['architecture']} at {run['image_size']}, best in epoch {run['best_epoch']} ({run['epoch']} whole "
            + f"ones); {_told(validated)}"),
        Row("minutes of training, start and validation included", minutes, float(MINUTES) + 1, "min",
            remark=f"budget {MINUTES}"),
        Row("mean IoU on base-tilted, never seen", judged["mean_iou"], 0.75, "", "more", _told(judged)),
    ]  # fmt: skip
    if SEED_MINUTES > 0:
        train, val = (_pairs(home, split) for split in (Split.TRAIN, Split.VAL))
        iou, epochs = seed_recipe.mean_iou(train, val, minutes=SEED_MINUTES)
        remark = f"same network and photographs, {SEED_MINUTES:g} minutes, {epochs:.1f} epochs"
        rows.append(Row("the seed's recipe: mean IoU, green 240/60", iou, 0.0, "", "more", remark))
    options = f' OPTIONS="{" ".join(OPTIONS)}"' if OPTIONS else ""
    table = as_markdown(rows, command=f"make bench-quality MINUTES={MINUTES}{options}")
    print(table)
    write_section("Quality", table)
    shutil.rmtree(home)
    return 0 if rows[0].holds else 1


def _pairs(home: Path, split: Split) -> list[tuple[Path, Path]]:
    """Photographs and masks of a part, as they lie in the shared folder."""
    settings = read_settings({"PLATESEG_HOME": str(home)})
    storage = open_storage(settings.database_url, settings.blob_url)
    names = [Path(item.name) for item, _ in storage.items.usable() if item.split is split]
    storage.close()
    return [(PLATES / "green" / "images" / name, PLATES / "green" / "masks" / f"{name.stem}.png") for name in names]


def _told(judged: dict[str, Any]) -> str:
    shown = ("iou", "boundary_iou", "plate_recall", "plate_precision", "seconds_per_image")
    interval = f"95 %: {judged['mean_iou_low']:.3f} to {judged['mean_iou_high']:.3f}"
    return ", ".join([interval, *(f"{key} {judged[key]:.3f}" for key in shown)])


if __name__ == "__main__":
    sys.exit(main())
