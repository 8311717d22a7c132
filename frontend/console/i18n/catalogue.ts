/**
 * Words in both languages, beside the screen that says them. English is the source: a key that is missing in the Chinese, or is one too
 * many, is a type error.
 */
import type { Language } from '../../common/language'
import { language, useLanguage } from './language'

interface Catalogue<Words> {
  /** The words in the reader's language; the component is drawn anew when it changes. */
  use(): Words
  /** The words right now, for what is no component. */
  now(): Words
  in(language: Language): Words
}

export function catalogue<Words extends object>(en: Words, zhCN: NoInfer<Words>): Catalogue<Words> {
  const in_ = (which: Language) => (which === 'en' ? en : zhCN)
  return { use: () => in_(useLanguage()), now: () => in_(language.now()), in: in_ }
}

const inChinese = new Intl.NumberFormat('zh-CN')

/** A number in a Chinese sentence: `16,015`. */
export function counted(number: number): string {
  return inChinese.format(number)
}

const rules = new Intl.PluralRules('en')

/** English plural: `plural(n, 'task', 'tasks')` is `3 tasks`. Chinese has none. */
export function plural(count: number, one: string, other: string): string {
  return `${new Intl.NumberFormat('en').format(count)} ${rules.select(count) === 'one' ? one : other}`
}
