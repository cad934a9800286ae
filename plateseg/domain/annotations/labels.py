"""Which label names of other people's files mean a license plate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from plateseg.errors import BadInput

PLATE_NAME = "license_plate"
_PLATE = re.compile(
    r"plate|licen[cs]e|\blp\b|\b[al]npr\b|\bvrn\b|kennzeichen|nummernschild|placa|patente|matr[ií]cula|immatriculation"
    r"|plaque|targa|rejestrac|номер|车牌|車牌|號牌|ナンバー|번호판",
    re.IGNORECASE,
)
_DENIED = re.compile(r"^(no|non|without|kein)[ _-]", re.IGNORECASE)
_SHOWN = 8


def plates_among(names: Iterable[str], asked: Sequence[str] = ()) -> frozenset[str]:
    """The names that mean a plate. A file with one label means it, whatever it is called.

    asked: names that the person gave. Raises BadInput when none fits, with the names there are.
    """
    known = list(dict.fromkeys(names))
    if asked:
        wanted = {name.casefold() for name in asked}
        found = frozenset(name for name in known if name.casefold() in wanted)
    elif len(known) == 1:
        return frozenset(known)
    else:
        found = frozenset(name for name in known if _PLATE.search(name.replace("_", " ")) and not _DENIED.match(name))
    if known and not found:
        shown = ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")
        raise BadInput(f"None of its {len(known)} labels is known to mean a plate ({shown}). Say which: --label NAME.")
    return found
