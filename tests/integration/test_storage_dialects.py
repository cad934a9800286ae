"""Another database behind DATABASE_URL: nothing outside database.py speaks SQLite only. No server is needed."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from plateseg.domain.matching import PlatePair
from plateseg.domain.metrics import PixelCounts
from plateseg.domain.runs import CheckpointKind, MetricPoint, RunStatus
from plateseg.domain.scores import ImageScore
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import TO_DO, ItemStatus, SnapshotEntry, Split
from storage.database import alembic_config
from storage.filters import ItemFilter
from storage.items import Addition
from storage.judgements import Judgement
from storage.revisions import Return
from storage.scores import Scored
from storage.suspects import Suspect
from storage.tables import Base
from tests.conftest import ROOT
from tests.integration.storage_samples import mask, photo, proposal

STORAGE = sorted((ROOT / "storage").glob("*.py"))
POSTGRESQL = postgresql.dialect()


@pytest.fixture
def statements(storage):
    """Every statement that reaches the database from now on, before it becomes SQL."""
    seen = []
    event.listen(storage.database.engine, "before_execute", lambda c, clause, *_: seen.append(clause))
    return seen


def use_everything(storage, folder: Path) -> None:
    """Call every public method of every repository."""
    item, _ = storage.items.add(photo(storage, "a.jpg", split=Split.TRAIN), mask())
    other, _ = storage.items.add(photo(storage, "b.jpg"))
    storage.items.add(photo(storage, "a.jpg"))
    storage.items.add_many([Addition(photo(storage, "a.jpg"), pictures=((b"bytes", "jpg"),))])
    storage.items.get(item.id)
    storage.items.usable()
    storage.revisions.append(item.id, mask("second"), after=1)
    storage.revisions.append_proposal(other.id, proposal())
    storage.revisions.append_proposal(other.id, proposal())
    storage.revisions.of(item.id)
    storage.revisions.get(item.id, 1)
    storage.revisions.head_blobs([item.id])
    storage.revisions.bring_back([Return(item=storage.items.get(item.id), mask=mask("third"), split=Split.TRAIN)])
    chosen = ItemFilter(status=ItemStatus.LABELLED, split=Split.TRAIN, text="A%")
    storage.items.page(chosen, offset=0, limit=10)
    storage.items.page(ItemFilter(TO_DO, Split.TRAIN), offset=0, limit=10, also=[item.id])
    storage.items.neighbours(item.id, chosen)
    storage.items.neighbours(item.id, ItemFilter(TO_DO), also=[item.id])
    storage.items.ids(chosen)
    list(storage.items.walk(chosen))
    storage.items.find_many(["aa"])
    storage.items.tally()
    storage.items.lines()
    storage.items.labelled()
    storage.items.counts(split=Split.TRAIN)
    storage.items.split_counts()
    storage.items.get_many([1, 2, 3])
    storage.items.find("aa")
    storage.facts.due(1, limit=10)
    storage.facts.count_due(1)
    storage.facts.remember(1, {(item.id, 2): {"holes": 0}, (999, 1): {}})
    storage.facts.all(1)
    storage.facts.sizes()
    storage.facts.modes()
    storage.facts.captures()
    storage.facts.after(0, limit=10)
    check = storage.suspects.create({"folds": 2}, folds=2)
    storage.suspects.check(check.id)
    storage.suspects.latest()
    storage.suspects.beat(check.id, "Fold 1 of 2.")
    storage.suspects.add(check.id, [Suspect(item.id, 2, 3, "shape", 0.4, 0.5)], folds_done=1)
    storage.suspects.judged(check.id)
    storage.suspects.ranked(check.id, limit=5)
    storage.suspects.waiting(check.id)
    storage.suspects.of(check.id, item.id)
    storage.suspects.keep(check.id, item.id, kept=True)
    storage.suspects.request_stop(check.id)
    storage.suspects.end(check.id, RunStatus.STOPPED, "Stopped.")
    storage.suspects.reopen(check.id)
    storage.suspects.delete(check.id)
    storage.splits.members()
    storage.splits.remember_looks({item.id: "0f" * 8})
    storage.splits.assign({item.id: Split.VAL}, pin=[item.id])
    storage.splits.pin([item.id], Split.TEST)
    storage.splits.unpin([item.id])
    storage.items.set_status(other.id, ItemStatus.EXCLUDED)
    snapshot = storage.snapshots.freeze(
        [SnapshotEntry(i.id, m.number, i.split, i.sha256, m.blob) for i, m in storage.items.usable()]
    )
    storage.snapshots.sizes()
    storage.snapshots.heads()
    storage.snapshots.trained_on([snapshot.id])
    storage.snapshots.rename(snapshot.id, "first")
    storage.snapshots.without_plate([snapshot.id])
    storage.snapshots.naming_only()
    storage.snapshots.refusal(snapshot.id)
    storage.snapshots.masks_alone(snapshot.id)
    storage.snapshots.delete(storage.snapshots.freeze([], name="empty").id)
    storage.runs.plant(name="s", config=TrainConfig(), snapshot_id=snapshot.id, message="", origin="starter")
    run = storage.runs.create(name="a", config=TrainConfig(), snapshot_id=snapshot.id)
    storage.runs.get(run.id)
    storage.runs.refuse_stranger(storage.runs.claim(run.id, device="cpu", host="here", pid=1))
    storage.runs.settle(run.id, device="cpu", config=run.config)
    storage.runs.beat(run.id, pid=1, epoch=0, step=1, steps_per_epoch=2, seconds_per_step=None, message="")
    storage.metrics.add(run.id, [MetricPoint(1, 0.5, "train/loss", 1.0)])
    storage.metrics.since(run.id)
    storage.metrics.last(run.id)
    storage.metrics.forget_after(run.id, 0)
    for weights in (b"one", b"two"):
        (folder / "weights.pt").write_bytes(weights)
        storage.checkpoints.add(run.id, CheckpointKind.BEST, folder / "weights.pt", epoch=1, step=1, val_iou=0.5)
        storage.previews.put(run.id, epoch=1, position=0, item_id=item.id, name="a.jpg", jpeg=weights)
    storage.checkpoints.get(run.id, CheckpointKind.BEST)
    storage.checkpoints.runs_with(CheckpointKind.BEST)
    storage.checkpoints.blobs(CheckpointKind.BEST)
    storage.previews.of(run.id)
    storage.previews.blob(run.id, epoch=1, position=0)
    scored = Scored(item.id, "truth.png", "weights.pt", ImageScore(PixelCounts(tp=1), 1.0, (PlatePair(9, 8, 0.5),)))
    storage.scores.put(run.id, [(scored, b"png")])
    storage.scores.of(run.id, weights="weights.pt")
    storage.scores.predicted(run.id, item.id)
    storage.judgements.put(Judgement(run.id, "weights.pt", {"images": 1}, None, None))
    storage.judgements.get(run.id)
    storage.judgements.all()
    storage.runs.request_stop(run.id)
    ended = storage.runs.finish(run.id, RunStatus.STOPPED, "")
    storage.runs.promote(run.id)
    storage.runs.champion()
    storage.runs.rename(run.id, "b")
    storage.runs.requeue(run.id, seen=ended)
    storage.runs.fail_queued(run.id, "")
    storage.runs.all([RunStatus.QUEUED])
    storage.snapshots.get(run.snapshot_id)
    storage.events.add("import", {"added": 1})
    storage.events.latest("import")
    storage.events.of_items("import")
    storage.runs.delete(run.id)
    storage.items.delete(item.id)
    storage.items.delete_as_seen({other.id: 0})


def test_every_statement_of_every_method_is_postgresql_too(storage, statements, tmp_path):
    use_everything(storage, tmp_path)

    built = [s for s in statements if not isinstance(s, str)]
    sql = {str(statement.compile(dialect=POSTGRESQL)) for statement in built}

    assert len(sql) > 60
    words = {"SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE"}
    assert {text.split()[0] for text in sql} == words
    assert any("ILIKE" in text for text in sql), "a search that ignores case asks in PostgreSQL's own words"


def test_no_public_method_was_left_out(storage):
    """A method that is added to a repository is added to the walk above."""
    walk = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    calls = [ast.unparse(node.func) for node in ast.walk(walk) if isinstance(node, ast.Call)]
    called = {call.removeprefix("storage.") for call in calls}

    public = {
        f"{field}.{name}"
        for field in storage.__slots__
        for name in vars(type(getattr(storage, field)))
        if field not in ("database", "blobs") and not name.startswith("_")
    }

    assert public - called == set()


def test_the_schema_is_postgresql_too():
    statements = [CreateTable(table) for table in Base.metadata.sorted_tables]
    statements += [CreateIndex(index) for table in Base.metadata.sorted_tables for index in table.indexes]

    sql = [str(statement.compile(dialect=POSTGRESQL)) for statement in statements]

    metrics = next(text for text in sql if "CREATE TABLE metrics" in text)
    assert "id BIGSERIAL NOT NULL" in metrics, "a curve's points outgrow 31 bits"
    assert not any("AUTOINCREMENT" in text for text in sql)
    assert all("TIMESTAMP WITHOUT TIME ZONE" in text for text in sql if "created_at" in text)


def test_the_migrations_are_postgresql_too():
    script = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": script})
    history = reversed(list(ScriptDirectory.from_config(alembic_config("postgresql://")).walk_revisions()))

    with Operations.context(context):
        for revision in history:
            revision.module.upgrade()

    created = script.getvalue()
    for table in Base.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} (" in created
        assert all(f"INDEX {index.name} ON {table.name}" in created for index in table.indexes)
    assert "PRAGMA" not in created


@pytest.mark.parametrize("path", STORAGE, ids=lambda path: path.name)
def test_sql_by_hand_is_written_in_one_place_only(path):
    """Only database.py may send a string to the driver, name a pragma or look at which database it is."""
    if path.name == "database.py":
        assert "PRAGMA" in path.read_text(encoding="utf-8")
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(tree)}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert not names & {"exec_driver_sql", "raw_connection", "dialect"}
    assert not imported & {"text", "sqlite", "sqlite3", "literal_column"}
