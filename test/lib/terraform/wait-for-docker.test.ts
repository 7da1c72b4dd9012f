import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitForDocker } from '../../../lib/terraform/host/wait-for-docker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Waits for a host whose ssh fails so often before it answers. A real one does not fail on demand. */
function wait(failures: number, patience: string) {
  const folder = temporaryFolder({
    ssh: `#!/bin/sh
echo "$@" >>"$FOLDER/asked"
[ "$(wc -l <"$FOLDER/asked")" -le ${failures} ] && { echo 'Connection refused' >&2; exit 255; }
echo 27.1
`,
  })
  chmodSync(join(folder, 'ssh'), 0o755)
  const env = { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder, PATIENCE: patience, PAUSE: '0' }
  const args = ['-c', waitForDocker, 'wait-for-docker', '-o', 'HostKeyAlias=it $(touch pwned)', 'root@203.0.113.5']
  const { status, stdout, stderr } = spawnSync('/bin/sh', args, { env, cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr, asked: readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n') }
}

test('a host is asked until its Docker answers, each word as it stands', () => {
  const { status, stdout, asked } = wait(2, '60')

  expect([status, stdout]).toEqual([0, 'Docker 27.1 answers\n'])
  expect(asked).toHaveLength(3)
  expect(asked[0]).toContain('-o HostKeyAlias=it $(touch pwned) root@203.0.113.5 docker version')
})

test('one that does not answer in time is told of, with what it said and where to look', () => {
  const { status, stderr } = wait(9, '0')

  expect(status).toBe(1)
  expect(stderr).toContain('no Docker answers within 0 seconds: Connection refused')
  expect(stderr).toContain('/var/log/bucket-registry-start.log on the host says why')
})
