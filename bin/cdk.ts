import { App } from 'aws-cdk-lib'
import { addEnvironments } from '../lib/aws/add-environments.ts'
import { environmentsFor } from '../lib/environment/environments-for.ts'

const app = new App()
addEnvironments(app, environmentsFor('cdk', app))
app.synth()
