"""runs: list them, stop, rename, delete or promote one."""

from __future__ import annotations

import argparse
import json
from typing import Any

from plateseg.cli.opened import opened
from plateseg.errors import NotBetter
from plateseg.services import run_view, training, verdicts
from plateseg.services.prediction import Models
from plateseg.settings import Settings
from storage import Storage
from storage.storage import utc_now


def add(verbs: Any) -> None:
    """The verb and its options."""
    verb = verbs.add_parser("runs", help="list the runs, or do something with one")
    verb.add_argument("--json", action="store_true", help="as JSON")
    for action, words in (
        ("stop", "stop a run; it keeps its best model"),
        ("promote", "make a run the champion, if it is better than the present one"),
        ("verdict", "judge a run against the champion on its validation photographs"),
    ):
        verb.add_argument(f"--{action}", metavar="RUN", help=words)
    verb.add_argument("--anyway", action="store_true", help="with --promote: also if it is not shown to be better")
    verb.add_argument("--delete", metavar="RUN", help="delete a run with its checkpoints and curves")
    verb.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"))
    verb.set_defaults(run=runs)


def runs(options: argparse.Namespace) -> int:
    """Do what was asked, then print the list."""
    with opened() as (storage, settings):
        now = utc_now()
        if options.verdict:
            return _verdict(storage, settings, options.verdict, as_json=options.json)
        if options.stop:
            training.stop(storage, training.find(storage, options.stop).id, settings=settings, now=now)
        if options.promote:
            _promote(storage, training.find(storage, options.promote).id, anyway=options.anyway)
        if options.rename:
            training.rename(storage, training.find(storage, options.rename[0]).id, options.rename[1])
        if options.delete:
            training.delete(storage, training.find(storage, options.delete).id, settings=settings, now=now)
        found = run_view.view_all(storage, settings, now)
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for run in reversed(found):
        print(_line(run))
        if run["message"]:
            print(f"       {run['message']}")
    if not found:
        print("No runs yet: python -m plateseg train")
    return 0


def _promote(storage: Storage, run_id: int, *, anyway: bool) -> None:
    """Make a run champion; a refusal names the option that insists, as the page has a button for it."""
    try:
        training.promote(storage, run_id, anyway=anyway)
    except NotBetter as error:
        raise NotBetter(f"{error} `python -m plateseg runs --promote {run_id} --anyway` does that.") from error


def _line(run: dict[str, Any]) -> str:
    best = f"{run['best_iou']:.4f}" if run["best_iou"] is not None else "-"
    star = "*" if run["champion"] else " "
    where = f"epoch {run['epoch']}/{run['epochs']}"
    verdict = run["verdict"]["decision"] if run["verdict"] else "champion" if run["champion"] else "-"
    batch = f"batch {run['batch']}"
    words = f"{best:>7}  {verdict:<11}  {where:<14} {batch:<14} {run['architecture']:<26} {run['name']}"
    return f"{star}{run['id']:>4}  {run['status']:<9} {words}"


def _verdict(storage: Storage, settings: Settings, reference: str, *, as_json: bool) -> int:
    """Judge what was not judged yet, and print what it comes to."""
    run = training.find(storage, reference)
    judged = verdicts.compare_now(storage, Models(settings.scratch / "models"), run.id)
    verdict = run_view.verdict_view(judged)
    if as_json:
        print(json.dumps({"run": run.id, "judgement": judged.summary, "verdict": verdict}))
        return 0
    its = judged.summary
    of = f" of {its['of']}" if its["images"] < its["of"] else ""
    print(
        f"run {run.id}, {run.name}: mean IoU {its['mean_iou']:.4f} "
        f"({its['mean_iou_low']:.4f} to {its['mean_iou_high']:.4f}) on {its['images']}{of} photographs"
    )
    if judged.against is None:
        print("There is no other champion to compare it with.")
    else:
        said = verdict["sentence"] if verdict else "no photographs in common"
        print(f"against run {judged.against.run_id}, {judged.against.name}: {said}")
    return 0
