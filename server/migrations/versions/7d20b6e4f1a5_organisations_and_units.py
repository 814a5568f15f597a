"""organisations and units, and what units were called

Revision ID: 7d20b6e4f1a5
Revises: c41d7be0a952
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = '7d20b6e4f1a5'
down_revision = 'c41d7be0a952'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table('organisations',
    sa.Column('code', text(length=64), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name_tr', text(), nullable=False),
    sa.Column('name_en', text(), nullable=False),
    sa.Column('short_tr', text(), nullable=False),
    sa.Column('short_en', text(), nullable=False),
    sa.Column('kind', text(length=16), nullable=False),
    sa.Column('parent', text(length=64), nullable=True),
    sa.Column('is_external', sa.Boolean(), nullable=False),
    sa.Column('province', text(length=2), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('successor', text(length=64), nullable=True),
    sa.Column('search_word', text(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_organisations'))
    )
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisations_province'), ['province'], unique=False)

    op.create_table('units',
    sa.Column('id', text(length=16), nullable=False),
    sa.Column('type', text(length=32), nullable=False),
    sa.Column('name', text(length=150), nullable=False),
    sa.Column('search_word', text(), nullable=False),
    sa.Column('province', text(length=2), nullable=False),
    sa.Column('district', text(length=16), nullable=True),
    sa.Column('organisation', text(length=64), nullable=True),
    sa.Column('state', text(length=8), nullable=False),
    sa.Column('merged_into', text(length=16), nullable=True),
    sa.Column('created_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.CheckConstraint("state in ('open', 'closed', 'merged')", name=op.f('ck_units_state_is_known')),
    sa.CheckConstraint("(state = 'merged') = (merged_into is not null)", name=op.f('ck_units_merged_into_one')),
    sa.ForeignKeyConstraint(['organisation'], ['organisations.code'], name=op.f('fk_units_organisation_organisations')),
    sa.ForeignKeyConstraint(['merged_into'], ['units.id'], name=op.f('fk_units_merged_into_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units'))
    )
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_units_province'), ['province'], unique=False)
        batch_op.create_index(batch_op.f('ix_units_organisation'), ['organisation'], unique=False)

    op.create_table('unit_aliases',
    sa.Column('key', text(length=200), nullable=False),
    sa.Column('unit_id', text(length=16), nullable=False),
    sa.Column('name', text(length=150), nullable=False),
    sa.Column('search_word', text(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_aliases_unit_id_units')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_unit_aliases'))
    )
    with op.batch_alter_table('unit_aliases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_aliases_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    op.drop_table('unit_aliases')
    op.drop_table('units')
    op.drop_table('organisations')
