#!/bin/sh
# Kills each pod once, as a dying node does (no time to finish), and waits each time until every pod is ready again; PostgreSQL is
# among them. Afterwards what was stored is still there, and every request is answered.
set -eu
here=$(dirname "$0")
runs() {
  kubectl exec --namespace barline database-0 -- sh -c \
    'PGPASSWORD=$(cat /run/barline/postgres_password) psql -h 127.0.0.1 -U barline -Atc "SELECT count(*) FROM market.backtest_run" barline'
}
unready() { # names of pods that are not whole; those of a job that is done are
  kubectl get pods --namespace barline --no-headers |
    awk '$3 != "Completed" && $3 != "Terminating" {split($2, n, "/"); if (n[1] != n[2]) print $1}'
}

before=$(runs)
for pod in $(kubectl get pods --namespace barline --field-selector=status.phase=Running -o name); do
  kubectl get --namespace barline "$pod" >/dev/null 2>&1 || continue # an autoscaler was faster
  started=$(date +%s)
  kubectl delete --namespace barline "$pod" --grace-period=0 --force >/dev/null 2>&1
  sleep 2
  while [ -n "$(unready)" ]; do
    [ $(($(date +%s) - started)) -lt 180 ] || { echo "$pod: not whole after 180 s" >&2; unready >&2; exit 1; }
    sleep 1
  done
  echo "$pod killed, all ready again after $(($(date +%s) - started)) s"
done
[ "$(runs)" -ge "$before" ] || { echo "stored runs are lost: there were $before" >&2; exit 1; }
"$here/asker.sh" up
"$here/asker.sh" begin --seconds 3600
sleep 20
line=$("$here/asker.sh" end)
echo "$line"
"$here/asker.sh" down
case $line in *'"lost": 0,'*) ;; *) exit 1 ;; esac
