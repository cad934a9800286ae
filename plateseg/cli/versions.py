"""snapshots and diff: states of the dataset, named, compared, brought back and deleted."""

from __future__ import annotations

import argparse
import json
from typing import Any

from plateseg.cli.opened import opened
from plateseg.services import restoring, versions
from storage import Storage


def add(verbs: Any) -> None:
    """The verbs and their options."""
    verb = verbs.add_parser("snapshots", help="list the snapshots, take, rename, restore or delete one")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.add_argument("--name", metavar="NAME", help="freeze what is labelled now under this name")
    verb.add_argument("--rename", nargs=2, metavar=("SNAPSHOT", "NAME"))
    verb.add_argument("--restore", metavar="SNAPSHOT", help="its masks as new revisions, and its splits")
    verb.add_argument("--only", action="store_true", help="with --restore: exclude what was labelled since")
    verb.add_argument("--delete", metavar="SNAPSHOT", help="one that no run was trained on")
    verb.set_defaults(run=snapshots)
    verb = verbs.add_parser("diff", help="what changed between two snapshots; exit code 1 when anything did")
    verb.add_argument("before", metavar="A", help="a snapshot's name, number or hash")
    verb.add_argument("after", metavar="B", nargs="?", default=versions.NOW, help="another one; without it: now")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=diff)


def snapshots(options: argparse.Namespace) -> int:
    """Do what was asked, then print the list."""
    with opened() as (storage, _):
        if options.name:
            versions.take(storage, options.name)
        if options.rename:
            versions.rename(storage, *options.rename)
        if options.restore:
            _restore(storage, options.restore, only=options.only)
        if options.delete:
            went = versions.delete(storage, options.delete)
            print(f"Snapshot {options.delete} is deleted, and with it {went} masks that nothing else kept.")
        found = versions.summaries(storage)
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for one in found:
        runs = f"  runs: {', '.join(one['runs'])}" if one["runs"] else ""
        print(f"{one['id']:>4}  {one['created_at'][:16]}  {one['sha256'][:12]}  {one['name']:<24} {_held(one)}{runs}")
    if not found:
        print("No snapshots yet. Every run takes one; or: python -m plateseg snapshots --name NAME")
    return 0


def _held(one: dict[str, Any]) -> str:
    """What a snapshot holds, for its line of the list."""
    if one["names_only"]:
        return f"{sum(one['sizes'].values())} photographs that taught the starter model; not yours"
    return ", ".join(f"{number} {split}" for split, number in sorted(one["sizes"].items()))


def diff(options: argparse.Namespace) -> int:
    """Print what happened on the way from A to B."""
    with opened() as (storage, _):
        difference = versions.diff(storage, options.before, options.after)
        lines = versions.described(storage, difference)
    if options.json:
        print(json.dumps(lines, indent=2))
        return 1 if lines else 0
    for line in lines:
        where = f"{line['split']} -> {line['to']}" if "to" in line else line.get("split", f"IoU {line.get('iou')}")
        print(f"{line['what']:<8} {line['item']:>6}  {line['name']}  ({where})")
    counts = (difference.added, difference.removed, difference.changed, difference.moved)
    print("{} added, {} removed, {} masks changed, {} moved between splits".format(*map(len, counts)))
    return 1 if lines else 0


def _restore(storage: Storage, words: str, *, only: bool) -> None:
    done = restoring.restore(storage, words, only=only, author="command line")
    print(f"{done.masks} masks brought back as new revisions, {done.splits} photographs moved between splits.")
    for number, sentence in (
        (done.back, "count again with the mask they had"),
        (done.excluded, "labelled since, are excluded now; take them back in on the Annotate tab"),
        (done.gone, "were deleted since; their masks are still in the snapshot"),
        (done.held, "are pinned and keep their split"),
        (done.overtaken, "were changed by somebody meanwhile and left as they are"),
        (done.unreadable, "were left as they are, because the file of their mask cannot be read: see verify"),
    ):
        if number:
            print(f"{number} photographs {sentence}.")
    if done.before:
        print(f"How it was before is snapshot {done.before}.")
