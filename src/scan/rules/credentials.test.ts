import { describe, expect, test } from 'vitest'
import { testRules } from '../../../test/support/rule-tests.ts'
import { BASE64, chars, named, spoiledOf, within, without, WORD } from '../../../test/support/token-forms.ts'
import { CREDENTIALS } from './credentials.ts'
import { isHost, isPassword } from './password.ts'

const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = json({ alg: 'RS256', typ: 'JWT' })
const SIGNATURE = WORD.slice(0, 43)
const jwt = (payload: unknown, header = HEADER, signature = SIGNATURE): string =>
  `${header}.${json(payload)}.${signature}`
const PERSON = { iss: 'https://login.acme.dev', sub: 'u-731' }
const ACCOUNT = { iss: 'https://kubernetes.default.svc', sub: 'system:serviceaccount:prod:app' }
const PW = 'Kx7vQ2mZ'
const PW128 = `${WORD}${WORD}`.slice(0, 128).padEnd(128, 'k')
const dropped = (text: string): readonly string[] =>
  Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1))
const spoiled = (text: string): readonly string[] => [...spoiledOf(text), ...dropped(text)]
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const AUTH = base64(`deploy:${PW}`)
const OPAQUE = `${WORD.slice(0, 12)}.${WORD.slice(12, 30)}`
const STRANGE = ['x', 'X', '1', '_', '-']
const QUOTE = 'a name may begin so'
const REST = 'the rest is in no match'
const FOURS = 'base64 comes in fours'
const GAP = ' '.repeat(8)
const BIG = base64(`deploy:${WORD.repeat(34).slice(0, 2000)}`)
const BOOT = 'q7ej3a.xk9tzsv2ibn5mrwh'
const OTHER = 'bc0lf8.hwrn4itzk0xjq6eg'
const JWT_BOUNDS = 'the check parses it'

const jwtCases = (claims: object, wrong: readonly object[]): Parameters<typeof testRules>[1][string] => ({
  forms: [],
  hits: [
    [`"${jwt(claims)}"`, jwt(claims)],
    [
      `"${jwt(claims, json({ alg: 'none_-_' }), `${WORD}_-`)}"`,
      jwt(claims, json({ alg: 'none_-_' }), `${WORD}_-`),
    ],
    ...['>>>???', 'ÿÿÿ~~~'].map((odd): [string, string] => {
      const text = jwt({ ...claims, odd }, json({ alg: 'RS256', odd: 'ÿ>?~~ÿÿ>>>' }))
      return [text, text]
    }),
    [
      `x=${jwt(claims, HEADER, WORD.repeat(12).slice(0, 700))}`,
      jwt(claims, HEADER, WORD.repeat(12).slice(0, 700)),
    ],
    [`x=${jwt({ ...claims, x: 'y'.repeat(2500) })}`, jwt({ ...claims, x: 'y'.repeat(2500) })],
  ],
  misses: [
    ...wrong.map((payload) => jwt(payload)),
    `x${jwt(claims)}`,
    jwt(claims, HEADER, WORD.repeat(12).slice(0, 701)),
    jwt(claims, HEADER, SIGNATURE.slice(1)),
    jwt(claims, HEADER, `${SIGNATURE.slice(1)}+`),
    jwt(claims, json({ alg: 5 })),
    jwt(claims, HEADER.slice(0, -3)),
    jwt('x'),
    `${HEADER}.eyJ${WORD.slice(0, 40)}.${SIGNATURE}`,
    `${HEADER}${json(claims)}.${SIGNATURE}`,
    `${HEADER}.${json(claims)}${SIGNATURE}`,
    `${HEADER}x${json(claims)}x${SIGNATURE}`,
  ],
  equivalent: {
    '{10,1000}: ': JWT_BOUNDS,
    '{30,4000}: ': JWT_BOUNDS,
    '"J" dropped': JWT_BOUNDS,
  },
})

testRules(CREDENTIALS, {
  'kubernetes-service-account-token': jwtCases(ACCOUNT, [PERSON]),
  'json-web-token': jwtCases(PERSON, [
    ACCOUNT,
    { iss: 'kubernetes/serviceaccount' },
    { sub: '1234567890', name: 'x' },
    { sub: 'u', name: 'John Doe' },
    { iss: 'supabase', ref: 'abc', role: 'anon' },
  ]),
  'url-password': {
    forms: [],
    hits: [
      [`postgres://app:${PW}@db.prod:5432/app`, PW],
      [`redis://:${PW}@cache`, PW],
      [`https://a.b~%41!&*+-_Z9:${PW}@h1`, PW],
      [`amqp://${'u'.repeat(64)}:${PW}@mq.acme.dev`, PW],
      [`mysql://u:${PW128}@d-b`, PW128],
      ['mysql://u:K7v!m@db.acme', 'K7v!m'],
      [`mysql://u:${PW}@${'h'.repeat(121)}`, PW],
      [`mysql://u:${PW}@DB.prod`, PW],
      [`mysql://u:${PW}@10.2.3.4`, PW],
    ],
    misses: [
      'postgres://app:postgres@db.prod:5432/app',
      'postgres://app:${PASSWORD}@db.prod',
      'postgres://app:$PASSWORD@db.prod',
      'postgres://app:{{ password }}@db.prod',
      'postgres://app:<password>@db.prod',
      'postgres://app:p4ssw0rd123@db.prod',
      `postgres://app:${PW}@localhost:5432`,
      `postgres://app:${PW}@127.0.0.1`,
      `postgres://app:${PW}@example.com`,
      `postgres://app:${PW}@db.example`,
      `postgres:/app:${PW}@db.prod`,
      `postgres//app:${PW}@db.prod`,
      `postgres://app${PW}@db.prod`,
      `postgres://app:${PW}db.prod`,
      `postgres://app:${PW}@`,
      `postgres://app:${PW}@x`,
      `postgres://app:${PW}@_xyz`,
      `postgres://app:${PW}@-xyz`,
      'postgres://app:K7v!@db.prod',
      `postgres://app:${PW128}x@db.prod`,
      `postgres://${'u'.repeat(65)}:${PW}@db.prod`,
      `https://host:8080/path@2/x:${PW}`,
    ],
    equivalent: { '{1,120}: high': 'the host goes on' },
  },
  'jdbc-password': {
    forms: [],
    hits: [
      [`jdbc:postgresql://db.prod/app?user=app&password=${PW}`, PW],
      [`JDBC:sqlserver://db.prod;Password=${PW};x=y`, PW],
      [`jdbc:h2:x:y?password=${PW128}`, PW128],
      [`jdbc:abcdef?password=K7v!m`, 'K7v!m'],
      [`jdbc:${'a'.repeat(240)}&password=${PW}`, PW],
    ],
    misses: [
      'jdbc:postgresql://db.prod/app?user=app&password=${PW}',
      'jdbc:postgresql://db.prod/app?password=secret123',
      'jdbc:postgresql://db.prod/app?password=K7v!',
      `jdbc:abcde?password=${PW}`,
      `jdbc:${'a'.repeat(241)}&password=${PW}`,
      `jdbc:abcdefg,password=${PW}`,
      `jdbc:abcdefgpassword=${PW}`,
      ...['x', '1', '_', '-'].map((each) => `jdbc:abcdefg${each}password=${PW}`),
      ...spoiled('jdbc:').map((start) => `${start}postgresql://db.prod/app?password=${PW}`),
      ...spoiled('password=').map((name) => `jdbc:postgresql://db.prod/app?${name}${PW}`),
    ],
    equivalent: { '{5,128}: high plus': REST },
  },
  'connection-string-password': {
    forms: [],
    hits: [
      [`Server=tcp:db.prod.windows.net,1433;Database=app;User ID=app;Password=${PW};`, PW],
      [`Data Source=db.prod;uid=app;pwd=${PW}`, PW],
      [`host =db.prod; pwd = ${PW}`, PW],
      [`host=ab${'yz'.repeat(49)};pwd=${PW128}`, PW128],
      [`host=ab;${'x'.repeat(199)};pwd=K7v!m`, 'K7v!m'],
      [`server =db.prod;password =${PW}`, PW],
      [`data source =db.prod;password= ${PW}`, PW],
    ],
    misses: [
      `Server=localhost;Password=${PW};`,
      'Server=db.prod;Password=$(password)',
      'Server=db.prod;Password=Passw0rd',
      'Server=db.prod;Password=K7v!',
      `Server=a;Password=${PW}`,
      `host=ab;${'x'.repeat(200)};pwd=${PW}`,
      `host=db.prod pwd=${PW}`,
      `host=db.prod;uid=x,pwd=${PW}`,
      `hostdb.prod;pwd=${PW}`,
      `host=db.prod;pwd${PW}`,
      ...['server', 'data source', 'host'].flatMap((name) =>
        spoiled(name).map((each) => `${each}=db.prod;pwd=${PW}`),
      ),
      ...['password', 'pwd'].flatMap((name) => spoiled(name).map((each) => `server=db.prod;${each}=${PW}`)),
    ],
    equivalent: { '{5,128}: high plus': REST, '{2,100}: high': 'what is between may follow' },
  },
  'http-basic-credentials': {
    forms: [],
    hits: [
      [`Authorization: Basic ${AUTH}`, AUTH],
      [`"authorization":"basic ${AUTH}"`, AUTH],
      [`'Authorization', 'Basic ${AUTH}'`, AUTH],
      [`Authorization=Basic ${base64(`a:${PW}x`)}`, base64(`a:${PW}x`)],
      [`Authorization: Basic ${base64(`deploy:${PW}x`)}`, base64(`deploy:${PW}x`)],
      [`Authorization: Basic ${base64('ab:K7vQ2m')}`, base64('ab:K7vQ2m')],
      [`Authorization: Basic ${base64(`deploy:${PW}>>>???`)}`, base64(`deploy:${PW}>>>???`)],
      [
        `Authorization: Basic ${base64(`deploy:${WORD.repeat(5).slice(0, 293)}`)}`,
        base64(`deploy:${WORD.repeat(5).slice(0, 293)}`),
      ],
    ],
    misses: [
      `Authorization: Basic ${base64('aladdin:opensesame').replace('b', 'B')}=x`,
      `Authorization: Basic ${base64('user:password')}`,
      `Authorization: Basic ${base64('K7vQ2mZx9')}`,
      `Authorization: Basic ${base64(`deploy:${WORD.repeat(5).slice(0, 296)}`)}`,
      `Authorization: Basic ${base64('ab:K7vQ')}`,
      `Authorization: Basic ${AUTH}===`,
      `Authorization Basic ${AUTH}`,
      `Authorizationx Basic ${AUTH}`,
      ...['x', '1', '_', '-'].map((each) => `Authorization${each}Basic ${AUTH}`),
      ...['x', '1', '_', '-'].flatMap((each) => [
        `Authorization${each}: Basic ${AUTH}`,
        `Authorization: ${each}Basic ${AUTH}`,
      ]),
      ...spoiled('authorization').map((name) => `${name}: Basic ${AUTH}`),
      ...spoiled('basic ').map((name) => `authorization: ${name}${AUTH}`),
    ],
    equivalent: {
      'A-Z added to [a-z0-9+/]': 'the case of letters is not looked at',
      '_ added to [a-z0-9+/]': 'Node decodes it too',
      '\\- added to [a-z0-9+/]': 'Node decodes it too',
      '{12,400}: low less': 'the check wants more',
      '{12,400}: high plus': FOURS,
    },
  },
  'http-bearer-token': {
    forms: [
      within('Authorization: Bearer ', '"', chars(`${WORD}._~+/-`, 20, 400)),
      within('authorization="token ', '"', chars(`${WORD}._~+/-`, 20, 400)),
    ].map((each) => without(each, 'name', 'inside')),
    hits: [
      [`"Authorization": "Bearer ${OPAQUE}"`, OPAQUE],
      [`'Authorization', 'Bearer ${OPAQUE}==`, `${OPAQUE}==`],
      [`Authorization:Bearer ${OPAQUE}=`, `${OPAQUE}=`],
    ],
    misses: [
      'Authorization: Bearer some-token-of-your-own-1A',
      'Authorization: Bearer configurationManagerService1A',
      'Authorization: Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      'Authorization: Bearer ${GITHUB_TOKEN_1a2B3c4D5e}',
      `Authorization: Bearer eyJ${OPAQUE}`,
      `Authorization: Bearer ${OPAQUE}===`,
      `Authorization: Bearer ${OPAQUE}=x`,
      `Authorization Bearer ${OPAQUE}`,
      ...STRANGE.flatMap((each) => [
        `Authorization${each}: Bearer ${OPAQUE}`,
        `Authorization${each}Bearer ${OPAQUE}`,
        `Authorization: ${each}Bearer ${OPAQUE}`,
        `Authorization:${each}Bearer ${OPAQUE}`,
      ]),
      ...spoiled('authorization').map((name) => `${name}: Bearer ${OPAQUE}`),
      ...[...spoiled('bearer '), ...spoiled('token ')].map((name) => `authorization: ${name}${OPAQUE}`),
    ],
  },
  'curl-user-password': {
    forms: [],
    hits: [
      [`curl -u deploy:${PW} https://x`, PW],
      [`curl -sS -X POST --user "a.b@c-d:${PW}"`, PW],
      [`curl -u x:${PW}`, PW],
      [`curl --user=deploy:${PW}`, PW],
      [`curl -u '${'u'.repeat(64)}:${PW128}'`, PW128],
      [`curl ${'z'.repeat(200)}-u deploy:K7v!m`, 'K7v!m'],
    ],
    misses: [
      `curl -u deploy:$PASSWORD`,
      'curl -u deploy:password123',
      'curl -u deploy:K7v!',
      `curl ${'z'.repeat(201)}-u deploy:${PW}`,
      `curl -u ${'u'.repeat(65)}:${PW}`,
      `curl -u :${PW}`,
      `curl -u deploy${PW}`,
      `curl -u de/ploy:${PW}`,
      `curl u deploy:${PW}`,
      `curl -udeploy:${PW}`,
      `curl -xdeploy:${PW}`,
      `curl -user deploy:${PW}`,
      `curl --suser deploy:${PW}`,
      ...STRANGE.flatMap((each) => [`curl -u${each}deploy:${PW}`, `curl -u ${each}:deploy:${PW}`]).filter(
        (text) => !/u -deploy|u [-xX_1]:/.test(text),
      ),
      ...spoiled('curl ').map((start) => `${start}-u deploy:${PW}`),
      ...[...spoiled('-user'), '-']
        .map((name) => `curl -${name} deploy:${PW}`)
        .filter((text) => !text.includes('curl --u ') && !text.includes('curl -user')),
    ],
    equivalent: {
      '{5,128}: high plus': REST,
      'A-Z added to ["\']': QUOTE,
      '0-9 added to ["\']': QUOTE,
      '_ added to ["\']': QUOTE,
      '\\- added to ["\']': QUOTE,
    },
  },
  'netrc-password': {
    forms: [],
    hits: [
      [`machine git.acme.dev login deploy password ${PW}`, PW],
      [`machine git.acme.dev\n  login deploy\n  password ${PW}\n`, PW],
      [
        `machine ${GAP}abc${GAP}login${GAP}x${GAP}password${GAP}${PW128}${PW128.slice(0, 72)}`.replace(
          'machine ',
          'machine',
        ),
        `${PW128}${PW128.slice(0, 72)}`,
      ],
      [`machine ${'h'.repeat(120)} login ${'u'.repeat(80)} password K7v!m`, 'K7v!m'],
    ],
    misses: [
      `machine localhost login deploy password ${PW}`,
      'machine git.acme.dev login deploy password <token>',
      'machine git.acme.dev login deploy password secret',
      'machine git.acme.dev login deploy password K7v!',
      `machine ab login deploy password ${PW}`,
      `machine ${'h'.repeat(121)} login deploy password ${PW}`,
      `machine git.acme.dev login ${'u'.repeat(81)} password ${PW}`,
      `machine git.acme.dev login  password ${PW}`,
      ...['machine', 'abc', 'login', 'x', 'password'].map((word) =>
        `machine abc login x password ${PW}`.replace(`${word} `, `${word}${GAP} `),
      ),
      ...['machine', 'login', 'password']
        .flatMap((word) =>
          [...spoiled(word), `${word}#`, `#${word}`].map((each) =>
            `machine abc login x password ${PW}`.replace(word, each),
          ),
        )
        .filter((text) => !text.startsWith('#machine')),
      ...['machine', 'abc', 'login', 'x', 'password'].map((word) =>
        `machine abc login x password ${PW}`.replace(`${word} `, word),
      ),
    ],
    equivalent: { '{5,200}: high plus': REST },
  },
  'docker-auth': {
    forms: [],
    hits: [
      [`{"auths":{"r.acme.dev":{"auth":"${AUTH}"}}}`, AUTH],
      [`"auth"    :    "${base64(`deploy:${PW}x`)}"`, base64(`deploy:${PW}x`)],
      [`{\\"auth\\":\\"${base64(`deploy:${PW}xy`)}\\"}`, base64(`deploy:${PW}xy`)],
      [`"auth": "${base64(`deploy:${PW}>>>???`)}"`, base64(`deploy:${PW}>>>???`)],
      [`"auth": "${base64('ab:K7vQ2m')}"`, base64('ab:K7vQ2m')],
      [`"auth": "${BIG}"`, BIG],
    ],
    misses: [
      `"auth": "${base64('user:password')}"`,
      `"auth": "${base64('K7vQ2mZx9Kx7')}"`,
      `"auth": "${base64('ab:K7vQ')}"`,
      `"auth": "${AUTH}===`,
      `"auth": "${AUTH}===""`,
      `"auth": "${BIG}AAAA"`,
      `"auth"     :"${AUTH}"`,
      `"auth":     "${AUTH}"`,
      `"auth" "${AUTH}"`,
      `"auth":${AUTH}"`,
      `"auth:"${AUTH}"`,
      `auth":"${AUTH}"`,
      `"auth":"${AUTH}`,
      ...spoiled('auth').map((name) => `"${name}": "${AUTH}"`),
    ],
    equivalent: {
      '_ added to [A-Za-z0-9+/]': 'Node decodes it too',
      '\\- added to [A-Za-z0-9+/]': 'Node decodes it too',
      '{12,2676}: low less': 'the check wants more',
      '{12,2676}: high plus': FOURS,
    },
  },
  'npmrc-auth': {
    forms: [],
    hits: [
      [`_auth=${AUTH}\n`, AUTH],
      [`//r.acme.dev/:_auth = "${base64(`deploy:${PW}x`)}"\n`, base64(`deploy:${PW}x`)],
      [`_auth   =   ${base64(`deploy:${PW}>>>???`)}`, base64(`deploy:${PW}>>>???`)],
      [`_auth=${base64(`deploy:${PW}xy`)}`, base64(`deploy:${PW}xy`)],
      [`_auth=${base64('ab:K7vQ2m')}`, base64('ab:K7vQ2m')],
      [
        `_auth=${base64(`deploy:${WORD.repeat(5).slice(0, 293)}`)}`,
        base64(`deploy:${WORD.repeat(5).slice(0, 293)}`),
      ],
    ],
    misses: [
      `_auth=${base64('user:password')}`,
      `_auth=${base64('K7vQ2mZx9Kx7')}`,
      `_auth=${AUTH}===`,
      `_auth=${AUTH}=x`,
      `_auth=${base64(`deploy:${WORD.repeat(5).slice(0, 296)}`)}`,
      `basic_auth=${AUTH}`,
      `BASIC_auth=${AUTH}`,
      `_auth    =${AUTH}`,
      `_auth=    ${AUTH}`,
      `_auth ${AUTH}`,
      ...spoiled('_auth').map((name) => `${name}=${AUTH}`),
    ],
    equivalent: {
      '_ added to [A-Za-z0-9+/]': 'Node decodes it too',
      '\\- added to [A-Za-z0-9+/]': 'Node decodes it too',
      '{12,400}: low less': 'the check wants more',
      '{12,400}: high plus': FOURS,
    },
  },
  'kubernetes-bootstrap-token': {
    forms: [],
    hits: [
      [`kubeadm join --token ${BOOT}`, BOOT],
      [`"token":"${BOOT}"`, BOOT],
      [`token=   '${BOOT}'`, BOOT],
      [`token: ${OTHER}`, OTHER],
      [`token' ${OTHER}`, OTHER],
    ],
    misses: [
      'token: abcdef.0123456789abcdef',
      'token: qwertz.0123456789abcdef',
      'token: ab7def.abcdefghijklmnop',
      `token: ${BOOT}x`,
      `token: ${BOOT}.x`,
      `token: ${BOOT}-x`,
      `token: ${BOOT.slice(0, -1)}`,
      `token: ${BOOT.slice(0, -1)}A`,
      `token: ${BOOT.slice(0, -1)}_`,
      `token: ${BOOT.slice(0, -1)}-`,
      `token: ${BOOT.slice(1)}`,
      `token: x${BOOT}`,
      ...['A', '_', '-'].map((each) => `token: ${each}${BOOT.slice(1)}`),
      `token: ${BOOT.replace('.', 'x')}`,
      `token:    ${BOOT}`,
      ...STRANGE.flatMap((each) => [`token${each}${BOOT}`, `token${each}:${BOOT}`, `token:${each}${BOOT}`]),
      ...spoiled('token').map((name) => `${name}: ${BOOT}`),
    ],
  },
  'laravel-app-key': {
    forms: [without(named('app_key', 'base64:', chars(BASE64, 43), '='), 'altered')],
    misses: spoiled('base64:').map((start) => `app_key=${start}${BASE64.slice(0, 43)}=`),
  },
})

describe('what stands in place of a password', () => {
  test.each([
    '${PASSWORD}',
    '$(pass)',
    '{{ .Values.password }}',
    '<your-password>',
    '%s',
    '%(password)s',
    '#{pw}',
    '$PASSWORD',
    '%PASSWORD%',
    '...',
    '****',
    'xxxx',
    '__PW__',
    '@ref',
    'null',
    'ENC[AES256_GCM]',
    'aaaa',
    'password',
    'Passw0rd!',
    'p@ssw0rd',
    's3cr3t',
    'secret123',
    'changeme',
    'my-secret-token',
    'postgres',
    'admin123',
    'root',
    'test1234',
    'foobar',
    'letmein',
    'super_secret',
    'hunter2',
  ])('%s', (text) => {
    expect(isPassword(text)).toBe(false)
  })

  test.each(['Kx7vQ2mZ', 'tr0ub4dor&3', 'correct-horse-battery-staple', 'gK9#pL', 'blueberry-Muffin'])(
    '%s may be one',
    (text) => {
      expect(isPassword(text)).toBe(true)
    },
  )

  test.each([
    'localhost',
    'localhost:5432',
    '127.0.0.1',
    '0.0.0.0',
    '[::1]',
    'host',
    'example.com',
    'db.example.org',
    'db.test',
    '${HOST}',
  ])('nobody’s host: %s', (host) => {
    expect(isHost(host)).toBe(false)
  })

  test.each(['db', 'db.prod.svc', 'postgres', '10.20.30.40', 'mytestserver.acme.dev'])(
    'somebody’s host: %s',
    (host) => {
      expect(isHost(host)).toBe(true)
    },
  )
})
