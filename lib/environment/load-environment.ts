import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readYaml } from '../../registry-app/src/config/read-yaml.ts'
import { isNull, type Mapping, placeOf } from '../../registry-app/src/config/tree.ts'
import { completeStorage } from './aws/complete-storage.ts'
import { checkAuth } from './check-auth.ts'
import { checkAws } from './check-aws.ts'
import { checkClientCertificates } from './check-client-certificates.ts'
import { checkCollection } from './check-collection.ts'
import { checkDns } from './check-dns.ts'
import { checkMaintenance } from './check-maintenance.ts'
import { checkReach } from './check-reach.ts'
import { checkRegistry } from './check-registry.ts'
import { checkStandby } from './check-standby.ts'
import { checkState } from './check-state.ts'
import { checkStorage } from './check-storage.ts'
import { complaintsOf } from './complaint-of.ts'
import type { Environment } from './environment.ts'
import { type Complaint, EnvironmentError } from './environment-error.ts'
import { nameComplaint } from './environment-name.ts'
import { plainValue } from './plain-value.ts'
import { engines } from './schema.ts'

/**
 * Reads one environment: a YAML file, whose name without `.yml` is the environment's name.
 *
 * It is YAML 1.1, as the registry's own config.yml is: what is copied from there means the same here.
 *
 * @throws EnvironmentError with every complaint at once
 * @example
 * const environment = loadEnvironment('environments/local.yml')
 */
export function loadEnvironment(file: string): Environment {
  return parseEnvironment(file, readFileSync(file, 'utf8'))
}

/** The same for a text at hand; `file` names it. */
export function parseEnvironment(file: string, text: string): Environment {
  const name = basename(file, '.yml')
  const complaints: Complaint[] = []
  const misnamed = nameComplaint(name)
  if (misnamed !== undefined) complaints.push({ source: file, path: '', value: name, message: misnamed })
  const { tree, complaints: unreadable } = readYaml(text, file, { lines: true })
  complaints.push(...unreadable)
  if (tree?.kind === 'mapping') {
    const environment = checkEnvironment(name, tree, complaints)
    if (environment && complaints.length === 0) return environment
  } else if (tree) {
    complaints.push({ ...tree.place, path: '', message: 'the file must be a section with keys such as engine and storage' })
  }
  throw new EnvironmentError(complaints)
}

/** Checks the content, and adds what is wrong with it to `complaints`. */
function checkEnvironment(name: string, root: Mapping, complaints: Complaint[]): Environment | undefined {
  const { engine, ...rest } = sectionOf(plainValue(root))
  const known = engine === 'cdk' || engine === 'cdktf' ? engine : undefined
  complaints.push(...checkRegistry(root, sectionOf(rest.registry), known))
  if (known) {
    const { data, error } = engines[known].safeParse({ engine, ...rest })
    for (const issue of error?.issues ?? []) complaints.push(...complaintsOf(issue, root, engines[known]))
    if (data === undefined) return
    if (data.engine === 'cdk') {
      const complete = { ...data, storage: completeStorage(data.storage, data.host) }
      complaints.push(
        ...checkStorage(root, complete.storage),
        ...checkAws(root, data),
        ...checkAuth(root, data),
        ...checkCollection(root, data),
        ...checkMaintenance(root, data),
        ...checkStandby(root, data),
        ...checkClientCertificates(root, data),
      )
      return { name, ...complete }
    }
    complaints.push(
      ...checkStorage(root, data.storage),
      ...checkState(root, data),
      ...checkReach(root, data),
      ...checkDns(root, data),
      ...checkAuth(root, data),
      ...checkCollection(root, data),
      ...checkMaintenance(root, data),
      ...checkStandby(root, data),
      ...checkClientCertificates(root, data),
    )
    return { name, ...data }
  }
  // What the other keys may hold depends on the engine. What is wrong whichever was meant can be said at once.
  const [forOne, forOther] = (['cdk', 'cdktf'] as const).map(engine =>
    (engines[engine].safeParse({ ...rest, engine }).error?.issues ?? []).flatMap(issue => complaintsOf(issue, root, engines[engine])),
  )
  complaints.push(engineComplaint(root))
  complaints.push(...(forOne ?? []).filter(one => forOther?.some(other => other.path === one.path && other.message === one.message)))
  return undefined
}

function engineComplaint(root: Mapping): Complaint {
  const { place, tree } = placeOf(root, ['engine'])
  const message = 'must be cdk (AWS) or cdktf (a Docker engine)'
  if (!tree || isNull(tree)) return { ...place, path: 'engine', message: `is missing: ${message}` }
  return { ...place, path: 'engine', message, ...(tree.kind === 'scalar' ? { value: tree.text } : {}) }
}

function sectionOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
