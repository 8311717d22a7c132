// Dark or light before the first paint, so that nothing flashes. A file of its own, because the page's policy takes no inline script.
let scheme = null
try {
  scheme = localStorage.getItem('mantine-color-scheme-value')
} catch {}
if (scheme !== 'light' && scheme !== 'dark')
  scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
