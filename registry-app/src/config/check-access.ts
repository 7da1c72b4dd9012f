import { parseWho } from '../auth/access/who.ts'
import type { Complaint } from './complaint.ts'
import { nearest } from './nearest.ts'
import { isNull, type Tree } from './tree.ts'

/** What the keys say of each other: rules need somebody who can prove who he is, and groups that are there. */
export function checkAccess(root: Tree): Complaint[] {
  if (root.kind !== 'mapping') return []
  const access = root.entries.get('access')
  if (!access || isNull(access.tree)) return []
  const complaints: Complaint[] = []
  if (!hasWay(root.entries.get('auth')?.tree)) {
    const message = 'has rules, and without auth nobody can say who he is: add auth.local, or auth.htpasswd'
    complaints.push({ ...access.place, path: 'access', message })
  }
  const groups = root.entries.get('groups')?.tree
  const names = groups?.kind === 'mapping' ? [...groups.entries.keys()] : []
  for (const { text, path, tree } of whoIn(access.tree)) {
    const term = parseWho(text)
    if (term?.word !== 'group' || names.includes(term.name)) continue
    const meant = nearest(term.name, names)
    const advice = meant === undefined ? `write groups: {${term.name}: [alice, bob]}` : `did you mean group:${meant}?`
    complaints.push({ ...tree.place, path, message: `names a group that is not in groups; ${advice}`, value: text })
  }
  return complaints
}

const hasWay = (auth: Tree | undefined) => auth?.kind === 'mapping' && [...auth.entries.keys()].some(name => name !== 'none')

function whoIn(access: Tree): { text: string; path: string; tree: Tree }[] {
  if (access.kind !== 'list') return []
  return access.items.flatMap((rule, number) => {
    const who = rule.kind === 'mapping' ? rule.entries.get('who')?.tree : undefined
    if (who?.kind !== 'list') return []
    return who.items.flatMap((tree, index) =>
      tree.kind === 'scalar' ? [{ text: tree.text, path: `access.${number}.who.${index}`, tree }] : [],
    )
  })
}
