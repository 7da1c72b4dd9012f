/**
 * MiB of a `large` instance, by family; the other sizes of a family are in proportion. Some generations have more (`c5n` a third more), none of
 * the Nitro system has less.
 *
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-specifications.html
 */
const ofLarge: Readonly<Record<string, number>> = { t: 8192, c: 4096, m: 8192, r: 16_384 }

const proportion: Readonly<Record<string, number>> = { nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 }

/** What the system and its Docker engine need beside the registry, in MiB. */
const forTheSystem = 384

/** How much of an instance's memory the registry may take at most, in MiB; absent: an instance of which nothing is known here. */
export function mostMemory(instanceType: string): number | undefined {
  const [, family = '', size = ''] = /^([a-z])\d[a-z]*\.(.+)$/.exec(instanceType) ?? []
  const [, times = '1', unit = ''] = /^(\d*)(xlarge|.+)$/.exec(size) ?? []
  const [large, part] = [ofLarge[family], proportion[unit]]
  return large === undefined || part === undefined ? undefined : large * part * Number(times || 1) - forTheSystem
}
