import { text } from '../values.ts'

/** The name of something on AWS, of any partition; `what` says of what. */
export const arn = (service: string, what: string) =>
  text(`the ARN of ${what}, such as arn:aws:${service}:…`, new RegExp(`^arn:aws[a-z-]*:${service}:[\\w-]*:(\\d{12}|aws)?:\\S+$`))
