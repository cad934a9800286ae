"""`make bench-quality`: the default CPU model on real photographs, 240 to train and 60 to validate, in 15 minutes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.table import Row, as_markdown, write_section

ROOT = Path(__file__).resolve().parents[1]
PLATES = ROOT.parent / "shared" / "plates"
MINUTES = os.environ.get("MINUTES", "15")


def main() -> int:
    """Import, split, train, judge; 1 when the goal was missed, 2 when the photographs are not there."""
    if not (PLATES / "green").is_dir():
        print(f"The real photographs are not here ({PLATES}), so there is nothing to judge on.")
        return 2
    home = Path(tempfile.mkdtemp(prefix="plateseg_quality_"))
    _plateseg(home, "import", str(PLATES / "green"))
    print(_plateseg(home, "split", "--val", "0.2", "--seed", "0"))
    start = time.perf_counter()
    print(_plateseg(home, "train", "--time-budget", MINUTES))
    minutes = (time.perf_counter() - start) / 60
    run = json.loads(_plateseg(home, "runs", "--json"))[0]
    unseen = PLATES / "base-tilted"
    judged = json.loads(
        _plateseg(home, "evaluate", "--images", str(unseen / "images"), "--masks", str(unseen / "masks"), "--json")
    )
    rows = [
        Row("validation mean IoU, green 240/60", run["best_iou"], 0.90, "", "more",
            f"{run['architecture']} at {run['image_size']}, epoch {run['best_epoch']} of {run['epoch']}"),
        Row("minutes of training, start and validation included", minutes, 16, "min", remark=f"budget {MINUTES}"),
        Row("mean IoU on base-tilted, never seen", judged["mean_iou"], 0.5, "", "more", json.dumps(judged)),
    ]  # fmt: skip
    table = as_markdown(rows, command=f"make bench-quality MINUTES={MINUTES}")
    print(table)
    write_section("Quality", table)
    shutil.rmtree(home)
    return 0 if rows[0].holds else 1


def _plateseg(home: Path, *arguments: str) -> str:
    environment = dict(os.environ) | {"PLATESEG_HOME": str(home)}
    command = [sys.executable, "-m", "plateseg", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
