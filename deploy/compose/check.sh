#!/bin/sh
# Looks at the containers of this compose project that run: none is root, none can write to its own file system, have
# capabilities or gain any, and nginx alone (and what is for this machine's own eyes) has a port outside. Ends with 1 otherwise.
set -u
wrong=0
refuse() { echo "WRONG $service: $1"; wrong=1; }

containers=$(docker compose --profile '*' ps --quiet)
[ -n "$containers" ] || { echo "no container runs"; exit 1; }
for container in $containers; do
  service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$container")
  uids=$(docker exec "$container" sh -c 'cat /proc/[0-9]*/status 2>/dev/null' | awk '$1 == "Uid:" {print $2, $3, $4, $5}' | sort -u | tr '\n' ' ')
  case " $uids " in *" 0 "*) refuse "a process is root" ;; esac
  ! docker exec "$container" sh -c 'echo x >/written && rm /written' 2>/dev/null || refuse "its root can be written to"
  ! docker exec "$container" sh -c 'echo x >/usr/written && rm /usr/written' 2>/dev/null || refuse "/usr can be written to"
  [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$container")" = true ] || refuse "its root is not read-only"
  [ "$(docker inspect --format '{{.HostConfig.Privileged}}' "$container")" = false ] || refuse "it is privileged"
  capabilities=$(docker exec "$container" awk '/^Cap(Prm|Eff|Bnd)/ {print $2}' /proc/1/status | sort -u)
  [ "$capabilities" = 0000000000000000 ] || refuse "it has capabilities $capabilities"
  [ "$(docker exec "$container" awk '/^NoNewPrivs/ {print $2}' /proc/1/status)" = 1 ] || refuse "it may gain privileges"
  ports=$(docker inspect --format '{{range $to, $from := .NetworkSettings.Ports}}{{range $from}}{{.HostIp}} {{end}}{{end}}' "$container")
  case $service in
    nginx) ;;
    prometheus | grafana) case $ports in *[!127.0\ ]*) refuse "it is open to other machines" ;; esac ;;
    *) [ -z "$ports" ] || refuse "it has a port outside" ;;
  esac
  [ $wrong = 1 ] || echo "ok    $service: user $(echo "$uids" | cut -d ' ' -f 1), read-only, no capabilities"
done
exit $wrong
