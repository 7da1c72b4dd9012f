import { isNull, type Tree } from '../../registry-app/src/config/tree.ts'

/** The value of what was written, for a schema or a renderer. A key with nothing behind it counts as not given, as it does to the registry. */
export function plainValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      // A number that would be written differently (0123, 1e3) was perhaps not meant as one: the registry reads the letters where it wants text.
      return typeof tree.value === 'number' && String(tree.value) !== tree.text ? tree.text : tree.value
    case 'list':
      return tree.items.map(plainValue)
    case 'mapping':
      return Object.fromEntries(
        [...tree.entries].filter(([, entry]) => !isNull(entry.tree)).map(([name, entry]) => [name, plainValue(entry.tree)]),
      )
  }
}
