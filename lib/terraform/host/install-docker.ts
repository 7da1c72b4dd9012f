/**
 * What a new host of Ubuntu or Debian does at its first start: it installs a Docker engine, by the distribution's own packages.
 *
 * It can be run again. Whoever deploys waits for the engine, and finds in the log why there is none.
 */
export const installDocker = `#!/bin/bash
set -euo pipefail
exec >>/var/log/bucket-registry-start.log 2>&1
export DEBIAN_FRONTEND=noninteractive

# The engine's own settings come before it: it starts as soon as it is installed.
mkdir -p /etc/docker
cat >/etc/docker/daemon.json <<'END'
{
  "log-driver": "json-file",
  "log-opts": {"max-size": "10m", "max-file": "3"},
  "live-restore": true,
  "features": {"containerd-snapshotter": false}
}
END

# At its first start a host is busy with updates of its own; and mirrors have bad moments.
apt='apt-get -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=5'
$apt update
$apt install --no-install-recommends docker.io ca-certificates unattended-upgrades

systemctl enable --now docker
docker version
`
