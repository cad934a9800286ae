"""architectures: what `train --architecture` can be given."""

from __future__ import annotations

import argparse
from typing import Any

from plateseg.domain import architectures


def add(verbs: Any) -> None:
    """No options: it is a list."""
    verb = verbs.add_parser("architectures", help="list the networks that can be trained")
    verb.set_defaults(run=show)


def show(_options: argparse.Namespace) -> int:
    """One line for each network, and the encoders."""
    width = max(len(each.name) for each in architectures.ARCHITECTURES)
    for each in architectures.ARCHITECTURES:
        print(f"{each.name:<{width}}  {each.about}{' (--encoder)' if each.takes_encoder else ''}")
        if each.needs:
            print(f"{'':<{width}}  needs: {each.needs}")
    print(f"\nencoders: {', '.join(architectures.ENCODERS)}, and tu-NAME for any of timm's")
    return 0
