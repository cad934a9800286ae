"""How much of the machine a run takes."""

from __future__ import annotations

import os

import torch


def leave_room() -> None:
    """Leave one core of many to whoever uses the page; the two of a small machine are shared by priority alone."""
    cores = os.cpu_count() or 1
    if torch.get_num_threads() >= cores > 2:
        torch.set_num_threads(cores - 1)
