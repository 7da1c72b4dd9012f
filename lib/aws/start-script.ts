import { registryFolder } from '../environment/registry-config.ts'

export interface StartScriptProps {
  /** The volume with the images, such as `vol-0123456789abcdef0`. */
  readonly volumeId: string
  readonly region: string
  /** Where the app lies: `s3://bucket/key` of the one file that it is. */
  readonly bundleUrl: string
  /** The text of its config.yml. */
  readonly config: string
  /** How long systemd lets it end before it is killed. */
  readonly graceSeconds: number
}

/**
 * What a new instance of Amazon Linux 2023 does at its first start: takes the volume, installs Node.js, and starts the registry by systemd.
 *
 * Every later start is systemd's alone. A change to any of this, the app's file included, makes a new instance.
 */
export function startScript({ volumeId, region, bundleUrl, config, graceSeconds }: StartScriptProps): string {
  return `#!/bin/bash
set -euo pipefail
export AWS_DEFAULT_REGION=${region}

# The instance that this one replaces is ended only after this one runs; until then the volume is its.
token=$(curl --fail --silent --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)
instance=$(curl --fail --silent --header "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id)
for _ in {1..180}; do
  aws ec2 attach-volume --volume-id ${volumeId} --instance-id "$instance" --device /dev/sdf && break
  sleep 5
done
volume=${volumeId}
device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_\${volume/-/}
for _ in {1..60}; do [ -e "$device" ] && break; sleep 1; done

# A volume that has a file system keeps it: mkfs itself refuses as well.
blkid "$device" || mkfs.xfs "$device"
mkdir -p ${registryFolder}
echo "$device ${registryFolder} xfs defaults,nofail,x-systemd.device-timeout=15min 0 2" >> /etc/fstab
systemctl daemon-reload
mount ${registryFolder}

# The user has the number of the one in the container image, so that the volume could be served by either.
useradd --system --uid 65532 --no-create-home --shell /sbin/nologin registry
chown registry:registry ${registryFolder}

dnf install --assumeyes nodejs24
mkdir -p /opt/bucket-registry /etc/distribution
aws s3 cp --only-show-errors ${bundleUrl} /opt/bucket-registry/registry.mjs
cat > /etc/distribution/config.yml <<'END-OF-CONFIG'
${config.trimEnd()}
END-OF-CONFIG

cat > /etc/systemd/system/registry.service <<'END-OF-UNIT'
[Unit]
Description=Container registry
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${registryFolder}

[Service]
User=registry
Environment=NODE_ENV=production
# As root: a volume that was enlarged is grown into.
ExecStartPre=+/usr/sbin/xfs_growfs ${registryFolder}
ExecStart=/usr/bin/node-24 /opt/bucket-registry/registry.mjs serve /etc/distribution/config.yml
Restart=always
RestartSec=2
TimeoutStopSec=${graceSeconds}
LimitNOFILE=65536
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${registryFolder}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
# Nothing the registry does needs the instance's role.
IPAddressDeny=169.254.169.254/32

[Install]
WantedBy=multi-user.target
END-OF-UNIT
systemctl daemon-reload
systemctl enable --now registry.service
`
}
