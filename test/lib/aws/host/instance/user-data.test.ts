import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { userData } from '../../../../../lib/aws/host/instance/user-data.ts'
import { packageRoot } from '../../../../../lib/package-root.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const script = readFileSync(join(packageRoot(), 'lib/aws/host/instance/registry-host.sh'), 'utf8')

/** Runs user data where its paths are below a folder, and nothing is installed. */
function run(text: string, command: string): string {
  const folder = temporaryFolder()
  const moved = text
    .replaceAll('/etc/bucket-registry', `${folder}/etc`)
    .replaceAll('/usr/local/sbin/', `${folder}/`)
    .replace(/^.*registry-host install$/m, '')
  execFileSync('bash', ['-c', moved])
  return execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })
}

const settings = { LOG_GROUP: `it's $HOME \\ "quoted"` }

describe('user data', () => {
  test('hand the script what it was given, whatever the shell would make of it', () => {
    expect(run(userData({ settings, variables: {}, secrets: {} }), 'source etc/settings; printf %s "$LOG_GROUP"')).toBe(settings.LOG_GROUP)
  })

  test('hand the registry its variables as they are', () => {
    const variables = { REGISTRY_LOG: '{"level":"info","site":"$(hostname) `id` \\\\n"}', REGISTRY_STORAGE_S3_BUCKET: 'images' }

    expect(run(userData({ settings, variables, secrets: {} }), 'cat etc/variables')).toBe(
      `REGISTRY_LOG=${variables.REGISTRY_LOG}\nREGISTRY_STORAGE_S3_BUCKET=images\n`,
    )
  })

  test('put the script in its place unchanged', () => {
    expect(userData({ settings, variables: {}, secrets: {} })).toContain(
      `cat >/usr/local/sbin/registry-host <<'END-OF-FILE'\n${script}END-OF-FILE\n`,
    )
    expect(script).not.toContain('END-OF-FILE')
  })

  test('refuse a variable of two lines, and what is longer than EC2 takes', () => {
    expect(() => userData({ settings, variables: { REGISTRY_LOG: 'a\nb' }, secrets: {} })).toThrow('REGISTRY_LOG must be one line')
    expect(() => userData({ settings, variables: { REGISTRY_LOG: 'a'.repeat(16_000) }, secrets: {} })).toThrow('EC2 takes 16384')
  })

  test('leave room for the configuration of a registry', () => {
    expect(Buffer.byteLength(userData({ settings, variables: {}, secrets: {} }))).toBeLessThan(10_000)
  })
})
