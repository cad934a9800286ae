"""`make bench-drawn`: a model that has seen drawn plates only, judged on real photographs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.table import Row, as_markdown, write_section
from bench.verbs import ROOT, plateseg

GREEN = ROOT.parent / "shared" / "plates" / "green"
COUNT = os.environ.get("COUNT", "2000")
SIDE = os.environ.get("SIDE", "384")
MINUTES = os.environ.get("MINUTES", "15")


def main() -> int:
    """Draw, train, judge; 1 when the goal was missed, 2 when the photographs are not there."""
    if not GREEN.is_dir():
        print(f"The real photographs are not here ({GREEN}), so there is nothing to judge on.")
        return 2
    home = Path(tempfile.mkdtemp(prefix="plateseg_drawn_"))
    start = time.perf_counter()
    print(plateseg(home, "synthesize", "--count", COUNT, "--seed", "1", "--side", SIDE))
    drawing = time.perf_counter() - start
    plateseg(home, "split", "--val", "0.05", "--seed", "0")
    training = ("--time-budget", MINUTES, "--image-size", SIDE, "--augment", "strong", "--learning-rate", "3e-4")
    print(plateseg(home, "train", *training))
    run = json.loads(plateseg(home, "runs", "--json"))[0]
    judged = json.loads(
        plateseg(home, "evaluate", "--images", str(GREEN / "images"), "--masks", str(GREEN / "masks"), "--json")
    )
    seen = f"{run['architecture']} at {SIDE}, {run['epoch']} epochs of {COUNT} drawings, no photograph seen"
    rows = [
        Row("plate recall at IoU 0.5 on green", judged["plate_recall"], 0.6, "", "more", seen),
        Row("mean IoU on green", judged["mean_iou"], 0.5, "", "more", json.dumps(judged)),
        Row("mean IoU on drawings not trained on", run["best_iou"] or 0.0, 0.8, "", "more"),
        Row("drawing, packing and importing one", 1000 * drawing / int(COUNT), 250, "ms"),
    ]
    table = as_markdown(rows, command=f"make bench-drawn COUNT={COUNT} SIDE={SIDE} MINUTES={MINUTES}")
    print(table)
    write_section("Drawn plates alone", table)
    shutil.rmtree(home)
    return 0 if rows[0].holds else 1


if __name__ == "__main__":
    sys.exit(main())
