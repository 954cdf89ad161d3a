"""Least privilege in the database: each service's role may read all of `market` and write its own tables only."""

from sqlalchemy import Connection, text

from barline_core.models import SCHEMA, Model
from barline_core.queue import SCHEMA as QUEUE_SCHEMA

SERVICES = ("gateway", "ingestion", "backtest", "prediction", "reports")
APPEND_ONLY_OF_DJANGO = ("accounts_auditentry",)
WITH_QUEUE = ("ingestion", "backtest", "prediction", "reports")


def role_of(service: str) -> str:
    """The group role a service's login belongs to."""
    return f"barline_{service}"


def apply_grants(connection: Connection) -> bool:
    """Make the group roles and grant them their rights; safe to repeat. False when this login may not make roles."""
    may_create = connection.scalar(
        text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    )
    if not may_create:
        return False
    for service in SERVICES:
        exists = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
        if connection.scalar(exists, {"name": role_of(service)}) is None:
            connection.execute(text(f"CREATE ROLE {role_of(service)} NOLOGIN"))
    for statement in _statements():
        connection.execute(text(statement))
    return True


def _statements() -> list[str]:
    everyone = ", ".join(role_of(service) for service in SERVICES)
    workers = ", ".join(role_of(service) for service in WITH_QUEUE)
    gateway = role_of("gateway")
    statements = [
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {everyone}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {everyone}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {everyone}",
        f"GRANT USAGE ON SCHEMA {QUEUE_SCHEMA} TO {workers}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} TO {workers}",
        f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {QUEUE_SCHEMA} TO {workers}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE_SCHEMA} TO {workers}",
        # Django's own tables, those it has and those its next migration makes.
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {gateway}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {gateway}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {gateway}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {gateway}",
    ]
    # Django's audit log is not there before Django's first migration, which takes these rights away itself.
    statements += [
        f"DO $$ BEGIN IF to_regclass('public.{table}') IS NOT NULL THEN"
        f" REVOKE UPDATE, DELETE, TRUNCATE ON public.{table} FROM {gateway}; END IF; END $$"
        for table in APPEND_ONLY_OF_DJANGO
    ]
    for table in Model.metadata.sorted_tables:
        rights = "INSERT" if table.info.get("append_only") else "INSERT, UPDATE, DELETE"
        writers = ", ".join(role_of(service) for service in table.info["writers"])
        statements.append(f"GRANT {rights} ON {table.fullname} TO {writers}")
    return statements
