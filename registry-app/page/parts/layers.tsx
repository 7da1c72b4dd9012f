import type { Descriptor, ImageConfig } from '../answers.ts'
import { bytes } from '../format.ts'
import { useLocale, useSay } from '../text/words.ts'
import { Download } from './download.tsx'

interface LayersProps {
  layers: readonly Descriptor[]
  history: NonNullable<ImageConfig['history']>
  name: string
  /** They are no layers of an image, but what an artifact is made of. */
  downloads: boolean
}

/** A bar of their sizes, and a row for each with the command that made it. */
export function Layers({ layers, history, name, downloads }: LayersProps) {
  const say = useSay()
  const locale = useLocale()
  const total = layers.reduce((sum, { size }) => sum + size, 0)
  const steps = history.filter(step => !step.empty_layer)
  const empty = history.length - steps.length
  return (
    <section>
      <h2>{say(downloads ? 'content' : 'layers')}</h2>
      <div class="layer-bar" aria-hidden="true">
        {layers.map(({ size, digest }, index) => (
          <span
            key={`${index} ${digest}`}
            data-colour={index % 8}
            style={{ flexGrow: Math.max(size, total / 400) }}
            title={bytes(size, locale)}
          />
        ))}
      </div>
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{say(downloads ? 'content' : 'layer')}</th>
            <th scope="col" class="number">
              {say('size')}
            </th>
            <th scope="col">{say(downloads ? 'mediaType' : 'command')}</th>
            {downloads && <td class="actions" />}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, index) => (
            <tr key={`${index} ${layer.digest}`}>
              <td class="layer">
                <span class="swatch" data-colour={index % 8} aria-hidden="true" />
                <code title={layer.digest}>{layer.annotations?.['org.opencontainers.image.title'] ?? plain(layer.digest)}</code>
              </td>
              <td class="number">{bytes(layer.size, locale)}</td>
              <td class="made-by">{downloads ? <code>{layer.mediaType}</code> : <Command step={steps[index]} />}</td>
              {downloads && (
                <td class="actions">
                  <Download name={name} descriptor={layer} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say('total')}</th>
            <td class="number">{bytes(total, locale)}</td>
            <td class="muted">{empty > 0 ? say('emptySteps', { count: empty }) : ''}</td>
            {downloads && <td />}
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

function Command({ step }: { step: NonNullable<ImageConfig['history']>[number] | undefined }) {
  const say = useSay()
  const command = step?.created_by || step?.comment
  if (!command) return <span class="muted">{say('noCommand')}</span>
  return <code>{command.replace(/^\/bin\/sh -c #\(nop\)\s+/, '').replace(/\s+# buildkit$/, '')}</code>
}

/** The twelve digits by which one is told from another. */
const plain = (digest: string) => digest.slice(digest.indexOf(':') + 1).slice(0, 12)
