"""Who is calling, and what is remembered of their calls: one table a file."""

from barline_gateway.accounts.models.api_key import ApiKey, Scope
from barline_gateway.accounts.models.audit_entry import AuditEntry
from barline_gateway.accounts.models.kept_answer import KeptAnswer

__all__ = ["ApiKey", "AuditEntry", "KeptAnswer", "Scope"]
