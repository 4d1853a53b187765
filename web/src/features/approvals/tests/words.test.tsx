import { render, screen } from '@testing-library/react'
import { beforeAll, expect, test } from 'vitest'
import { setLanguage, startLanguage } from '#/locales'
import type { Approval } from '../preview'
import { useHeading, useParticular } from '../words'

beforeAll(() => startLanguage('zh-CN'))

const approval = {
  kind: 'USER_ROLES',
  preview: {
    action: 'USER_CHANGE_ROLES',
    object: 'u1',
    details: [],
    names: [
      { id: 'u1', name: '李雷' },
      { id: 'r9', name: '分行主管' },
      { id: 'k1', name: 'staff' },
      { id: 'd1', name: '装修合同纠纷' },
    ],
    digest: '00',
  },
} as unknown as Approval

function Words({ name, value }: { name: string; value: string }) {
  const particular = useParticular(approval.preview)
  return (
    <p>
      {useHeading()(approval)}｜{particular.name(name)}｜{particular.value(name, value)}
    </p>
  )
}

function says(name: string, value: string, words: string) {
  const { unmount } = render(<Words name={name} value={value} />)
  expect(screen.getByText(/｜/).textContent).toBe(words)
  unmount()
}

test('what will happen is said in words, and ids by their names', async () => {
  const heading = '改变用户的角色：李雷'
  says('roles', 'auditor r9', `${heading}｜角色｜审计员、分行主管`)
  says(
    'actions',
    'read_content approve',
    `${heading}｜允许的操作｜阅读会话与消息、审批他人的敏感操作`,
  )
  says('scope', 'named k1', `${heading}｜数据范围｜指定名单、staff`)
  says('kinds', 'owner_change', `${heading}｜需要审批｜改变客户归属`)
  says('case', 'd1', `${heading}｜案件｜装修合同纠纷`)
  says('selection', 'case', `${heading}｜内容｜案件`)
  says('owner', '', `${heading}｜归属员工｜无`)
  says('active', 'false', `${heading}｜可登录｜否`)
  await setLanguage('en')
  says('scopes', 'read', 'Change a user’s roles: 李雷｜Scopes｜Read')
  await setLanguage('zh-CN')
})

test('what this console does not know is shown as it stands', () => {
  says('colour', 'very blue', '改变用户的角色：李雷｜colour｜very blue')
})
