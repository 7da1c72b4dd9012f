import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Token } from 'aws-cdk-lib'
import { packageRoot } from '../../../package-root.ts'
import type { RegistryProcess } from '../host.ts'

export interface UserDataProps {
  /** What `registry-host.sh` reads as variables of the shell, by name. Values may be tokens. */
  readonly settings: Readonly<Record<string, string>>
  /** The variables of the registry. */
  readonly variables: Readonly<Record<string, string>>
  /** Variables of the registry whose values are in secrets. */
  readonly secrets: RegistryProcess['secrets']
}

/**
 * What a new instance runs: it puts `registry-host.sh` and its settings in their place, and starts it.
 *
 * Here-documents in quotes: the shell changes nothing in them, so that no value needs quoting but those that it is to read itself.
 */
export function userData({ settings, variables, secrets }: UserDataProps): string {
  const script = `#!/bin/bash
set -euo pipefail
mkdir -p /etc/bucket-registry
${file(
  '/etc/bucket-registry/settings',
  Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`),
)}
${file(
  '/etc/bucket-registry/variables',
  Object.entries(variables).map(([name, value]) => `${name}=${oneLine(name, value)}`),
)}
${file(
  '/etc/bucket-registry/secrets',
  Object.entries(secrets).map(([name, { secret, field }]) => [name, secret.secretArn, ...(field === undefined ? [] : [field])].join(' ')),
)}
${file('/usr/local/sbin/registry-host', [scriptFile().trimEnd()])}
chmod 0755 /usr/local/sbin/registry-host
/usr/local/sbin/registry-host install
`
  const size = Buffer.byteLength(script)
  if (size > limit) {
    throw new Error(`the registry's configuration is too long for an instance: its user data have ${size} bytes, and EC2 takes ${limit}`)
  }
  return script
}

/** Bytes, before they are written in base64. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const limit = 16_384

const scriptFile = () => readFileSync(join(packageRoot(), 'lib/aws/host/instance/registry-host.sh'), 'utf8')

const end = 'END-OF-FILE'

const file = (path: string, lines: readonly string[]) => [`cat >${path} <<'${end}'`, ...lines, end].join('\n')

/** A word for the shell. What a token becomes is not known here; the parameters of the stacks let no quote through. */
const quoted = (value: string) => `'${Token.isUnresolved(value) ? value : value.replaceAll("'", `'\\''`)}'`

function oneLine(name: string, value: string): string {
  if (value.includes('\n')) throw new Error(`${name} must be one line: an instance reads its variables from a file with one in each`)
  return value
}
