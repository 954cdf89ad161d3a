#!/bin/sh
# Brings a cluster to what an overlay says: the release job first makes the schema, to which the pods of the new release wait to
# be ready, so that the old ones serve until then and after. When the job fails, or a Deployment is not ready in time, every
# Deployment that this run has changed goes back to what it was, and the end is 1. The schema stays: the old release can work with it.
#   roll-out.sh OVERLAY [NAMESPACE]     READY_WITHIN=300s
set -eu
overlay=$1 namespace=${2:-barline} within=${READY_WITHIN:-300s}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ask() { kubectl --namespace "$namespace" "$@"; }
revisions() {
  ask get deployments --output \
    'jsonpath={range .items[*]}{.metadata.name}{" "}{.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}' | sort
}

kubectl kustomize "$overlay" >"$work/manifests.yaml"
revisions >"$work/before" 2>/dev/null || : >"$work/before"
ask delete job release --ignore-not-found
kubectl apply -f "$work/manifests.yaml"

go_back() {
  echo "$1: going back" >&2
  revisions >"$work/after"
  # Both lists are `name revision`; what is new in this run has nothing to go back to.
  join "$work/before" "$work/after" | while read -r name before after; do
    [ "$before" = "$after" ] || ask rollout undo "deployment/$name" --to-revision "$before"
  done
  exit 1
}

# `kubectl wait` can wait for one end only, and a job has two.
for _ in $(seq 450); do
  ends=$(ask get job release --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
  case $ends in
    *Failed*) ask logs --selector job-name=release --tail 20 >&2 || true; go_back "the release job failed" ;;
    *Complete*) break ;;
  esac
  sleep 2
done
case $ends in *Complete*) ;; *) go_back "the release job did not end" ;; esac

for deployment in $(ask get deployments --output name); do
  ask rollout status "$deployment" --timeout "$within" || go_back "$deployment is not ready"
done
