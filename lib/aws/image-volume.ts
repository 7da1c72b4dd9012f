import { Fn, RemovalPolicy, Size, Validations } from 'aws-cdk-lib'
import { EbsDeviceVolumeType, Volume } from 'aws-cdk-lib/aws-ec2'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { CdkEnvironment } from '../environment/environment.ts'
import { volumeParameters } from './volume-parameters.ts'

export interface ImageVolumeProps {
  readonly environment: Pick<CdkEnvironment, 'name' | 'storage'>
}

/** The encrypted EBS volume that holds the images. The instances that serve them come and go. */
export class ImageVolume extends Construct {
  readonly volumeId: string

  constructor(scope: Construct, id: string, { environment }: ImageVolumeProps) {
    super(scope, id)
    const { storage } = environment
    const volume = new Volume(this, 'Volume', {
      volumeName: `registry-${environment.name}`,
      availabilityZone: storage.availabilityZone ?? Fn.select(0, Fn.getAzs()),
      size: Size.gibibytes(storage.sizeGiB),
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      // On update too: were the zone ever to change, a new volume would be made and this one must not vanish.
      // A first deployment that fails takes it away again: nothing is on it yet.
      removalPolicy: storage.onDestroy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    })
    if (storage.availabilityZone !== undefined) {
      Validations.of(volume).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'The environment file names the zone.' })
    }
    this.volumeId = volume.volumeId
    const names = volumeParameters(environment)
    new StringParameter(this, 'VolumeId', { parameterName: names.volumeId, stringValue: volume.volumeId })
    new StringParameter(this, 'AvailabilityZone', { parameterName: names.availabilityZone, stringValue: volume.availabilityZone })
  }
}
