import type { Row } from './summary.ts'

const head = ['workload', 'figure', 'ours', 'Distribution', 'ratio', 'in any round', 'goal', 'met']

/** The rows as a Markdown table whose columns also stand straight on a terminal. */
export function table(rows: readonly Row[]): string {
  const lines = [head, ...rows.map((row, index) => cells(row, rows[index - 1]))]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  const [title = '', ...body] = lines.map(line => `| ${line.map((cell, column) => align(cell, column, widths[column] ?? 0)).join(' | ')} |`)
  const rule = `|${widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`
  return [title, rule, ...body].join('\n')
}

function cells(row: Row, above: Row | undefined): string[] {
  return [
    row.workload === above?.workload ? '' : row.workload,
    `${row.figure}, ${row.unit}`,
    amount(row.ours),
    amount(row.distribution),
    row.ratio === undefined ? '–' : row.ratio.toFixed(2),
    row.ratios === undefined ? '–' : `${row.ratios[0].toFixed(2)}–${row.ratios[1].toFixed(2)}`,
    row.goal ?? '',
    verdict(row),
  ]
}

function verdict({ goal, met }: Row): string {
  if (goal === undefined) return ''
  if (met === undefined) return 'not measured'
  return met ? 'yes' : 'NO'
}

/** Three digits say all that such a measurement can; a number is never cut before its point. */
function amount(value: number | undefined): string {
  if (value === undefined) return '–'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const isNumber = (column: number) => column >= 2 && column <= 5

const align = (cell: string, column: number, width: number) => (isNumber(column) ? cell.padStart(width) : cell.padEnd(width))
