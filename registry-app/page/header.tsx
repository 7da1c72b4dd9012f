import { type Place, toRepositories, toStorage } from './place.ts'
import { useSession } from './session.ts'
import { type Language, languages, useSay } from './text/words.ts'

export type Theme = 'auto' | 'light' | 'dark'

interface HeaderProps {
  place: Place
  theme: Theme
  setTheme: (theme: Theme) => void
  language: Language
  setLanguage: (language: Language) => void
  /** Asks who one is; absent: the registry asks nobody. */
  ask: (() => void) | undefined
}

export function Header({ place, theme, setTheme, language, setLanguage, ask }: HeaderProps) {
  const say = useSay()
  const { user, signOut } = useSession()
  const isStorage = place.view === 'storage'
  return (
    <header class="top">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {say('skip')}
      </button>
      <div class="bar">
        <a class="brand" href={toRepositories}>
          <Mark />
          {location.host}
        </a>
        <nav aria-label={location.host}>
          <a href={toRepositories} aria-current={isStorage ? undefined : 'page'}>
            {say('repositories')}
          </a>
          <a href={toStorage} aria-current={isStorage ? 'page' : undefined}>
            {say('storage')}
          </a>
        </nav>
        <div class="settings">
          {user === undefined && ask && (
            <button type="button" class="quiet" onClick={ask}>
              {say('signIn')}
            </button>
          )}
          {user !== undefined && (
            <span class="who">
              <span class="muted" title={say('signedInAs', { name: user })}>
                {user}
              </span>
              <button type="button" class="quiet" onClick={signOut}>
                {say('signOut')}
              </button>
            </span>
          )}
          <select aria-label={say('language')} value={language} onChange={event => setLanguage(event.currentTarget.value as Language)}>
            {Object.entries(languages).map(([code, { label }]) => (
              <option key={code} value={code} lang={code}>
                {label}
              </option>
            ))}
          </select>
          <select aria-label={say('theme')} value={theme} onChange={event => setTheme(event.currentTarget.value as Theme)}>
            <option value="auto">{say('themeAuto')}</option>
            <option value="light">{say('themeLight')}</option>
            <option value="dark">{say('themeDark')}</option>
          </select>
        </div>
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
      <path d="M4 9h24l-3 19H7z" />
      <ellipse cx="16" cy="9" rx="12" ry="4" />
    </svg>
  )
}
