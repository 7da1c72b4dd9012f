#!/bin/bash
# What an instance does to be a host of the registry. User data puts this file in its place, with the folder of settings beside it.
#
#   registry-host install   once, at the instance's first start
#   registry-host run       by systemd, at each start: the registry, until it ends
#   registry-host watch     by systemd, each minute: whether the registry answers
set -euo pipefail

# REGION, IMAGE, IMAGE_SECRET, ADDRESS, PORTS, MEMORY_MIB, GRACE_SECONDS, LOG_GROUP, STACK, RESOURCE, METRIC_NAMESPACE, METRIC_HOST, READY;
# PATIENCE_SECONDS, 300 unless it is there: how long the registry may take to answer.
readonly settings=/etc/bucket-registry
# shellcheck source=/dev/null
source "$settings/settings"
# A shell script has no business with a pager, and the region is in no profile.
export AWS_PAGER='' AWS_DEFAULT_REGION=$REGION HOME=/root

readonly container=bucket-registry
readonly secrets=/run/bucket-registry
# Of the image.
readonly user=65532

main() {
  case ${1:-} in
    install) install_host ;;
    run) run_registry ;;
    watch) watch_registry ;;
    *) echo 'registry-host install | run | watch' >&2 && exit 64 ;;
  esac
}

install_host() {
  # A deployment need not wait for what cannot succeed any more.
  trap 'signal FAILURE' EXIT
  instance_id >/dev/null
  repeated dnf install --assumeyes --quiet docker jq
  write_units
  systemctl daemon-reload
  systemctl enable --quiet --now docker.service
  # At the first deployment the address is free, and the certificate is validated there. Later the one before has it, until this one serves.
  take_address --no-allow-reassociation || true
  systemctl enable --quiet --now bucket-registry.service bucket-registry-watch.timer
  wait_for_registry
  repeated take_address --allow-reassociation
  trap - EXIT
  signal SUCCESS
}

write_units() {
  cat >/etc/systemd/system/bucket-registry.service <<UNIT
[Unit]
Description=The registry
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/local/sbin/registry-host run
ExecStop=/usr/bin/docker stop --time $GRACE_SECONDS $container
TimeoutStartSec=infinity
TimeoutStopSec=$((GRACE_SECONDS + 15))
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
UNIT
  cat >/etc/systemd/system/bucket-registry-watch.service <<UNIT
[Unit]
Description=Whether the registry answers

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/registry-host watch
UNIT
  cat >/etc/systemd/system/bucket-registry-watch.timer <<UNIT
[Unit]
Description=Whether the registry answers, each minute

[Timer]
OnActiveSec=60
OnUnitActiveSec=60
AccuracySec=5

[Install]
WantedBy=timers.target
UNIT
}

run_registry() {
  local mounts=() published=() port variable
  pull_image
  # Fetched at each start: a secret that was changed takes effect by `systemctl restart bucket-registry`, and none of them is on a disk.
  install --directory --mode=0755 "$secrets"
  while read -r variable arn field; do
    fetch_secret "$arn" "$field" "$secrets/$variable"
    mounts+=(--env "${variable}_FILE=$secrets/$variable")
  done <"$settings/secrets"
  for port in $PORTS; do published+=(--publish "$port"); done
  docker rm --force "$container" >/dev/null 2>&1 || true
  # The log does not hold up the registry where CloudWatch does not take it. The image's own check would start a process each ten seconds.
  docker run --detach --name "$container" \
    --env-file "$settings/variables" "${mounts[@]}" --volume "$secrets:$secrets:ro" \
    "${published[@]}" \
    --user "$user:$user" --workdir / --read-only --cap-drop ALL --security-opt no-new-privileges \
    --memory "${MEMORY_MIB}m" --memory-swap "${MEMORY_MIB}m" --no-healthcheck \
    --log-driver awslogs --log-opt "awslogs-region=$REGION" --log-opt "awslogs-group=$LOG_GROUP" \
    --log-opt "awslogs-stream=$(instance_id)" --log-opt mode=non-blocking --log-opt max-buffer-size=4m \
    "$IMAGE" serve >/dev/null
  exec docker wait "$container"
}

pull_image() {
  local registry=${IMAGE%%/*} username
  # An image of Docker Hub names no host.
  [[ $registry == *[.:]* || $registry == localhost ]] || registry=
  if [[ -n $IMAGE_SECRET ]]; then
    username=$(secret_field "$IMAGE_SECRET" username)
    secret_field "$IMAGE_SECRET" password | docker login --username "$username" --password-stdin ${registry:+"$registry"}
  elif [[ $registry =~ ^[0-9]{12}\.dkr\.ecr\. ]]; then
    aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"
  fi
  # What was pulled at an earlier start serves while the other registry is away.
  repeated docker pull --quiet "$IMAGE" || docker image inspect "$IMAGE" >/dev/null
}

fetch_secret() {
  local arn=$1 field=$2 file=$3
  (umask 077 && secret_field "$arn" "$field" >"$file.new")
  chown "$user:$user" "$file.new"
  mv "$file.new" "$file"
}

# A field of a secret's JSON, or its whole text. One that is missing is an error, and so is an empty answer.
secret_field() {
  aws secretsmanager get-secret-value --secret-id "$1" --output json |
    jq --exit-status --join-output --arg field "$2" '.SecretString | if $field == "" then . else fromjson | .[$field] end'
}

# The same that the image asks itself, over whichever protocol it serves.
registry_answers() {
  timeout 10 docker exec "$container" node /registry.mjs healthcheck
}

wait_for_registry() {
  local end=$((SECONDS + ${PATIENCE_SECONDS:-300}))
  until registry_answers &>/dev/null; do
    if ((SECONDS > end)); then
      echo 'the registry does not answer' >&2
      registry_answers >&2 || true
      journalctl --unit bucket-registry.service --lines 20 --no-pager >&2 || true
      docker logs --tail 20 "$container" >&2 || true
      return 1
    fi
    sleep 1
  done
}

# A registry that hangs is started again; one whose store is away answers, and is left alone.
watch_registry() {
  local misses=$secrets/misses count=0 data
  if registry_answers &>/dev/null; then
    rm -f "$misses"
  else
    [[ -f $misses ]] && count=$(<"$misses")
    count=$((count + 1))
    install --directory --mode=0755 "$secrets"
    echo "$count" >"$misses"
  fi
  mapfile -t data < <(metric Unhealthy $((count > 0)) && measure)
  aws cloudwatch put-metric-data --namespace "$METRIC_NAMESPACE" --metric-data "${data[@]}" || true
  if ((count >= 3)); then
    rm -f "$misses"
    systemctl restart bucket-registry.service
  fi
}

# How many seconds it takes until /readyz answers, which asks the store, and how many days the certificate has left that is shown there. By the
# domain's name, on this machine. Nothing, where nothing answers.
measure() {
  local answer end
  answer=$(curl --silent --insecure --max-time 30 --output /dev/null --connect-to ::127.0.0.1: \
    --write-out '%{time_starttransfer}\n%{certs}' "$READY") || return 0
  metric Latency "$(head -n 1 <<<"$answer")"
  end=$(sed -n '/^Expire date:/{s///p;q}' <<<"$answer")
  [[ -z $end ]] || metric CertificateDays $((($(date --date="$end" +%s) - $(date +%s)) / 86400))
}

# metric NAME VALUE: as CloudWatch is told of it
metric() {
  echo "MetricName=$1,Value=$2,Dimensions=[{Name=Host,Value=$METRIC_HOST}]"
}

# take_address --allow-reassociation | --no-allow-reassociation: the elastic IP, from whichever instance has it, or only if none has.
take_address() {
  [[ -z $ADDRESS ]] || aws ec2 associate-address --allocation-id "$ADDRESS" --instance-id "$(instance_id)" "$1" >/dev/null
}

# An instance that was started to replace a broken one has no deployment that waits for it.
signal() {
  aws cloudformation signal-resource --stack-name "$STACK" --logical-resource-id "$RESOURCE" --unique-id "$(instance_id)" --status "$1" || true
}

instance_id() {
  local endpoint=http://169.254.169.254/latest token
  token=$(curl --fail --silent --retry 5 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$endpoint/api/token")
  curl --fail --silent --retry 5 --header "X-aws-ec2-metadata-token: $token" "$endpoint/meta-data/instance-id"
}

# repeated COMMAND…: the network of a new instance, and a role that was just made, come a little late.
repeated() {
  local attempt
  for attempt in {1..10}; do
    "$@" && return
    sleep $((attempt < 6 ? attempt : 6))
  done
  "$@"
}

main "$@"
