import { isAmazon } from './complete-storage.ts'
import type { Checked, Rule } from './rule.ts'

/** Whether nothing leads out of its network but to AWS, and there to its own region alone. */
const isEnclosed = ({ network: { private: isPrivate, vpc, natGateways } }: Checked) => isPrivate && vpc === undefined && natGateways === 0

const enclosed = 'network.natGateways 0 leaves a private network no way out'

/** What lies where such a network does not lead: tasks would not start, or no request be answered. */
const outOfReach: readonly Rule[] = [
  ({ image, host }) =>
    image !== undefined &&
    !isOwnEcr(image.reference, host.region) && ['image.reference', `must be in Amazon ECR in ${host.region}: ${enclosed}`],
  ({ storage, host }) =>
    !(isAmazon(storage) && (storage.region ?? host.region) === host.region) && [
      'storage',
      `must be on Amazon S3 in ${host.region}: ${enclosed}`,
    ],
  ({ cache, host }) =>
    cache.some(({ url }) => !isOwnEcr(url.replace(/^https:\/\//, ''), host.region)) && ['cache', `has no use here: ${enclosed}`],
]

export const enclosedRules: readonly Rule[] = outOfReach.map(rule => environment => isEnclosed(environment) && rule(environment))

/** Whether endpoints lead there. A private network asks ECR of its own region, of whichever account. */
const isOwnEcr = (written: string, region: string) => {
  const [, at] = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\./.exec(written) ?? []
  return at === region
}
