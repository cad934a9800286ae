"""The errors a person can meet. Each message is a sentence with a way out.

PlatesegError
├── BadInput                 what was handed in cannot be used
│   ├── BadImage             not an image, or one over the limits
│   ├── BadMask              not a mask, or one that does not fit its image
│   ├── BadArchive           a ZIP that is broken, too large or unsafe
│   ├── BadConfig            a value out of range, an unknown name
│   └── BadField             one of several values of a form, by the name of its field
├── NotFound                 no such item, run, revision, checkpoint
├── StaleRevision            somebody saved this mask in the meantime
├── WrongState               not possible in the state the run or item is in
│   └── NotBetter            a run that is not shown to be better than the champion it would replace
├── BadCheckpoint            a weights file that cannot be loaded, or of another network
├── TrainingFailed           the run cannot go on (NaN loss, no memory, unreadable data)
└── StorageUnavailable       disk full, database locked or unreachable
"""


class PlatesegError(Exception):
    """Root of all errors whose message may be shown to a person as it is."""


class BadInput(PlatesegError):
    """What was handed in cannot be used."""


class BadImage(BadInput):
    """Not an image, or one over the limits."""


class BadMask(BadInput):
    """Not a mask, or one that does not fit its image."""


class BadArchive(BadInput):
    """A ZIP that is broken, too large or unsafe."""


class BadConfig(BadInput):
    """A setting out of its range, or a name nobody registered."""


class BadField(BadInput):
    """One of several values that were handed in together. field: its name in the form, to show the sentence there."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(PlatesegError):
    """No such item, run, revision or checkpoint."""


class StaleRevision(PlatesegError):
    """Somebody saved this item's mask after the one this edit began from.

    current: number of the revision that is now the item's mask.
    """

    def __init__(self, message: str, *, current: int) -> None:
        super().__init__(message)
        self.current = current


class WrongState(PlatesegError):
    """Not possible in the state the run or item is in."""


class NotBetter(WrongState):
    """The run is not shown to be better than the champion; whoever asked may insist."""


class BadCheckpoint(PlatesegError):
    """A weights file that cannot be loaded, or one of another network."""


class TrainingFailed(PlatesegError):
    """The run cannot go on; the message says why and what to try."""


class StorageUnavailable(PlatesegError):
    """Disk full, database locked or unreachable; nothing was half-written."""
