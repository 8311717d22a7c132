/** How it looks. Contrasts are raised where Mantine's own fail the accessibility checks; nothing is said by colour alone. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 9 },
  autoContrast: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", "PingFang SC", monospace',
  lineHeights: { xs: '1.5', sm: '1.55', md: '1.6', lg: '1.6', xl: '1.6' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // A dialog's heading is no banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
  },
})

export const variables: CSSVariablesResolver = () => ({
  variables: {
    '--berth-got': '#2b8a3e',
    '--berth-fault': '#c92a2a',
    '--berth-throttled': '#e67700',
    '--berth-miss': '#868e96',
  },
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-error': '#b02525',
    '--berth-surface': '#ffffff',
    '--berth-ground': '#f6f7f9',
    '--berth-line': '#dee2e6',
    '--berth-accent-text': '#0b7285',
    '--berth-got-text': '#216b31',
    '--berth-fault-text': '#b02525',
    '--berth-throttled-text': '#8f4700',
    '--berth-miss-cell': '#ced4da',
  },
  dark: {
    '--mantine-color-dimmed': '#a6adb4',
    '--mantine-color-placeholder': '#9aa1a8',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-body': '#16181b',
    '--berth-surface': '#1e2125',
    '--berth-ground': '#16181b',
    '--berth-line': '#343a40',
    '--berth-accent-text': '#66d9e8',
    '--berth-got-text': '#69db7c',
    '--berth-fault-text': '#ff8787',
    '--berth-throttled-text': '#ffc078',
    '--berth-miss-cell': '#495057',
  },
})
