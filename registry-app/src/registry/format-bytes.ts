const units = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** For a person: `1.4 GB`, in powers of a thousand. */
export function formatBytes(size: number): string {
  const power = Math.min(units.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3))
  return power === 0 ? `${size} bytes` : `${(size / 1000 ** power).toFixed(1)} ${units[power]}`
}
