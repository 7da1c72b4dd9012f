import { lookup, resolve4, resolve6, resolveNs } from 'node:dns/promises'
import { bad, type Finding } from '../doctor/probe.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import type { Check, Names, Surroundings } from './check.ts'
import { checks } from './checks.ts'

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
  if (environment?.engine !== 'cdktf') throw new UsageError(`the environment ${name} is deployed by AWS CDK: npx cdk diff asks the account`)
  const results: (Pick<Finding, 'verdict' | 'says'> & { readonly name: string })[] = []
  for (const check of checks) {
    if (!json) out(check.name.padEnd(16))
    const { verdict, says } = await answer(check, () => check.ask(environment, { ...rest, ...names }))
    results.push({ name: check.name, verdict, says: says.replace(/\s+/g, ' ').trim() })
    if (!json) out(`${words[verdict].padEnd(8)}${results.at(-1)?.says}\n`)
  }
  const failed = results.filter(({ verdict }) => verdict === 'bad').length
  if (json) out(`${JSON.stringify({ healthy: failed === 0, environment: name, results }, undefined, 2)}\n`)
  else out(`\n${failed === 0 ? deployable(name) : `The deployment would fail: ${failed} of ${results.length} answers are bad.`}\n`)
  return failed === 0 ? 0 : 1
}

const deployable = (name: string) => `Nothing that was asked speaks against npx cdktf deploy registry-${name}-data registry-${name}.`

async function answer({ name }: Check, ask: () => Promise<Finding>): Promise<Finding> {
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
