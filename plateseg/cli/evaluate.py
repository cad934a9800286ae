"""evaluate: how good a model is on photographs with masks."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from plateseg.cli.opened import opened
from plateseg.errors import BadConfig
from plateseg.services import evaluation
from plateseg.services.evaluation import Evaluation
from plateseg.services.prediction import Models


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("evaluate", help="judge a model on photographs and their masks")
    verb.add_argument("--model", default="champion", metavar="RUN_OR_FILE")
    verb.add_argument(
        "--split",
        choices=evaluation.PARTS,
        help="of the dataset: train and val as the run had them (without: val), test and gold as they are now",
    )
    verb.add_argument("--images", type=Path, metavar="DIR", help="a folder instead, with --masks")
    verb.add_argument("--masks", type=Path, metavar="DIR")
    verb.add_argument("--threshold", type=float, default=0.5)
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Print the scores."""
    if (options.images is None) != (options.masks is None):
        raise BadConfig(
            "--images and --masks go together. Leave both out to judge a run on its validation photographs."
        )
    if options.images is not None and options.split is not None:
        raise BadConfig("Judge either on a --split of the dataset or on folders (--images and --masks), not on both.")
    with opened() as (storage, settings):
        models = Models(settings.scratch / "models")
        common = {"model": options.model, "threshold": options.threshold}
        if options.images is None:
            found = evaluation.evaluate_run(storage, models, part=options.split, **common)
        else:
            found = evaluation.evaluate_folders(
                storage, models, image_folder=options.images, mask_folder=options.masks, **common
            )
    print(json.dumps(found.as_json()) if options.json else "\n".join(table(found)))
    return 0


def table(found: Evaluation) -> list[str]:
    """The scores as lines to read."""
    its = found.summary
    interval = f"95 %: {its.mean_iou_low:.4f} to {its.mean_iou_high:.4f}"
    lines = [
        f"photographs         {its.images}",
        f"mean IoU            {its.mean_iou:.4f}   {interval}",
        f"pooled IoU          {its.iou:.4f}",
        f"boundary IoU        {its.boundary_iou:.4f}",
        "",
        "plates                      IoU 0.5           IoU 0.75",
        "height         number   recall  precision  recall  precision",
        _row("all", sum(each.plates for each in its.by_height), its.plate_recall, its.plate_precision,
             its.plate_recall_75, its.plate_precision_75),
    ]  # fmt: skip
    for each in its.by_height:
        name = f"{each.low} px up" if each.high is None else f"{each.low} to {each.high} px"
        lines.append(_row(name, each.plates, each.recall, each.precision, each.recall_75, each.precision_75))
    lines += [
        "",
        f"seconds per image   {found.seconds_per_image:.3f}",
        f"peak memory         {found.peak_memory_mb:.0f} MB",
    ]
    return lines


def _row(name: str, plates: int, *shares: float) -> str:
    shown = [f"{share:.4f}" if plates else "-" for share in shares]
    return f"{name:<14}{plates:>7}  {shown[0]:>7}  {shown[1]:>9}  {shown[2]:>6}  {shown[3]:>9}"
