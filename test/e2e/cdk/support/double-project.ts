import { join } from 'node:path'
import { CdkProject } from '../../support/cdk/cdk-project.ts'

/** A project before something that stands for AWS. */
export async function doubleProject(folder: string, endpoint: string): Promise<CdkProject> {
  const project = new CdkProject(folder, {
    app: join(import.meta.dirname, 'app.ts'),
    variables: {
      // Nothing of who runs the tests may reach AWS itself.
      HOME: folder,
      // It remembers there whose key it was, and one key is everybody's here.
      CDK_HOME: folder,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
      // What CloudFormation's schemas say, `npm run lint:templates` asks: it takes a second of processor time for each stack.
      CDK_VALIDATION: 'false',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    },
  })
  await project.begin()
  return project
}
