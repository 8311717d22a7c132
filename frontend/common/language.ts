export type Language = 'en' | 'zh-CN'

/** The first language of the reader's that we speak; English if there is none. */
export function choose(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0]
    if (primary === 'zh') return 'zh-CN'
    if (primary === 'en') return 'en'
  }
  return 'en'
}
