#!/bin/sh
# Builds both overlays and holds them against the schemas of Kubernetes and against policies. Needs kubectl, and uv for the two
# tools; a cluster is not asked. The schemas know no External Secrets: the server checks those when they are applied.
set -eu
here=$(dirname "$0")
root=$here/../../..
uv=${UV:-$root/.venv/bin/uv}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for overlay in local aws; do
  kubectl kustomize "$here/../overlays/$overlay" >"$work/$overlay.yaml"
  "$uv" tool run --quiet --from kubernetes-validate==1.37.0 kubernetes-validate --strict --quiet --no-warn "$work/$overlay.yaml" ||
    { echo "$overlay: not valid" >&2; exit 1; }
  (
    config=$(cd "$here/.." && pwd)/.checkov.yaml
    "$uv" tool run --quiet --from checkov==3.3.30 checkov --config-file "$config" --skip-download -f "$work/$overlay.yaml" \
      >"$work/policies" 2>&1 || { cat "$work/policies" >&2; exit 1; }
    echo "$overlay: $(grep -c '^kind:' "$work/$overlay.yaml") objects valid; $(grep '^Passed checks' "$work/policies")"
  )
done
