import type { SecretInput } from '../../../lib/user/secret-input.ts'

/** Standard input that is no terminal: nobody can be asked. */
export const piped = (content = ''): SecretInput => ({
  interactive: false,
  ask: () => Promise.reject(new Error('nobody is there')),
  all: async () => content,
})

/** Somebody who types these, one after the other. */
export function typing(...lines: string[]): SecretInput & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    interactive: true,
    async ask(question) {
      asked.push(question)
      return lines[asked.length - 1] ?? ''
    },
    all: () => Promise.reject(new Error('this is a terminal')),
  }
}
