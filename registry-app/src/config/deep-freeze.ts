export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** Freezes a tree of plain objects and arrays, all the way down: what was checked once stays as it was checked. */
export function deepFreeze<T>(tree: T): DeepReadonly<T> {
  if (typeof tree === 'object' && tree !== null && !Object.isFrozen(tree)) {
    Object.freeze(tree)
    for (const branch of Object.values(tree)) deepFreeze(branch)
  }
  return tree as DeepReadonly<T>
}
