#!/bin/sh
# Backtests until the autoscaler has made more pods of them, then nothing until they are gone again.
set -eu
here=$(dirname "$0")
pods() { kubectl get deployment backtest --namespace barline -o 'jsonpath={.status.readyReplicas}'; }
wait_for() { # OPERATOR NUMBER SECONDS
  started=$(date +%s)
  until [ "$(pods)" "$1" "$2" ]; do
    [ $(($(date +%s) - started)) -lt "$3" ] || { echo "still $(pods) pods after $3 s" >&2; exit 1; }
    sleep 2
  done
}

least=$(kubectl get hpa backtest --namespace barline -o 'jsonpath={.spec.minReplicas}')
wait_for -eq "$least" 300
"$here/asker.sh" up
started=$(date +%s)
"$here/asker.sh" begin --seconds 3600 --per-second 40 --clients 8 --only backtest
wait_for -gt "$least" 240
echo "$least -> $(pods) ready pods after $(($(date +%s) - started)) s: $(kubectl get hpa backtest --namespace barline --no-headers | tr -s ' ')"
"$here/asker.sh" end
started=$(date +%s)
wait_for -eq "$least" 400
echo "back to $least after $(($(date +%s) - started)) s"
"$here/asker.sh" down
