import type { ComponentChildren } from 'preact'
import type { ApiError } from '../api.ts'
import { explain } from '../explain.ts'
import { useSay } from '../text/words.ts'
import type { Loaded } from '../use-load.ts'
import { SignIn } from './sign-in.tsx'

interface ShowProps<Value> {
  of: Loaded<Value>
  /** It is all that there is on the page. */
  whole?: boolean
  children: (value: Value) => ComponentChildren
}

/** What was loaded, or what there is to say while it has not come. */
export function Show<Value>({ of, whole, children }: ShowProps<Value>) {
  const say = useSay()
  const { value, error, loading, reload } = of
  if (error) return <Failure error={error} retry={reload} {...(whole && { whole })} />
  if (value === undefined)
    return (
      <p class="state" role="status">
        {say('loading')}
      </p>
    )
  return (
    <div class={loading ? 'reloading' : undefined} aria-busy={loading}>
      {children(value)}
    </div>
  )
}

export function Failure({ error, retry, whole = false }: { error: ApiError; retry: () => void; whole?: boolean }) {
  const say = useSay()
  if (error.status === 401) return <SignIn challenge={error.challenge} />
  const Heading = whole ? 'h1' : 'h2'
  return (
    <div class="state" role="alert">
      <Heading>{say('wentWrong')}</Heading>
      <p>{explain(error, say)}</p>
      <button type="button" onClick={retry}>
        {say('retry')}
      </button>
    </div>
  )
}

/** A place where there would be something, and what to do about that. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <p>{title}</p>
      {children}
    </div>
  )
}
