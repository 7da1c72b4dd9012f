import type { Descriptor, Manifest } from '../answers.ts'
import { bytes, short } from '../format.ts'
import { toImage } from '../place.ts'
import { useSession } from '../session.ts'
import type { Word } from '../text/en.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Download } from './download.tsx'
import { isAttestation } from './platforms.tsx'
import { Show } from './states.tsx'

/** Signatures, bills of materials, attestations: those of the referrers API, and those that BuildKit puts into the index itself. */
export function Referrers({ name, digest, entries = [] }: { name: string; digest: string; entries?: readonly Descriptor[] | undefined }) {
  const say = useSay()
  const { api } = useSession()
  const referrers = useLoad(
    async signal => {
      const { manifests } = await api.json<{ manifests: readonly Descriptor[] }>(`${name}/referrers/${digest}`, signal)
      return [...manifests, ...entries.filter(isAttestation)]
    },
    [api, name, digest],
  )
  return (
    <section>
      <h2>{say('referrers')}</h2>
      <Show of={referrers}>
        {found =>
          found.length === 0 ? (
            <p class="muted">{say('noReferrers')}</p>
          ) : (
            found.map(each => <Referrer key={each.digest} name={name} descriptor={each} />)
          )
        }
      </Show>
    </section>
  )
}

function Referrer({ name, descriptor }: { name: string; descriptor: Descriptor }) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  const manifest = useLoad(
    async signal => (await api.manifest(name, descriptor.digest, signal)).manifest as Manifest,
    [api, name, descriptor.digest],
  )
  const type = descriptor.artifactType ?? descriptor.mediaType
  return (
    <div class="referrer">
      <h3>
        <a href={toImage(name, descriptor.digest)}>{say(isAttestation(descriptor) ? 'provenance' : kindOf(type))}</a> <code>{type}</code>
      </h3>
      <Show of={manifest}>
        {({ layers = [] }) => (
          <ul>
            {layers.map((layer, index) => (
              <li key={`${index} ${layer.digest}`}>
                <code>
                  {layer.annotations?.['in-toto.io/predicate-type'] ??
                    layer.annotations?.['org.opencontainers.image.title'] ??
                    short(layer.digest)}
                </code>{' '}
                <span class="muted">{bytes(layer.size, locale)}</span> <Download name={name} descriptor={layer} />
              </li>
            ))}
          </ul>
        )}
      </Show>
    </div>
  )
}

function kindOf(type: string): Word {
  if (/cosign|notary|signature|sigstore/i.test(type)) return 'signature'
  if (/spdx|cyclonedx|sbom|syft/i.test(type)) return 'sbom'
  return /in-toto|attestation|provenance|slsa/i.test(type) ? 'provenance' : 'artifact'
}
