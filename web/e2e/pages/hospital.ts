// A hospital to be put into an archive: three departments, twenty members of staff, their customers and what they wrote.

type Member = { account: string; name: string; department: string; position: string }

export const DEPARTMENTS = ['门诊部', '住院部', '体检中心'] as const

const PEOPLE: Record<(typeof DEPARTMENTS)[number], string> = {
  门诊部: '王敏 赵丽 孙强 周洁 吴刚 郑爽 冯涛 褚云',
  住院部: '刘洋 陈静 蒋雪 沈华 韩梅 杨帆 朱琳',
  体检中心: '秦朗 许晴 何苗 吕良 施诗',
}

export const STAFF: Member[] = DEPARTMENTS.flatMap((department, place) =>
  PEOPLE[department].split(' ').map((name, number) => ({
    account: `doc${place + 1}${String(number + 1).padStart(2, '0')}`,
    name,
    department,
    position: number === 0 ? '主任' : '客服',
  })),
)

/** The customers of a member of staff: one each, and three of whoever is to leave. */
export function customersOf({ account, name, department }: Member): { id: string; name: string }[] {
  const several = department === '住院部' && name === '刘洋' ? 3 : 1
  return Array.from({ length: several }, (_, number) => ({
    id: `wm${account}0000000000000000000${number}`,
    name: `${name}的客户${several > 1 ? number + 1 : ''}`,
  }))
}

export function member(name: string): Member {
  const found = STAFF.find((one) => one.name === name)
  if (!found) throw new Error(`nobody is called ${name}`)
  return found
}

/** The table of staff as it comes out of a spreadsheet. */
export function staffTable(): string {
  const rows = STAFF.map(({ name, account, department, position }) =>
    [name, account, department, position, '在职'].join(','),
  )
  return `${['姓名,账号,部门,职务,状态', ...rows].join('\n')}\n`
}

/** Who follows which customer, in the channel's own form. */
export function directory(): string {
  const contacts = STAFF.flatMap((one) =>
    customersOf(one).map((customer) => ({
      external_contact: { external_userid: customer.id, name: customer.name, type: 1 },
      follow_user: [{ userid: one.account, createtime: 1_760_000_000 }],
    })),
  )
  return JSON.stringify({ errcode: 0, errmsg: 'ok', external_contact_list: contacts })
}

/** Two messages of every customer with the member of staff, an object a line. */
export function messages(): string {
  const lines = STAFF.flatMap((one) =>
    customersOf(one).flatMap(({ id, name }) => [
      {
        from: id,
        tolist: [one.account],
        words: `您好，我是${name}，电话 13912345678，想约下周复查`,
      },
      { from: one.account, tolist: [id], words: '好的，已为您登记，请周三上午到院' },
    ]),
  )
  const records = lines.map(({ from, tolist, words }, number) =>
    JSON.stringify({
      msgid: `hospital_${number}_external`,
      action: 'send',
      from,
      tolist,
      roomid: '',
      msgtime: 1_790_000_000_000 + number * 60_000,
      msgtype: 'text',
      text: { content: words },
    }),
  )
  return `${records.join('\n')}\n`
}
