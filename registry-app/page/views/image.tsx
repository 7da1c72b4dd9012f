import { useState } from 'preact/hooks'
import type { Descriptor, Manifest, SharingAnswer } from '../answers.ts'
import { bytes, short } from '../format.ts'
import { Copy } from '../parts/copy.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DeleteImage, DeleteTag } from '../parts/delete.tsx'
import { Facts, Pairs } from '../parts/facts.tsx'
import { ImageDetails } from '../parts/image-details.tsx'
import { Platforms } from '../parts/platforms.tsx'
import { PullCommands } from '../parts/pull-commands.tsx'
import { Referrers } from '../parts/referrers.tsx'
import { Sharing } from '../parts/sharing.tsx'
import { Show } from '../parts/states.tsx'
import { toRepository } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'

/** An image, or an index of images: one of those is looked into at a time. */
export function ImageView({ name, reference }: { name: string; reference: string }) {
  const say = useSay()
  const { api } = useSession()
  const isTag = !reference.includes(':')
  const top = useLoad(
    async signal => {
      const found = await api.manifest(name, reference, signal)
      return { ...found, manifest: found.manifest as Manifest }
    },
    [api, name, reference],
  )
  return (
    <>
      <Crumbs name={name} below={isTag ? reference : short(reference)} />
      <Show of={top} whole>
        {({ digest, size, manifest }) => (
          <>
            <div class="title">
              <h1>
                {name}
                <span class="muted">{isTag ? `:${reference}` : `@${short(reference)}`}</span>
              </h1>
            </div>
            <Top name={name} digest={digest} size={size} manifest={manifest} tag={isTag ? reference : undefined} />
          </>
        )}
      </Show>
      <p class="unseen" role="status">
        {top.loading ? say('loading') : ''}
      </p>
    </>
  )
}

function Top({
  name,
  digest,
  size,
  manifest,
  tag,
}: {
  name: string
  digest: string
  size: number
  manifest: Manifest
  tag: string | undefined
}) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  const sharing = useLoad(signal => api.json<SharingAnswer>(`${name}/_bucket-registry/ui/sharing/${digest}`, signal), [api, name, digest])
  const entries = manifest.manifests
  const [chosen, setChosen] = useState<Descriptor | undefined>(() => entries?.find(isUsual) ?? entries?.[0])
  const back = () => location.assign(toRepository(name))
  const { value: shared } = sharing
  const annotations = Object.entries(manifest.annotations ?? {})

  return (
    <>
      <Facts
        facts={[
          [
            say('digest'),
            <>
              <code class="digest">{digest}</code> <Copy text={digest} what={say('digest')} />
            </>,
          ],
          [say('size'), bytes(shared?.size ?? sizeOf(manifest, size), locale)],
          [say('mediaType'), <code>{manifest.artifactType ?? manifest.mediaType ?? ''}</code>],
        ]}
      />
      {shared?.deletable && (
        <div class="buttons start">
          {tag !== undefined && (
            <DeleteTag
              name={name}
              tag={tag}
              collects={shared.collects}
              undoFor={shared.undoFor}
              restorable={shared.restorable}
              done={back}
              label={say('deleteTag')}
            />
          )}
          <DeleteImage name={name} sharing={shared} done={back} />
        </div>
      )}
      <PullCommands name={name} tag={tag} digest={digest} />
      {entries && <Platforms entries={entries} chosen={chosen} choose={setChosen} />}
      {entries ? (
        chosen && <Entry key={chosen.digest} name={name} descriptor={chosen} />
      ) : (
        <ImageDetails name={name} manifest={manifest} digest={digest} />
      )}
      {annotations.length > 0 && (
        <section>
          <h2>{say('annotations')}</h2>
          <Pairs pairs={annotations} />
        </section>
      )}
      <section>
        <h2>{say('sharing')}</h2>
        <Show of={sharing}>{answer => <Sharing name={name} sharing={answer} tag={tag} />}</Show>
      </section>
      <Referrers name={name} digest={digest} entries={entries} />
    </>
  )
}

/** One image of an index. */
function Entry({ name, descriptor }: { name: string; descriptor: Descriptor }) {
  const { api } = useSession()
  const loaded = useLoad(
    async signal => (await api.manifest(name, descriptor.digest, signal)).manifest as Manifest,
    [api, name, descriptor.digest],
  )
  return <Show of={loaded}>{manifest => <ImageDetails name={name} manifest={manifest} digest={descriptor.digest} />}</Show>
}

const isUsual = ({ platform }: Descriptor) => platform?.os === 'linux' && platform.architecture === 'amd64'

const sizeOf = ({ config, layers = [] }: Manifest, own: number) =>
  own + (config?.size ?? 0) + layers.reduce((sum, { size }) => sum + size, 0)
