import { expect, test } from 'vitest'
import { formatAgo, formatBytes, formatCount, formatSeconds, formatTime } from '../format'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [1536, '1.5 KB'],
  [793 * 1024, '793 KB'],
  [1024 * 1024 - 1, '1.0 MB'],
  [5 * 1024 ** 3, '5.0 GB'],
  [Number.MAX_SAFE_INTEGER, '8.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, '0:00'],
  [9, '0:09'],
  [75, '1:15'],
  [3675, '1:01:15'],
  [-4, '0:00'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

test('moments stand in the zone of the viewer, in the same order in every language', () => {
  const at = '2025-01-31T16:05:09.000Z'
  expect(formatTime(at, 'minute', 'zh-CN', 'Asia/Shanghai')).toBe('2025-02-01 00:05')
  expect(formatTime(at, 'minute', 'en', 'Asia/Shanghai')).toBe('2025-02-01 00:05')
  expect(formatTime(at, 'second', 'zh-CN', 'UTC')).toBe('2025-01-31 16:05:09')
  expect(formatTime(at, 'day', 'zh-CN', 'America/Los_Angeles')).toBe('2025-01-31')
  expect(formatTime(at, 'full', 'zh-CN', 'Asia/Shanghai')).toBe(
    '2025年2月1日星期六 00:05:09.000 GMT+08:00',
  )
  expect(formatTime(at, 'full', 'en', 'Europe/Berlin')).toBe(
    'Friday, January 31, 2025 17:05:09.000 GMT+01:00',
  )
})

test('counts are grouped', () => {
  expect(formatCount(1_234_567, 'zh-CN')).toBe('1,234,567')
})

test('how long ago is told by the largest unit that fits', () => {
  const now = Date.parse('2025-06-01T00:00:00Z')
  const ago = (seconds: number) =>
    formatAgo(new Date(now - seconds * 1000).toISOString(), now, 'zh-CN')
  expect(ago(5)).toBe('5秒钟前')
  expect(ago(180)).toBe('3分钟前')
  expect(ago(2 * 3600)).toBe('2小时前')
  expect(ago(86_400)).toBe('昨天')
  expect(ago(100 * 86_400)).toBe('3个月前')
  expect(ago(4 * 366 * 86_400)).toBe('4年前')
})
