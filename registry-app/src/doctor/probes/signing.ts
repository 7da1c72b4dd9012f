import type { SigningVersion } from '../../s3/options.ts'
import type { Patient } from '../patient.ts'
import { bad, type Finding, good, lacking, misconfigured, type Probe } from '../probe.ts'
import { defaultAddressing } from '../way.ts'
import { type Knock, knock } from './knock.ts'

/** Which signatures the store believes. On the way it tells where it is, if it was asked in the wrong region. */
export const signing: Probe = {
  name: 'signing versions',
  first: true,
  async ask(patient) {
    const { target } = patient
    const v4 = await tryVersion(patient, 'v4')
    const v2 = await tryVersion(patient, 'v2')
    const accepted = [...(v4.believed ? (['v4'] as const) : []), ...(v2.believed ? (['v2'] as const) : [])]
    const [best] = accepted
    if (best === undefined) return bad(refused(v4.says, v2.says))

    const facts = { signing: accepted, ...(v4.region === undefined ? {} : { region: v4.region }) }
    if (target.signing && !accepted.includes(target.signing)) {
      const { says } = target.signing === 'v4' ? v4 : v2
      return misconfigured(`it takes ${best} only, and the configuration says ${target.signing} (${says})`, facts)
    }
    return judge(best === 'v4' ? v4 : v2, accepted, facts)
  },
}

/** Where both are refused for the same reason, it is most often the keys. */
function refused(v4: string, v2: string): string {
  if (v4 !== v2) return `it takes neither: v4 (${v4}), v2 (${v2})`
  const [code = ''] = v4.split(':')
  const advice = mistakes[code]
  return `it takes neither v4 nor v2: ${v4}${advice === undefined ? '' : ` (${advice})`}`
}

const mistakes: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'most often a wrong secret key',
  // A list of the bucket that is taken for an object of another one.
  NoSuchKey: 'most often an endpoint with the name of the bucket in it, which belongs in the bucket alone',
  InvalidAccessKeyId: 'most often a wrong access key, or one of another account or provider',
}

/** Whoever is believed may still be told that the bucket is not there, or not theirs. */
function judge({ says }: Knock, accepted: readonly SigningVersion[], facts: Finding['facts']): Finding {
  const both = accepted.length > 1 ? 'v4 and v2' : `${accepted[0]} only`
  if (says.startsWith('NoSuchBucket'))
    return bad(`it takes ${both}, and has no bucket of this name: make it first, or look at --bucket`, facts)
  if (says.startsWith('AccessDenied')) return lacking(`it takes ${both}, and does not let these keys list the bucket`, facts)
  return good(`it takes ${both}`, facts)
}

/** In either addressing style, and a second time where the first answer names another region. */
async function tryVersion(patient: Patient, signing: SigningVersion): Promise<Knock> {
  const usual = patient.target.addressing ?? defaultAddressing(patient.target)
  let last: Knock | undefined
  for (const addressing of [usual, usual === 'path' ? ('virtual' as const) : ('path' as const)]) {
    const first = await knock(patient, { signing, addressing })
    if (first.believed) return first
    if (first.region !== undefined && first.region !== patient.target.region) {
      const { region } = first
      const second = await knock(patient, { signing, addressing, region })
      if (second.believed) return { ...second, region }
    }
    last ??= first
  }
  return last ?? { believed: false, says: 'it was not asked', region: undefined }
}
