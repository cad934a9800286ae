"""snapshots can be deleted, and their numbers are never given out again

Revision ID: 0010
Revises: 0009
"""
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite knows AUTOINCREMENT only from a table's beginning; other databases never give a number out again.
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('snapshots', recreate='always', table_kwargs={'sqlite_autoincrement': True}):
            pass


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('snapshots', recreate='always'):
            pass
