import { App, DefaultStackSynthesizer, type IReusableStackSynthesizer } from 'aws-cdk-lib'
import { addEnvironments } from '../../../../lib/aws/add-environments.ts'
import { selectEnvironments } from '../../../../lib/environment/select-environments.ts'

// As bin/cdk.ts, but for a rule in each template that asks whether the account is bootstrapped: moto fails at it.
// The CDK's own declarations do not hold under exactOptionalPropertyTypes.
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IReusableStackSynthesizer
const app = new App({ defaultStackSynthesizer: synthesizer })
addEnvironments(
  app,
  selectEnvironments().filter(environment => environment.engine === 'cdk'),
)
app.synth()
