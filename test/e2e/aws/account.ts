import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CdkEnvironment } from '../../../lib/environment/environment.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { root } from '../support/paths.ts'
import type { Need } from '../support/suite.ts'

/** The variable that names the environment, a file in `environments/`, which is deployed to whatever account the AWS SDK finds keys of. */
export const variable = 'AWS_E2E_ENVIRONMENT'

const name = process.env[variable] ?? ''

/** What `suite` asks for. Nobody deploys by accident, and nobody without having read what it costs. */
export const account: Need =
  name === '' ? { missing: `${variable} names no environment to deploy to a real account, which COSTS MONEY by the hour` } : {}

export interface TrialEnvironment {
  readonly environment: CdkEnvironment
  readonly text: string
}

/** @throws Error if it is none of AWS's, or not one that this suite can do all of its steps with */
export async function trialEnvironment(): Promise<TrialEnvironment> {
  const text = await readFile(join(root, 'environments', `${name}.yml`), 'utf8')
  const environment = parseEnvironment(`${name}.yml`, text)
  if (environment.engine !== 'cdk') throw new Error(`${name} is not an environment of AWS: engine must be cdk`)
  const { storage, domain, dns } = environment
  if (domain === undefined || dns?.by !== 'route53' || dns.zoneId === undefined) {
    throw new Error(`${name} needs a domain in a zone that is there, dns.zoneId: a new zone would have to be delegated twice`)
  }
  if (storage.existing || storage.onDestroy !== 'retain') {
    throw new Error(`${name} must make a bucket and keep it: neither storage.existing nor onDestroy`)
  }
  return { environment, text }
}
