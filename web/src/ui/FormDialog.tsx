// A dialog that is a form: its title, what went wrong with it, its fields, and the button that saves it. The first field has the cursor.
import { Button, Modal } from 'antd'
import { type ReactNode, useRef } from 'react'
import { FormFault } from './Field'
import styles from './FormDialog.module.css'
import { useErrorText } from './States'

export function FormDialog(props: {
  title: string
  /** What is written on the button. */
  save: string
  saving: boolean
  /** Why it could not be sent. */
  error: Error | null
  /** Why it was not taken, in words. */
  refusal?: string | null
  onSave: () => void
  onClose: () => void
  children: ReactNode
}) {
  const errorText = useErrorText()
  const form = useRef<HTMLFormElement>(null)
  return (
    <Modal
      open
      title={props.title}
      onCancel={props.onClose}
      footer={null}
      width={560}
      afterOpenChange={(open) => {
        if (open) form.current?.querySelector('input')?.focus()
      }}
    >
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault()
          props.onSave()
        }}
      >
        {props.error && <FormFault>{errorText(props.error)}</FormFault>}
        {props.refusal && <FormFault>{props.refusal}</FormFault>}
        {props.children}
        <div className={styles.submit}>
          <Button type="primary" htmlType="submit" loading={props.saving}>
            {props.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
