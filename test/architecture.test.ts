import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const app = 'registry-app/src'

/** What each room of the app may import besides itself (docs/architecture.md). No arrow points back; those that put the others together see everything. */
const rooms: Record<string, readonly string[]> = {
  concurrency: [],
  hash: [],
  config: ['auth', 's3'],
  s3: ['concurrency'],
  doctor: ['s3'],
  storage: ['s3', 'concurrency'],
  registry: ['storage', 'hash', 'concurrency'],
  collection: ['registry', 'storage', 'concurrency'],
  inspection: ['collection', 'registry', 'storage', 'hash', 'concurrency'],
  retention: ['registry', 'storage', 'concurrency'],
  ops: ['storage', 'registry'],
  proxy: ['registry', 'storage', 'hash', 'concurrency', 'ops'],
  auth: ['registry', 'storage', 'concurrency'],
  events: ['registry', 'storage', 'ops', 'auth'],
  tracing: ['ops'],
  tls: ['ops', 'storage', 'concurrency'],
  ui: ['doctor', 'collection', 'events', 'ops', 'registry', 'storage', 'concurrency'],
  api: ['auth', 'events', 'ui', 'registry', 'storage'],
  http: ['api', 'auth', 'ui', 'events', 'tls', 'registry', 'storage', 'ops', 'config', 'concurrency'],
}

/** What starts the app, does its regular work, and joins its rooms: all of them beside `wire.ts`, and none that another room may know. */
const above = ['commands', 'maintenance', 'wiring']

/** Of biome.json, what such a block has. */
interface LinterOverride {
  readonly includes: readonly string[]
  readonly linter: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedImports: { readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] } }
      }
    }
  }
}

const files = (pattern: string) => globSync(pattern, { cwd: root }).sort()

/** The files of the project that this one imports, and the names of packages. */
function importsOf(file: string): { local: string[]; packages: string[] } {
  const source = readFileSync(join(root, file), 'utf8')
  const specifiers = [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g)].map(match => match[1] ?? '')
  const local = specifiers.filter(each => each.startsWith('.')).map(each => normalize(join(dirname(file), each)))
  return { local, packages: specifiers.filter(each => !each.startsWith('.')) }
}

const roomOf = (file: string) => {
  const [first = '', second] = relative(app, file).split('/')
  return second === undefined || above.includes(first) ? 'top' : first
}

describe('the app', () => {
  test.each(files(`${app}/*/**/*.ts`))('%s imports only what its room may', file => {
    const allowed = roomOf(file) === 'top' ? ['top', ...Object.keys(rooms)] : [roomOf(file), ...(rooms[roomOf(file)] ?? [])]
    const reached = importsOf(file).local.map(roomOf)
    expect(reached.filter(room => !allowed.includes(room))).toEqual([])
  })

  test('has no room that this test does not know', () => {
    const found = new Set(files(`${app}/*/**/*.ts`).map(roomOf))
    expect([...found].sort()).toEqual([...Object.keys(rooms), 'top'].sort())
  })

  test.each(Object.entries(rooms))('what %s may not import, the linter says too', (room, allowed) => {
    const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as { overrides: readonly LinterOverride[] }
    const { patterns = [] } =
      overrides.find(({ includes }) => includes.includes(`${app}/${room}/**`))?.linter.rules.style?.noRestrictedImports.options ?? {}
    const others = [...Object.keys(rooms), ...above].filter(other => other !== room && !allowed.includes(other))
    expect(patterns.flatMap(({ group }) => group)).toEqual(expect.arrayContaining(others.map(other => `**/${other}/**`)))
  })

  test('knows nothing of the kit', () => {
    const strangers = files(`${app}/**/*.ts`).filter(file => importsOf(file).local.some(each => !each.startsWith(app)))
    expect(strangers).toEqual([])
  })
})

describe('the page', () => {
  const page = 'registry-app/page'
  // What bundles it runs in Node.js.
  const sources = files(`${page}/**/*.{ts,tsx}`).filter(file => file !== `${page}/build-page.ts`)

  test.each(sources)('%s imports nothing but the page and preact', file => {
    const { local, packages } = importsOf(file)
    expect(local.filter(each => !each.startsWith(page))).toEqual([])
    expect(packages.filter(name => !/^preact(\/hooks)?$/.test(name))).toEqual([])
  })
})

describe('the project', () => {
  test.each(files('{bin,lib,registry-app/{src,page},scripts}/**/*.{ts,tsx}'))('%s stays below 300 lines', file => {
    expect(readFileSync(join(root, file), 'utf8').split('\n').length).toBeLessThanOrEqual(300)
  })

  test.each(files('lib/registry-client/**/*.ts'))('%s knows nothing of those who use it', file => {
    const strangers = importsOf(file).local.filter(each => !/^(lib\/(registry-client\/|usage-error\.ts$)|registry-app\/src\/)/.test(each))
    expect(strangers).toEqual([])
  })

  test('opens one door to cdktf', () => {
    const doors = files('{bin,lib}/**/*.ts').filter(file => importsOf(file).packages.some(name => /^(cdktf|@cdktf\/)/.test(name)))
    expect(doors).toEqual(['lib/terraform/tf.ts'])
  })
})
