import { environmentsFor } from '../lib/environment/environments-for.ts'
import { runProgram } from '../lib/run-program.ts'
import { addEnvironments } from '../lib/terraform/add-environments.ts'
import { App } from '../lib/terraform/tf.ts'

process.exitCode = runProgram(() => {
  const app = new App()
  addEnvironments(app, environmentsFor('cdktf', app))
  app.synth()
})
