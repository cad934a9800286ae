"""delete: asked twice, told before and after what snapshots hold."""

from __future__ import annotations

import pytest

from plateseg.cli import main
from plateseg.domain.types import ItemStatus, Split
from storage import open_storage
from tests.integration.storage_samples import add, frozen, mask, proposal


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder with a frozen photograph (1), one that only a model has drawn on (2) and an excluded one (3)."""
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path))
    monkeypatch.setenv("PLATESEG_STARTER", "off")
    storage = open_storage(f"sqlite:///{tmp_path / 'plateseg.db'}", str(tmp_path / "blobs"))
    add(storage, "frozen.jpg", mask("one"), split=Split.TRAIN)
    storage.snapshots.rename(frozen(storage).id, "before")
    storage.revisions.append_proposal(add(storage, "guessed.jpg").id, proposal())
    storage.items.set_status(add(storage, "out.jpg").id, ItemStatus.EXCLUDED)
    yield storage
    storage.close()


HELD = (
    "Snapshot before keeps the frozen masks of 1 of them: the photographs go, these masks stay with the snapshot, "
    "without the photograph."
)


def left(storage):
    return [item.name for item in storage.items.walk()]


def test_a_dry_run_tells_what_would_go_and_what_a_snapshot_holds(home, capsys):
    assert main(["delete", "1", "2", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == ["2 photographs with 2 masks would be deleted.", HELD]
    assert len(left(home)) == 3


def test_without_a_confirmation_nothing_goes(home, capsys):
    assert main(["delete", "2"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "1 photographs with 1 masks would be deleted.\n"
    assert "say --yes" in shown.err
    assert len(left(home)) == 3


def test_confirmed_they_go_and_the_snapshot_keeps_its_mask(home, capsys):
    (line,) = home.snapshots.get(1).entries
    assert main(["delete", "1", "2", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines() == ["2 photographs with 2 masks deleted.", HELD]
    assert left(home) == ["out.jpg"]
    assert home.blobs.verify(line.mask_blob)


def test_all_of_a_status(home, capsys):
    assert main(["delete", "--status", "excluded", "--yes"]) == 0
    assert capsys.readouterr().out == "1 photographs with 0 masks deleted.\n"
    assert left(home) == ["frozen.jpg", "guessed.jpg"]


def test_what_only_a_model_has_drawn_on_is_still_to_do(home, capsys):
    assert main(["delete", "--status", "unlabelled", "--dry-run"]) == 0
    assert main(["delete", "--status", "todo", "--dry-run"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["0", "1"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "by their numbers"),
        (["1", "--status", "excluded"], "by their numbers"),
        (["1", "77"], "no photograph 77; it may have been deleted. Nothing was deleted"),
    ],
)
def test_what_makes_no_sense_deletes_nothing(home, capsys, words, sentence):
    assert main(["delete", *words, "--yes"]) == 2
    assert sentence in capsys.readouterr().err
    assert len(left(home)) == 3
