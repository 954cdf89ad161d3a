#!/bin/sh
# Asks Prometheus whether it reads every process of Barline: check_targets.sh URL. Ends with 1 when one is missing after a minute.
set -eu
wanted="backtest backtest-worker gateway ingestion ingestion-worker prediction prediction-worker reports"
for _ in $(seq 30); do
  read=$(curl -fsS --get --data-urlencode 'query=count by (process) (up{job="barline"} == 1)' "$1/api/v1/query" |
    python3 -c 'import json, sys; print(*sorted(one["metric"]["process"] for one in json.load(sys.stdin)["data"]["result"]))')
  [ "$read" = "$wanted" ] && echo "reads $read" && exit 0
  sleep 2
done
echo "WRONG reads only: $read" >&2
exit 1
