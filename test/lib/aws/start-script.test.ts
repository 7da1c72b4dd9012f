import { describe, expect, test } from 'vitest'
import { startScript } from '../../../lib/aws/start-script.ts'

const script = startScript({
  volumeId: 'vol-0123456789abcdef0',
  region: 'eu-west-1',
  bundleUrl: 's3://assets/registry.mjs',
  config: 'version: "0.1"\nhttp:\n  addr: :5000\n',
  graceSeconds: 30,
})

describe('the first start of an instance', () => {
  test('stops at the first thing that fails', () => {
    expect(script).toMatch(/^#!\/bin\/bash\nset -euo pipefail\n/)
  })

  test('waits for the volume that the instance before it holds', () => {
    expect(script).toContain('aws ec2 attach-volume --volume-id vol-0123456789abcdef0 --instance-id "$instance" --device /dev/sdf && break')
  })

  test('makes a file system only where there is none', () => {
    expect(script).toContain('blkid "$device" || mkfs.xfs "$device"')
    expect(script).not.toContain('mkfs.xfs -f')
  })

  test('asks the metadata service with a token', () => {
    expect(script).toContain('X-aws-ec2-metadata-token: $token')
  })

  test('writes the configuration as it stands', () => {
    expect(script).toContain(`<<'END-OF-CONFIG'\nversion: "0.1"\nhttp:\n  addr: :5000\nEND-OF-CONFIG\n`)
  })

  test('runs the registry as a user without rights', () => {
    expect(script).toMatch(/\nUser=registry\n[\s\S]*\nCapabilityBoundingSet=\nNoNewPrivileges=yes\nProtectSystem=strict\n/)
  })
})
