/** The groups that each user is in. @param groups the users of each */
export function groupsIn(groups: Readonly<Record<string, readonly string[]>>): (user: string) => readonly string[] {
  const found = new Map<string, string[]>()
  for (const [group, users] of Object.entries(groups)) {
    for (const user of new Set(users)) found.set(user, [...(found.get(user) ?? []), group])
  }
  return user => found.get(user) ?? []
}
