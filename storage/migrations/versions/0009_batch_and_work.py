"""the batch a run takes, where it was found by trying, and how long it worked before it was resumed

Revision ID: 0009
Revises: 0008
"""
from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('runs', sa.Column('batch_taken', sa.Integer(), nullable=False, server_default=sa.text('0')))
    op.add_column('runs', sa.Column('worked_before', sa.Float(), nullable=False, server_default=sa.text('0')))


def downgrade() -> None:
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.drop_column('worked_before')
        batch_op.drop_column('batch_taken')
