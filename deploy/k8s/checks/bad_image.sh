#!/bin/sh
# A release whose images do not start: the pods of the old one go on serving, no request is lost, and it is undone.
# DEPLOYMENT is gateway unless given.
set -eu
here=$(dirname "$0")
name=${1:-gateway}
deployment="--namespace barline deployment/$name"
"$here/asker.sh" up
"$here/asker.sh" begin --seconds 3600 --per-second 6
# shellcheck disable=SC2086 - several options
kubectl patch $deployment --type json \
  -p '[{"op": "add", "path": "/spec/template/spec/containers/0/command", "value": ["python3", "-c", "raise SystemExit(3)"]}]'
# shellcheck disable=SC2086
if kubectl rollout status $deployment --timeout=40s; then echo "it was rolled out" >&2; exit 1; fi
kubectl get pods --namespace barline -l "app.kubernetes.io/name=$name" --no-headers
# shellcheck disable=SC2086
kubectl rollout undo $deployment
# shellcheck disable=SC2086
kubectl rollout status $deployment --timeout=120s
line=$("$here/asker.sh" end)
echo "$line"
"$here/asker.sh" down
case $line in *'"lost": 0,'*) ;; *) exit 1 ;; esac
