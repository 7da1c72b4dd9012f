import { isIPv6 } from 'node:net'
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { registryPort } from '../../../environment/registry-config.ts'
import type { HostNetwork } from '../host.ts'

export interface HostSecurityGroupProps {
  readonly network: HostNetwork
  /** Whether the registry has a certificate, from Let's Encrypt. */
  readonly tls: boolean
}

/** Who may connect to the instance: to the ports that it publishes, the ranges that are admitted. SSH is not among them. */
export class HostSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, { network, tls }: HostSecurityGroupProps) {
    super(scope, id, { vpc: network.vpc, description: 'The registry', allowAllOutbound: false })
    for (const range of network.admit) {
      this.addIngressRule(peer(range), Port.tcp(tls ? 443 : registryPort), 'The environment admits it')
    }
    // Whom a certificate authority asks from is not known beforehand; on this port there are its proofs, and the way to HTTPS.
    if (tls) this.addIngressRule(Peer.anyIpv4(), Port.HTTP, 'Proofs for the certificate')
    // AWS, the certificate authority and packages by HTTPS, but an S3 store elsewhere at any port.
    this.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'AWS, and the store')
  }
}

const peer = (range: string) => (isIPv6(range.split('/')[0] ?? '') ? Peer.ipv6(range) : Peer.ipv4(range))
