import type { App } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../environment/environment.ts'
import { RegistryStack } from './app-stack.ts'
import { RegistryDataStack } from './data-stack.ts'

export interface AddEnvironmentsOptions {
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
}

/** Adds the two stacks of each environment: `registry-NAME-data` with what must outlive the app, and `registry-NAME`. */
export function addEnvironments(app: App, environments: readonly CdkEnvironment[], options: AddEnvironmentsOptions = {}): void {
  for (const environment of environments) {
    const data = new RegistryDataStack(app, `registry-${environment.name}-data`, { environment })
    const stack = new RegistryStack(app, `registry-${environment.name}`, { environment, ...options })
    stack.addStackDependency(data)
  }
}
