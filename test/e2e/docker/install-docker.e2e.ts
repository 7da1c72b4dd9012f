import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installDocker } from '../../../lib/terraform/host/install-docker.ts'
import { run } from '../support/run.ts'
import { type Need, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'

const aptAndRoot: Need = process.getuid?.() === 0 ? await tool('apt-get') : { missing: 'root, for a file system of its own' }

/** The script's words for systemd, which does not run there: it starts the engine, without networks, that this machine's own has. */
const systemctl = `#!/bin/sh
[ "$*" = 'enable --now docker' ] || exit 0
docker version >/dev/null 2>&1 && exit 0
dockerd --iptables=false --bridge=none --storage-driver=vfs --exec-root=/run/d --pidfile=/run/d.pid >/var/log/dockerd.log 2>&1 &
for _ in $(seq 60); do docker version >/dev/null 2>&1 && exit 0; sleep 0.5; done
cat /var/log/dockerd.log >&2
exit 1
`

/** This machine as it would be without Docker, and with whatever is written in it gone at the end. */
const newHost = `set -eu
exec 2>&1
mkdir host
mount -t tmpfs tmp host
mkdir host/up host/work host/root
mount -t overlay overlay -o lowerdir=/,upperdir=host/up,workdir=host/work host/root
mount -t proc proc host/root/proc
mount --rbind /dev host/root/dev
mount -t tmpfs run host/root/run
mount --rbind /sys host/root/sys
# It has nothing to lose.
rm -f host/root/var/lib/man-db/auto-update
echo force-unsafe-io >host/root/etc/dpkg/dpkg.cfg.d/unsafe
chroot host/root dpkg --remove --force-all docker.io >/dev/null 2>&1 || true
rm -rf host/root/etc/docker host/root/usr/local/bin/docker host/root/usr/local/bin/dockerd
cp systemctl host/root/usr/local/bin/systemctl
cp install-docker host/root/root/install-docker
chmod +x host/root/usr/local/bin/systemctl
! chroot host/root sh -c 'command -v dockerd' || { echo 'it has Docker already'; exit 1; }
`

suite('the first start of a host that is made', [aptAndRoot], () => {
  let folder: string

  beforeAll(async () => {
    folder = await temporaryFolder()
    await writeFile(join(folder, 'install-docker'), installDocker)
    await writeFile(join(folder, 'systemctl'), systemctl)
  })

  /** In a mount and process namespace, which end with the command. */
  const onHost = (commands: string) =>
    run('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', newHost + commands], { cwd: folder, timeout: 280_000 })

  it('leaves an engine that answers, with its logs limited, and leaves it alone when it is run again', async () => {
    const said = await onHost(`in="chroot host/root"
for run in first second; do
  $in /bin/bash /root/install-docker || { cat host/root/var/log/bucket-registry-start.log; exit 1; }
done
$in docker info --format '{{.LoggingDriver}} {{.LiveRestoreEnabled}} {{.Driver}}'
$in sh -c 'ls /proc/[0-9]*/exe | xargs -n 1 readlink | grep -c "/dockerd$"'`)

    expect(said).toMatch(/json-file true vfs\n1$/)
  }, 300_000)
})

const shellcheck = await tool('shellcheck')

suite('what a new host runs', [shellcheck], () => {
  it('is a script in which shellcheck finds nothing', async () => {
    const file = join(await temporaryFolder(), 'install-docker')
    await writeFile(file, installDocker)

    expect(await run('shellcheck', [file])).toBe('')
  })
})
