import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './style.css'

import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'

import { router } from './router'
import { Gate } from './sign-in/gate'
import { theme, variables } from './theme'

const root = document.querySelector('#root')
if (!root) throw new Error('the page has a root')
createRoot(root).render(
  <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
    <ModalsProvider>
      <Notifications position="bottom-right" />
      <Gate>
        <RouterProvider router={router} />
      </Gate>
    </ModalsProvider>
  </MantineProvider>,
)
