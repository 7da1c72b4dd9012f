import { Construct } from 'constructs'
import {
  CertRequest,
  LocallySignedCert,
  PrivateKey,
  SelfSignedCert,
  TerraformOutput,
  type TerraformStack,
  type TerraformVariable,
  TlsProvider,
} from '../tf.ts'

const hours = (days: number) => days * 24

/**
 * An authority that only this registry's clients know, and the certificate that it gives. The keys are in the data stack's state.
 *
 * The authority lasts ten years. A year is what clients accept of a certificate (Apple: at most 825 days from an authority of one's own).
 */
export class SelfSignedAuthority extends Construct {
  constructor(stack: TerraformStack, id: string, domain: TerraformVariable) {
    super(stack, id)
    new TlsProvider(stack, 'tls')
    const named = <Made extends { overrideLogicalId(id: string): void }>(name: string, made: Made): Made => {
      // Addresses in the state must never change, or an upgrade of the kit would make an authority that nobody trusts.
      made.overrideLogicalId(name)
      return made
    }
    const key = (name: string) => named(name, new PrivateKey(this, name, { algorithm: 'ECDSA', ecdsaCurve: 'P256' }))

    const authorityKey = key('authority')
    const authority = named(
      'authority',
      new SelfSignedCert(this, 'authority-certificate', {
        privateKeyPem: authorityKey.privateKeyPem,
        subject: [{ commonName: `${stack.node.id} certificate authority` }],
        isCaCertificate: true,
        allowedUses: ['cert_signing', 'crl_signing'],
        validityPeriodHours: hours(3650),
      }),
    )
    const serverKey = key('registry')
    const request = named(
      'registry',
      new CertRequest(this, 'request', {
        privateKeyPem: serverKey.privateKeyPem,
        subject: [{ commonName: domain.stringValue }],
        dnsNames: [domain.stringValue],
      }),
    )
    const certificate = named(
      'registry',
      new LocallySignedCert(this, 'certificate', {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authorityKey.privateKeyPem,
        caCertPem: authority.certPem,
        allowedUses: ['digital_signature', 'server_auth'],
        validityPeriodHours: hours(365),
        earlyRenewalHours: hours(60),
      }),
    )
    const output = (name: string, value: string, description: string, sensitive = false) =>
      new TerraformOutput(stack, name, { value, description, sensitive })
    output('certificate_authority', authority.certPem, 'The certificate that clients must trust.')
    output('tls_certificate', certificate.certPem, "The registry's certificate.")
    output('tls_key', serverKey.privateKeyPem, 'Its key.', true)
    output('tls_ends', certificate.validityEndTime, 'When it ends.')
  }
}
