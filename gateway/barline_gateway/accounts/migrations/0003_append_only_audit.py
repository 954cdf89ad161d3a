"""The audit log can be added to, and pruned of what is old by the owner; nothing else, whoever asks."""

from django.db import migrations

GUARD = """
CREATE FUNCTION accounts_auditentry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.occurred_at < now() - interval '30 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_auditentry_rows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_guard();
CREATE TRIGGER accounts_auditentry_whole BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditentry_guard();
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'barline_gateway') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditentry FROM barline_gateway;
    END IF;
END $$;
"""
UNGUARD = """
DROP TRIGGER accounts_auditentry_rows ON accounts_auditentry;
DROP TRIGGER accounts_auditentry_whole ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_and_kept_answers")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
