import { z } from 'zod'
import { bad, good } from '../../../registry-app/src/doctor/probe.ts'
import type { AwsCheck } from './aws-check.ts'
import { AwsRefusal } from './refusal.ts'

/** The version that the templates of the CDK ask for. */
export const bootstrapNeeded = 6

const parameter = z.looseObject({ Parameter: z.looseObject({ Value: z.string() }) })

/** What `cdk bootstrap` leaves in an account and region, without which `cdk deploy` has nowhere to put a template or an image. */
export const bootstrap: AwsCheck = {
  name: 'bootstrap',
  async ask({ host }, { account }) {
    const command = `npx cdk bootstrap aws://${host.account ?? 'ACCOUNT'}/${host.region}`
    try {
      const answer = await account.json('SSM', 'AmazonSSM.GetParameter', { Name: '/cdk-bootstrap/hnb659fds/version' })
      const version = Number(parameter.parse(answer).Parameter.Value)
      if (version < bootstrapNeeded)
        return bad(`version ${version} is too old, ${bootstrapNeeded} is needed: ${command} brings it up to date`)
      return good(`version ${version} is in ${host.region}`)
    } catch (cause) {
      if (!(cause instanceof AwsRefusal) || cause.refusal.code !== 'ParameterNotFound') throw cause
      return bad(`${host.region} of this account was never prepared for the CDK: ${command}`)
    }
  },
}
