import { EnvironmentError } from '../../../../lib/environment/environment-error.ts'
import { parseEnvironment } from '../../../../lib/environment/load-environment.ts'

/** What is wrong with an environment, a line each as a person reads it: file, line and column, key, what is allowed. */
export function complaints(text: string, file = 'try.yml'): readonly string[] {
  try {
    parseEnvironment(file, text)
    return []
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error
    const [, ...lines] = error.message.split('\n')
    return lines.map(line => line.trim())
  }
}
