"""suspects: labelled masks that models which never saw them disagree with."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import fields
from typing import Any

from plateseg.cli.opened import opened
from plateseg.domain.runs import RunStatus
from plateseg.domain.types import ImageItem
from plateseg.errors import WrongState
from plateseg.services import suspects
from plateseg.services.suspects import CheckConfig
from plateseg.services.trainer import be_modest
from storage.storage import utc_now
from storage.suspects import Suspect

WORDS = {
    "missing": "a plate that is not drawn",
    "extra": "drawn where the models see none",
    "shape": "another outline",
    "box": "an upright box on a plate that hangs",
}


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("suspects", help="rank labelled masks by how strongly models that never saw them disagree")
    defaults = {spec.name: spec.default for spec in fields(CheckConfig)}
    verb.add_argument("--folds", type=int, default=defaults["folds"], help="small models, each on all folds but one")
    verb.add_argument("--epochs", type=int, default=defaults["epochs"], help="passes of each model")
    verb.add_argument("--image-size", type=int, default=defaults["image_size"], help="longer side in pixels")
    verb.add_argument("--device", default=defaults["device"], help="auto, cuda, mps or cpu")
    verb.add_argument("--seed", type=int, default=defaults["seed"])
    verb.add_argument("--resume", action="store_true", help="go on with the check that ended early")
    verb.add_argument("--show", action="store_true", help="only show what the newest check found")
    verb.add_argument("--limit", type=int, default=50, metavar="N", help="how many to show")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.add_argument("--queued", type=int, help=argparse.SUPPRESS)
    verb.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
    """Check the labels in this process and show the suspects; 1 when the check failed."""
    be_modest()
    with opened() as (storage, settings):
        if options.queued is not None:
            suspects.run(storage, settings, options.queued)
            return 0
        if options.show:
            latest = storage.suspects.latest()
            if latest is None:
                raise WrongState("No labels were checked yet. Run `suspects` without --show.")
        else:
            config = CheckConfig(**{spec.name: getattr(options, spec.name) for spec in fields(CheckConfig)})
            now = utc_now()
            queued = (
                suspects.resume(storage, settings, now)
                if options.resume
                else suspects.start(storage, settings, config, now)
            )
            latest = suspects.run(storage, settings, queued.id, tell=_progress)
        found = suspects.worst(storage, latest.id, limit=options.limit)
    if options.json:
        print(json.dumps([_view(*each) for each in found], indent=2))
    else:
        for item, suspect in found:
            print(f"{suspect.score:.3f}  item {item.id} {item.name}: {WORDS[suspect.kind]}, IoU {suspect.iou:.2f}")
        print(f"label check {latest.id} {latest.status.value}: {latest.message}")
    return 1 if latest.status is RunStatus.FAILED else 0


def _view(item: ImageItem, suspect: Suspect) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "revision": suspect.revision,
        "proposal": suspect.proposal,
        "kind": suspect.kind,
        "iou": suspect.iou,
        "score": suspect.score,
    }


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
