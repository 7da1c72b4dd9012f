/** Which page of the documentation leads through a command, for whom it could not be carried out. Those without one say all there is to say. */
export const commandPages: Readonly<Record<string, string>> = {
  'garbage-collect': 'docs/garbage-collection.md',
  retention: 'docs/policies.md',
  restore: 'docs/policies.md',
  maintain: 'docs/garbage-collection.md, docs/operations.md',
  check: 'docs/operations.md',
}
