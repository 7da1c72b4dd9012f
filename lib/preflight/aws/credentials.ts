import { bad, good } from '../../../registry-app/src/doctor/probe.ts'
import { childrenOf, textOf } from '../../../registry-app/src/s3/xml.ts'
import type { AwsCheck } from './aws-check.ts'

/** Whose keys they are, and of the account that the file names. */
export const credentials: AwsCheck = {
  name: 'credentials',
  first: true,
  async ask({ host }, { account }) {
    const answer = await account.query('STS', 'GetCallerIdentity', '2011-06-15')
    const [result] = childrenOf(answer, 'GetCallerIdentityResult')
    const who = { account: result && textOf(result, 'Account'), arn: result && textOf(result, 'Arn') }
    if (host.account !== undefined && who.account !== host.account) {
      return bad(`they are of the account ${who.account} (${who.arn}), and host.account is ${host.account}`)
    }
    return good(`${who.arn} in ${account.region}`)
  },
}
