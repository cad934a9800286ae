"""remember with each mask whether the person said that there is no plate

Revision ID: 0003
Revises: 0002
"""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('mask_revisions', sa.Column('no_plate', sa.Boolean(), nullable=False, server_default=sa.false()))
    # Until now only the item knew; its status is its current mask's answer.
    op.execute(
        "UPDATE mask_revisions SET no_plate = true WHERE plate_pixels = 0 AND source <> 'model' AND EXISTS "
        "(SELECT 1 FROM items WHERE items.id = mask_revisions.item_id AND items.head = mask_revisions.number "
        "AND items.status = 'no_plate')"
    )


def downgrade() -> None:
    with op.batch_alter_table('mask_revisions', schema=None) as batch_op:
        batch_op.drop_column('no_plate')
