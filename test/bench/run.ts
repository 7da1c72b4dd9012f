import { mkdir } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Ceiling, measureCeiling } from './ceiling.ts'
import { conditions } from './conditions.ts'
import { distribution } from './distribution.ts'
import { buildGenerator, generator } from './generator.ts'
import { measure } from './measure.ts'
import { minio } from './minio.ts'
import { nearness } from './nearness.ts'
import { openStorage } from './open-storage.ts'
import { parseOptions } from './options.ts'
import { type Ours, ours } from './ours.ts'
import { record } from './record.ts'
import { interleave } from './rounds.ts'
import type { StorageKind } from './storage.ts'
import { judge, othersShare, type Row, summarise } from './summary.ts'
import { table } from './table.ts'
import { workloads } from './workloads.ts'

const [load = 0] = loadavg()
const options = parseOptions(process.argv.slice(2))
const say = (line: string) => console.error(line)
const programs = join(options.dir, 'bin')
await mkdir(programs, { recursive: true })

const loadgen = await buildGenerator(programs)
const chosen = workloads.filter(({ id }) => options.only.includes(id))
const store = chosen.some(({ storage }) => storage.kind === 's3') ? await minio(options.minio, programs, say) : undefined
const mine = options.distributionOnly ? undefined : await ours(options, say)
const peer = options.oursOnly ? undefined : await distribution(options.distribution, programs, say)
const contenders = [mine, peer].filter(contender => contender !== undefined)
const facts = await conditions(options, contenders, load)
if (store) facts.push(`${store.name}, a new one with an empty bucket for each measurement`)
for (const fact of facts) say(fact)

const s3 = store && { minio: store.file, loadgen }
const bench = {
  load: generator(loadgen),
  open: (kind: StorageKind, folder: string) => openStorage(kind, folder, s3),
  place: options,
}
const ceiling: Ceiling[] = []
const series = await interleave(
  contenders,
  chosen,
  options.rounds,
  async (contender, workload, round) => {
    const sample = await measure(contender, workload, round, bench)
    const [figure] = workload.figures
    say(`round ${round}  ${workload.id.padEnd(15)}  ${contender.id.padEnd(12)}  ${headline(figure?.of(sample), figure?.unit)}`)
    return sample
  },
  async () => {
    if (s3 && chosen.some(({ underCeiling }) => underCeiling)) ceiling.push(await measureCeiling(s3, bench.load, options.dir))
  },
)

if (ceiling.length > 0) facts.push(nearness(series, ceiling))
facts.push(
  `meanwhile others used ${(100 * othersShare(series)).toFixed(0)} % of the processors (median; work of the kernel for the disk counts too)`,
)
const rows = [...summarise(series), ...(mine ? [bundle(mine)] : [])]
const results = [...facts.map(fact => `- ${fact}`), '', table(rows)].join('\n')
process.stdout.write(options.json ? `${JSON.stringify({ conditions: facts, rows, samples: samples(), ceiling })}\n` : `\n${results}\n`)
if (options.markdown) await record(options.markdown, `Measured on ${new Date().toISOString().slice(0, 10)}:\n\n${results}`)

function samples() {
  return Object.fromEntries(series.map(({ workload, samples }) => [workload.id, samples]))
}

function bundle({ bundleBytes }: Ours): Row {
  return { workload: 'bundle', figure: 'size', unit: 'MB', ...judge({ ours: bundleBytes / 1e6 }, { oursAtMost: 3 }) }
}

function headline(value = Number.NaN, unit = ''): string {
  return `${value.toFixed(1)} ${unit}`
}
