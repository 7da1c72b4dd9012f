import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { type ApiError, createApi } from './api.ts'
import { base } from './base.ts'
import { Header, type Theme } from './header.tsx'
import { type Notice, NoticeLine } from './parts/notice-line.tsx'
import { SignIn } from './parts/sign-in.tsx'
import { type Place, placeIn } from './place.ts'
import { type Session, SessionContext } from './session.ts'
import { type Language, LanguageContext, preferredLanguage, sayIn } from './text/words.ts'
import { ImageView } from './views/image.tsx'
import { RepositoriesView } from './views/repositories.tsx'
import { RepositoryView } from './views/repository.tsx'
import { StorageView } from './views/storage.tsx'

export function App() {
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages))
  const [theme, setTheme] = useState<Theme>('auto')
  const [who, setWho] = useState<{ user: string; authorization: string }>()
  const [asking, setAsking] = useState(false)
  const [notice, setNotice] = useState<Notice>()
  const [round, setRound] = useState(0)
  const challenge = useChallenge()
  const place = usePlace()

  const session = useMemo(
    (): Session => ({
      api: createApi(base, who?.authorization),
      user: who?.user,
      signIn(user, authorization) {
        setAsking(false)
        setWho({ user, authorization })
      },
      signOut() {
        setNotice(undefined)
        setWho(undefined)
      },
      notify: (text, undo) => setNotice({ text, undo }),
    }),
    [who],
  )

  const undone = (text: string) => {
    session.notify(text)
    setRound(round + 1)
  }

  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  useEffect(() => {
    document.title = `${titleOf(place, language)} · ${location.host}`
  }, [place, language])

  return (
    <LanguageContext.Provider value={language}>
      <SessionContext.Provider value={session}>
        <Header
          place={place}
          theme={theme}
          setTheme={setTheme}
          language={language}
          setLanguage={setLanguage}
          ask={challenge === undefined ? undefined : () => setAsking(true)}
        />
        <main id="content" tabIndex={-1}>
          <NoticeLine notice={notice} close={() => setNotice(undefined)} undone={undone} />
          {asking && challenge !== undefined ? (
            <SignIn challenge={challenge} />
          ) : (
            <View key={`${who?.authorization} ${round}`} place={place} />
          )}
        </main>
      </SessionContext.Provider>
    </LanguageContext.Provider>
  )
}

function View({ place }: { place: Place }) {
  switch (place.view) {
    case 'repositories':
      return <RepositoriesView />
    case 'storage':
      return <StorageView />
    case 'repository':
      return <RepositoryView key={place.name} name={place.name} />
    case 'image':
      return <ImageView key={`${place.name} ${place.reference}`} name={place.name} reference={place.reference} />
  }
}

function titleOf(place: Place, language: Language): string {
  const say = sayIn(language)
  if (place.view === 'repository') return place.name
  if (place.view === 'image') return `${place.name} ${place.reference}`
  return say(place.view === 'storage' ? 'storage' : 'repositories')
}

/** How the registry asks who one is; `undefined`: it asks nobody. */
function useChallenge(): string | undefined {
  const [challenge, setChallenge] = useState<string>()
  useEffect(() => {
    createApi(base, undefined)
      .json('')
      .catch((error: ApiError) => error.status === 401 && setChallenge(error.challenge))
  }, [])
  return challenge
}

function usePlace(): Place {
  const [place, setPlace] = useState(() => placeIn(location.hash))
  // Before anything else happens: whoever moves on between the first picture and an effect would stay where they were.
  useLayoutEffect(() => {
    const moved = () => {
      setPlace(placeIn(location.hash))
      scrollTo(0, 0)
      document.getElementById('content')?.focus({ preventScroll: true })
    }
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])
  return place
}
