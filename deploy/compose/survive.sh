#!/bin/sh
# Kills every container of this compose project that runs, one after the other as a crash would, then restarts the database, then takes
# everything down and up again; after each the system must answer again within two minutes, with the data it had. Needs root, for
# the kills. It prints how long each took, and ends with 1 when one did not come back.
set -eu
usage="survive.sh BASE_URL API_KEY [curl options]"
base=${1:?$usage} key=${2:?$usage}
shift 2

ask() { curl -fsS -o /dev/null --max-time 5 -H "Authorization: Bearer $key" "$@" 2>/dev/null; }
whole() {
  ask "$@" "$base/financial_data/data?symbol=IBM&start=2013-02-01" && ask "$@" "$base/back_test?symbol=IBM&winbuy=50&winsell=200" &&
    ask "$@" "$base/ai_prediction?symbol=IBM" && running
}
running() { # every container of before, none starting or unhealthy
  [ "$(docker compose ps --all --format '{{.Service}} {{.Health}} {{.ExitCode}}' | grep -cv -e ' healthy 0$' -e '  0$')" = 0 ]
}
recover() { # WHAT
  what=$1 begun=$(date +%s)
  shift
  until whole "$@"; do
    [ $(($(date +%s) - begun)) -lt 120 ] || { echo "WRONG not whole two minutes after: $what"; docker compose ps --all; exit 1; }
    sleep 1
  done
  echo "ok    $what: whole after $(($(date +%s) - begun)) s"
}

ask "$@" --max-time 40 -H 'Content-Type: application/json' -d '{"symbol": "IBM"}' "$base/financial_data/add?wait=30" || true # `recover` tells
recover "the start" "$@"
for service in $(docker compose ps --services --status running); do
  for container in $(docker compose ps --quiet "$service"); do
    kill -9 "$(docker inspect --format '{{.State.Pid}}' "$container")"
  done
  sleep 1
  recover "$service was killed" "$@"
done
docker compose restart database >/dev/null 2>&1
recover "the database was restarted" "$@"
docker compose --profile '*' down >/dev/null 2>&1
docker compose --profile sandbox up --detach --wait >/dev/null 2>&1
recover "all was taken down and up again" "$@"
