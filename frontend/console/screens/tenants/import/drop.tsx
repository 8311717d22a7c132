import { Button, FileButton, Text } from '@mantine/core'
import { type DragEvent, useState } from 'react'

import classes from './import.module.css'
import { LARGEST, type NamedText } from './split'
import { words } from './words'

/** Takes several files at once, dropped or chosen. The button is the way of those who use the keyboard. */
export function Drop({ onFiles }: { onFiles: (files: NamedText[]) => void }) {
  const said = words.use()
  const [over, setOver] = useState(false)
  const take = async (files: Iterable<File>) => onFiles(await Promise.all(Array.from(files, read)))
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(isOver)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped anywhere on it, chosen by the button within
    <div
      className={classes.zone}
      data-over={over || undefined}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event)
        take(event.dataTransfer.files)
      }}
    >
      <Text size="sm">{said.drop}</Text>
      <FileButton multiple onChange={take} inputProps={{ 'aria-label': said.chooseLabel }}>
        {(props) => (
          <Button {...props} size="xs" variant="default">
            {said.choose}
          </Button>
        )}
      </FileButton>
    </div>
  )
}

/** Not more of a file than shows that it is too large. */
async function read(file: File): Promise<NamedText> {
  return { name: file.name, text: await file.slice(0, LARGEST + 1).text() }
}
