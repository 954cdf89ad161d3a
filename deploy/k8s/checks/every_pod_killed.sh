#!/bin/sh
# Kills each pod once, as a dying node does (no time to finish), and waits until the installation is whole and works again:
# every_pod_killed.sh BASE_URL API_KEY [curl options]. PostgreSQL is among them: what was stored must still be there.
set -eu
here=$(dirname "$0")
for pod in $(kubectl get pods --namespace barline --field-selector=status.phase=Running -o name); do
  started=$(date +%s)
  kubectl delete --namespace barline "$pod" --grace-period=0 --force >/dev/null 2>&1
  sleep 1
  until kubectl get pods --namespace barline --no-headers | awk '$3 != "Completed" && $3 != "Terminating"' |
    awk '{split($2, n, "/"); if (n[1] != n[2]) bad = 1} END {exit bad}'; do
    [ $(($(date +%s) - started)) -lt 180 ] || { echo "$pod: not whole after 180 s" >&2; exit 1; }
    sleep 1
  done
  echo "$pod killed, whole again after $(($(date +%s) - started)) s"
done
