import { toRepositories, toRepository } from '../place.ts'
import { useSay } from '../text/words.ts'

/** @param below what of the repository is shown */
export function Crumbs({ name, below }: { name: string; below?: string }) {
  const say = useSay()
  return (
    <nav class="crumbs" aria-label={say('repositories')}>
      <a href={toRepositories}>{say('repositories')}</a>
      <span aria-hidden="true"> / </span>
      {below === undefined ? <span aria-current="page">{name}</span> : <a href={toRepository(name)}>{name}</a>}
      {below !== undefined && (
        <>
          <span aria-hidden="true"> / </span>
          <span aria-current="page">{below}</span>
        </>
      )}
    </nav>
  )
}
