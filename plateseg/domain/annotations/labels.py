"""Which label names of other people's files mean a license plate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from plateseg.errors import BadInput

PLATE_NAME = "license_plate"
NO_PLATE_NAME = "no_plate"
_PLATE = re.compile(
    r"plate|licen[cs]e|\blp\b|\b[al]npr\b|\bvrn\b|kennzeichen|nummernschild|placa|patente|matr[ií]cula|immatriculation"
    r"|plaque|targa|rejestrac|номер|车牌|車牌|號牌|ナンバー|번호판",
    re.IGNORECASE,
)
_DENIED = re.compile(r"^(no|non|without|kein)[ _-]", re.IGNORECASE)
_NO_PLATE = re.compile(
    r"(no|non|not|without|kein|keine|sin|sans|ohne|senza|sem)[ _-]*(a[ _-])?((licen[cs]e|number)[ _-]*)?"
    r"(plates?|lps?|kennzeichen|nummernschild|placas?|plaques?|targa)",
    re.IGNORECASE,
)
_UNTICKED = frozenset({"", "0", "false", "no", "off", "none", "null"})
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
        found = frozenset(name for name in known if _says_plate(name))
    if known and not found:
        shown = ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")
        raise BadInput(
            f"None of its {len(known)} labels is known to mean a plate ({shown}). "
            "Say which does: “Label of the plate” under Options, or --label NAME."
        )
    return found


def _says_plate(name: str) -> bool:
    return bool(_PLATE.search(name.replace("_", " "))) and not (_DENIED.match(name) or says_no_plate(name))


def says_no_plate(name: str) -> bool:
    """Whether a label, a tag or a flag says that there is no plate."""
    return _NO_PLATE.fullmatch(name.strip()) is not None


def states_no_plate(attributes: object) -> bool:
    """Whether a photograph's own attributes say so: `{"no_plate": true}`, `{"plate": "no plate"}`, or ticks within."""
    if not isinstance(attributes, dict):
        return False
    pairs = [pair for name, value in attributes.items() for pair in _ticks(name, value)]
    return any(says_no_plate(str(value)) or (_is_ticked(value) and says_no_plate(str(name))) for name, value in pairs)


def _ticks(name: object, value: object) -> Iterable[tuple[object, object]]:
    return value.items() if isinstance(value, dict) else [(name, value)]


def _is_ticked(value: object) -> bool:
    return str(value).strip().casefold() not in _UNTICKED
