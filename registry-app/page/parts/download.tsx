import { useState } from 'preact/hooks'
import type { Descriptor } from '../answers.ts'
import { explain } from '../explain.ts'
import { short } from '../format.ts'
import { useSession } from '../session.ts'
import { useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'

/** By the page, since a link would not say who asks. */
export function Download({ name, descriptor }: { name: string; descriptor: Descriptor }) {
  const say = useSay()
  const { api } = useSession()
  const [problem, setProblem] = useState('')
  const file = fileOf(descriptor)
  async function download() {
    try {
      const blob = await api.bytes(`${name}/_bucket-registry/ui/blob/${descriptor.digest}`)
      const link = document.createElement('a')
      link.href = URL.createObjectURL(blob)
      link.download = file
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
      setProblem('')
    } catch (error) {
      setProblem(explain(asApiError(error), say))
    }
  }
  return (
    <>
      <button type="button" class="quiet" aria-label={say('downloadWhat', { what: file })} onClick={download}>
        {say('download')}
      </button>
      {problem !== '' && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  )
}

function fileOf({ mediaType, digest, annotations }: Descriptor): string {
  const title = annotations?.['org.opencontainers.image.title']
  if (title) return title.slice(title.lastIndexOf('/') + 1)
  const ending = /json/.test(mediaType) ? '.json' : /gzip/.test(mediaType) ? '.tar.gz' : /tar/.test(mediaType) ? '.tar' : ''
  return `${short(digest).replace(':', '-')}${ending}`
}
