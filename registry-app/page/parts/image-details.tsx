import type { ImageConfig, Manifest } from '../answers.ts'
import { time } from '../format.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Facts, Pairs } from './facts.tsx'
import { Layers } from './layers.tsx'
import { Show } from './states.tsx'

const configTypes = /^application\/vnd\.(oci\.image\.config|docker\.container\.image)\./

/** Layers with what made them, and how it runs. */
export function ImageDetails({ name, manifest, digest }: { name: string; manifest: Manifest; digest: string }) {
  const say = useSay()
  const { api } = useSession()
  const { config, layers = [] } = manifest
  const isImage = config !== undefined && configTypes.test(config.mediaType)
  const loaded = useLoad(
    async (signal): Promise<ImageConfig> =>
      isImage ? JSON.parse(await (await api.bytes(`${name}/_bucket-registry/ui/blob/${config.digest}`, signal)).text()) : {},
    [api, name, digest],
  )
  return (
    <Show of={loaded}>
      {image => (
        <>
          <Layers layers={layers} history={image.history ?? []} name={name} downloads={!isImage} />
          <section>
            <h2>{say('configuration')}</h2>
            {isImage ? <Configuration image={image} /> : <p class="muted">{say('noConfig')}</p>}
          </section>
        </>
      )}
    </Show>
  )
}

function Configuration({ image }: { image: ImageConfig }) {
  const say = useSay()
  const locale = useLocale()
  const { Entrypoint, Cmd, Env, Labels, WorkingDir, User, ExposedPorts, Volumes } = image.config ?? {}
  const code = (text: string | undefined) => (text ? <code>{text}</code> : undefined)
  return (
    <>
      <Facts
        facts={[
          [say('platform'), [image.os, image.architecture].filter(Boolean).join('/')],
          [say('created'), image.created && time(image.created, locale)],
          [say('entrypoint'), code(asCommand(Entrypoint))],
          [say('cmd'), code(asCommand(Cmd))],
          [say('workdir'), code(WorkingDir)],
          [say('runsAs'), code(User)],
          [say('ports'), code(Object.keys(ExposedPorts ?? {}).join(', '))],
          [say('volumes'), code(Object.keys(Volumes ?? {}).join(', '))],
        ]}
      />
      <Pairs title={say('environment')} pairs={(Env ?? []).map(splitVariable)} />
      <Pairs title={say('labels')} pairs={Object.entries(Labels ?? {})} />
    </>
  )
}

/** As the image has it: words that a shell would part are seen to be one. */
const asCommand = (words: readonly string[] | null | undefined) =>
  (words ?? []).map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')

function splitVariable(variable: string): readonly [string, string] {
  const at = variable.indexOf('=')
  return at === -1 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)]
}
