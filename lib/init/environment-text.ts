import { stringify } from 'yaml'
import { schemaComment } from '../environment/json-schema.ts'
import { isPublicName } from '../environment/public-name.ts'
import { kitCommand } from '../kit-command.ts'
import type { Answers } from './answers.ts'

/** The file of an environment, with a word on what else it may say. */
export function environmentText(name: string, answers: Answers): string {
  const { engine = 'cdktf', domain } = answers
  const sections = [
    `${schemaComment}\n# docs/environments.md explains every key.`,
    line('engine', engine),
    ...(engine === 'cdk' ? onAws(name, answers) : [answers.storage === 's3' ? bucket(name, answers) : volume]),
    ...(domain ? [`# The name by which clients reach the registry.\n${line('domain', domain)}`] : []),
    ...(engine === 'cdk' ? [] : onEngine(answers)),
    "# Any key of the registry's own config.yml (docs/configuration.md), over what the kit writes there:\n# registry:\n#   log: {level: debug}",
  ]
  return `${sections.join('\n\n')}\n`
}

const volume = `storage:
  driver: filesystem
  # Destroying the data stack is refused as long as this says retain. With delete, the images go with it.
  onDestroy: retain`

function bucket(name: string, { provider, account, endpoint, region, signingVersion, bucket, existing = false }: Answers): string {
  const keys = { provider: provider === 'other' ? undefined : provider, account, endpoint, region, signingVersion, bucket }
  const lines = Object.entries(keys).flatMap(([key, value]) => (value ? [`  ${line(key, value)}`] : []))
  const rest = existing
    ? '  # It is there already: nothing here makes it, changes it or destroys it.\n  existing: true'
    : `  # The data stack makes it. Destroying it is refused as long as this says retain; with empty, it goes once ${kitCommand} empty ${name} ran.\n  onDestroy: retain`
  return `# The keys have no place here: TF_VAR_s3_access_key and TF_VAR_s3_secret_key hand them to a deployment.\nstorage:\n  driver: s3\n${lines.join('\n')}\n${rest}`
}

function onEngine({ domain, host }: Answers): readonly string[] {
  return [...(domain ? [certificate(domain)] : []), ...(host ? [`# The Docker engine that runs it.\nhost:\n  ${line('uri', host)}`] : [])]
}

/** No public authority certifies a private name, and without another word one would be asked. */
function certificate(domain: string): string {
  return isPublicName(domain)
    ? "# Let's Encrypt certifies it, and asks for that at ports 443 and 80 of the name. Others: certificate.by: files, self-signed, proxy.\n# certificate:\n#   by: letsencrypt\n#   email: you@example.com"
    : '# An authority of its own: the deployment prints what makes clients trust it. Others: certificate.by: files, proxy.\ncertificate:\n  by: self-signed'
}

function onAws(
  name: string,
  { host, region, bucket, existing, endpoint, provider, signingVersion, account, zone, zoneId }: Answers,
): readonly string[] {
  const store = { provider, account, endpoint, signingVersion, bucket }
  const section = (values: Readonly<Record<string, string | undefined>>) =>
    Object.entries(values).flatMap(([key, value]) => (value ? [`  ${line(key, value)}`] : []))
  const rest = existing
    ? '  # It is there already: nothing here makes it, changes it or destroys it.\n  existing: true'
    : `  # The data stack makes it, and leaves it where it is when it goes; with empty, it goes once ${kitCommand} empty ${name} ran.\n  onDestroy: retain`
  return [
    ['storage:', '  driver: s3', ...section(store), rest].join('\n'),
    ['host:', ...section({ kind: host, region })].join('\n'),
    ...(zone ? [['dns:', ...section({ by: 'route53', zone, zoneId })].join('\n')] : []),
  ]
}

/** A value as YAML 1.1 reads it back, quoted where it must be. */
const line = (key: string, value: string) => stringify({ [key]: value }, { version: '1.1', lineWidth: 0 }).trimEnd()
