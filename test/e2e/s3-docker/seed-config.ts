/**
 * The configuration that this project began with: somebody's registry on a store that knows only Signature Version 2, where redirects had to be off
 * because Distribution's URLs led nowhere. Word for word; `****` stood there too.
 */
export const seedConfig = `version: 0.1
log:
  level: info
  fields:
    service: registry
    environment: service
storage:
    delete:
      enabled: true
    s3:
      accesskey: ****
      secretkey: ****
      region: east-1
      regionendpoint: jp-east-2.os.cloud.nifty.com
      secure: true
      bucket: ****
      v4auth: no
    redirect:
      disable: yes
http:
    addr: :5000
    debug:
        addr: localhost:5001
`

/** The text with other lines for these keys, each of which it must have once. */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((changed, [key, value]) => {
    const line = new RegExp(`^( *${key}: ).*$`, 'gm')
    if (changed.match(line)?.length !== 1) throw new Error(`${key} does not stand there once`)
    return changed.replace(line, (_, start) => `${start}${value}`)
  }, text)
}
