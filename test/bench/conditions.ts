import { mkdir, statfs } from 'node:fs/promises'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { command } from './command.ts'
import type { Contender } from './contender.ts'
import type { Options } from './options.ts'

/** What a figure depends on and a reader has to know. `load` is how busy the machine was before. */
export async function conditions(options: Options, contenders: readonly Contender[], load: number): Promise<string[]> {
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return [
    ...contenders.map(({ name, env }) => [name, ...settings(env)].join(', ')),
    `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${memory} GiB, ${type()} ${release()}, ${await disk(options.dir)}; the generator runs on the same cores`,
    `${options.rounds} rounds, interleaved, medians (peak memory: the highest), ${options.cold ? 'cold' : 'after a warm-up'}; ${await command('go', ['version'])}`,
    `load average of the machine before the start: ${load.toFixed(2)}`,
  ]
}

const settings = (env: Contender['env']) =>
  Object.entries(env)
    .filter(([name]) => name.startsWith('REGISTRY_'))
    .map(([name, value]) => `${name}=${value}`)

/** The file system that holds the data folders. */
async function disk(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true })
  const [, name = 'unknown'] = (await command('df', ['--output=fstype', dir])).split('\n')
  const { bavail, bsize } = await statfs(dir)
  return `${name.trim()} with ${((bavail * bsize) / 2 ** 30).toFixed(0)} GiB free`
}
