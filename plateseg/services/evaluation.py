"""How good a model is: on a folder of photographs and masks, or on a snapshot's validation part."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from plateseg.domain import images, mask_files, metrics
from plateseg.domain.types import Image, Mask, PixelCounts, Prediction
from plateseg.errors import NotFound
from plateseg.services import naming_on_disk
from plateseg.services.prediction import Models
from storage import Storage

Pair = tuple[str, Image, Mask]
Predict = Callable[[Image], Prediction]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores at the photographs' resolution, each in 0..1; seconds per image include the model only.

    mean_iou: mean of the per-image IoUs. iou: from pixel counts summed over all images. boundary_iou: mean over the
    images (Cheng et al., 2021). plate_recall, plate_precision: plates matched at IoU 0.5.
    """

    images: int
    mean_iou: float
    iou: float
    boundary_iou: float
    plate_recall: float
    plate_precision: float
    seconds_per_image: float

    def as_json(self) -> dict[str, float]:
        """Plain numbers, rounded to what they are good for."""
        return {key: value if key == "images" else round(value, 5) for key, value in asdict(self).items()}


def evaluate_folders(
    storage: Storage, models: Models, *, model: str, image_folder: Path, mask_folder: Path, threshold: float = 0.5
) -> Evaluation:
    """Judge a model on photographs and masks of the seed's naming. Raises NotFound when no pair is there."""
    pairs = naming_on_disk.pairs(image_folder, mask_folder)
    if not pairs:
        raise NotFound(
            f"No photograph in {image_folder} has a mask in {mask_folder}. Name masks image1.png or image1.jpg.png."
        )
    return score(_read(pairs), lambda image: models.predict(storage, image, model=model, threshold=threshold))


def score(pairs: Iterable[Pair], predict: Predict) -> Evaluation:
    """Judge predictions pair by pair; counts are summed first and divided last."""
    per_image: list[PixelCounts] = []
    boundaries: list[float] = []
    plates = metrics.PlateCounts(0, 0, 0)
    seconds = 0.0
    for _, image, truth in pairs:
        start = time.perf_counter()
        predicted = predict(image).mask
        seconds += time.perf_counter() - start
        per_image.append(metrics.count_pixels(predicted, truth))
        boundaries.append(metrics.boundary_iou(predicted, truth))
        plates = plates + metrics.match_plates(predicted, truth, 0.5)
    number = len(per_image)
    return Evaluation(
        images=number,
        mean_iou=metrics.mean_iou(per_image),
        iou=sum(per_image, PixelCounts()).iou,
        boundary_iou=sum(boundaries) / number,
        plate_recall=plates.recall,
        plate_precision=plates.precision,
        seconds_per_image=seconds / number,
    )


def _read(pairs: list[tuple[Path, Path]]) -> Iterator[Pair]:
    for image_path, mask_path in pairs:
        photo = images.decode(image_path.read_bytes())
        mask, _ = mask_files.from_png(mask_path.read_bytes(), width=photo.width, height=photo.height)
        yield image_path.name, photo.pixels, mask
