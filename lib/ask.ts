/** Asks the person at the terminal, for one of the choices if there are any; `undefined` without a terminal, or if they leave the question alone. */
export type Ask = (question: string, choices?: readonly string[]) => Promise<string | undefined>

export const ask: Ask = async (question, choices) => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  const { text, select, isCancel } = await import('@clack/prompts')
  const answer = choices
    ? await select({ message: question, options: choices.map(value => ({ value })) })
    : await text({ message: question, defaultValue: '' })
  return isCancel(answer) ? undefined : answer
}
