"""reports name the run or vintage they show"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "report", sa.Column("subject_id", sa.String(length=50), nullable=True), schema="market"
    )


def downgrade() -> None:
    op.drop_column("report", "subject_id", schema="market")
