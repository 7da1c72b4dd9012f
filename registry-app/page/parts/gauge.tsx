/** A bar beside the number that says the same. */
export function Gauge({ part, whole }: { part: number; whole: number }) {
  return (
    <span class="gauge" aria-hidden="true">
      <span style={{ width: `${whole > 0 ? Math.min(100, (part / whole) * 100) : 0}%` }} />
    </span>
  )
}
