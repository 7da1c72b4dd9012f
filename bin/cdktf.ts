import { environmentsFor } from '../lib/environment/environments-for.ts'
import { addEnvironments } from '../lib/terraform/add-environments.ts'
import { App } from '../lib/terraform/tf.ts'

const app = new App()
addEnvironments(app, environmentsFor('cdktf', app))
app.synth()
