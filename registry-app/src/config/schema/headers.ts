import * as z from 'zod/mini'
import { text } from './kinds.ts'

/** RFC 9110, 5.1 and 5.5: what else a header's name or value holds would make every message fail that has it. */
export const headerName = z.string().check(z.regex(/^[!#$%&'*+\-.^_`|~\w]+$/, 'is no header name'))
export const headerValue = () => text().check(z.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of text'))
