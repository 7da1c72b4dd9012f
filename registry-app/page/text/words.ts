import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { en, type Word, type Words } from './en.ts'
import { ja } from './ja.ts'

export const languages = { en: { label: 'English', words: en as Words }, ja: { label: '日本語', words: ja } } as const
export type Language = keyof typeof languages

/** Of what the browser's user prefers, the first that the page speaks. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const found = wanted.map(each => each.slice(0, 2).toLowerCase()).find(each => Object.hasOwn(languages, each))
  return (found ?? 'en') as Language
}

export type Say = (word: Word, put?: Readonly<Record<string, string | number>>) => string

export const sayIn =
  (language: Language): Say =>
  (word, put = {}) =>
    languages[language].words[word].replace(/\{(\w+)\}/g, (braces, name) => String(put[name] ?? braces))

export const LanguageContext = createContext<Language>('en')
export const useSay = (): Say => sayIn(useContext(LanguageContext))

/** How numbers and dates are written: as the browser's user has it, where he wants this language. */
export function useLocale(): string {
  const language = useContext(LanguageContext)
  return navigator.languages.find(each => each.slice(0, 2).toLowerCase() === language) ?? language
}
