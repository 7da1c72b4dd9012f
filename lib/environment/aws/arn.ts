import { text } from '../values.ts'

/**
 * The name of something on AWS, of any partition; `what` says of what.
 *
 * @param resource what stands behind the account in it, as a pattern, and an example of that. @default - anything
 */
export const arn = (service: string, what: string, { pattern, example }: { pattern: RegExp; example: string } = anything) =>
  text(
    `the ARN of ${what}, such as arn:aws:${service}:…${example}`,
    new RegExp(`^arn:aws[a-z-]*:${service}:[\\w-]*:(\\d{12}|aws)?:${pattern.source}$`),
  )

const anything = { pattern: /\S+/, example: '' }

/** A secret by its whole name: without the six signs at its end another one could be meant, and the CDK refuses it in its own words. */
export const secretArn = () =>
  arn('secretsmanager', 'a secret', { pattern: /secret:[^\s:]+-[A-Za-z0-9]{6}/, example: ':secret:name-AbCdEf' })

/** The region that a name on AWS says; empty for what has none. */
export const regionOf = (written: string): string => written.split(':')[3] ?? ''
