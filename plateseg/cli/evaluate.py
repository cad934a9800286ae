"""evaluate: how good a model is on photographs with masks."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from plateseg.cli.opened import opened
from plateseg.services import evaluation
from plateseg.services.prediction import Models


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("evaluate", help="judge a model on photographs and their masks")
    verb.add_argument("--model", default="champion", metavar="RUN_OR_FILE")
    verb.add_argument("--images", type=Path, required=True, metavar="DIR")
    verb.add_argument("--masks", type=Path, required=True, metavar="DIR")
    verb.add_argument("--threshold", type=float, default=0.5)
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Print the scores."""
    with opened() as (storage, settings):
        found = evaluation.evaluate_folders(
            storage,
            Models(settings.scratch / "models"),
            model=options.model,
            image_folder=options.images,
            mask_folder=options.masks,
            threshold=options.threshold,
        ).as_json()
    print(json.dumps(found) if options.json else "\n".join(f"{key:<18}{value}" for key, value in found.items()))
    return 0
