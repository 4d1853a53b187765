import { account } from './account'
import { approvals } from './approvals'
import { audit } from './audit'
import { body } from './body'
import { cases } from './cases'
import { common } from './common'
import { conversations } from './conversations'
import { customers } from './customers'
import { departments } from './departments'
import { evidence } from './evidence'
import { explorer } from './explorer'
import { factor } from './factor'
import { handovers } from './handovers'
import { imports } from './imports'
import { ledger } from './ledger'
import { marks } from './marks'
import { message } from './message'
import { model } from './model'
import { overview } from './overview'
import { packages } from './packages'
import { passkey } from './passkey'
import { policy } from './policy'
import { preview } from './preview'
import { roles } from './roles'
import { search } from './search'
import { setup } from './setup'
import { shell } from './shell'
import { signin } from './signin'
import { signon } from './signon'
import { staff } from './staff'
import { system } from './system'
import { users } from './users'

export const zhCN = {
  account,
  approvals,
  audit,
  body,
  cases,
  common,
  conversations,
  customers,
  departments,
  evidence,
  explorer,
  factor,
  handovers,
  imports,
  ledger,
  marks,
  message,
  model,
  overview,
  packages,
  passkey,
  policy,
  preview,
  roles,
  search,
  shell,
  setup,
  signin,
  signon,
  staff,
  system,
  users,
}
