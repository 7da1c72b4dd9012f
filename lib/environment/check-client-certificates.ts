import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Environment } from './environment.ts'
import type { Complaint } from './environment-error.ts'
import { reach } from './reach.ts'

const keys = ['clientcas', 'clientauth'] as const

/** Whether a `registry` section wants clients to show certificates. */
export const asksClients = (registry: Readonly<Record<string, unknown>>): boolean => {
  const tls = sectionOf(sectionOf(registry.http).tls)
  return keys.some(key => tls[key] !== undefined)
}

/** Who has no certificate of his own, or one that another serves, cannot ask clients for theirs. */
export function checkClientCertificates(root: Tree, environment: Omit<Environment, 'name'>): readonly Complaint[] {
  const { by } = reach(environment).certificate
  if (!asksClients(environment.registry) || by === 'letsencrypt' || by === 'files' || by === 'self-signed') return []
  const path = ['registry', 'http', 'tls']
  const message = `asks clients for certificates, and the registry speaks no TLS itself with certificate.by: ${by}`
  return [{ ...placeOf(root, path).place, path: path.join('.'), message }]
}

const sectionOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
