import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addEnvironments } from '../../../lib/terraform/add-environments.ts'
import { App } from '../../../lib/terraform/tf.ts'
import { everyEnvironment } from '../../lib/support/every-environment.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { blockComplaints } from './support/block-complaints.ts'
import { providerSchemas } from './support/provider-schema.ts'

const blocks = z.record(z.string(), z.record(z.string(), z.unknown())).default({})
const stackFile = z.looseObject({
  provider: z.record(z.string(), z.array(z.unknown())).default({}),
  resource: blocks,
  data: blocks,
  terraform: z.looseObject({
    required_providers: z.record(z.string(), z.object({ source: z.string(), version: z.string() })).default({}),
  }),
})

const environments = everyEnvironment()
const stacks = environments.flatMap(({ name }) => [`registry-${name}-data`, `registry-${name}`])
let outdir: string

beforeAll(async () => {
  outdir = await temporaryFolder()
  const app = new App({ outdir })
  addEnvironments(app, environments)
  app.synth()
})

const folder = (stack: string) => join(outdir, 'stacks', stack)
const read = (stack: string) => stackFile.parse(JSON.parse(readFileSync(join(folder(stack), 'cdk.tf.json'), 'utf8')))

describe('by the schemas of the providers', () => {
  const schemas = providerSchemas()

  /** What is wrong with all of a kind. */
  const complaintsOf = (kind: 'resources' | 'data', all: z.output<typeof blocks>) =>
    Object.entries(all).flatMap(([type, ones]) => {
      const block = schemas.get(type.split('_', 1)[0] ?? '')?.[kind][type]
      if (!block) return [`${type}: no schema is at hand`]
      return Object.entries(ones).flatMap(([id, one]) => blockComplaints(one, block, `${type}.${id}`))
    })

  it.each(stacks)('%s has no unknown, missing or wrong attribute', stack => {
    const { provider, resource, data } = read(stack)
    const ofProviders = Object.entries(provider).flatMap(([name, all]) =>
      all.flatMap(one => blockComplaints(one, schemas.get(name)?.provider ?? {}, `provider.${name}`)),
    )
    expect([...ofProviders, ...complaintsOf('resources', resource), ...complaintsOf('data', data)]).toEqual([])
  })

  it('would find what is wrong', () => {
    const block = schemas.get('minio')?.resources.minio_ilm_policy ?? {}
    expect(blockComplaints({ bucket: 1, rules: [], id: 'x' }, block, 'it')).toEqual([
      'it.bucket: 1 is no "string"',
      'it.rules: unknown',
      'it.rule: missing',
    ])
  })
})

/** Whether each provider is at hand, asked once. */
const asked = new Map<string, ReturnType<typeof terraformProvider>>()
function provider(source: string, version: string) {
  const known = asked.get(`${source} ${version}`)
  if (known) return known
  const answer = terraformProvider(source, version)
  asked.set(`${source} ${version}`, answer)
  return answer
}

describe('by terraform validate', () => {
  it.for(stacks)('%s is valid', async (stack, { skip }) => {
    const { terraform } = read(stack)
    for (const { source, version } of Object.values(terraform.required_providers)) {
      const { missing } = await provider(source, version)
      if (missing) skip(`could not run: ${missing}`)
    }
    const options = { cwd: folder(stack), env: { CHECKPOINT_DISABLE: '1' } }
    await run('terraform', ['init', '-input=false', '-backend=false'], options)
    // Exit code and text: its own JSON says nothing where it could not begin.
    expect(await run('terraform', ['validate', '-no-color'], options)).toContain('Success!')
  })
})
