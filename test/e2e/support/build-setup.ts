import { bundleApp } from '../../../scripts/build/bundle-app.ts'

/** What is tried is what is shipped: the one file, made from the sources as they are now. */
export default async function setup() {
  await bundleApp()
}
