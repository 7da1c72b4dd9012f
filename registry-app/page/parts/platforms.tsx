import type { Descriptor } from '../answers.ts'
import { useSay } from '../text/words.ts'
import { Copy } from './copy.tsx'

export const isAttestation = ({ annotations }: Descriptor) => annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'

/** `linux/arm64/v8` */
function platformOf({ platform, mediaType }: Descriptor): string {
  if (!platform) return mediaType
  const { os, architecture, variant, 'os.version': version } = platform
  return [os, architecture, variant, version].filter(Boolean).join('/')
}

export function Platforms({
  entries,
  chosen,
  choose,
}: {
  entries: readonly Descriptor[]
  chosen: Descriptor | undefined
  choose: (entry: Descriptor) => void
}) {
  const say = useSay()
  const images = entries.filter(entry => !isAttestation(entry))
  return (
    <section>
      <h2>{say('platforms')}</h2>
      <fieldset class="choices">
        <legend class="unseen">{say('platforms')}</legend>
        {images.map(entry => (
          <button key={entry.digest} type="button" aria-pressed={entry.digest === chosen?.digest} onClick={() => choose(entry)}>
            {platformOf(entry)}
          </button>
        ))}
      </fieldset>
      {chosen && (
        <p class="muted">
          <code class="digest">{chosen.digest}</code> <Copy text={chosen.digest} what={say('digest')} />
        </p>
      )}
    </section>
  )
}
