import { Table, UnstyledButton } from '@mantine/core'

import { Copyable } from '../../ui/copy'
import { TextLink } from '../../ui/link'
import { Mark } from '../../ui/mark'
import { When } from '../../ui/when'
import { loginOf, nameOf, sizeOf } from './facts'
import classes from './instances.module.css'
import type { GrabbedInstance } from './list'
import { words } from './words'

export interface ListProps {
  list: GrabbedInstance[]
  onOpen: (id: string) => void
}

export function Rows({ list, onOpen }: ListProps) {
  const said = words.use()
  return (
    <section className={`card ${classes.table}`} aria-label={said.title}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{said.name}</Table.Th>
            <Table.Th scope="col">{said.address}</Table.Th>
            <Table.Th scope="col">{said.state}</Table.Th>
            <Table.Th scope="col">{said.size}</Table.Th>
            <Table.Th scope="col">{said.place}</Table.Th>
            <Table.Th scope="col">{said.seen}</Table.Th>
            <Table.Th scope="col">{said.grabbedBy}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((one) => (
            <Row key={one.instance.id} one={one} onOpen={onOpen} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

function Row({ one, onOpen }: { one: GrabbedInstance; onOpen: (id: string) => void }) {
  const said = words.use()
  const { instance, task } = one
  return (
    <Table.Tr onClick={() => onOpen(instance.id)} className={classes.row}>
      <Table.Td>
        <Name one={one} onOpen={onOpen} />
      </Table.Td>
      <Table.Td>
        <Address one={one} />
      </Table.Td>
      <Table.Td>
        <Mark tone="got" sign="●">
          {said.states[instance.state]}
        </Mark>
      </Table.Td>
      <Table.Td className="figures">{sizeOf(instance) ?? task.spec?.shape}</Table.Td>
      <Table.Td>{instance.zone || instance.region}</Table.Td>
      <Table.Td>
        <When at={instance.seenAt} />
      </Table.Td>
      <Table.Td>
        <TextLink
          to="/tasks/$id"
          params={{ id: task.id }}
          size="sm"
          onClick={(event) => event.stopPropagation()}
        >
          {task.name}
        </TextLink>
      </Table.Td>
    </Table.Tr>
  )
}

/** The way in for those who use the keyboard; the whole row is one for the mouse. */
export function Name({ one: { instance }, onOpen }: { one: GrabbedInstance; onOpen: (id: string) => void }) {
  const said = words.use()
  return (
    <UnstyledButton
      className={classes.name}
      title={instance.name}
      aria-label={said.details(nameOf(instance))}
      onClick={(event) => {
        event.stopPropagation()
        onOpen(instance.id)
      }}
    >
      {nameOf(instance)}
    </UnstyledButton>
  )
}

export function Address({ one }: { one: GrabbedInstance }) {
  const said = words.use()
  const ssh = loginOf(one)
  const { publicIps } = one.instance
  if (publicIps.length === 0) return said.noAddress
  return (
    <span className={classes.addresses}>
      {publicIps.map((address) => (
        <Copyable key={address} text={address} />
      ))}
      {ssh && <Copyable text={ssh}>{said.ssh}</Copyable>}
    </span>
  )
}
