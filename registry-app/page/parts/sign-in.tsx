import { useState } from 'preact/hooks'
import { basic, createApi, tokenServerIn } from '../api.ts'
import { base } from '../base.ts'
import { explain } from '../explain.ts'
import { useSession } from '../session.ts'
import { useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'

/** Name and password, checked by the registry before anything else; or a token, where another server issues them. */
export function SignIn({ challenge }: { challenge: string }) {
  const say = useSay()
  const { user, signIn } = useSession()
  const [busy, setBusy] = useState(false)
  const realm = tokenServerIn(challenge, location.origin)
  // Whoever is asked again was right before, or has shown a token that nobody has checked yet.
  const [problem, setProblem] = useState(user === undefined ? '' : say(realm === undefined ? 'signInWrong' : 'signInToken'))

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const field = (name: string) => String(fields.get(name) ?? '').trim()
    const name = realm === undefined ? field('user') : say('token')
    const authorization = realm === undefined ? basic(name, String(fields.get('password') ?? '')) : `Bearer ${field('token')}`
    setBusy(true)
    try {
      // A token may be for one repository alone: whether it is right shows where it is used.
      if (realm === undefined) await createApi(base, authorization).json('')
      signIn(name, authorization)
    } catch (error) {
      const failure = asApiError(error)
      setProblem(failure.status === 401 ? say('signInWrong') : explain(failure, say))
      setBusy(false)
    }
  }

  return (
    <form class="sign-in" onSubmit={submit}>
      <h1>{say('signIn')}</h1>
      <p>{realm === undefined ? say('signInWhy') : say('signInElsewhere', { realm })}</p>
      {realm === undefined ? (
        <>
          <label>
            {say('user')}
            <input name="user" autoComplete="username" autocapitalize="none" spellcheck={false} required />
          </label>
          <label>
            {say('password')}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
        </>
      ) : (
        <label>
          {say('token')}
          <textarea name="token" rows={4} spellcheck={false} required />
        </label>
      )}
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="main" disabled={busy}>
        {say('signIn')}
      </button>
      <p class="muted">{say('signInKept')}</p>
    </form>
  )
}
