#!/bin/sh
# Saves the whole database into FILE, or makes the database what FILE says; the release job then makes rights and logins again.
#   RUN="docker compose exec -T database" deploy/backup.sh save FILE
#   RUN="docker compose exec -T database" deploy/backup.sh restore FILE      with everything but the database stopped
# Without RUN the programs of this machine are used, as PGHOST, PGPORT and PGPASSWORD say. A file that cannot be restored whole
# leaves the database as it was.
set -eu
what=$1 file=$2
user=${PGUSER:-barline} database=${PGDATABASE:-barline}
sql() { ${RUN:-} psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --command "SET client_min_messages = warning" --username "$user" --dbname postgres "$@"; }

case $what in
  save)
    trap 'rm -f "$file.part"' EXIT
    (umask 077 && ${RUN:-} pg_dump --username "$user" --format custom --dbname "$database" >"$file.part")
    mv "$file.part" "$file"
    ;;
  restore)
    new=${database}_restored
    sql --command "DROP DATABASE IF EXISTS $new" --command "CREATE DATABASE $new"
    # Rights name roles that another server may not have.
    ${RUN:-} pg_restore --username "$user" --no-owner --no-privileges --exit-on-error --single-transaction --dbname "$new" <"$file" ||
      { sql --command "DROP DATABASE $new"; exit 1; }
    sql --command "DROP DATABASE IF EXISTS $database WITH (FORCE)" --command "ALTER DATABASE $new RENAME TO $database"
    ;;
  *) echo "save or restore, not $what" >&2; exit 2 ;;
esac
