// Every address of the console, in one table.
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { RowsSkeleton } from '#/ui/States'
import { doors, root, shell } from './doors'
import { Failure } from './Failure'
import { atHome } from './guards'
import { NotFound } from './NotFound'
import { nameSearch } from './search'
import { settingsTree } from './settingsTree'

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: atHome,
  component: lazyRouteComponent(() => import('#/features/overview/page'), 'OverviewPage'),
})

const conversations = createRoute({
  getParentRoute: () => shell,
  path: '/conversations',
  staticData: { needs: ['READ_CONTENT'], marked: 'CONVERSATIONS' },
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    kind?: 'SINGLE' | 'GROUP' | undefined
    customer?: string | undefined
    staff?: string | undefined
  } => ({
    kind: search.kind === 'SINGLE' || search.kind === 'GROUP' ? search.kind : undefined,
    customer: typeof search.customer === 'string' ? search.customer : undefined,
    staff: typeof search.staff === 'string' ? search.staff : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/conversations/page'), 'ConversationsPage'),
})

const conversationsHome = createRoute({
  getParentRoute: () => conversations,
  path: '/',
  component: lazyRouteComponent(() => import('#/features/conversations/page'), 'NoConversation'),
})

const conversation = createRoute({
  getParentRoute: () => conversations,
  path: '$id',
  staticData: { marked: 'CONVERSATION' },
  // `message` is the message to show and to mark; `at` a moment to jump to.
  validateSearch: (
    search: Record<string, unknown>,
  ): { message?: string | undefined; at?: string | undefined } => ({
    message: typeof search.message === 'string' ? search.message : undefined,
    at: typeof search.at === 'string' ? search.at : undefined,
  }),
  component: lazyRouteComponent(
    () => import('#/features/conversations/conversation'),
    'ConversationPage',
  ),
})

export type SearchOrderParam = 'NEWEST' | 'OLDEST' | 'RELEVANCE'

const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  staticData: { needs: ['SEARCH'], marked: 'SEARCH' },
  validateSearch: (
    search: Record<string, unknown>,
  ): { q?: string | undefined; order?: SearchOrderParam | undefined } => ({
    ...nameSearch(search),
    order: search.order === 'OLDEST' || search.order === 'RELEVANCE' ? search.order : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/search/page'), 'SearchPage'),
})

const message = createRoute({
  getParentRoute: () => shell,
  path: '/messages/$id',
  staticData: { needs: ['READ_CONTENT'], marked: 'MESSAGE' },
  component: lazyRouteComponent(() => import('#/features/message/page'), 'MessagePage'),
})

const cases = createRoute({
  getParentRoute: () => shell,
  path: '/cases',
  staticData: { needs: ['MANAGE_CASES'] },
  validateSearch: (
    search: Record<string, unknown>,
  ): { q?: string | undefined; state?: 'OPEN' | 'CLOSED' | undefined } => ({
    ...nameSearch(search),
    state: search.state === 'OPEN' || search.state === 'CLOSED' ? search.state : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/cases/page'), 'CasesPage'),
})

const oneCase = createRoute({
  getParentRoute: () => shell,
  path: '/cases/$id',
  staticData: { needs: ['MANAGE_CASES'], marked: 'CASE' },
  // `conversation` is the one whose messages are shown.
  validateSearch: (search: Record<string, unknown>): { conversation?: string | undefined } => ({
    conversation: typeof search.conversation === 'string' ? search.conversation : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/cases/case'), 'CasePage'),
})

const customers = createRoute({
  getParentRoute: () => shell,
  path: '/customers',
  staticData: { needs: ['READ_DIRECTORY'], marked: 'CUSTOMERS' },
  validateSearch: nameSearch,
  component: lazyRouteComponent(() => import('#/features/customers/page'), 'CustomersPage'),
})

const customer = createRoute({
  getParentRoute: () => shell,
  path: '/customers/$id',
  staticData: { needs: ['READ_DIRECTORY'], marked: 'CUSTOMER' },
  component: lazyRouteComponent(() => import('#/features/customers/customer'), 'CustomerPage'),
})

const STAFF_STATES = ['ACTIVE', 'SUSPENDED', 'LEFT'] as const

const allStaff = createRoute({
  getParentRoute: () => shell,
  path: '/staff',
  staticData: { needs: ['READ_DIRECTORY'] },
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    q?: string | undefined
    department?: string | undefined
    state?: (typeof STAFF_STATES)[number] | undefined
  } => ({
    ...nameSearch(search),
    department: search.department === undefined ? undefined : String(search.department),
    state: STAFF_STATES.find((state) => state === search.state),
  }),
  component: lazyRouteComponent(() => import('#/features/staff/page'), 'AllStaffPage'),
})

const staff = createRoute({
  getParentRoute: () => shell,
  path: '/staff/$id',
  staticData: { needs: ['READ_DIRECTORY'] },
  component: lazyRouteComponent(() => import('#/features/staff/member'), 'StaffPage'),
})

const handovers = createRoute({
  getParentRoute: () => shell,
  path: '/handovers',
  staticData: { needs: ['MANAGE_PEOPLE', 'READ_DIRECTORY'] },
  // `staff` is the member of staff whose handover is to begin.
  validateSearch: (search: Record<string, unknown>): { staff?: string | undefined } => ({
    staff: typeof search.staff === 'string' ? search.staff : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/handovers/page'), 'HandoversPage'),
})

const handover = createRoute({
  getParentRoute: () => shell,
  path: '/handovers/$id',
  staticData: { needs: ['MANAGE_PEOPLE'] },
  component: lazyRouteComponent(() => import('#/features/handovers/handover'), 'HandoverPage'),
})

const handoverForm = createRoute({
  getParentRoute: () => shell,
  path: '/handovers/forms/$id',
  staticData: { needs: ['MANAGE_PEOPLE', 'READ_DIRECTORY'] },
  component: lazyRouteComponent(() => import('#/features/handovers/form'), 'HandoverFormPage'),
})

const packages = createRoute({
  getParentRoute: () => shell,
  path: '/packages',
  staticData: { needs: ['EXPORT_EVIDENCE'] },
  component: lazyRouteComponent(() => import('#/features/packages/page'), 'PackagesPage'),
})

const newPackage = createRoute({
  getParentRoute: () => shell,
  path: '/packages/new',
  staticData: { needs: ['EXPORT_EVIDENCE'] },
  // What the package is of; a search where neither a case nor a conversation is named.
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    case?: string | undefined
    conversation?: string | undefined
    query?: string | undefined
  } => {
    const text = (value: unknown) =>
      value === undefined || value === '' ? undefined : String(value)
    return {
      case: text(search.case),
      conversation: text(search.conversation),
      query: text(search.query),
    }
  },
  component: lazyRouteComponent(() => import('#/features/packages/new'), 'NewPackagePage'),
})

const verifyPackage = createRoute({
  getParentRoute: () => shell,
  path: '/packages/verify',
  staticData: { needs: ['READ_LEDGER'] },
  component: lazyRouteComponent(() => import('#/features/packages/verify'), 'VerifyPackagePage'),
})

const onePackage = createRoute({
  getParentRoute: () => shell,
  path: '/packages/$id',
  staticData: { needs: ['EXPORT_EVIDENCE'] },
  component: lazyRouteComponent(() => import('#/features/packages/package'), 'PackagePage'),
})

const imports = createRoute({
  getParentRoute: () => shell,
  path: '/imports',
  staticData: { needs: ['IMPORT', 'READ_IMPORTS'] },
  component: lazyRouteComponent(() => import('#/features/imports/page'), 'ImportsPage'),
})

const oneImport = createRoute({
  getParentRoute: () => shell,
  path: '/imports/$id',
  staticData: { needs: ['IMPORT', 'READ_IMPORTS'] },
  component: lazyRouteComponent(() => import('#/features/imports/import'), 'ImportPage'),
})

const DAY = /^\d{4}-\d{2}-\d{2}$/

const AUDIT_GROUPS = [
  'looks',
  'exports',
  'access',
  'denied',
  'users',
  'people',
  'approvals',
  'cases',
  'imports',
  'archive',
  'audit',
] as const

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  staticData: { needs: ['READ_AUDIT'], marked: 'AUDIT' },
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    who?: string | undefined
    group?: (typeof AUDIT_GROUPS)[number] | undefined
    subject?: string | undefined
    from?: string | undefined
    to?: string | undefined
    q?: string | undefined
    code?: string | undefined
  } => {
    const day = (value: unknown) => (DAY.test(String(value)) ? String(value) : undefined)
    const text = (value: unknown) =>
      value === undefined || value === '' ? undefined : String(value)
    return {
      who: text(search.who),
      group: AUDIT_GROUPS.find((group) => group === search.group),
      subject: text(search.subject),
      from: day(search.from),
      to: day(search.to),
      q: text(search.q),
      code: text(search.code),
    }
  },
  component: lazyRouteComponent(() => import('#/features/audit/page'), 'AuditPage'),
})

const approvals = createRoute({
  getParentRoute: () => shell,
  path: '/approvals',
  validateSearch: (
    search: Record<string, unknown>,
  ): { view?: 'waiting' | 'mine' | 'decided' | undefined } => ({
    view: search.view === 'mine' || search.view === 'decided' ? search.view : undefined,
  }),
  component: lazyRouteComponent(() => import('#/features/approvals/page'), 'ApprovalsPage'),
})

const approval = createRoute({
  getParentRoute: () => shell,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('#/features/approvals/approval'), 'ApprovalPage'),
})

const preview = createRoute({
  getParentRoute: () => shell,
  path: '/preview',
  staticData: { needs: ['MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/preview/page'), 'PreviewPage'),
})

const previewAs = createRoute({
  getParentRoute: () => shell,
  path: '/preview/$id',
  staticData: { needs: ['MANAGE_ROLES'], marked: 'PREVIEW' },
  component: lazyRouteComponent(() => import('#/features/preview/page'), 'PreviewPage'),
})

const explorer = createRoute({
  getParentRoute: () => shell,
  path: '/explorer',
  component: lazyRouteComponent(() => import('#/features/explorer/page'), 'ExplorerPage'),
})

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  staticData: { needs: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/users/page'), 'UsersPage'),
})

const user = createRoute({
  getParentRoute: () => shell,
  path: '/users/$id',
  staticData: { needs: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/users/user'), 'UserPage'),
})

const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  staticData: { needs: ['MANAGE_USERS', 'MANAGE_ROLES'] },
  component: lazyRouteComponent(() => import('#/features/roles/page'), 'RolesPage'),
})

const departments = createRoute({
  getParentRoute: () => shell,
  path: '/departments',
  staticData: { needs: ['READ_DIRECTORY'] },
  component: lazyRouteComponent(() => import('#/features/departments/page'), 'DepartmentsPage'),
})

const nothing = createRoute({
  getParentRoute: () => shell,
  path: '$',
  component: NotFound,
})

const tree = root.addChildren([
  ...doors,
  shell.addChildren([
    overview,
    conversations.addChildren([conversationsHome, conversation]),
    search,
    message,
    cases,
    oneCase,
    customers,
    customer,
    allStaff,
    staff,
    departments,
    users,
    user,
    roles,
    handovers,
    handover,
    handoverForm,
    packages,
    newPackage,
    verifyPackage,
    onePackage,
    imports,
    oneImport,
    audit,
    approvals,
    approval,
    preview,
    previewAs,
    explorer,
    nothing,
    settingsTree,
  ]),
])

export const router = createRouter({
  routeTree: tree,
  defaultErrorComponent: Failure,
  defaultPendingComponent: RowsSkeleton,
  defaultNotFoundComponent: NotFound,
  defaultPendingMs: 300,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
