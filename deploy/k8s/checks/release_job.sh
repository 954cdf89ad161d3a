#!/bin/sh
# The release job twice more, and two of them at the same time: all complete, and the schema is as it was.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"; kubectl delete job --namespace barline -l barline/check=release >/dev/null' EXIT

run() { # NAME
  kubectl get job release --namespace barline -o json | python3 -c '
import json, sys
job = json.load(sys.stdin)
template = job["spec"]["template"]
template["metadata"]["labels"] = {"app.kubernetes.io/name": "release", "barline/database": "yes"}
metadata = {"name": sys.argv[1], "namespace": "barline", "labels": {"barline/check": "release"}}
spec = {"template": template, "backoffLimit": 0, "activeDeadlineSeconds": 300}
json.dump({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}, sys.stdout)' "$1" |
    kubectl apply -f - >/dev/null
}
schema() { # but for the random text that newer versions of pg_dump put around it
  kubectl exec --namespace barline database-0 -- sh -c 'PGPASSWORD=$(cat /run/barline/postgres_password) pg_dump --schema-only -h 127.0.0.1 -U barline barline' | grep -v '^.\(un\)\?restrict '
}

kubectl wait --namespace barline --for=condition=Complete job/release --timeout=300s
schema >"$work/before"
[ -s "$work/before" ]
run release-again
kubectl wait --namespace barline --for=condition=Complete job/release-again --timeout=300s
run release-together-1
run release-together-2
kubectl wait --namespace barline --for=condition=Complete job/release-together-1 job/release-together-2 --timeout=300s
schema >"$work/after"
cmp "$work/before" "$work/after"
echo "four release jobs completed, two of them at once; the schema is $(wc -l <"$work/after") lines, the same"
