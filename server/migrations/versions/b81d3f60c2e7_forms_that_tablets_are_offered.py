"""forms that tablets are offered

Revision ID: b81d3f60c2e7
Revises: 5c1e7a90d3b2
"""

import sqlalchemy as sa
from alembic import op

revision = 'b81d3f60c2e7'
down_revision = '5c1e7a90d3b2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'form_versions',
        sa.Column('is_offered', sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column('form_versions', 'is_offered')
