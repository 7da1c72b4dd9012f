import { useState } from 'preact/hooks'
import { imageOf } from '../place.ts'
import { useSay } from '../text/words.ts'
import { Copy } from './copy.tsx'

const clients = ['docker', 'podman', 'skopeo', 'containerd', 'Kubernetes'] as const

export function PullCommands({ name, tag, digest }: { name: string; tag: string | undefined; digest: string }) {
  const say = useSay()
  const [client, setClient] = useState<(typeof clients)[number]>('docker')
  const [pinned, setPinned] = useState(tag === undefined)
  const image = `${location.host}/${imageOf(name, pinned || tag === undefined ? digest : tag)}`
  const command = commandOf(client, image, name)
  return (
    <section>
      <div class="tools">
        <h2>{say('pull')}</h2>
        <fieldset class="choices">
          <legend class="unseen">{say('pull')}</legend>
          {clients.map(each => (
            <button key={each} type="button" aria-pressed={each === client} onClick={() => setClient(each)}>
              {each}
            </button>
          ))}
        </fieldset>
        {tag !== undefined && (
          <label class="check">
            <input type="checkbox" checked={pinned} onChange={event => setPinned(event.currentTarget.checked)} />
            {say('pullDigest')}
          </label>
        )}
      </div>
      <div class="command">
        <pre>{command}</pre>
        <Copy text={command} what={say('pullWith', { client })} />
      </div>
    </section>
  )
}

function commandOf(client: (typeof clients)[number], image: string, name: string): string {
  const isPlain = location.protocol === 'http:'
  switch (client) {
    case 'docker':
      return `docker pull ${image}`
    case 'podman':
      return `podman pull ${isPlain ? '--tls-verify=false ' : ''}${image}`
    case 'skopeo':
      return `skopeo copy ${isPlain ? '--src-tls-verify=false ' : ''}docker://${image} oci-archive:${last(name)}.tar`
    case 'containerd':
      return `ctr images pull ${isPlain ? '--plain-http ' : ''}${image}`
    case 'Kubernetes':
      return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${last(name).replace(/[^a-z0-9-]/g, '-')}\nspec:\n  containers:\n    - name: ${last(name).replace(/[^a-z0-9-]/g, '-')}\n      image: ${image}`
  }
}

const last = (name: string) => name.slice(name.lastIndexOf('/') + 1)
