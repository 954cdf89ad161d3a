#!/bin/sh
# Restarts every Deployment, one after the other, while the installation is asked steadily; ends with 1 when a request was lost.
# Options go to load.py: no_request_lost.sh --per-second 12 --clients 6; DEPLOYMENTS="deployment/gateway" restarts only those.
set -eu
here=$(dirname "$0")
"$here/asker.sh" up
"$here/asker.sh" begin --seconds 3600 "$@"
sleep 10 # undisturbed
for deployment in ${DEPLOYMENTS:-$(kubectl get deployments --namespace barline -o name)}; do
  started=$(date +%s)
  kubectl rollout restart --namespace barline "$deployment" >/dev/null
  kubectl rollout status --namespace barline "$deployment" --timeout=300s >/dev/null
  # The old pod still closes its last connections.
  sleep 12
  echo "$deployment restarted, $(($(date +%s) - started)) s" >&2
done
line=$("$here/asker.sh" end)
echo "$line"
"$here/asker.sh" down
case $line in *'"lost": 0,'*) ;; *) exit 1 ;; esac
