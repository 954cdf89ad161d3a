"""The request that asked for a job, so that the logs and traces of a worker lead back to it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = {"request_id": 64, "traceparent": 60}


def upgrade() -> None:
    for name, length in COLUMNS.items():
        op.add_column("job", sa.Column(name, sa.String(length), nullable=True), schema="market")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("job", name, schema="market")
