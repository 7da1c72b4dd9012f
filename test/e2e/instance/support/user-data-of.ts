import { z } from 'zod'

const text = z.union([z.string(), z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })])
const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
})
const launchTemplate = z.object({ LaunchTemplateData: z.object({ UserData: z.object({ 'Fn::Base64': text }) }) })

/**
 * The user data of a synthesized stack, as CloudFormation would give them to an instance.
 *
 * @param value what a reference or another function of CloudFormation becomes
 */
export function userDataOf(synthesized: unknown, value: (part: unknown) => string): string {
  const { Resources } = template.parse(synthesized)
  const found = Object.values(Resources).find(({ Type }) => Type === 'AWS::EC2::LaunchTemplate')
  const { 'Fn::Base64': data } = launchTemplate.parse(found?.Properties).LaunchTemplateData.UserData
  if (typeof data === 'string') return data
  return data['Fn::Join'][1].map(part => (typeof part === 'string' ? part : value(part))).join('')
}
