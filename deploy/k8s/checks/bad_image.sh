#!/bin/sh
# Two bad releases of one Deployment (gateway unless given): an image that is not there, and one that ends at once. The old pods go on
# serving, no request is lost, and the release is undone.
set -eu
here=$(dirname "$0")
name=${1:-gateway}
rollout() { kubectl rollout "$1" --namespace barline "deployment/$name" $2; }
not_rolled_out() {
  if rollout status --timeout=40s >/dev/null 2>&1; then echo "a bad release was rolled out" >&2; exit 1; fi
  kubectl get pods --namespace barline -l "app.kubernetes.io/name=$name" --no-headers
  rollout undo ""
  rollout status --timeout=120s >/dev/null
}

"$here/asker.sh" up
"$here/asker.sh" begin --seconds 3600 --per-second 6
kubectl set image --namespace barline "deployment/$name" "$name=barline-$name:is-not-there"
not_rolled_out
kubectl patch --namespace barline deployment "$name" --type json \
  -p '[{"op": "add", "path": "/spec/template/spec/containers/0/command", "value": ["python3", "-c", "raise SystemExit(3)"]}]'
not_rolled_out
line=$("$here/asker.sh" end)
echo "$line"
"$here/asker.sh" down
case $line in *'"lost": 0,'*) ;; *) exit 1 ;; esac
