import type { Fields } from '../ops/log-format.ts'
import type { Listeners, Origin } from './happening.ts'

export interface AuditOptions {
  write: (message: string, fields: Fields) => void
  /** Pulls too (`log.audit.pulls`). */
  pulls: boolean
}

/** Who did what to which repository, and from where: a line for each write, done or refused, told apart from others by its message, `audit`. */
export function auditLog({ write, pulls }: AuditOptions): Listeners {
  const listeners: Listeners = {
    writes({ action, object, name, digest, tag, mediaType, size, from }, origin) {
      write('audit', {
        'audit.action': action,
        'audit.object': object,
        'audit.repository': name,
        'audit.digest': digest,
        'audit.tag': tag,
        'audit.mediatype': mediaType,
        'audit.size': size,
        'audit.from': from,
        ...by(origin),
      })
    },
    refusals({ action, name, reference, status, code }, origin) {
      write('audit', {
        'audit.action': action,
        'audit.refused': code,
        'audit.repository': name,
        'audit.reference': reference?.slice(0, 256),
        ...by(origin),
        'http.response.status': status,
      })
    },
  }
  return pulls ? { ...listeners, pulls: listeners.writes } : listeners
}

/** In the names that Distribution gives such fields; without a name, whoever it was did not have to say one. */
const by = ({ requestId, caller, remoteAddress, headers, method }: Origin): Fields => ({
  'auth.user.name': caller?.name,
  'http.request.id': requestId,
  'http.request.method': method,
  'http.request.remoteaddr': remoteAddress,
  'http.request.useragent': headers['user-agent'],
})
