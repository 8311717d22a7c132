import { Stack, Text } from '@mantine/core'

import { Mark } from '../../../ui/mark'
import { TestResult } from '../result'
import type { Tests } from '../tests'
import type { ImportLine } from './documents'
import classes from './import.module.css'
import { words } from './words'

/** What becomes of each profile of the file, in its order. */
export function Lines({ lines, dry, tests }: { lines: ImportLine[]; dry: boolean; tests: Tests }) {
  const said = words.use()
  const allGood = lines.every(({ userErrors }) => userErrors.length === 0)
  return (
    <Stack gap="xs" role="status">
      {dry && (
        <Text size="sm" fw={600}>
          {allGood ? said.dryRun : said.dryRunBad}
        </Text>
      )}
      <ul className={classes.lines}>
        {lines.map((line) => (
          <Line key={line.profile} line={line} tests={tests} />
        ))}
      </ul>
    </Stack>
  )
}

function Line({ line: { profile, tenant, userErrors }, tests }: { line: ImportLine; tests: Tests }) {
  const said = words.use()
  const test = tenant && tests.of[tenant.id]
  return (
    <li>
      <Text size="sm" component="div">
        <strong>{profile}</strong>{' '}
        {userErrors.length === 0 && <Mark tone="got">{tenant ? said.added : said.good}</Mark>}
      </Text>
      {userErrors.map(({ message, hint }) => (
        <Text size="sm" key={message} style={{ color: 'var(--berth-fault-text)' }}>
          ✗ {message} {hint}
        </Text>
      ))}
      {test && <TestResult test={test} />}
    </li>
  )
}
