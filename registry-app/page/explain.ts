import type { ApiError } from './api.ts'
import type { Say } from './text/words.ts'

/** What went wrong, for whoever looks at the page. */
export function explain({ status, id = '', message }: ApiError, say: Say): string {
  if (status === 0) return say('errorNetwork')
  if (status === 403) return message === '' ? say('errorDenied') : `${say('errorDenied')} ${say('errorOther', { message })}`
  if (status === 404) return say('errorGone')
  if (status === 429 || status === 503) return say('errorBusy')
  if (status >= 500) return say('errorServer', { id })
  return say('errorOther', { message })
}
