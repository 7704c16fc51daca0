import { expect, test } from 'vitest'
import { isInsideCluster } from './cluster-address.ts'

test.each([
  'localhost',
  '127.0.0.1',
  '127.8.9.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'backend.aura.svc',
  'Backend.Aura.SVC.',
  'db-0.db.aura.svc',
  'backend.aura.svc.cluster.local',
  'node.cluster.local',
])('%s is inside', (host) => {
  expect(isInsideCluster(host)).toBe(true)
})

test.each([
  'svc',
  'backend',
  'backend.aura',
  'cluster.local',
  'svc.example.com',
  'backend.aura.svc.example.com',
  'backend.aura.svc.evil',
  'backend.aurasvc',
  'localhost.example.com',
  '10.0.0.1',
  '192.168.1.4',
  '100.64.0.1',
  '[fd00::1]',
  '128.0.0.1',
  '',
])('%s is not known to be', (host) => {
  expect(isInsideCluster(host)).toBe(false)
})
