/** Asks the person at the terminal for a line. @returns `undefined` without a terminal, and where the question is left alone */
export async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  const { text, isCancel } = await import('@clack/prompts')
  const answer = await text({ message: question })
  return isCancel(answer) ? undefined : answer
}
