import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Collects, SharingAnswer, TagsAnswer } from '../answers.ts'
import { explain } from '../explain.ts'
import { bytes, period, short } from '../format.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'
import { saidOf } from './restore-button.tsx'

interface ConfirmProps {
  /** On the button, and above the question. */
  label: string
  /** What it is about, for whoever hears the button alone. */
  what: string
  /** To be typed before it goes. */
  typed?: string
  goes: readonly ComponentChildren[]
  stays: readonly ComponentChildren[]
  /** Milliseconds in which it can be undone; absent: it cannot. */
  undoFor: number | undefined
  remove: () => Promise<void>
  /** Whether whoever deletes may undo it. */
  restorable: boolean
  /** Gives what to say then. */
  undo: () => Promise<string>
  done: () => void
  quiet?: boolean
}

/** Asks before anything goes, and says what goes and what stays, and whether there is a way back. */
function Confirm({ label, what, typed, goes, stays, undoFor, restorable, remove, undo, done, quiet }: ConfirmProps) {
  const say = useSay()
  const locale = useLocale()
  const { notify } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const [entered, setEntered] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function go(event: SubmitEvent) {
    event.preventDefault()
    setBusy(true)
    try {
      await remove()
      dialog.current?.close()
      notify(say('deleted', { what }), undoFor === undefined || !restorable ? undefined : undo)
      done()
    } catch (error) {
      setProblem(explain(asApiError(error), say))
    } finally {
      setBusy(false)
    }
  }
  const open = () => {
    setProblem('')
    setEntered('')
    dialog.current?.showModal()
  }
  const list = (items: readonly ComponentChildren[]) => (
    <ul>
      {items.map((item, index) => (
        <li key={index}>{item}</li>
      ))}
    </ul>
  )

  return (
    <>
      <button
        type="button"
        class={quiet ? 'quiet danger' : 'danger'}
        aria-label={quiet ? say('deleteWhat', { what }) : `${label}: ${what}`}
        onClick={open}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={say('deleteWhat', { what })}>
        <form onSubmit={go}>
          <h2>{say('deleteWhat', { what })}</h2>
          <h3>{say('goes')}</h3>
          {list(goes)}
          <h3>{say('stays')}</h3>
          {list(stays)}
          <p>{undoFor === undefined ? say('noUndo') : say(restorable ? 'undoFor' : 'undoByOthers', { time: period(undoFor, locale) })}</p>
          {typed !== undefined && (
            <label>
              {say('typeName', { name: typed })}
              <input
                value={entered}
                spellcheck={false}
                autoComplete="off"
                autocapitalize="none"
                onInput={event => setEntered(event.currentTarget.value)}
              />
            </label>
          )}
          {problem !== '' && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <div class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              {say('cancel')}
            </button>
            <button type="submit" class="danger" disabled={busy || (typed !== undefined && entered !== typed)}>
              {say(busy ? 'deleting' : 'delete')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  )
}

export function DeleteTag({
  name,
  tag,
  collects,
  undoFor,
  restorable,
  done,
  label,
}: {
  name: string
  tag: string
  collects: Collects
  undoFor: number | undefined
  restorable: boolean
  done: () => void
  label?: string
}) {
  const say = useSay()
  const { api } = useSession()
  return (
    <Confirm
      label={label ?? say('delete')}
      quiet={label === undefined}
      what={`${name}:${tag}`}
      goes={[say('goesTag', { name, tag })]}
      stays={[say('staysManifest'), say(collects === 'untagged' ? 'staysUntagged' : 'staysKept')]}
      undoFor={undoFor}
      restorable={restorable}
      remove={() => api.remove(`${name}/manifests/${tag}`)}
      undo={async () => {
        await api.restore(name, tag)
        return say('restored', { what: `${name}:${tag}` })
      }}
      done={done}
    />
  )
}

/** A manifest, with those that nothing else leads to: it first, so that none is missing while it is still there. */
export function DeleteImage({ name, sharing, done }: { name: string; sharing: SharingAnswer; done: () => void }) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  const { digest, tags, goes, collects } = sharing
  const [, ...others] = goes.manifests
  return (
    <Confirm
      label={say('deleteManifest')}
      what={`${name}@${short(digest)}`}
      goes={[
        say('goesManifest', { digest: short(digest) }),
        ...(tags.length > 0 ? [say('goesTags', { tags: tags.join(', ') })] : []),
        ...(others.length > 0 ? [say('goesPlatforms', { count: others.length })] : []),
        say('goesFreed', { size: bytes(goes.bytes, locale) }),
      ]}
      stays={[say('staysLayers'), ...(collects === 'no' ? [say('staysBytes')] : [])]}
      remove={async () => {
        for (const each of goes.manifests) await api.remove(`${name}/manifests/${each}`).catch(error => unlessGone(error, each === digest))
      }}
      undoFor={sharing.undoFor}
      restorable={sharing.restorable}
      undo={async () => {
        // What others need first.
        for (const each of goes.manifests.toReversed()) await api.restore(name, each).catch(error => unlessGone(error, each === digest))
        return say('restored', { what: `${name}@${short(digest)}` })
      }}
      done={done}
    />
  )
}

/** Somebody else was faster with what goes along. */
function unlessGone(error: unknown, isFirst: boolean): void {
  if (isFirst || asApiError(error).status !== 404) throw error
}

export function DeleteRepository({ answer, done }: { answer: TagsAnswer; done: () => void }) {
  const say = useSay()
  const { api } = useSession()
  const { name, total, manifests, collects, undoFor, restorable } = answer
  return (
    <Confirm
      label={say('deleteRepository')}
      what={name}
      typed={name}
      goes={[say('goesRepository', { name, tags: total, manifests: manifests ?? '?' })]}
      stays={[say('staysLayers'), say('staysBelow', { name }), ...(collects === 'no' ? [say('staysBytes')] : [])]}
      undoFor={undoFor}
      restorable={restorable}
      remove={() => api.remove(`${name}/_bucket-registry/ui/repository`)}
      undo={async () => saidOf(await api.restoreRepository(name), say)}
      done={done}
    />
  )
}
