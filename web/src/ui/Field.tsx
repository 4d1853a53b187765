// A field of a form: its label, a hint under it, and what is wrong with it.
import { type ReactNode, useId } from 'react'
import styles from './Field.module.css'

export type FieldProps = {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
  status?: 'error'
}

export function Field(props: {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
  children: (field: FieldProps) => ReactNode
}) {
  const id = useId()
  const { hint, error } = props
  const wrong = error ? { 'aria-invalid': true, status: 'error' as const } : {}
  const described = error || hint ? { 'aria-describedby': `${id}-text` } : {}
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({ id, ...described, ...wrong })}
      {(error || hint) && (
        <div
          id={`${id}-text`}
          className={error ? styles.error : styles.hint}
          aria-live={error ? 'polite' : undefined}
        >
          {error ?? hint}
        </div>
      )}
    </div>
  )
}

/** Something that went wrong with a form as a whole. */
export function FormFault({ children }: { children: ReactNode }) {
  return (
    <p className={styles.fault} role="alert">
      {children}
    </p>
  )
}
