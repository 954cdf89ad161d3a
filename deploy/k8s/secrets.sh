#!/bin/sh
# Makes the secrets of an installation as files in FOLDER (those that are missing), and one Secret of Kubernetes or one entry
# of AWS Secrets Manager for each reader from them. Keep the folder: it is the only copy.
#   deploy/k8s/secrets.sh kubectl FOLDER ALPHA_VANTAGE_KEY_FILE [options of `python -m barline_release secrets`]
#   deploy/k8s/secrets.sh aws     FOLDER ALPHA_VANTAGE_KEY_FILE --database-host HOST --database-options '?sslmode=verify-full&…'
set -eu
kind=$1 folder=$2 key_file=$3
shift 3
root=$(dirname "$0")/../..
umask 077
"${PYTHON:-$root/.venv/bin/python}" -m barline_release secrets "$folder" "$@"
cp "$key_file" "$folder/ingestion/alpha_vantage_api_key"

[ "$kind" = aws ] || kubectl apply -f "$(dirname "$0")/base/namespace.yaml" >/dev/null
readers="gateway ingestion backtest prediction reports release database"
[ "$kind" = aws ] || readers="$readers nginx" # there the load balancer has the certificate
for reader in $readers; do
  case $kind in
    kubectl)
      keys=""
      [ ! -d "$folder/$reader/keys" ] || keys="--from-file=$folder/$reader/keys"
      # shellcheck disable=SC2086 - there may be no keys
      kubectl create secret generic "$reader" --namespace barline --from-file="$folder/$reader" $keys --dry-run=client -o yaml |
        kubectl apply -f -
      ;;
    aws)
      entry=$(find "$folder/$reader" -type f -exec jq -Rs '{(input_filename | sub(".*/"; "")): .}' {} + | jq -s add)
      printf '%s' "$entry" | aws secretsmanager create-secret --name "barline/$reader" --secret-string file:///dev/stdin 2>/dev/null ||
        printf '%s' "$entry" | aws secretsmanager put-secret-value --secret-id "barline/$reader" --secret-string file:///dev/stdin
      ;;
    *) echo "kubectl or aws, not $kind" >&2; exit 2 ;;
  esac
done
