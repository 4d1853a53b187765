import { account } from './account'
import { audit } from './audit'
import { body } from './body'
import { common } from './common'
import { conversations } from './conversations'
import { customers } from './customers'
import { explorer } from './explorer'
import { factor } from './factor'
import { imports } from './imports'
import { ledger } from './ledger'
import { marks } from './marks'
import { message } from './message'
import { model } from './model'
import { overview } from './overview'
import { policy } from './policy'
import { preview } from './preview'
import { search } from './search'
import { setup } from './setup'
import { shell } from './shell'
import { signin } from './signin'
import { staff } from './staff'
import { system } from './system'
import { users } from './users'

export const zhCN = {
  account,
  audit,
  body,
  common,
  conversations,
  customers,
  explorer,
  factor,
  imports,
  ledger,
  marks,
  message,
  model,
  overview,
  policy,
  preview,
  search,
  shell,
  setup,
  signin,
  staff,
  system,
  users,
}
