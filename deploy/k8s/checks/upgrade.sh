#!/bin/sh
# A rolling upgrade under load to a release with one migration more, and back again without touching the schema: no request is
# lost on either way. Before, the installation is at this release; afterwards its schema is one column ahead.
set -eu
here=$(dirname "$0")
revision() {
  kubectl exec --namespace barline database-0 -- sh -c \
    'PGPASSWORD=$(cat /run/barline/postgres_password) psql -h 127.0.0.1 -U barline -Atc "SELECT version_num FROM market.alembic_version" barline'
}

"$here/asker.sh" up
"$here/asker.sh" begin --seconds 3600 "$@"
echo "schema before: $(revision)"
started=$(date +%s)
"$here/../roll-out.sh" "$here/next-release" >/dev/null
echo "schema after the upgrade: $(revision), rolled out in $(($(date +%s) - started)) s"
sleep 12
started=$(date +%s)
"$here/../roll-out.sh" "$here/../overlays/local" >/dev/null
echo "schema after the way back: $(revision), rolled out in $(($(date +%s) - started)) s"
sleep 12
line=$("$here/asker.sh" end)
echo "$line"
"$here/asker.sh" down
case $line in *'"lost": 0,'*) ;; *) exit 1 ;; esac
