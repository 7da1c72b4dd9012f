import { z } from 'zod'
import { bad, type Finding, good, lacking, skipped } from '../../../registry-app/src/doctor/probe.ts'
import { reach } from '../../environment/reach.ts'
import type { AwsAccount } from './account.ts'
import type { AwsCheck } from './aws-check.ts'
import { AwsRefusal } from './refusal.ts'

const described = z.looseObject({
  Certificate: z.looseObject({
    Status: z.string(),
    DomainName: z.string().optional(),
    SubjectAlternativeNames: z.array(z.string()).default([]),
    // Seconds since 1970.
    NotAfter: z.number().optional(),
  }),
})

/** Days that a certificate should still be good for. */
const fewDays = 30

/** Whether there will be a certificate. */
export const certificate: AwsCheck = {
  name: 'certificate',
  async ask(environment, { account, now }) {
    const { certificate } = reach(environment)
    switch (certificate.by) {
      case 'import':
        return imported(certificate.arn, environment.domain ?? '', account, now())
      case 'acm':
        return good(`AWS Certificate Manager gives it, by a record that the deployment makes in the zone`)
      case 'letsencrypt':
        return good('the instance asks for it once its address and the record are there: the deployment makes both')
      default:
        return skipped('there is none')
    }
  },
}

async function imported(arn: string, domain: string, account: AwsAccount, now: Date): Promise<Finding> {
  const found = await describe(arn, account)
  if (found === undefined) return bad(`there is no certificate ${arn}`)
  const { Status, DomainName = '', SubjectAlternativeNames, NotAfter } = found
  if (Status !== 'ISSUED') return bad(`its status is ${Status}, and only one that is ISSUED can be used`)
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])]
  if (!names.some(name => covers(name, domain))) return bad(`it is for ${names.join(', ')}, and not for ${domain}`)
  if (NotAfter === undefined) return good(`it is for ${domain}`)
  const days = Math.floor((NotAfter * 1000 - now.getTime()) / 86_400_000)
  if (days < 0) return bad(`it was good until ${new Date(NotAfter * 1000).toISOString().slice(0, 10)}`)
  return (days < fewDays ? lacking : good)(`it is for ${domain}, and good for ${days} days`)
}

async function describe(CertificateArn: string, account: AwsAccount) {
  try {
    return described.parse(await account.json('ACM', 'CertificateManager.DescribeCertificate', { CertificateArn })).Certificate
  } catch (cause) {
    if (cause instanceof AwsRefusal && cause.refusal.code === 'ResourceNotFoundException') return undefined
    throw cause
  }
}

/** A star stands for one label: RFC 6125, section 6.4.3. */
function covers(name: string, domain: string): boolean {
  const [given, wanted] = [name.toLowerCase(), domain.toLowerCase()]
  return given === wanted || (given.startsWith('*.') && given.slice(2) === wanted.slice(wanted.indexOf('.') + 1))
}
