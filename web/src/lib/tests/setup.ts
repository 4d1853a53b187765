// Before each test file: nothing of an earlier test stays on the page.
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
