import { join } from 'node:path'
import { EnvironmentError } from '../environment/environment-error.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { exportEnvironment } from './export-environment.ts'

/** `npm run export -- NAME [FOLDER]`: what it did, and what comes next. @throws EnvironmentError if there is no such environment of this engine */
export function exportCommand([name, folder]: readonly string[]): string {
  if (name === undefined || name === '--help' || name === '-h')
    return 'npm run export -- NAME [FOLDER] writes the environment NAME as plain Terraform, to export/NAME unless told.\n'
  const [environment] = selectEnvironments({ name })
  if (environment?.engine !== 'cdktf') {
    const message = 'is deployed by AWS CDK: npx cdk synth writes it as CloudFormation'
    throw new EnvironmentError([{ source: join('environments', `${name}.yml`), path: 'engine', value: 'cdk', message }])
  }
  const folders = exportEnvironment(environment, folder ?? join('export', name))
  const commands = folders.map(each => `  terraform -chdir=${each} init\n  terraform -chdir=${each} apply\n`)
  return `Written to ${folders.join(' and ')}. In this order, with terraform or tofu:\n${commands.join('')}`
}
