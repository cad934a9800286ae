"""A network, its optimiser and its averaged weights: one training step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from plateseg.domain.train_config import TrainConfig
from plateseg.errors import TrainingFailed
from plateseg.learning.architectures import BuiltModel
from plateseg.learning.average import LiveWeights, WeightAverage
from plateseg.learning.dataset import Batch, normalise
from plateseg.learning.losses import get_loss, one_channel_per_class
from plateseg.learning.memory import Portion, free_memory, is_out_of_memory
from plateseg.learning.optimisers import make_optimiser
from plateseg.learning.team import Alone, Attempt, Team, gradients_of


class StepOutcome(NamedTuple):
    """Both stay on the device, so that a step never waits for them.

    loss: scalar. counts: (3,) int64, pixels tp, fp, fn of the step's photographs over all classes; None where the
    network tells no pixels while it trains.
    """

    loss: Tensor
    counts: Tensor | None


class Learner:
    """Trains one BuiltModel on one device. portion: how many photographs it takes at once.

    team: the processes that share every batch; this one sees its own part only.
    """

    def __init__(
        self,
        built: BuiltModel,
        config: TrainConfig,
        *,
        device: str,
        batch_size: int,
        note: Callable[[str], None] = lambda _: None,
        team: Team | None = None,
    ) -> None:
        self.built = built
        self.device = device
        self.loss = get_loss(config.loss, positive_weight=config.positive_weight)
        self._team = team or Alone()
        self.portion = Portion(batch_size, smallest=built.smallest_batch, note=note)
        self._freeze = config.freeze_backbone
        self._largest_gradient = config.clip_gradient
        self._note = note
        built.place(device)
        built.set_training(freeze_backbone=self._freeze)
        self.optimizer = make_optimiser(built, config)
        self._base_rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.average = WeightAverage(built.module) if config.average_weights else LiveWeights(built.module)
        self._network: Any = torch.compile(built.module) if config.compile else built.module

    def step(self, batch: Batch, rate_factor: float, *, of: int = 0) -> StepOutcome:
        """One optimiser step at `rate_factor` times the configured learning rates.

        of: photographs of the whole step, where others have a share in it. Where memory runs out the step is done
        again in smaller portions, now and from now on.
        """
        self.built.set_training(freeze_backbone=self._freeze)
        for group, rate in zip(self.optimizer.param_groups, self._base_rates, strict=True):
            group["lr"] = rate * rate_factor
        outcome = self._attempt(batch, of or len(batch.masks))
        while outcome is None:
            free_memory()
            outcome = self._attempt(batch, of or len(batch.masks))
        if self._team.size > 1:
            self._team.add_up(gradients_of(self._trainable()))
            self._team.add_up(value for value in outcome if value is not None)
        if self._largest_gradient:
            nn.utils.clip_grad_norm_(self._trainable(), self._largest_gradient)
        self.optimizer.step()
        self.average.update()
        return outcome

    def gradients(self, batch: Batch, part: slice, count: int) -> StepOutcome:
        """Add the gradients of one portion of a step of `count` photographs."""
        inputs, masks = self.prepared(Batch(batch.images[part], batch.masks[part]))
        with mixed_precision(self.device):
            loss, logits = self.built.objective(self._network, inputs, masks, self.loss)
        loss = loss if len(masks) == count else loss * (len(masks) / count)
        loss.backward()  # type: ignore[no-untyped-call]
        return StepOutcome(loss.detach(), None if logits is None else _counts(logits, masks))

    def prepared(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """On the device: inputs (N, 3, H, W) float32, normalised; masks (N, H, W) uint8 of class indices."""
        images = batch.images.to(self.device, non_blocking=True)
        masks = batch.masks.to(self.device, non_blocking=True)
        inputs = normalise(images, self.built.mean, self.built.std).contiguous(memory_format=torch.channels_last)
        return inputs, masks

    def state(self) -> dict[str, Any]:
        """Everything a resumed learner needs, in plain types and tensors."""
        return {
            "model": self.built.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "portion": self.portion.size,
            "momenta": {name: norm.momentum for name, norm in self._norms()},
            **self.average.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state()` was taken."""
        self.built.module.load_state_dict(state["model"])
        self.average.restore(state)
        self.optimizer.load_state_dict(state["optimizer"])
        self.portion.size = state.get("portion", self.portion.size)
        # How quickly BatchNorm follows depends on whether the weights came pretrained, which a resume does not ask.
        momenta = state.get("momenta", {})
        for name, norm in self._norms():
            norm.momentum = momenta.get(name, norm.momentum)

    def _attempt(self, batch: Batch, of: int) -> StepOutcome | None:
        """All gradients of a batch; None when they must be asked for again, in smaller portions or uncompiled."""
        self.optimizer.zero_grad(set_to_none=True)
        outcome = None
        try:
            parts = self.portion.parts(len(batch.masks))
            outcome = _together([self.gradients(batch, part, of) for part in parts])
        except Exception as error:
            if not self._can_go_on(error, len(batch.masks)):
                self._team.agree(Attempt.FAILED)
                raise
        attempt = self._team.agree(Attempt.AGAIN if outcome is None else Attempt.DONE)
        if attempt is Attempt.FAILED:
            raise TrainingFailed("Another process of this run failed. Its output in the terminal says why.")
        return outcome if attempt is Attempt.DONE else None

    def _can_go_on(self, error: Exception, count: int) -> bool:
        """Whether the step can be tried again in another way, which is then set up."""
        if is_out_of_memory(error):
            return self.portion.halve(count)
        return self.goes_on_uncompiled(error)

    def goes_on_uncompiled(self, error: Exception) -> bool:
        """Whether what failed may have been the compiled network; it is done without from now on."""
        if self._network is self.built.module:
            return False
        self._network = self.built.module
        self._note(f"torch.compile does not work here ({_first_line(error)}); training goes on without it.")
        return True

    def _norms(self) -> list[tuple[str, nn.BatchNorm2d]]:
        modules = self.built.module.named_modules()
        return [(name, module) for name, module in modules if isinstance(module, nn.BatchNorm2d)]

    def _trainable(self) -> list[nn.Parameter]:
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]


def mixed_precision(device: str) -> AbstractContextManager[Any]:
    """bfloat16 where it is quicker: on CUDA. On a CPU without matrix units it is slower than float32."""
    if device == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", torch.bfloat16)
    return nullcontext()


def _together(outcomes: Sequence[StepOutcome]) -> StepOutcome:
    if len(outcomes) == 1:
        return outcomes[0]
    counts = [outcome.counts for outcome in outcomes if outcome.counts is not None]
    return StepOutcome(
        torch.stack([outcome.loss for outcome in outcomes]).sum(), torch.stack(counts).sum(dim=0) if counts else None
    )


def _counts(logits: Tensor, masks: Tensor) -> Tensor:
    said, real = logits > 0, one_channel_per_class(masks, logits.shape[1]) > 0.5
    both = (said & real).sum()
    return torch.stack([both, said.sum() - both, real.sum() - both])


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:160]
