// One message of each other kind, so that every way of drawing one can be looked at.
export function oddMessages(world) {
  const staff = [...world.staff.keys()][1]
  const customer = [...world.customers.keys()][3]
  const start = Date.now() - 3 * 3_600_000
  const rows = [
    [
      'IMAGE',
      'image',
      { attachments: [file('IMAGE', null, 70_961, { width: 1080, height: 1440 })] },
    ],
    ['VOICE', 'voice', { attachments: [file('VOICE', null, 6_810, { seconds: 10 })] }],
    ['VIDEO', 'video', { attachments: [file('VIDEO', null, 15_169_724, { seconds: 108 })] }],
    [
      'FILE',
      'file',
      { attachments: [file('FILE', '2026年会议酒店报价单（含税）.xlsx', 18_181)] },
      { msgid: 'file' },
    ],
    [
      'EMOTION',
      'emotion',
      { attachments: [file('EMOTION', null, 962_604, { width: 290, height: 290 })] },
    ],
    [
      'LINK',
      'link',
      {
        title: '邀请你加入群聊',
        text: '技术支持群，进入可查看详情',
        url: 'https://work.weixin.qq.com/wework_admin/external_room/join/exceed?vcode=xxx',
      },
    ],
    [
      'LOCATION',
      'location',
      {
        title: '北京富力万丽酒店',
        fields: [
          field('address', 'TEXT', '北京市朝阳区东三环中路61号'),
          field('latitude', 'TEXT', '39.899331'),
          field('longitude', 'TEXT', '116.461841'),
        ],
      },
    ],
    [
      'MINI_PROGRAM',
      'weapp',
      {
        title: '开始聊天前请仔细阅读服务须知事项',
        text: '客户需同意存档聊天记录',
        fields: [field('app', 'TEXT', '服务须知')],
      },
    ],
    [
      'CARD',
      'card',
      {
        fields: [
          field('company', 'TEXT', '微信联系人'),
          field('person', 'TEXT', 'wmGAgeDQAAGjFmfnP7A3j2JxQDdLNhSw'),
        ],
      },
    ],
    [
      'RED_PACKET',
      'redpacket',
      {
        title: '恭喜发财，大吉大利',
        fields: [
          field('redpacket_kind', 'CHOICE', 'redpacket_ordinary'),
          field('count', 'NUMBER', null, 1),
          field('amount', 'MONEY', null, 3000),
        ],
      },
    ],
    [
      'MEETING',
      'meeting',
      {
        title: '入住方案确认',
        fields: [
          time('starts_at', 1),
          time('ends_at', 2),
          field('place', 'TEXT', '二楼会议室'),
          field('meeting_action', 'CHOICE', 'meeting_started'),
        ],
      },
    ],
    [
      'CALENDAR',
      'calendar',
      {
        title: '业绩复盘会',
        fields: [
          field('creator', 'TEXT', '李磊'),
          field('attendee', 'TEXT', '李磊'),
          field('attendee', 'TEXT', '张涛'),
          time('starts_at', 20),
          time('ends_at', 21),
        ],
      },
    ],
    [
      'CALL',
      'voiptext',
      {
        fields: [
          field('duration', 'SECONDS', null, 549),
          field('call_kind', 'CHOICE', 'call_video_single'),
        ],
      },
    ],
    [
      'VOTE',
      'vote',
      {
        title: '团建去哪里',
        fields: [
          field('vote_action', 'CHOICE', 'vote_started'),
          field('option', 'TEXT', '海边'),
          field('option', 'TEXT', '山里'),
          field('vote_id', 'TEXT', 'voteid_8f3a'),
        ],
      },
    ],
    [
      'COLLECT',
      'collect',
      {
        title: '入住信息登记',
        fields: [
          field('room', 'TEXT', '六月团队入住'),
          field('creator', 'TEXT', '李磊'),
          field('created_at', 'TEXT', '2025-06-01 09:30:00'),
          field('question', 'TEXT', '到店时间'),
          field('answer_kind', 'CHOICE', 'answer_time'),
          field('question', 'TEXT', '人数'),
          field('answer_kind', 'CHOICE', 'answer_number'),
        ],
      },
    ],
    ['TODO', 'todo', { title: '待办', text: '周五前把发票寄给客户' }],
    [
      'MARKDOWN',
      'markdown',
      { text: '# 今日入住\n**三间**大床房，其中一间*要求高楼层*\n> 前台已确认' },
    ],
    [
      'DOCUMENT',
      'docmsg',
      {
        title: '会议流程表',
        url: 'https://doc.weixin.qq.com/txdoc/excel?docid=xxx',
        fields: [field('creator', 'TEXT', '李磊')],
      },
    ],
    [
      'NEWS',
      'news',
      {
        items: [
          item(0, 'LINK', null, '凭会员码可享八折', '夏季特惠上线', []),
          item(0, 'LINK', null, '', '酒店周边一日游路线', []),
        ],
      },
    ],
    [
      'SOLITAIRE',
      'solitaire',
      {
        text: '早餐接龙\n1. 张涛\n2. 刘芳',
        fields: [field('solitaire_action', 'CHOICE', 'solitaire_joined')],
      },
    ],
    [
      'VOICE_CALL',
      'meeting_voice_call',
      {
        fields: [time('ends_at', 0)],
        attachments: [file('VOICE', null, null)],
        items: [
          item(0, 'SHARED_DOCUMENT', 'zhangtao', '', '', [file('FILE', '合同草案.docx', null)]),
        ],
      },
    ],
    [
      'CHANNEL_POST',
      'sphfeed',
      { title: '信据酒店', text: '春天的庭院', fields: [field('feed_kind', 'NUMBER', null, 4)] },
    ],
    [
      'CHAT_RECORD',
      'chatrecord',
      {
        title: '群聊的聊天记录',
        items: [
          item(0, 'TEXT', '张涛', '您好，房型已经为您留好了。'),
          item(0, 'CHAT_RECORD', '刘芳', '', '另一段记录'),
          item(1, 'TEXT', '刘芳', '含双早吗？'),
          item(1, 'TEXT', '张涛', '含的，六点半到十点。'),
          item(0, 'IMAGE', '刘芳', '', '', [file('IMAGE', null, 13_177)]),
        ],
      },
    ],
    [
      'MIXED',
      'mixed',
      {
        items: [
          item(0, 'TEXT', null, '这是前台的样子[微笑]'),
          item(0, 'IMAGE', null, '', '', [file('IMAGE', null, 13_177)]),
        ],
      },
    ],
    ['TEXT', 'text', { text: '可以的，给您留到晚上八点。', quote: '还能再便宜一点吗？' }],
    ['UNKNOWN', 'qydiskfile2', { text: 'info.filename: 季度报告.pdf\ninfo.size: 18181' }],
    ['TEXT', 'text', { text: '稍等，刚才那份报价发错了。' }, { state: 'FAILED' }],
    ['RECALL', 'revoke', {}, { recalls: 'file' }],
    ['AGREE', 'agree', {}],
    ['TEXT', 'text', { text: '好的，那就这样定下来吧。谢谢！' }, { state: 'WAITING' }],
  ]
  return rows.map(([kind, msgtype, body, more], i) => ({
    msgid: `odd_${i}`,
    from: i % 3 === 0 ? customer : staff,
    tolist: [i % 3 === 0 ? staff : customer],
    roomid: '',
    msgtime: start + i * 8 * 60_000,
    msgtype,
    kind,
    body,
    ...more,
  }))
}

function file(kind, name, size, more = {}) {
  const facts = { seconds: null, width: null, height: null, state: 'AWAITED', file: null, ...more }
  return { kind, name, size, md5: '50de8e5ae8ffe4f1df7a93841f71993a', ...facts }
}

function field(key, form, text, number = null) {
  return { key, form, text, number, time: null }
}

function time(key, hours) {
  const at = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + hours * 3_600_000)
  return { key, form: 'TIME', text: null, number: null, time: at.toISOString() }
}

function item(depth, kind, from, text, title = '', attachments = []) {
  const sentAt = new Date(Date.now() - 86_400_000).toISOString()
  return { depth, kind, from, sentAt, title, text, url: null, fields: [], attachments }
}
