#!/bin/sh
# Asks an installation on the sandbox for everything it is for, through its public door. Curl's options
# are -k for a certificate of one's own, or -HHost:localhost. Ends with 1 at the first answer that is not as it should be.
set -eu
usage="smoke.sh BASE_URL API_KEY [curl options]"
base=${1:?$usage} key=${2:?$usage}
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ask() { # METHOD PATH EXPECTED_STATUS_PATTERN [curl options]
  method=$1 path=$2 expected=$3
  shift 3
  # shellcheck disable=SC2086 - several options
  status=$(curl -sS -o "$work/answer" -w '%{http_code}' -X "$method" -H "Authorization: Bearer $key" --max-time 90 $options "$@" "$base$path")
  case $status in
    $expected) echo "ok    $status $method $path" ;;
    *) echo "WRONG $status $method $path (expected $expected)"; cat "$work/answer"; exit 1 ;;
  esac
}
options=$*
json='Content-Type: application/json'

ask GET /readyz 200
for symbol in IBM MSFT; do
  ask POST '/financial_data/add?wait=30' '20[012]' -H "$json" -d "{\"symbol\": \"$symbol\"}"
done
for _ in $(seq 60); do
  ask GET '/financial_data/data?symbol=IBM&start=2013-02-01' 200
  grep -q '"date"' "$work/answer" && break
  sleep 1
done
ask POST /financial_data/refresh '20[02]' -H "$json" -d '{"symbols": ["IBM"]}'
ask GET '/back_test?symbol=IBM&winbuy=50&winsell=200' 200
grep -q '"total_return"' "$work/answer"
ask GET '/ai_prediction?symbol=IBM' 200
grep -q '"predictions"' "$work/answer"
ask GET '/back_test?symbol=IBM&winbuy=50&winsell=200&format=pdf' 200
head -c 5 "$work/answer" | grep -q '%PDF-'
ask GET /reporting/ '[23]0[02]'
ask GET /metrics 404
ask GET /ai_prediction 400
echo "all as it should be"
