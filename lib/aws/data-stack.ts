import { CfnOutput, Stack } from 'aws-cdk-lib'
import { CfnEIP } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { keepsAddress } from '../environment/aws/keeps-address.ts'
import { keptOnAws } from '../environment/aws/kept-on-aws.ts'
import type { CdkEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { LogBucket } from './bucket/log-bucket.ts'
import { addImages } from './data/images.ts'
import { addNames } from './data/names.ts'
import { RegistrySecrets } from './data/secrets.ts'
import { tell } from './data-parameters.ts'
import { boundRoles } from './stack/bound-roles.ts'
import { s3Parameters } from './stack/s3-parameters.ts'
import { stackProps } from './stack/stack-props.ts'
import { tagEnvironment } from './tag-environment.ts'

export interface RegistryDataStackProps {
  readonly environment: CdkEnvironment
}

/** What outlives the registry: its images, its names and address, its secrets. */
export class RegistryDataStack extends Stack {
  constructor(scope: Construct, id: string, { environment }: RegistryDataStackProps) {
    super(scope, id, stackProps(environment, 'the images'))
    const { name, storage, host } = environment
    const parameters = s3Parameters(this, storage)
    const loadBalancerLogs = host.kind === 'fargate' && host.accessLogs
    const logsOf = storage.accessLogs ? storage.bucket : undefined
    const logs =
      storage.accessLogs || loadBalancerLogs
        ? new LogBucket(this, 'Logs', { days: environment.monitoring.logDays, region: host.region, logsOf }).bucket
        : undefined
    if (logs && loadBalancerLogs) tell(this, name, 'logs', logs.bucketName)
    const bucket = addImages(this, { environment, parameters, accessLogs: storage.accessLogs ? logs?.bucketName : undefined })
    const { auth } = reach(environment)
    const secrets = new RegistrySecrets(this, 'Secrets', auth.by === 'none' ? {} : { user: auth.user })
    secrets.overrideLogicalIds()
    tell(this, name, 'http-secret', secrets.http.secretArn)
    if (secrets.user) tell(this, name, 'user', secrets.user.secretArn)
    addNames(this, environment)
    if (keepsAddress(environment)) this.#keepAddress(name)

    new CfnOutput(this, 'bucket', { value: bucket, description: 'The bucket that holds the images.' })
    new CfnOutput(this, 'kept', { value: keptOnAws(environment), description: 'What destroying this stack leaves, and how it goes.' })
    tagEnvironment(this, environment)
    boundRoles(this, environment)
  }

  /** The instances come and go; records lead to this. */
  #keepAddress(name: string): void {
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' })
    address.overrideLogicalId('Address')
    tell(this, name, 'address', address.ref)
    tell(this, name, 'address-allocation', address.attrAllocationId)
  }
}
