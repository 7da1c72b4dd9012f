import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { z } from 'zod'
import { addEnvironments } from '../../lib/aws/add-environments.ts'
import { selectEnvironments } from '../../lib/environment/select-environments.ts'

const root = join(import.meta.dirname, '../..')
const flags = z.object({ context: z.record(z.string(), z.unknown()) })

/** Synthesizes all shipped environments on AWS into a folder, with the feature flags of cdk.json. The app must have been built. */
export function synthesizeShipped(outdir: string): void {
  const { context } = flags.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')))
  const app = new App({ outdir, context })
  const environments = selectEnvironments({ folder: join(root, 'environments') })
  addEnvironments(
    app,
    environments.filter(environment => environment.engine === 'cdk'),
  )
  app.synth()
}
