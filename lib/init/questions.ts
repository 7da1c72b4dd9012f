import type { Ask } from '../ask.ts'
import { thisMachine } from '../environment/docker-host-schema.ts'
import { providerNamed, providers } from '../environment/providers/index.ts'
import { UsageError } from '../usage-error.ts'
import type { Answers } from './answers.ts'

/**
 * Asks for what is needed and was not told, and for nothing else.
 *
 * @throws UsageError that names the flag, where nobody answers
 */
export async function complete(told: Answers, ask: Ask): Promise<Answers> {
  refuse('engine', told.engine, ['cdktf', 'cdk'])
  refuse('storage', told.storage, ['filesystem', 's3'])
  let asked = false
  const asking = async (flag: string, question: string, choices?: readonly string[]): Promise<string> => {
    asked = true
    for (let wanted = question; ; wanted = `${question} (this cannot be left open)`) {
      const answer = await ask(wanted, choices)
      if (answer === undefined) throw new UsageError(`--${flag} is missing, and no answer was given`)
      if (answer.trim() !== '') return answer.trim()
    }
  }
  /** What can be left open is asked of those alone who are being asked already: flags that tell enough are enough. */
  const optional = async (told: string | undefined, question: string, choices?: readonly string[]) =>
    told ?? (asked ? ((await ask(question, choices)) ?? '').trim() : '')
  const engine = told.engine ?? (await asking('engine', 'What deploys it? cdktf: to a Docker engine; cdk: to AWS', ['cdktf', 'cdk']))
  if (engine === 'cdk') {
    if (told.storage === 'filesystem') throw new UsageError('--storage filesystem is for --engine cdktf: on AWS the images are in a bucket')
    return onAws(told, asking)
  }
  refuseOthers(told, ['zone', 'zoneId'], '--engine cdk')
  const storage =
    told.storage ?? (await asking('storage', 'Where are the images kept? filesystem: on a volume; s3: in a bucket', ['filesystem', 's3']))
  if (storage === 'filesystem')
    refuseOthers(told, ['provider', 'account', 'endpoint', 'region', 'signingVersion', 'bucket', 'existing'], '--storage s3')
  const rest = async () => ({
    domain: await optional(told.domain, 'The name by which clients reach it, such as registry.example.com; empty: only this machine does'),
    host: await optional(told.host, `The Docker engine, such as ssh://user@host; empty: ${thisMachine}`),
  })
  if (storage !== 's3') return { ...told, engine, storage, ...(await rest()) }

  const names = [...providers.map(({ name }) => name), 'other']
  const provider = told.provider ?? (await asking('provider', 'Whose store is it?', names))
  const preset = provider === 'other' ? undefined : presetNamed(provider)
  const withoutEndpoint = told.endpoint === undefined && preset?.endpoint === undefined
  const endpoint = withoutEndpoint
    ? await asking('endpoint', "The address of the store's S3 API, such as https://s3.example.com")
    : told.endpoint
  const account =
    told.account ??
    (endpoint === undefined && preset?.account !== undefined ? await asking('account', `The account: ${preset.account}`) : undefined)
  const region = told.region ?? (preset?.regions.length === 1 ? undefined : await asking('region', regionQuestion(preset?.regions)))
  const bucket = told.bucket ?? (await asking('bucket', "The bucket's name"))
  const existing = told.existing ?? (await optional(undefined, 'Is the bucket there already?', ['no', 'yes'])) === 'yes'
  return { ...told, engine, storage, provider, bucket, existing, ...defined({ endpoint, account, region }), ...(await rest()) }
}

/** Before anything is asked: a choice that is not there would lead to the wrong questions. */
function refuse(flag: string, told: string | undefined, choices: readonly string[]): void {
  if (told !== undefined && !choices.includes(told)) throw new UsageError(`--${flag} is ${choices.join(' or ')}, not ${told}`)
}

/** What would be left out of the file in silence. */
function refuseOthers(told: Answers, names: readonly (keyof Answers)[], purpose: string): void {
  const name = names.find(name => told[name] !== undefined)
  if (name !== undefined) throw new UsageError(`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} is for ${purpose}`)
}

type Asking = (flag: string, question: string, choices?: readonly string[]) => Promise<string>

async function onAws(told: Answers, asking: Asking): Promise<Answers> {
  const host =
    told.host ?? (await asking('host', 'What runs it? instance: one small one; fargate: an autoscaled service', ['instance', 'fargate']))
  const region = told.region ?? (await asking('region', 'The AWS region, such as eu-west-1'))
  const bucket = told.bucket ?? (await asking('bucket', "The bucket's name, which nobody else in the world may have"))
  const known = { ...told, engine: 'cdk', storage: 's3', host, region, bucket }
  if (host !== 'fargate') return known
  const domain = told.domain ?? (await asking('domain', 'The name by which clients reach it, such as registry.example.com'))
  const zone = told.zone ?? (await asking('zone', 'The zone at Route 53 that the name lies in, such as example.com'))
  return { ...known, domain, zone }
}

function presetNamed(name: string) {
  try {
    return providerNamed(name)
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

const regionQuestion = (regions: readonly string[] = []) =>
  `The region that signatures name${regions.length > 0 ? `, such as ${regions.slice(0, 3).join(', ')}` : ''}`

const defined = (values: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
