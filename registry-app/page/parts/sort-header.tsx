import { useSay } from '../text/words.ts'

export interface Sorting<Column extends string> {
  readonly column: Column
  readonly order: 'asc' | 'desc'
}

interface SortHeaderProps<Column extends string> {
  column: Column
  label: string
  sorting: Sorting<Column>
  /** Which way round a column is sorted first. */
  first: 'asc' | 'desc'
  sort: (sorting: Sorting<Column>) => void
  class?: string
}

export function SortHeader<Column extends string>({ column, label, sorting, first, sort, ...rest }: SortHeaderProps<Column>) {
  const say = useSay()
  const { order } = sorting
  const isSorted = sorting.column === column
  const other = order === 'asc' ? 'desc' : 'asc'
  return (
    <th scope="col" {...rest} aria-sort={isSorted ? (order === 'asc' ? 'ascending' : 'descending') : undefined}>
      <button
        type="button"
        class="sort"
        title={say('sortBy', { column: label })}
        onClick={() => sort({ column, order: isSorted ? other : first })}
      >
        {label}
        <span aria-hidden="true">{isSorted ? (order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  )
}
