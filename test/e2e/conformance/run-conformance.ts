import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'

export interface ConformanceResults {
  /** `Pass`, `FAIL`, `Skip`, `Disabled` or `Error` of each API, by its name. */
  apis: Record<string, string>
  /** The same of each kind of data. */
  data: Record<string, string>
  /** The single cases that those sum up. */
  cases: { name: string; status: string }[]
}

export interface ConformanceOptions {
  /** Whether manifests are pushed before what they refer to. */
  sparse: boolean
  /** Sections of the server's config.yml. */
  config: Record<string, unknown>
  /** Who the suite signs in as. */
  user?: { readonly name: string; readonly password: string }
}

/** Runs it against a server of its own, with every optional part of the API and every optional kind of data. */
export async function runConformance(binary: string, { sparse, config, user }: ConformanceOptions): Promise<ConformanceResults> {
  const folder = await mkdtemp(join(tmpdir(), 'bucket-registry-conformance-'))
  const server = await startServer({ folder, config })
  try {
    const where = { OCI_REGISTRY: server.host, OCI_TLS: 'disabled', OCI_RESULTS_DIR: folder }
    const credentials = user && { OCI_USERNAME: user.name, OCI_PASSWORD: user.password }
    const env = { ...where, ...credentials, OCI_VERSION: 'dev', ...everything, OCI_DATA_SPARSE: String(sparse) }
    // It ends with 1 when a row fails; the rows themselves tell more.
    const outcome = await run(binary, [], { env }).catch((failure: Error) => failure.message)
    return await read(folder).catch(cause => {
      throw new Error(`the conformance suite left no results:\n${outcome}`, { cause })
    })
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function read(folder: string): Promise<ConformanceResults> {
  const { apis, data } = parse(await readFile(join(folder, 'results.yaml'), 'utf8'))
  const junit = await readFile(join(folder, 'junit.xml'), 'utf8')
  const cases = [...junit.matchAll(/<testcase name="([^"]*)"[^>]* status="([^"]*)"/g)].map(([, name = '', status = '']) => ({
    name,
    status,
  }))
  return { apis, data, cases }
}

const everything = Object.fromEntries(
  [
    'API_PING',
    'API_PULL',
    'API_PUSH',
    'API_BLOBS_ATOMIC',
    'API_BLOBS_DELETE',
    'API_BLOBS_DIGEST_HEADER',
    'API_BLOBS_MOUNT_ANONYMOUS',
    'API_BLOBS_UPLOAD_CANCEL',
    'API_MANIFESTS_ATOMIC',
    'API_MANIFESTS_DELETE',
    'API_MANIFESTS_DIGEST_HEADER',
    'API_MANIFESTS_TAG_PARAM',
    'API_TAGS_ATOMIC',
    'API_TAGS_DELETE',
    'API_TAGS_LIST',
    'API_REFERRER',
    'DATA_IMAGE',
    'DATA_INDEX',
    'DATA_INDEX_LIST',
    'DATA_ARTIFACT',
    'DATA_ARTIFACT_LIST',
    'DATA_SUBJECT',
    'DATA_SUBJECT_MISSING',
    'DATA_SUBJECT_LIST',
    'DATA_DATA_FIELD',
    'DATA_NONDISTRIBUTABLE',
    'DATA_CUSTOM_FIELDS',
    'DATA_NO_LAYERS',
    'DATA_EMPTY_BLOB',
    'DATA_SHA512',
  ].map(name => [`OCI_${name}`, 'true']),
)
