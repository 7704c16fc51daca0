import { describe, expect, it } from 'vitest'
import { parseConfig } from '../config/load.ts'
import { containerParts, type ContainerParts } from './container-definition.ts'

const STORES = `stores:
  aws: { kind: aws-secrets-manager, region: eu-central-1, account: '123456789012' }
  china: { kind: aws-secrets-manager, region: cn-north-1, account: '123456789012' }
  ssm: { kind: aws-ssm, region: us-gov-west-1, account: '123456789012' }
  bare: { kind: aws-ssm }
  vault: { kind: vault }
`
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db-AbCdEf'

function parts(text: string): ContainerParts {
  const config = parseConfig(
    `version: 1\ndeliver: ecs\n${STORES}${text}`,
    { environment: undefined, namespace: undefined, mode: 'render', setFor: () => 's' },
    'f.yml',
  )
  return containerParts(config)
}

function of(template: string): ContainerParts {
  return parts(`secrets: { s: { data: { KEY: ${JSON.stringify(template)} } } }`)
}

describe('a value is named by its ARN', () => {
  it.each([
    ['${aws://app/db}', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db'],
    ['${aws://app/db#password}', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db:password::'],
    [`\${aws://${ARN}}`, ARN],
    [`\${aws://${ARN}#password}`, `${ARN}:password::`],
    [`\${aws://${ARN}?stage=AWSPREVIOUS}`, `${ARN}::AWSPREVIOUS:`],
    [`\${aws://${ARN}?version=12-ab#p}`, `${ARN}:p::12-ab`],
    ['${china://db}', 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db'],
    ['${ssm:///app/db}', 'arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/app/db'],
    ['${ssm://db}', 'arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/db'],
    [
      '${bare://arn:aws:ssm:eu-west-1:123456789012:parameter/a/b}',
      'arn:aws:ssm:eu-west-1:123456789012:parameter/a/b',
    ],
  ])('%s', (template, valueFrom) => {
    const made = of(template)
    expect(made.problems).toEqual([])
    expect(made.parts).toMatchObject([{ secrets: [{ name: 'KEY', valueFrom }], environment: [] }])
  })

  it('and plain text stands as it is', () => {
    const made = parts('secrets: { s: { name: app, data: { B: x, A: "${aws://k}", C: "$${y}" } } }')
    expect(made.parts).toMatchObject([
      {
        name: 'app',
        secrets: [{ name: 'A' }],
        environment: [
          { name: 'B', value: 'x' },
          { name: 'C', value: '${y}' },
        ],
      },
    ])
  })

  it('what a policy needs for ARNs of names is said', () => {
    expect(of('${aws://db}').notices.join()).toContain('six characters')
    expect(of(`\${aws://${ARN}}`).notices).toEqual([])
  })
})

describe('what ECS can’t do is refused, with what to do', () => {
  it.each([
    ['a value that nobody but the run can read', '${env://X}', /nobody but this run/],
    ['another store', '${vault://a#b}', /can’t read it/],
    ['a composed value', 'x${aws://k}', /is composed/],
    ['a filter', '${aws://k|uri}', /is composed/],
    ['a pointer', '${aws://k#/a/b}', /can’t pick/],
    ['a property with a colon', '${aws://k#a:b}', /can’t pick/],
    ['a name like an ARN’s', '${aws://name-abcdef}', /six characters/],
    ['a property of a parameter', '${ssm:///a#b}', /does not pick/],
    ['a version of a parameter', '${ssm:///a?version=2}', /does not take/],
    ['a store without region and account', '${bare:///a}', /no `region` or no `account`/],
  ])('%s', (_, template, message) => {
    const [problem] = of(template).problems
    expect(problem?.message).toMatch(message)
    expect(problem).toMatchObject({ code: 'CONFIG_INVALID', at: { file: 'f.yml' } })
  })

  it('log-ins to registries', () => {
    const made = parts(
      'secrets: { s: { type: registry, registries: { r.io: { username: u, password: "${aws://k}" } } } }',
    )
    expect(made.problems[0]?.message).toMatch(/no environment of a container/)
  })
})
