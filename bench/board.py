"""`make bench-board`: every architecture trained by the same command on the same photographs, judged by one measure.

Short on purpose: it shows that each trains, predicts and is judged, and how heavy it is; not how good it gets.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from bench.table import machine, write_section
from bench.verbs import ROOT, attempt, plateseg
from plateseg.domain.architectures import ARCHITECTURES

GREEN = ROOT.parent / "shared" / "plates" / "green"
MINUTES = os.environ.get("MINUTES", "1")
SIDE = os.environ.get("SIDE", "256")
COUNT = int(os.environ.get("COUNT", "60"))
HEADS = ("architecture", "epochs", "seconds a step", "mean IoU", "boundary IoU", "plate recall 0.5", "ms a photograph")


def main() -> int:
    """Train each for MINUTES on COUNT photographs; 1 when one of them failed."""
    home = Path(tempfile.mkdtemp(prefix="plateseg_board_"))
    _fill(home)
    lines = []
    for architecture in ARCHITECTURES:
        there = not architecture.extra or find_spec(architecture.extra)
        lines.append(_line(home, architecture.name) if there else _empty(architecture.name, "not installed"))
        print(lines[-1], flush=True)
    table = [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|", *lines]
    what = "photographs of green" if GREEN.is_dir() else "drawn plates"
    text = (
        f"`make bench-board MINUTES={MINUTES} SIDE={SIDE} COUNT={COUNT}` on {machine()}, {time.strftime('%Y-%m-%d')}: "
        f"{COUNT} {what}, a fifth of them to judge; {MINUTES} minute(s) each at {SIDE} px, batch 4, on the CPU, "
        "which is far from enough for the heavy ones. Where no model hub is reachable only EfficientNet-Lite0 "
        "starts from ImageNet; the others start from random weights and show it.\n\n"
    )
    write_section("All architectures", text + "\n".join(table))
    shutil.rmtree(home)
    return 1 if any("failed" in line for line in lines) else 0


def _fill(home: Path) -> None:
    if not GREEN.is_dir():
        plateseg(home, "drawn", "--count", str(COUNT), "--labelled", str(COUNT))
        return
    some = home / "some"
    for part, ending in (("images", ".jpg"), ("masks", ".png")):
        (some / part).mkdir(parents=True)
        for path in sorted((GREEN / "images").iterdir())[:COUNT]:
            shutil.copy(GREEN / part / (path.stem + ending), some / part)
    plateseg(home, "import", str(some))


def _line(home: Path, name: str) -> str:
    ended, said = attempt(home, "train", "--architecture", name, "--time-budget", MINUTES, "--image-size", SIDE,
                          "--device", "cpu", "--learning-rate", "3e-4", "--name", name)  # fmt: skip
    if ended:
        return _empty(name, f"failed: {(said.strip().splitlines() or ['the sentence stands above'])[-1]}")
    run = json.loads(plateseg(home, "runs", "--json"))[0]
    judged = json.loads(plateseg(home, "evaluate", "--model", str(run["id"]), "--json"))
    step = f"{run['seconds_per_step']:.2f}" if run["seconds_per_step"] else "-"
    figures = [f"{judged[key]:.3f}" for key in ("mean_iou", "boundary_iou", "plate_recall")]
    cells = [name, str(run["epoch"]), step, *figures, f"{1000 * judged['seconds_per_image']:.0f}"]
    return f"| {' | '.join(cells)} |"


def _empty(name: str, why: str) -> str:
    return f"| {name} | {why} |" + " - |" * (len(HEADS) - 2)


if __name__ == "__main__":
    sys.exit(main())
