import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { cdktnFolder } from './fetch-cdktn.ts'

const cdktf = '/node_modules/cdktf/'
const cdktn = `${pathToFileURL(cdktnFolder)}/node_modules/cdktn/`

// For whoever asks for it, the bindings of the providers too: a module of cdktf is the one of the same place in its successor.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const [, file] = resolved.url.split(cdktf)
    return file === undefined ? resolved : { ...resolved, url: cdktn + file }
  },
})
