import { expect, test } from 'vitest'
import { compileRules, noRules, ruledAccess } from '../../../../registry-app/src/auth/access/rules.ts'
import { actions } from '../../../../registry-app/src/auth/access.ts'
import type { Identity } from '../../../../registry-app/src/auth/identity.ts'
import { allowed, allowedEverywhere, allowedSomewhere } from '../matrix/oracle.ts'
import { identities, repositories, ruleSets } from '../matrix/table.ts'

const names = [...repositories.flatMap(({ there, not = there }) => [there, not]), 'public', 'app', 'team', 'team/a/b/app', 'p/x', 'x/app/y']

test.each(Object.entries(ruleSets))('%s: the rules say of everybody, everywhere, what the oracle says', (_, rules) => {
  const access = ruledAccess(compileRules((rules as Parameters<typeof compileRules>[0]) ?? noRules))
  const differing: string[] = []
  for (const plain of identities) {
    const identity = plain as Identity
    for (const action of actions) {
      // Twice: the second time it is remembered.
      for (const name of [...names, ...names]) {
        if (access.may(identity, action, name) !== allowed(rules, plain, action, name)) differing.push(`${plain.name} ${action} ${name}`)
      }
      if (access.anywhere(identity, action) !== allowedSomewhere(rules, plain, action)) differing.push(`${plain.name} ${action} anywhere`)
      if (access.everywhere(identity, action) !== allowedEverywhere(rules, plain, action))
        differing.push(`${plain.name} ${action} everywhere`)
    }
  }
  expect(differing).toEqual([])
})
