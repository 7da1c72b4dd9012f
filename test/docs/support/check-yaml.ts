import { parse, stringify } from 'yaml'
import { EnvironmentError } from '../../../lib/environment/environment-error.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { engines } from '../../../lib/environment/schema.ts'
import { ConfigError, formatComplaint } from '../../../registry-app/src/config/complaint.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { knownKeys } from '../../../registry-app/src/config/schema/known-keys.ts'

type Section = Readonly<Record<string, unknown>>

/**
 * What is wrong with a config.yml, with an environment's file, or with a part of one. Parts are laid over the least that makes them whole; where keys are of both,
 * what fits better counts. `…` stands for some text.
 */
export function complaintsAboutYaml(text: string): readonly string[] {
  let content: unknown
  try {
    content = parse(text.replaceAll('sha256:…', `sha256:${'0'.repeat(64)}`).replaceAll('…', 'AAAA'), { version: '1.1' })
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)]
  }
  const kinds = kindsOf(content)
  if (kinds.length === 0)
    return [
      'neither a config.yml nor an environment: if something else reads it, say so in the line above the block: <!-- unchecked: why -->',
    ]
  return fewest(kinds.map(kind => (kind === 'config' ? aboutConfig : aboutEnvironment)(content as Section)))
}

const configKeys = new Set(knownKeys().keys.keys())
const environmentKeys = new Set(Object.values(engines).flatMap(schema => Object.keys(schema.shape)))

/** Which of both a section may be, by its keys. Both have `storage`; only an environment's has a `driver`. */
export function kindsOf(content: unknown): ('config' | 'environment')[] {
  if (!isSection(content) || Array.isArray(content)) return []
  const keys = Object.keys(content)
  const hasDriver = isSection(content.storage) && 'driver' in content.storage
  const config = !hasDriver && keys.every(key => configKeys.has(key))
  const environment = (hasDriver || !('storage' in content)) && keys.every(key => environmentKeys.has(key))
  return [...(config ? (['config'] as const) : []), ...(environment ? (['environment'] as const) : [])]
}

function aboutConfig(part: Section): readonly string[] {
  const storage = isSection(part.storage) ? part.storage : {}
  const drivers = ['filesystem', 's3', 'inmemory']
  const whole = { ...part, storage: drivers.some(name => name in storage) ? storage : { ...storage, inmemory: {} } }
  try {
    return loadConfig({ file: { name: 'config.yml', text: stringify(whole) }, environment: {} }).warnings
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.complaints.map(formatComplaint)
  }
}

/** What a part may be of, each the least of its kind. */
const bases: readonly Section[] = [
  { engine: 'cdktf', storage: { driver: 'filesystem' } },
  {
    engine: 'cdktf',
    storage: { driver: 's3', provider: 'nifcloud', region: 'jp-east-1', bucket: 'images' },
    domain: 'registry.example.com',
  },
  { engine: 'cdk', storage: { driver: 's3', bucket: 'images' }, host: { kind: 'instance', region: 'eu-west-1' } },
  {
    engine: 'cdk',
    storage: { driver: 's3', bucket: 'images' },
    host: { kind: 'fargate', region: 'eu-west-1' },
    domain: 'registry.example.com',
  },
]

/** The complaints of the base that a part fits best. */
function aboutEnvironment(part: Section): readonly string[] {
  const attempts = bases
    .filter(({ engine }) => part.engine === undefined || part.engine === engine)
    .map(base => complaintsAboutEnvironment({ ...base, ...part }))
  return fewest(attempts)
}

function complaintsAboutEnvironment(environment: Section): readonly string[] {
  try {
    parseEnvironment('environments/page.yml', stringify(environment))
    return []
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    return cause.complaints.map(formatComplaint)
  }
}

const fewest = (lists: readonly (readonly string[])[]) => lists.reduce((best, other) => (other.length < best.length ? other : best))

const isSection = (value: unknown): value is Section => typeof value === 'object' && value !== null
