import { CfnDeletionPolicy, CfnOutput, type CfnResource, Fn, RemovalPolicy, type Stack, Validations } from 'aws-cdk-lib'
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager'
import { HostedZone, type IHostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53'
import type { CdkEnvironment } from '../../environment/environment.ts'
import { reach } from '../../environment/reach.ts'
import { tell } from '../data-parameters.ts'

/** The zone of the domain, imported or made, and a certificate that is validated by records in it. */
export function addNames(stack: Stack, environment: CdkEnvironment): void {
  const { name, domain, dns } = environment
  if (dns?.by !== 'route53' || domain === undefined) return
  const zone = zoneOf(stack, dns)
  tell(stack, name, 'zone', zone.hostedZoneId)
  if (reach(environment).certificate.by !== 'acm') return
  const certificate = new Certificate(stack, 'Certificate', { domainName: domain, validation: CertificateValidation.fromDns(zone) })
  // The load balancer still has the old one when this stack has a new one: CloudFormation would try for an hour to delete it.
  ;(certificate.node.defaultChild as CfnResource).cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
  Validations.of(certificate).acknowledge({ id: 'CloudFormation-Validate::W3011', reason: 'Destroyed, it goes with its stack.' })
  tell(stack, name, 'certificate', certificate.certificateArn)
}

function zoneOf(stack: Stack, { zone: zoneName, zoneId }: { readonly zone: string; readonly zoneId?: string | undefined }): IHostedZone {
  if (zoneId !== undefined) return HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: zoneId, zoneName })
  const zone = new PublicHostedZone(stack, 'Zone', { zoneName })
  // Its name servers stand in the zone above: a zone that is made again has others.
  zone.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
  ;(zone.node.defaultChild as CfnResource).overrideLogicalId('Zone')
  new CfnOutput(stack, 'nameServers', {
    value: Fn.join(' ', zone.hostedZoneNameServers ?? []),
    description: `The name servers of ${zoneName}, which the zone above must name before a certificate is given.`,
  })
  return zone
}
