"""python -m plateseg <verb>: one file per verb, each a few lines above a service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from plateseg.cli import (
    architectures,
    bundle,
    dataset,
    delete,
    evaluate,
    export,
    garbage,
    health,
    predict,
    runs,
    serve,
    splits,
    suspects,
    synthesize,
    train,
    versions,
)
from plateseg.errors import PlatesegError
from plateseg.logs import start_logging

VERBS = (
    dataset,
    export,
    synthesize,
    versions,
    delete,
    garbage,
    health,
    splits,
    suspects,
    architectures,
    train,
    runs,
    predict,
    evaluate,
    bundle,
    serve,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code: 0 fine, 1 the verb's own "no", 2 wrong words or wrong state."""
    options = parser().parse_args(arguments)
    start_logging()
    try:
        return int(options.run(options))
    except PlatesegError as error:
        print(f"plateseg: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="python -m plateseg", description="From photographs to license-plate masks.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in VERBS:
        module.add(verbs)
    return top
