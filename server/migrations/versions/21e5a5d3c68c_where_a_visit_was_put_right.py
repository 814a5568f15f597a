"""since which record a visit stands for what it does

Revision ID: 21e5a5d3c68c
Revises: 9a4c7d21e6b0
"""

import sqlalchemy as sa
from alembic import op

revision = '21e5a5d3c68c'
down_revision = '9a4c7d21e6b0'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.add_column(sa.Column('standing_since', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.drop_column('standing_since')
