/**
 * The memory that Fargate gives a task of so much processor, in MiB: from, to, in steps of.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
const sizes: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
}

/** What is wrong with the pair; nothing where Fargate has it. */
export function sizeComplaint({
  cpu,
  memoryMiB,
}: {
  readonly cpu: number
  readonly memoryMiB: number
}): readonly [key: 'cpu' | 'memoryMiB', message: string] | undefined {
  const size = sizes[cpu]
  if (size === undefined) return ['cpu', `must be one of ${Object.keys(sizes).join(', ')}`]
  const [from, to, step] = size
  // 1536 stands in no such step from 512 alone: the smallest size knows 512, 1024 and 2048.
  const known = memoryMiB >= from && memoryMiB <= to && (memoryMiB - from) % step === 0 && !(cpu === 256 && memoryMiB === 1536)
  return known ? undefined : ['memoryMiB', `must be ${from} to ${to} in steps of ${step} beside host.cpu: ${cpu}`]
}
