import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { requireFile } from '../app-folder.ts'
import type { Recipe } from './read-dockerfile.ts'

const component = z.looseObject({ 'bom-ref': z.string(), name: z.string() })
type Component = z.output<typeof component>
const dependency = z.object({ ref: z.string(), dependsOn: z.array(z.string()) })

/** As much of a program's bill as is joined (CycloneDX 1.6, ECMA-424). */
const programBill = z.looseObject({
  metadata: z.looseObject({ component }),
  components: z.array(component),
  dependencies: z.array(dependency),
})

/** What the recipe adds to its base, as scanners read it: https://cyclonedx.org/docs/1.6/json/ */
export interface BillOfMaterials {
  readonly content: Buffer
  /** Packages that are named in it. */
  readonly packages: number
}

/**
 * One bill for the image, of those that the build wrote beside the programs that the recipe copies: who looks for an image's bill reads the first that
 * is attached. It has no time, so that the same image has the same bill.
 *
 * @param folder what the recipe's files are relative to
 * @throws Error if a program has none
 */
export function billOfMaterials({ files }: Recipe, folder: string, version: string): BillOfMaterials {
  const programs = files.filter(({ from }) => from.endsWith('.mjs')).map(({ from }) => readProgram(from, folder))
  const components = new Map<string, Component>()
  const needs = new Map<string, Set<string>>()
  const image = 'bucket-registry'
  needs.set(image, new Set(programs.map(({ name }) => name)))
  for (const { name, bill } of programs) {
    const own = bill.metadata.component['bom-ref']
    for (const each of bill.components) components.set(each['bom-ref'], each)
    // In each bill the program has the same name; in the joined one the packages that only some programs need shall be told apart.
    for (const { ref, dependsOn } of bill.dependencies) {
      const who = ref === own ? name : ref
      needs.set(who, new Set([...(needs.get(who) ?? []), ...dependsOn]))
    }
  }
  const joined = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'container', 'bom-ref': image, name: image, version } },
    components: [...programs.map(asFile), ...components.values()],
    dependencies: [...needs].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn] })),
  }
  return { content: Buffer.from(`${JSON.stringify(joined, undefined, 2)}\n`), packages: components.size }
}

function readProgram(file: string, folder: string) {
  const path = requireFile(folder, file.replace(/\.mjs$/, '.cdx.json'))
  return { name: basename(file), bill: programBill.parse(JSON.parse(readFileSync(path, 'utf8'))) }
}

/** All programs are parts of one package: as files they have names, and hashes, of their own. */
function asFile({ name, bill }: ReturnType<typeof readProgram>): Component {
  const { purl: _, ...own } = bill.metadata.component
  return { ...own, type: 'file', 'bom-ref': name, name }
}
