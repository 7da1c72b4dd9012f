/** Distribution's `EventsMediaType`. */
export const eventsMediaType = 'application/vnd.docker.distribution.events.v2+json'

/**
 * The body of a notification: one event, byte for byte as Go's `json.MarshalIndent(envelope, "", "   ")` would write it.
 *
 * @param event its JSON
 */
export function envelope(event: string): string {
  const text = JSON.stringify({ events: [JSON.parse(event)] }, null, 3)
  return text.replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
