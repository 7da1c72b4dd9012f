import { resolve4, resolve6, resolveNs } from 'node:dns/promises'
import { bad, type Finding } from '../doctor/probe.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import type { Check, Surroundings } from './check.ts'
import { checks } from './checks.ts'

export interface PreflightSetting extends Pick<Surroundings, 'variables' | 'signal'> {
  readonly out: (text: string) => void
  /** The folder of the environment files. */
  readonly folder: string
  /** Whom to ask of names. @default - the resolver of this machine */
  readonly names?: Pick<Surroundings, 'resolve' | 'nameServers'>
}

const words: Readonly<Record<Finding['verdict'], string>> = { good: 'ok', lacking: 'note', bad: 'FAILED', skipped: '-' }

/** @returns the exit code: 0 if nothing that can be asked speaks against a deployment */
export async function preflight(name: string, { out, folder, names = machineNames, ...setting }: PreflightSetting): Promise<number> {
  const [environment] = selectEnvironments({ folder, name })
  if (environment?.engine !== 'cdktf') throw new UsageError(`the environment ${name} is deployed by AWS CDK: npx cdk diff asks the account`)
  let code = 0
  for (const check of checks) {
    const { verdict, says } = await answer(check, () => check.ask(environment, { ...setting, ...names }))
    out(`${check.name.padEnd(16)}${words[verdict].padEnd(8)}${says.replace(/\s+/g, ' ')}\n`)
    if (verdict === 'bad') code = 1
  }
  return code
}

async function answer({ name }: Check, ask: () => Promise<Finding>): Promise<Finding> {
  try {
    return await ask()
  } catch (cause) {
    return bad(cause instanceof Error ? cause.message : `${name}: ${cause}`)
  }
}

const machineNames: Pick<Surroundings, 'resolve' | 'nameServers'> = {
  async resolve(name) {
    const none = () => []
    return [...(await resolve4(name).catch(none)), ...(await resolve6(name).catch(none))]
  },
  nameServers: resolveNs,
}
