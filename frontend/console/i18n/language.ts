/** The language of the page: chosen by the reader, else the browser's. It changes without a reload. */
import { choose, type Language } from '../../common/language'
import { useValue, value } from '../store/value'

const KEY = 'berth:language'

function remembered(): Language {
  const kept = localStorage.getItem(KEY)
  return kept === 'en' || kept === 'zh-CN' ? kept : choose(navigator.languages)
}

const chosen = value<Language>(remembered())

export const language = {
  now: chosen.get,
  subscribe: chosen.subscribe,
  set(next: Language) {
    localStorage.setItem(KEY, next)
    document.documentElement.lang = next
    chosen.set(next)
  },
}

export function useLanguage(): Language {
  return useValue(chosen)
}
