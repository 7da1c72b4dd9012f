import { expect, test } from 'vitest'
import { runProgram } from '../../lib/run-program.ts'
import { addEnvironments } from '../../lib/terraform/add-environments.ts'
import { App } from '../../lib/terraform/tf.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { dockerEnvironment } from './terraform/synthesize.ts'

test('an app that was not built is one line that says what to run', () => {
  const folder = temporaryFolder({ '.dockerignore': '*\n!dist/registry.mjs\n' })
  let said = ''
  const code = runProgram(
    () =>
      addEnvironments(new App({ outdir: temporaryFolder() }), [dockerEnvironment('try', 'storage: {driver: filesystem}')], {
        appFolder: folder,
      }),
    text => (said += text),
  )

  expect(said).toBe(`dist/registry.mjs is missing in ${folder}: npm run build makes it\n`)
  expect(code).toBe(1)
})

test('what nobody who runs it can mend keeps its stack', () => {
  expect(() =>
    runProgram(() => {
      throw new TypeError('a mistake of ours')
    }),
  ).toThrow(TypeError)
})
