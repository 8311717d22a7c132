import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './style.css'

import { createRoot } from 'react-dom/client'

import { takeFragment } from '../common/address'
import { token } from '../common/caller'
import { language } from './language'
import { Playground } from './playground'
import { readSchema } from './schema'
import { session } from './session'

document.documentElement.lang = language
const asked = takeFragment()
const brought = asked.get('token')
if (brought) token.keep(brought)
// Whoever follows a link within an open page means a fresh one.
addEventListener('hashchange', () => location.reload())

const root = document.querySelector('#root')
if (!root) throw new Error('the page has a root')
createRoot(root).render(<Playground query={asked.get('query')} schema={await readSchema()} />)
// Asked at once, so that nobody writes a query first to learn that it goes nowhere.
const admitted = await session.isAdmitted().catch(() => true)
if (!admitted) await session.signIn()
