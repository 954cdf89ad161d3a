#!/bin/sh
# The pod `asker` and its load: `asker.sh up`, `asker.sh begin [options of load.py]`, `asker.sh end` (waits for the last answers
# and prints load.py's line), `asker.sh down`.
set -eu
here=$(dirname "$0")
inside="kubectl exec --namespace barline asker --"
case $1 in
  up)
    kubectl create configmap asker --namespace barline --from-file="$here/load.py" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
    kubectl delete pod asker --namespace barline --ignore-not-found >/dev/null
    kubectl apply -f "$here/asker.yaml" >/dev/null
    kubectl wait --namespace barline --for=condition=Ready pod/asker --timeout=120s >/dev/null
    ;;
  begin)
    shift
    $inside sh -c 'rm -f /tmp/enough /tmp/line; nohup sh -c "
      python3 /checks/load.py https://front:8443 /run/key/demo_api_key --until /tmp/enough $* >/tmp/line.part 2>/tmp/errors
      mv /tmp/line.part /tmp/line" </dev/null >/dev/null 2>&1 &' begin "$@"
    ;;
  end)
    $inside sh -c 'touch /tmp/enough; until [ -f /tmp/line ]; do sleep 1; done; cat /tmp/errors >&2; cat /tmp/line'
    ;;
  down)
    kubectl delete --namespace barline pod/asker configmap/asker networkpolicy/asker --ignore-not-found >/dev/null
    ;;
  *) echo "up, begin, end or down, not $1" >&2; exit 2 ;;
esac
