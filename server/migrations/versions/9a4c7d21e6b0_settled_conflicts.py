"""settled conflicts

Revision ID: 9a4c7d21e6b0
Revises: b81d3f60c2e7
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = '9a4c7d21e6b0'
down_revision = 'b81d3f60c2e7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('settlements',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('instance_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kept', sa.BigInteger(), nullable=False),
    sa.Column('settled_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('settled_by', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_settlements'))
    )
    with op.batch_alter_table('settlements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_settlements_instance_id'), ['instance_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('settlements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_settlements_instance_id'))

    op.drop_table('settlements')
