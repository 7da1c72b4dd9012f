import { type Finding, lacking } from '../../registry-app/src/doctor/probe.ts'
import { amazonCredentials } from '../../registry-app/src/s3/amazon-credentials.ts'
import type { CdkEnvironment, Environment } from '../environment/environment.ts'
import { AwsAccount } from './aws/account.ts'
import { awsChecks } from './aws/checks.ts'
import { AwsRefusal } from './aws/refusal.ts'
import type { Surroundings } from './check.ts'
import { checks } from './checks.ts'

/** A check of one environment. */
export interface Question {
  readonly name: string
  readonly first?: true
  readonly ask: () => Promise<Finding>
}

/** What is asked before an environment is deployed, by its engine. */
export function questionsOf(environment: Environment, surroundings: Surroundings): readonly Question[] {
  if (environment.engine === 'cdk') return awsQuestions(environment, surroundings)
  return checks.map(check => ({ ...check, ask: () => check.ask(environment, surroundings) }))
}

function awsQuestions(environment: CdkEnvironment, surroundings: Surroundings): readonly Question[] {
  const { region } = environment.host
  const { variables, signal } = surroundings
  const now = () => new Date()
  const credentials = amazonCredentials({ region, environment: variables, now })
  const around = { ...surroundings, now, account: new AwsAccount({ region, variables, credentials, now, signal }) }
  return awsChecks.map(check => ({
    ...check,
    async ask() {
      try {
        return await check.ask(environment, around)
      } catch (cause) {
        if (!(cause instanceof AwsRefusal && cause.isDenied) || check.first) throw cause
        return lacking(`it may not be asked by these credentials: ${cause.message}`)
      }
    },
  }))
}
