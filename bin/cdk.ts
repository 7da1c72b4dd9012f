import { App } from 'aws-cdk-lib'
import { addEnvironments } from '../lib/aws/add-environments.ts'
import { environmentsFor } from '../lib/environment/environments-for.ts'
import { runProgram } from '../lib/run-program.ts'

process.exitCode = runProgram(() => {
  const app = new App()
  addEnvironments(app, environmentsFor('cdk', app))
  app.synth()
})
