"""built-in margins of rounds: rounds that were shown with the first edition keep it

Revision ID: e0d93b5c7a11
Revises: 7d20b6e4f1a5
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = 'e0d93b5c7a11'
down_revision = '7d20b6e4f1a5'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('built_in_margins', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default='voters_2018'))
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.alter_column('built_in_margins', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_column('built_in_margins')
