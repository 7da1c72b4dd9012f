import { App, DefaultStackSynthesizer, type IReusableStackSynthesizer, Tags } from 'aws-cdk-lib'
import { addEnvironments } from '../../../../lib/aws/add-environments.ts'
import { environmentTag } from '../../../../lib/aws/tag-environment.ts'
import { selectEnvironments } from '../../../../lib/environment/select-environments.ts'

/*
 * As bin/cdk.ts, but for two things at which moto fails: a rule in each template that asks whether the account is bootstrapped, and tags of
 * SSM parameters. What of them the templates say is not the less tested elsewhere.
 */
// The CDK's own declarations do not hold under exactOptionalPropertyTypes.
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IReusableStackSynthesizer
const app = new App({ defaultStackSynthesizer: synthesizer })
addEnvironments(
  app,
  selectEnvironments().filter(environment => environment.engine === 'cdk'),
)
Tags.of(app).remove(environmentTag, { includeResourceTypes: ['AWS::SSM::Parameter'], priority: 300 })
app.synth()
