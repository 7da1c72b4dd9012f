import type { Block, Type } from './provider-schema.ts'

/** What Terraform itself reads in every resource. */
const meta = new Set(['//', 'count', 'for_each', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection', 'alias'])

/** What is wrong with a part of a configuration by its provider's schema: unknown and missing names, and values of another type. */
export function blockComplaints(value: unknown, { attributes = {}, block_types: blocks = {} }: Block, path: string): readonly string[] {
  if (!isObject(value)) return [`${path}: is no object`]
  const complaints: string[] = []
  for (const [name, inner] of Object.entries(value)) {
    const at = `${path}.${name}`
    const [attribute, block] = [attributes[name], blocks[name]]
    if (attribute) {
      if (!attribute.required && !attribute.optional) complaints.push(`${at}: only the provider sets it`)
      else if (!fits(inner, attribute.type)) complaints.push(`${at}: ${JSON.stringify(inner)} is no ${JSON.stringify(attribute.type)}`)
    } else if (block) {
      const each = Array.isArray(inner) ? inner : [inner]
      if (each.length > (block.max_items ?? Number.POSITIVE_INFINITY)) complaints.push(`${at}: at most ${block.max_items}`)
      complaints.push(...each.flatMap((one, index) => blockComplaints(one, block.block, `${at}[${index}]`)))
    } else if (!meta.has(name)) complaints.push(`${at}: unknown`)
  }
  for (const [name, { required }] of Object.entries(attributes)) {
    if (required && value[name] === undefined) complaints.push(`${path}.${name}: missing`)
  }
  for (const [name, { min_items: least = 0 }] of Object.entries(blocks)) {
    if (least > 0 && value[name] === undefined) complaints.push(`${path}.${name}: missing`)
  }
  return complaints
}

function fits(value: unknown, type: Type | undefined): boolean {
  // What an expression comes to, only Terraform knows.
  if (type === undefined || type === 'dynamic' || (typeof value === 'string' && value.includes('${'))) return true
  if (typeof type === 'string') return typeof value === { string: 'string', number: 'number', bool: 'boolean' }[type]
  const [collection, inner] = type
  if (collection === 'list' || collection === 'set') return Array.isArray(value) && value.every(one => fits(one, innerType(inner)))
  if (collection === 'map') return isObject(value) && Object.values(value).every(one => fits(one, innerType(inner)))
  return isObject(value)
}

const innerType = (type: unknown): Type | undefined =>
  typeof type === 'string' ? type : Array.isArray(type) ? [String(type[0]), type[1]] : undefined

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
