import fc from 'fast-check'
import { parseYaml } from '../../src/config/document.ts'
import { ActionError } from '../../src/error.ts'
import { anchorFiles, mergeKubeconfigs, namedFiles } from '../../src/kubernetes/kubeconfig-files.ts'
import { credentialsIn, credentialsOf, parseKubeconfig, readLogin } from '../../src/kubernetes/kubeconfig.ts'
import { isKeyOrName } from './configuration.ts'
import { hostileText } from './hostile.ts'
import { CERT, KEY } from './pem-texts.ts'
import { CANARY, type Target } from './target.ts'

const CORPUS = [
  kubeconfig(`token: ${CANARY}`),
  kubeconfig(`{ username: u, password: ${CANARY} }`),
  kubeconfig(`{ client-certificate-data: ${base64(CERT)}, client-key-data: ${base64(KEY)} }`),
  kubeconfig(`{ client-key: /k, client-certificate: c.pem, tokenFile: t }`),
  kubeconfig(`
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: aws
        args: [--client-secret, ${CANARY}, "--token=${CANARY}"]
        env: [{ name: AWS_SECRET, value: ${CANARY} }]
        provideClusterInfo: true`),
  kubeconfig(`{ auth-provider: { name: oidc, config: { id-token: ${CANARY} } } }`),
  kubeconfig(`{ token: t, as: a, as-uid: u, as-groups: [g], as-user-extra: { "k(": [v], "é": [w] } }`),
  JSON.stringify({
    clusters: [],
    contexts: [{ name: 'a', context: {} }],
    users: [{ user: { token: CANARY } }],
  }),
]

function kubeconfig(user: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster:
    server: https://127.0.0.1:6443/x
    proxy-url: http://u:${CANARY}@proxy:3128
    certificate-authority-data: ${base64(CERT)}
    insecure-skip-tls-verify: true
contexts:
- name: a
  context: { cluster: c, user: u, namespace: n }
users:
- name: u
  user: ${user}
current-context: a
`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

const SIGNS = [
  ...[
    'clusters:\n',
    'contexts:\n',
    'users:\n',
    '- name: a\n',
    'user: ',
    'cluster: ',
    'server: ',
    'proxy-url: ',
    'exec: ',
  ],
  ...[
    'https://',
    'http://[::1]:1',
    'socks5://h',
    'file:///',
    '&a ',
    '*a',
    '<<: *a',
    '[',
    '{',
    '? ',
    '- ',
    ': ',
    '\n',
    '  ',
  ],
  ...[
    '"\\ud800"',
    '"\\0"',
    'as: "\\ud800"',
    'as-user-extra: {"\\ud800": [x]}',
    'null',
    '-----BEGIN CERTIFICATE-----\n',
  ],
  ...[`token: "${CANARY}\\n"`, `: ${CANARY}`, `client-key-data: ${base64(CANARY)}`, 'tokenFile: x', '=='],
]

interface Input {
  readonly text: string
  readonly context: string | undefined
  readonly file: string | undefined
}

/** Kubeconfigs, and the files that they name. */
export const kubeconfigs: Target<Input> = {
  name: 'kubeconfig',
  inputs: fc.record({
    text: hostileText(CORPUS, SIGNS),
    context: fc.constantFrom(undefined, undefined, 'a', 'b', '__proto__'),
    file: fc.constantFrom(
      undefined,
      '',
      CERT,
      KEY,
      CANARY,
      '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n',
    ),
  }),
  run({ text, context, file }) {
    const parsed = parseKubeconfig(text) ?? parseKubeconfig(Buffer.from(text, 'base64').toString('utf8'))
    if (parsed === undefined) return []
    credentialsIn(parsed)
    const anchored = anchorFiles(parsed, '/folder')
    namedFiles(anchored)
    const readText = (): string => {
      if (file !== undefined) return file
      throw new ActionError({ code: 'KUBECONFIG_INVALID', message: 'no such file', hint: 'embed it' })
    }
    const login = readLogin(mergeKubeconfigs([anchored, parsed]), context, readText)
    checkMasked(login, credentialsOf(login))
    return []
  },
  isNamed: ({ text }) => isKeyOrName(parseYaml(text, () => ({})).root, ['name']),
}

/** What is sent as a log-in is among what is masked. */
function checkMasked({ user: { auth } }: ReturnType<typeof readLogin>, masked: readonly string[]): void {
  const sent = auth.kind === 'token' ? auth.token : auth.kind === 'basic' ? auth.password : ''
  if (sent !== '' && !masked.includes(sent)) throw new Error('a log-in that is not masked')
}
