"""`python -m bench.formats`: a dataset out and in again in every format, its pixels compared, into docs/formats.md."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from bench.table import machine
from plateseg.domain import drawn, images, masks
from plateseg.domain.annotations import writers
from plateseg.domain.types import ImageItem, ItemStatus, Mask, RevisionSource
from plateseg.services import dataset, exchange, packing
from plateseg.services.exporting import Export, ExportChoice
from plateseg.services.splitting import split
from storage import Storage, open_storage

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
REAL = Path(__file__).resolve().parents[2] / "shared" / "plates" / "green"
REAL_COUNT = 300
DRAWN_COUNT = 20
"""Half of them with holes cut into the plates, one in five without a plate."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One format's round trip. ious: of each labelled photograph; kept: statuses and splits that came back."""

    format: str
    title: str
    ious: tuple[float, ...]
    proposals: int
    statuses_kept: bool
    splits_kept: bool
    seconds: float

    def as_line(self) -> str:
        """A line of the table."""
        exact = sum(value == 1.0 for value in self.ious)
        pixels = (
            f"{np.mean(self.ious):.4f} | {min(self.ious):.4f} | {exact} of {len(self.ious)}"
            if self.ious
            else "- | - | -"
        )
        kept = "yes" if self.statuses_kept else f"{self.proposals} proposals"
        splits = "yes" if self.splits_kept else "no"
        return f"| `{self.format}` | {self.title} | {pixels} | {kept} | {splits} | {self.seconds:.0f} s |"


def main() -> int:
    """Measure, print, write; 1 when a format lost more than it may."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        storage = _open(root / "home")
        real = _fill(storage, root / "in")
        rows = [_round_trip(storage, name, root / name) for name in writers.FORMATS]
        storage.close()
    table = _as_markdown(rows, real)
    print(table)
    DOCUMENT.write_text(_PAGE.format(table=table), encoding="utf-8")
    exact = all(min(row.ious) >= 0.99 for row in rows if row.ious and row.format != "corners")
    return 0 if exact else 1


def _open(home: Path) -> Storage:
    home.mkdir(parents=True)
    return open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))


def _fill(storage: Storage, source: Path) -> int:
    """Real photographs where they are, drawn ones with holes and without plates; returns how many are real."""
    files = list(dataset.files_under(REAL)) if REAL.is_dir() else []
    pictures = sorted(file.name for file in files if file.name.startswith("images/"))
    step = max(1, len(pictures) // REAL_COUNT)
    chosen = {Path(name).stem for name in pictures[::step][:REAL_COUNT]}
    dataset.import_files(storage, [file for file in files if Path(file.name).stem in chosen])
    for part in ("images", "masks"):
        (source / part).mkdir(parents=True)
    for number in range(DRAWN_COUNT):
        image, mask, _ = drawn.draw(np.random.default_rng([11, number]), plates=(number % 5 != 4) + (number % 3 == 1))
        mask = np.zeros_like(mask) if number % 5 == 4 else _holed(mask) if number % 2 else mask
        (source / "images" / f"drawn_{number:03d}.jpg").write_bytes(images.encode_jpeg(image))
        (source / "masks" / f"drawn_{number:03d}.png").write_bytes(masks.to_png(mask))
    dataset.import_files(storage, list(dataset.files_under(source)))
    split(storage, val=0.2, test=0.1)
    return len(chosen)


def _holed(mask: Mask) -> Mask:
    """Round holes in the middle of each plate, as a thick stroke of an eraser leaves them."""
    cut = mask.copy()
    for plate in masks.instances(mask):
        x, y, width, height = plate.bbox
        cv2.circle(cut, (x + width // 2, y + height // 2), max(2, height // 5), 0, -1)
    return cut


def _round_trip(storage: Storage, name: str, root: Path) -> Agreement:
    start = time.perf_counter()
    packing.write(Export(storage, ExportChoice(name)).files(), root / "out")
    again = _open(root / "home")
    scratch = root / "scratch"
    scratch.mkdir()
    report = exchange.bring(again, list(dataset.files_under(root / "out")), scratch)
    seconds = time.perf_counter() - start
    assert not report.rejected, report.rejected[:3]
    before = {item.image_blob: item for item in storage.items.walk()}
    pairs = [(before[item.image_blob], item) for item in again.items.walk()]
    assert len(pairs) == len(before)
    ious = [_iou(_mask(storage, old), _mask(again, new)) for old, new in pairs if new.status is ItemStatus.LABELLED]
    found = Agreement(
        format=name,
        title=writers.FORMATS[name].title,
        ious=tuple(ious),
        proposals=report.proposals,
        statuses_kept=all(old.status is new.status for old, new in pairs),
        splits_kept=all(old.split is new.split for old, new in pairs),
        seconds=seconds,
    )
    again.close()
    return found


def _mask(storage: Storage, item: ImageItem) -> Mask:
    revision = storage.revisions.get(item.id, item.head)
    assert revision.source is not RevisionSource.MODEL
    return masks.read_png(storage.blobs.get(revision.blob))


def _iou(one: Mask, other: Mask) -> float:
    union = int(np.count_nonzero(one | other))
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def _as_markdown(rows: list[Agreement], real: int) -> str:
    head = (
        f"{real} real photographs of `../shared/plates/green` and {DRAWN_COUNT} drawn ones, some with holes, several "
        f"plates or none, split into train, val and test. `python -m bench.formats` on {machine()}, {date.today()}.\n\n"
    )
    lines = [
        "| name | format | mean IoU | lowest IoU | exact | labels and “no plate” kept | splits kept | out and in |",
        "|---|---|---|---|---|---|---|---|",
        *(row.as_line() for row in rows),
    ]
    return head + "\n".join(lines) + "\n"


_PAGE = """# Formats

`python -m plateseg import PATH` and a drop on the Upload tab look into the files and say what became of each;
`--format NAME` when the look was wrong, `--label NAME` when a set has several labels and none is known to mean a plate.
`python -m plateseg export FOLDER_OR_ZIP --format NAME` writes, `--dry-run` says before what goes, what stays and why.

What holds for all of them:

- A photograph that is listed without a shape has **no plate**. One that is not listed has no answer yet; such
  photographs are exported only when asked for (`--status todo`), and then as files that no annotation names.
- **Boxes become proposals**, never labels; so does what is left when a shape of a photograph could not be read.
- Splits are folders, subsets, lists or file names (train, val, test), in and out.
- One bad entry does not stop the rest: it is reported with file and line.

| in | out | format |
|---|---|---|
| yes | `masks`, `masks-flat` | `images/` and `masks/` (0 and 255), by split under `dataset/train`, `val`, `test` |
| `coco` | `coco` | COCO instance segmentation: polygons, RLE where there are holes |
| `yolo` | `yolo`, `yolo-boxes` | YOLO outlines or boxes with `data.yaml`; holes are cut open |
| `labelme` | `labelme` | LabelMe JSON: polygon, rectangle, circle, mask |
| `cvat` | `cvat` | CVAT for images 1.1: polygon, box (turned too), mask |
| `voc` | `voc` | Pascal VOC: palette masks, boxes, `ImageSets`, `labelmap.txt` |
| `via` | - | VGG Image Annotator 1 and 2 |
| `labelstudio` | - | Label Studio JSON: polygon, brush, rectangle, ellipse |
| `corners` | `corners` | CSV of four corners (`x1` to `y4`), or of boxes (`xmin` to `ymax`, in only) |
| `ccpd`, `wpod` | - | CCPD file names, WPOD-NET text files |
| yes | `huggingface` | Hugging Face image folder: image, mask, boxes |
| mp4, mov, avi, mkv, webm | - | the sharpest frame of each second (`--every`) or scene (`--by-change`) |
| JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, JPEG 2000 | JPEG, PNG | photographs |

## Out and in again

{table}
Mask formats are exact. Polygons are written with as few points as keep an IoU of 0.991 by the tool's own way to fill,
and with every pixel's edge where that is not enough. `corners` keeps four points a plate and so neither holes nor bent
edges; `yolo-boxes` comes back as proposals, whose pixels are not compared; `masks-flat` has no place for splits.
"""


if __name__ == "__main__":
    sys.exit(main())
