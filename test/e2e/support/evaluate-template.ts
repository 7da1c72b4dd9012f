import { z } from 'zod'

const template = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
})

export type Template = z.output<typeof template>
export const parseTemplate = (synthesized: unknown): Template => template.parse(synthesized)

/** Properties of the only resource of a type. @throws if there is none */
export function onlyResource(of: Template, type: string): unknown {
  const found = Object.values(of.Resources).filter(({ Type }) => Type === type)
  if (found.length !== 1) throw new Error(`the template has ${found.length} of ${type}`)
  return found[0]?.Properties
}

/**
 * What CloudFormation makes of a value: as much of its language as the stacks use.
 *
 * @param given parameters that a deployment gives, and what other names stand for (`AWS::Region`, an SSM parameter by its name)
 */
export function evaluate(value: unknown, { Parameters, Conditions }: Template, given: Readonly<Record<string, string>>): unknown {
  const refer = (name: string): unknown => {
    const fallback = Parameters[name]?.Default
    const answer = given[name] ?? (typeof fallback === 'string' ? (given[fallback] ?? fallback) : undefined)
    if (answer === undefined) throw new Error(`nothing stands for ${name}`)
    return answer
  }
  const functions: Readonly<Record<string, (of: never) => unknown>> = {
    Ref: refer,
    'Fn::If': ([condition, yes, no]: [string, unknown, unknown]) => work(work(Conditions[condition]) === true ? yes : no),
    'Fn::Not': ([of]: [unknown]) => work(of) !== true,
    'Fn::Equals': ([a, b]: [unknown, unknown]) => work(a) === work(b),
    'Fn::Join': ([between, parts]: [string, unknown[]]) => parts.map(work).join(between),
    'Fn::Sub': (text: string) => text.replace(/\$\{([\w:]+)\}/g, (_, name: string) => String(refer(name))),
    'Fn::Base64': (of: unknown) => work(of),
  }
  const work = (of: unknown): unknown => {
    if (Array.isArray(of)) return of.map(work)
    if (typeof of !== 'object' || of === null) return of
    const [[name, argument] = ['', undefined], ...others] = Object.entries(of)
    const does = others.length === 0 ? functions[name] : undefined
    return does ? does(argument as never) : Object.fromEntries(Object.entries(of).map(([key, one]) => [key, work(one)]))
  }
  return work(value)
}
