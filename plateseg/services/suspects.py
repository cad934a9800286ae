"""suspects: labelled masks ranked by how strongly models that never saw them disagree.

The photographs are dealt into folds, scene by scene; a small model is trained on all folds but one and asked about that
one. It runs as a process of its own, behind the same device lock as training, and keeps each fold when it is done.
"""

from __future__ import annotations

import logging
import math
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from plateseg.domain import mask_health, masks, splits
from plateseg.domain.disagreement import dealt, disagree, weigh_box
from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ImageItem, Prediction, RevisionSource, Split
from plateseg.errors import BadConfig, NotFound, PlatesegError, WrongState
from plateseg.logs import also_logged_to
from plateseg.services import fold_models, launcher, liveness, splitting
from plateseg.services.fold_models import FoldReporter, Labelled
from plateseg.settings import Settings
from storage import Storage
from storage.revisions import NewRevision
from storage.suspects import LabelCheck, Suspect

log = logging.getLogger(__name__)

DAY = 24 * 3600.0
FEWEST = 8
MOST_TRAINED = 1200
"""More photographs make such a small model no better judge, only slower."""
WORTH_A_LOOK = 0.05
"""Below this score masks differ by an outline's width: no suspect."""
KEPT_SHARE = 0.25
TO_START = timedelta(seconds=120)
VAL_SHARE = 0.1
_AT_WORK = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """How labels are checked. image_size: longer side in pixels. Raises BadConfig."""

    folds: int = 3
    epochs: int = 6
    image_size: int = 192
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.folds <= 10:
            raise BadConfig(f"Labels are checked in 2 to 10 folds, not {self.folds}. Try 3.")
        self.training(batch=1)

    def training(self, *, batch: int) -> TrainConfig:
        """The recipe of one small model. Raises BadConfig."""
        return TrainConfig(
            architecture="unet_efficientnet_lite0",
            device=self.device,
            epochs=self.epochs,
            batch_size=batch,
            learning_rate=3e-4,
            image_size=self.image_size,
            augment="light",
            checkpoint_minutes=1_000,
            keep_every_epochs=0,
            seed=self.seed,
        )


def start(storage: Storage, settings: Settings, config: CheckConfig, now: datetime) -> LabelCheck:
    """Queue a label check. Raises WrongState when there is too little to learn from, or one is under way."""
    usable = storage.items.usable()
    if len(usable) < FEWEST or sum(mask.plate_pixels > 0 for _, mask in usable) < FEWEST // 2:
        raise WrongState(f"A label check needs at least {FEWEST} labelled photographs, half of them with a plate.")
    end_lost(storage, settings, now)
    return storage.suspects.create(asdict(config), folds=config.folds)


def launch(settings: Settings, check_id: int) -> None:
    """Start the process of a queued check: it outlives the page and the app."""
    launcher.spawn(["suspects", "--queued", str(check_id)], settings.check_folder(check_id) / "log.txt", settings)


def as_it_stands(check: LabelCheck, settings: Settings, now: datetime) -> LabelCheck:
    """The check with its derived status: one at work reads LOST when its process is gone."""
    if check.status not in _AT_WORK or liveness.is_held(settings.check_folder(check.id)):
        return check
    if check.status is RunStatus.QUEUED and abs(now - check.created_at) < TO_START:
        return check
    return replace(check, status=RunStatus.LOST, message="The process is gone without a word. Continue, or start anew.")


def end_lost(storage: Storage, settings: Settings, now: datetime) -> None:
    """Write down that a check whose process is gone has ended, so that another one can start."""
    latest = storage.suspects.latest()
    if latest and as_it_stands(latest, settings, now).status is RunStatus.LOST:
        # It may have ended in good order between the look at its row and the look at its lock.
        storage.suspects.end(latest.id, RunStatus.STOPPED, "The process is gone without a word.", seen=latest.status)


def resume(storage: Storage, settings: Settings, now: datetime) -> LabelCheck:
    """Queue the newest check again: folds that are done are kept. Raises WrongState when none ended early."""
    end_lost(storage, settings, now)
    latest = storage.suspects.latest()
    if latest is None or latest.status in _AT_WORK:
        raise WrongState("There is no label check to go on with. Start one.")
    return storage.suspects.reopen(latest.id)


def run(storage: Storage, settings: Settings, check_id: int, *, tell: Callable[[str], None] = log.info) -> LabelCheck:
    """Do a queued check in this process until it has ended; whatever goes wrong is written into it as a sentence."""
    folder = settings.check_folder(check_id)
    with (
        liveness.held(folder, busy=f"Label check {check_id} is at work in another process."),
        also_logged_to(folder / "log.txt"),
    ):
        try:
            status, message = _behind_the_device(storage, settings, check_id, tell)
        except KeyboardInterrupt:
            status, message = RunStatus.STOPPED, "Stopped. `suspects --resume` goes on."
        except PlatesegError as error:
            status, message = RunStatus.FAILED, str(error)
        except Exception as error:
            # The edge of the process: the check must not stay "running" and the person must be told.
            log.exception("The label check failed.")
            status, message = RunStatus.FAILED, f"Unexpected error: {type(error).__name__}: {error}"
        finally:
            shutil.rmtree(folder / "work", ignore_errors=True)
        return storage.suspects.end(check_id, status, message)


def worst(storage: Storage, check_id: int, *, limit: int) -> tuple[tuple[ImageItem, Suspect], ...]:
    """The suspects that wait for a person, the worst first."""
    return storage.suspects.ranked(check_id, limit=limit, above=WORTH_A_LOOK)


def _behind_the_device(
    storage: Storage, settings: Settings, check_id: int, tell: Callable[[str], None]
) -> tuple[RunStatus, str]:
    def still_wanted() -> None:
        if storage.suspects.check(check_id).stop_requested:
            raise WrongState("Stopped before it began.")

    with liveness.held_device(settings, wait_seconds=DAY, still_wanted=still_wanted):
        return _Search(storage, settings, check_id, tell).folds()


class _Search:
    """A check at work."""

    def __init__(self, storage: Storage, settings: Settings, check_id: int, tell: Callable[[str], None]) -> None:
        self._storage = storage
        self._id = check_id
        self._config = CheckConfig(**storage.suspects.check(check_id).config)
        self._work = settings.check_folder(check_id) / "work"
        self._tell = tell
        self._scenes = splitting.scenes(storage)

    def folds(self) -> tuple[RunStatus, str]:
        """Fold after fold; those whose photographs were all judged before are passed over."""
        usable = {item.id: (item, mask) for item, mask in self._storage.items.usable()}
        plan = dealt(
            Counter(self._scene(item) for item, _ in usable.values()), self._config.folds, seed=self._config.seed
        )
        fold_of = {item.id: plan[self._scene(item)] for item, _ in usable.values()}
        done = self._storage.suspects.judged(self._id)
        for fold in range(self._config.folds):
            held = [usable[i] for i in usable if fold_of[i] == fold and i not in done]
            rest = [usable[i] for i in usable if fold_of[i] != fold and not _is_gold(usable[i][0])]
            if not held:
                continue
            if not self._fold(fold, held, rest):
                return RunStatus.STOPPED, f"Stopped after {fold} of {self._config.folds} folds."
        found = self._storage.suspects.waiting(self._id, above=WORTH_A_LOOK)
        return RunStatus.FINISHED, f"{len(usable)} masks checked, {found} worth a look."

    def _fold(self, fold: int, held: Sequence[Labelled], rest: Sequence[Labelled]) -> bool:
        """Whether the fold was done, not stopped."""
        if self._say(f"Fold {fold + 1} of {self._config.folds}: preparing."):
            return False
        val, train = self._parted(rest)
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        reporter = FoldReporter(
            self._work,
            tell=lambda text: self._note(f"Fold {fold + 1} of {self._config.folds}: {text}."),
            stop=lambda: self._storage.suspects.check(self._id).stop_requested,
            epochs=self._config.epochs,
        )
        config = self._config.training(batch=min(8, len(train)))
        weights = fold_models.train_fold(self._storage, config, train, val, reporter)
        if weights is None:
            return False
        self._note(f"Fold {fold + 1} of {self._config.folds}: looking at {len(held)} masks.")
        found = self._judged(weights, held)
        self._storage.suspects.add(self._id, found, folds_done=fold + 1)
        return True

    def _judged(self, weights: Path, held: Sequence[Labelled]) -> list[Suspect]:
        """What the model says of the fold; the masks it disagrees with most are kept as proposals."""
        found: list[tuple[Suspect, NewRevision | None]] = []
        kept = max(20, math.ceil(KEPT_SHARE * len(held)))
        answers = fold_models.predict_fold(self._storage, weights, held, device=self._config.device)
        for (item, revision), image, drawn, said in answers:
            scale = max(item.width, item.height) / self._config.image_size
            judgement = disagree(drawn, said.probability, tolerance=max(1, round(scale)))
            judgement = weigh_box(judgement, lean=mask_health.lean_of_boxes(drawn, image))
            suspect = Suspect(item.id, revision.number, 0, judgement.kind, judgement.iou, judgement.score)
            found.append((suspect, self._proposal(said) if judgement.score > WORTH_A_LOOK else None))
            found.sort(key=lambda each: -each[0].score)
            found[kept:] = [(each, None) for each, _ in found[kept:]]
        return [self._with_proposal(*each) for each in found]

    def _proposal(self, said: Prediction) -> NewRevision:
        name = f"label check {self._id}"
        return NewRevision(
            source=RevisionSource.MODEL,
            png=masks.to_png(said.mask),
            plate_pixels=masks.plate_pixels(said.mask),
            author=name,
            seeded_from=name,
            score=said.score,
        )

    def _with_proposal(self, suspect: Suspect, proposal: NewRevision | None) -> Suspect:
        if proposal is None:
            return suspect
        try:
            return replace(suspect, proposal=self._storage.revisions.append_proposal(suspect.item_id, proposal).number)
        except NotFound:  # deleted meanwhile
            return suspect

    def _parted(self, rest: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
        """Some scenes to choose the best weights by, the others to train on. Raises WrongState for too few scenes."""
        sizes = Counter(self._scene(item) for item, _ in rest)
        if len(sizes) < 2:
            raise WrongState("The labelled photographs show too few different scenes to check them against each other.")
        answer = splits.assign(
            {name: splits.Group(size) for name, size in sizes.items()}, val=VAL_SHARE, seed=self._config.seed
        )
        drawn = np.random.default_rng(self._config.seed).permutation(len(rest))
        shuffled = [rest[index] for index in drawn]
        val = [each for each in shuffled if answer[self._scene(each[0])] is Split.VAL]
        train = [each for each in shuffled if answer[self._scene(each[0])] is Split.TRAIN]
        return val[: MOST_TRAINED // 4], train[:MOST_TRAINED]

    def _scene(self, item: ImageItem) -> str:
        return self._scenes.get(item.id, item.sha256)

    def _note(self, text: str) -> None:
        self._say(text)

    def _say(self, text: str) -> bool:
        self._tell(text)
        return self._storage.suspects.beat(self._id, text)


def _is_gold(item: ImageItem) -> bool:
    return item.pinned and item.split is Split.TEST
