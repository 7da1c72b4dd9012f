import { lookup, resolve4, resolve6, resolveNs } from 'node:dns/promises'
import { bad, type Finding, skipped } from '../../registry-app/src/doctor/probe.ts'
import type { Environment } from '../environment/environment.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import type { Names, Surroundings } from './check.ts'
import { type Question, questionsOf } from './questions.ts'

export interface PreflightSetting extends Pick<Surroundings, 'variables' | 'signal'> {
  readonly out: (text: string) => void
  /** The folder of the environment files. */
  readonly folder: string
  /** Whom to ask of names. @default - the resolver of this machine */
  readonly names?: Names
}

const words: Readonly<Record<Finding['verdict'], string>> = { good: 'ok', lacking: 'note', bad: 'FAILED', skipped: '-' }

/**
 * Asks what would make a deployment fail halfway, a line for each question.
 *
 * @param json one document at the end instead of lines, as the doctor's
 * @returns the exit code: 0 if nothing that can be asked speaks against a deployment
 */
export async function preflight(name: string, { json = false }: { json?: boolean }, setting: PreflightSetting): Promise<number> {
  const { out, folder, names = machineNames, ...rest } = setting
  const [environment] = selectEnvironments({ folder, name })
  if (environment === undefined) throw new UsageError(`there is no environment ${name}`)
  const results: (Pick<Finding, 'verdict' | 'says'> & { readonly name: string })[] = []
  let stopped: string | undefined
  for (const question of questionsOf(environment, { ...rest, ...names })) {
    if (!json) out(question.name.padEnd(16))
    const { verdict, says } = stopped === undefined ? await answer(question) : skipped(`there is nobody to ask: see ${stopped}`)
    if (verdict === 'bad' && question.first) stopped = question.name
    results.push({ name: question.name, verdict, says: says.replace(/\s+/g, ' ').trim() })
    if (!json) out(`${words[verdict].padEnd(8)}${results.at(-1)?.says}\n`)
  }
  const failed = results.filter(({ verdict }) => verdict === 'bad').length
  if (json) out(`${JSON.stringify({ healthy: failed === 0, environment: name, results }, undefined, 2)}\n`)
  else out(`\n${failed === 0 ? deployable(environment) : `The deployment would fail: ${failed} of ${results.length} answers are bad.`}\n`)
  return failed === 0 ? 0 : 1
}

const deployable = ({ engine, name }: Environment) =>
  `Nothing that was asked speaks against npx ${engine} deploy registry-${name}-data registry-${name}.`

async function answer({ name, ask }: Question): Promise<Finding> {
  try {
    return await ask()
  } catch (cause) {
    return bad(cause instanceof Error ? cause.message : `${name}: ${cause}`)
  }
}

const machineNames: Names = {
  async resolve(name) {
    const none = () => []
    return [...(await resolve4(name).catch(none)), ...(await resolve6(name).catch(none))]
  },
  lookup: async name => (await lookup(name, { all: true })).map(({ address }) => address),
  nameServers: resolveNs,
}
