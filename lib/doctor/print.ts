import type { Progress } from '../../registry-app/src/doctor/examine.ts'
import type { Verdict } from '../../registry-app/src/doctor/probe.ts'
import { recommendedSettings, renderRecommendation } from '../../registry-app/src/doctor/recommend.ts'
import { isHealthy, type Report } from '../../registry-app/src/doctor/report.ts'

const words: Readonly<Record<Verdict, string>> = { good: 'ok', lacking: 'note', bad: 'FAILED', skipped: '-' }

/** A line for each question: its name when it is asked, the rest when the answer is there. */
export function printProgress(out: (text: string) => void): Progress {
  return {
    asks: name => out(name.padEnd(26)),
    found: ({ verdict, says }) => out(`${words[verdict].padEnd(8)}${oneLine(says)}\n`),
  }
}

/** What to make of it, after the lines. */
export function printSummary(report: Report): string {
  const failed = report.results.filter(({ verdict }) => verdict === 'bad').length
  const unasked = report.unasked === 0 ? '' : ` ${report.unasked} further questions were not asked.`
  const verdict = isHealthy(report)
    ? 'A registry can use this bucket.'
    : `A registry cannot use this bucket like this: ${failed} of ${report.results.length} answers are bad.${unasked}`
  const settings = isKnown(report) ? `\n\nFor config.yml, without the keys:\n\n${renderRecommendation(report)}` : '\n'
  return `\n${verdict}${settings}`
}

/** The same for programs. */
export function reportJson(report: Report): string {
  const { target, facts, results, unasked } = report
  const { server, signing = [], addressing = [] } = facts
  const healthy = isHealthy(report)
  const { bucket, endpoint } = target
  const settings = isKnown(report) ? { storage: recommendedSettings(report) } : undefined
  return `${JSON.stringify({ healthy, bucket, endpoint, server, signing, addressing, unasked, results, settings }, undefined, 2)}\n`
}

/** Where it was not asked everything, nobody knows what else the settings would have to say. */
const isKnown = ({ facts, unasked }: Report) => unasked === 0 && facts.signing !== undefined && facts.signing.length > 0

/** A store may put anything into its messages. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
