"""Verdicts: whether a run is better than the champion, and what follows for who is champion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from plateseg.domain import scores
from plateseg.domain.captures import Shot, captures
from plateseg.domain.grouping import Links
from plateseg.domain.runs import STARTER, Run
from plateseg.domain.types import ImageItem
from plateseg.domain.verdict import Decision, Verdict, compare
from plateseg.errors import NotBetter, NotFound
from plateseg.services import judging, lineage
from plateseg.services.judging import always, best_weights
from plateseg.services.prediction import Models
from storage import Storage
from storage.judgements import Judgement, Rival
from storage.scores import Scored

PACE = "seconds_per_image"


def judge(
    storage: Storage, models: Models, run_id: int, *, keep_going: Callable[[], bool] = always
) -> Judgement | None:
    """Judge a run and the champion on the run's validation photographs, where they were not yet, and keep the verdict.

    None when `keep_going` ended it before the first photograph, or none is left. Raises NotFound without a model.
    """
    run, champion = storage.runs.get(run_id), storage.runs.champion()
    pairs = judging.validation_pairs(storage, run.snapshot_id)
    seconds = judging.judge(storage, models, run, pairs, keep_going=keep_going)
    if champion is not None and champion.id != run.id and best_weights(storage, champion.id) is not None:
        judging.judge(storage, models, champion, pairs, keep_going=keep_going)
    return keep(storage, run, champion, seconds=seconds)


def compare_now(storage: Storage, models: Models, run_id: int, *, seconds: float | None = None) -> Judgement:
    """The same because a person asked, for so long at most. Raises NotFound also where no photograph can be judged."""
    judged = judge(storage, models, run_id, keep_going=always if seconds is None else judging.for_seconds(seconds))
    if judged is None:
        raise NotFound(
            f"The validation photographs of run {run_id} were deleted or cannot be read, so it cannot be judged."
        )
    return judged


def left(storage: Storage, run_id: int) -> int:
    """How many photographs the run and the champion must still be judged on, added up, until the verdict is whole."""
    run, champion = storage.runs.get(run_id), storage.runs.champion()
    pairs = judging.validation_pairs(storage, run.snapshot_id)
    others = [champion] if champion and champion.id != run.id and best_weights(storage, champion.id) else []
    return sum(len(judging.waiting(storage, each, pairs)) for each in (run, *others))


def keep(storage: Storage, run: Run, champion: Run | None, *, seconds: tuple[float, ...] = ()) -> Judgement | None:
    """Decide from the scores there are, and remember it. seconds: what the model took for photographs just now."""
    judgement = decide(storage, run, champion)
    if judgement is not None:
        judgement = replace(judgement, summary=judgement.summary | _pace(storage, judgement, seconds))
        storage.judgements.put(judgement)
    return judgement


def _pace(storage: Storage, judgement: Judgement, seconds: tuple[float, ...]) -> dict[str, float]:
    """Seconds a photograph: as measured now, or else when these weights were judged before."""
    if seconds:
        return {PACE: round(float(np.mean(seconds)), 5)}
    before = storage.judgements.get(judgement.run_id)
    known = before.summary.get(PACE) if before and before.weights == judgement.weights else None
    return {} if known is None else {PACE: known}


def decide(storage: Storage, run: Run, champion: Run | None) -> Judgement | None:
    """What a run's scores come to, and its verdict against a champion; None while it has no scores.

    Asks no model: both must have been judged (`judge`). Compared are the photographs of the run's validation part
    on which both were judged with the same mask and from which neither learnt, nor any run that its weights come
    from. The champion may be any run, a starter model's as well.
    """
    weights = best_weights(storage, run.id)
    pairs = judging.validation_pairs(storage, run.snapshot_id)
    truths = {item.id: entry.mask_blob for item, entry in pairs}
    own = _scores(storage, run.id, weights, truths)
    if weights is None or not own:
        return None
    summary = scores.summarise([each.score for each in own], np.random.default_rng(0)).as_json() | {"of": len(pairs)}
    if champion is None or champion.id == run.id:
        return Judgement(run.id, weights, summary, None, None)
    unseen, doubt = _unseen(storage, run, champion, pairs)
    fair = {item_id: truths[item_id] for item_id in unseen}
    rival = Rival(champion.id, champion.name, best_weights(storage, champion.id) or "")
    verdict = compare(
        _ious([each for each in own if each.item_id in fair]),
        _ious(_scores(storage, champion.id, rival.weights, fair)),
        _scenes([item for item, _ in pairs]),
        np.random.default_rng(0),
    )
    summary["comparable"] = len(fair)
    return Judgement(run.id, weights, summary, rival, verdict and replace(verdict, doubt=doubt, of=len(fair)))


def is_current(storage: Storage, judgement: Judgement, champion: Run) -> bool:
    """Whether a verdict speaks of the models that are in use now, and not of earlier ones."""
    rival = judgement.against
    return (
        rival is not None
        and (rival.run_id, rival.weights) == (champion.id, best_weights(storage, champion.id))
        and judgement.weights == best_weights(storage, judgement.run_id)
    )


def refuse_unless_better(storage: Storage, run: Run) -> None:
    """Raise NotBetter, with what is known, unless the run is better than the champion by the verdict."""
    champion = storage.runs.champion()
    if champion is None or champion.id == run.id:
        return
    judgement = keep(storage, run, champion)
    verdict = judgement.verdict if judgement else None
    if verdict is None:
        _refuse_nothing_to_compare_on(storage, run, champion)
        raise NotBetter(
            f"Run {run.id} has not been compared with the champion {champion.name} (run {champion.id}) on the same "
            "photographs. Compare them first, or make it champion anyway."
        )
    if verdict.decision is not Decision.BETTER:
        raise NotBetter(f"{_reason(run, champion, verdict)} {_way_out(verdict)}, or make it champion anyway.")


def succeed(storage: Storage, run: Run) -> Run:
    """Make an ended run champion where nobody has to be asked: there is none, or the starter model is worse than it.

    A champion that a person chose, or trained first, stays: the better run is offered instead.
    """
    champion = storage.runs.champion()
    if champion is None:
        return storage.runs.promote(run.id, only_if_none=True)
    judgement = storage.judgements.get(run.id)
    verdict = judgement.verdict if judgement and is_current(storage, judgement, champion) else None
    if champion.origin == STARTER and verdict is not None and verdict.decision is Decision.BETTER:
        promoted = storage.runs.promote(run.id)
        storage.events.add("champion", {"name": run.name, "replaced": champion.name}, run_id=run.id)
        renew(storage)
        return promoted
    return run


def renew(storage: Storage) -> None:
    """Decide every run's verdict again after the champion has changed, from the scores there are."""
    champion = storage.runs.champion()
    for run_id in storage.judgements.all():
        try:
            keep(storage, storage.runs.get(run_id), champion)
        except NotFound:
            continue  # deleted meanwhile


def _unseen(storage: Storage, run: Run, champion: Run, pairs: judging.Pairs) -> tuple[frozenset[int], str]:
    """Items from which neither has learnt, by itself or by the runs its weights come from, and what is not known."""
    lineages = [lineage.trace(storage, each) for each in (run, champion)]
    seen = lineage.photographs_seen(storage, *lineages)
    doubts = dict.fromkeys(each.doubt for each in lineages if each.doubt)
    return frozenset(item.id for item, _ in pairs if item.sha256 not in seen), "; ".join(doubts)


def _refuse_nothing_to_compare_on(storage: Storage, run: Run, champion: Run) -> None:
    pairs = judging.validation_pairs(storage, run.snapshot_id)
    if pairs and not _unseen(storage, run, champion, pairs)[0]:
        raise NotBetter(
            f"Run {run.id} and the champion {champion.name} (run {champion.id}) have nothing to be compared on: "
            f"each of its {len(pairs)} validation photographs taught one of them, or a run that its weights come from. "
            "Label more photographs and train again, or make it champion anyway."
        )


def _scenes(items: list[ImageItem]) -> dict[int, str]:
    """Which items show one scene: of one capture, or looking alike."""
    # Witnesses that are wrongly taken for one only make the verdict more careful.
    shots = [Shot(item.capture_group, item.name, item.fingerprint) for item in items]
    labels = Links(captures(shots, share=1.0), [item.fingerprint for item in items]).groups()
    return {item.id: f"scene {label}" for item, label in zip(items, labels, strict=True)}


def _reason(run: Run, champion: Run, verdict: Verdict) -> str:
    if verdict.decision is Decision.WORSE:
        return f"Run {run.id} is worse than the champion {champion.name} (run {champion.id}): {_figures(verdict)}."
    return (
        f"It cannot be told whether run {run.id} is better than the champion {champion.name} (run {champion.id}): "
        f"{_figures(verdict)}."
    )


def _way_out(verdict: Verdict) -> str:
    if not verdict.too_few:
        return "Train or label more"
    return "Compare them on the others" if verdict.images < verdict.of else "Label more photographs and train again"


def _figures(verdict: Verdict) -> str:
    return verdict.sentence.split(": ", 1)[1]


def _scores(storage: Storage, run_id: int, weights: str | None, truths: dict[int, str]) -> list[Scored]:
    """Scores of these weights against exactly these masks."""
    if weights is None:
        return []
    return [each for each in storage.scores.of(run_id, weights=weights) if truths.get(each.item_id) == each.truth]


def _ious(scored: list[Scored]) -> dict[int, float]:
    return {each.item_id: each.score.iou for each in scored}
