/**
 * What a name says of its value. `credential`: a password or key. `ambiguous`: one, or what it is called or where it is
 * kept (`token`, `secret`). `plain`: nothing secret (`username`, `secretName`). `unknown`: nothing at all.
 */
export type NameClass = 'credential' | 'ambiguous' | 'plain' | 'unknown'

/** Whether a name may be one of a credential at all: most are not. */
export function mayBeCredential(name: string): boolean {
  return TELLING.test(name)
}

const TELLING =
  /pass|pw|secret|token|key|cred|auth|dsn|salt|pepper|seed|nonce|otp|pin|docker|conn|id_|kubeconfig|netrc|account\.json|\.(?:pem|p12|pfx|jks|ppk)/i

export function classifyName(name: string): NameClass {
  const words = wordsOf(name)
  const joined = words.join('')
  const last = words.at(-1) ?? ''
  if (PUBLIC.test(joined)) return 'plain'
  if (CREDENTIAL_FILE.test(name)) return 'credential'
  if (PLAIN_LAST.has(last) && !EXCEPTIONS.test(joined)) return 'plain'
  if (CREDENTIAL.test(joined)) return 'credential'
  return AMBIGUOUS.test(joined) || AMBIGUOUS_WORDS.has(last) ? 'ambiguous' : 'unknown'
}

/** `dbPassword2`, `DB_PASSWORD` and `db-password` → `db`, `password`. */
function wordsOf(name: string): readonly string[] {
  return name
    .slice(-128)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '')
}

const CREDENTIAL = new RegExp(
  `(?:${[
    'pass(?:word|wd|phrase|wort)s?',
    '(?:^|db|root|admin|user|app|require|my|pg|smtp|mail|redis|mysql|key|store)pass',
    'pwd|(?:^|db|bind)pw|masterauth|htpasswd|pgpass',
    '(?:api|app|access|secret|private|signing|sign|encryption|encrypt|crypto|master|auth|account|license|licence|ssh|hmac|jwt|shared|storage|service|session|cookie|webhook|server|client|fernet|deploy|admin|sas|unseal|webhooksecret|jwtsecret|nextauth|bot)key',
    'keydata|keybase|keypem|secretkeybase|apikeys',
    'clientsecret|appsecret|apisecret|jwtsecret|authsecret|cookiesecret|sessionsecret|webhooksecret|oauthsecret|sharedsecret|consumersecret|hmacsecret|signingsecret|masterkey|djangosecret',
    '(?:access|auth|api|bearer|bot|refresh|github|gitlab|slack|npm|vault|root|personal|deploy|service|oauth|registry|webhook|identity|session|admin|user|app|gh|join|bootstrap)token',
    'connectionstring|connstring|connstr|secretid|dockerconfigjson|dockercfg|accesstokens|secretaccesskey|privatekeypem',
  ].join('|')})$`,
)

const AMBIGUOUS = /(?:secret|token|credentials?|creds?|auth|dsn|salt|pepper|seed|nonce|passcode|otp)$/

/** Words that mean it only where they stand alone. */
const AMBIGUOUS_WORDS = new Set(['key', 'pin'])

/** Files that hold a key or a log-in, and nothing else. */
const CREDENTIAL_FILE =
  /(?:^|[/\\])(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh-privatekey|tls\.key|\.?htpasswd|\.?pgpass|\.?netrc|kubeconfig|service-?account\.json|credentials(?:\.json)?)$|\.(?:key|pem|p12|pfx|jks|keystore|kubeconfig|ppk)$/i

const PUBLIC =
  /(?:public|pub)(?:key|token|cert)?|^(?:existing|external|imagepull|pull|tls|ca|cert|ingress)secret|existingsecret|secretname|(?:ca|tls|cert)(?:crt|cert|bundle)$|certificate(?:authority)?data$|knownhosts|^(?:token|auth)type/

/** A secret's id is one; a key's is not. */
const EXCEPTIONS = /secretid$/

const PLAIN_LAST = new Set(
  (
    'file files filename path paths dir directory folder name names ref refs reference url urls uri uris endpoint endpoints host hosts ' +
    'hostname server servers port ports ttl expiry expires expiration expire lifetime age timeout duration length size count limit ' +
    'max min enabled enable disabled disable required optional type types kind policy policies format version algorithm alg algo ' +
    'header headers prefix suffix issuer audience id ids mode provider providers store class template namespace mount location ' +
    'hint rotation interval period generation reset regex pattern description label labels title text message placeholder field ' +
    'fields selector from source manager service serviceaccount account role roles user users username usernames login email ' +
    'project region zone bucket database dbname db schema driver engine charset timezone protocol scheme scope scopes realm tenant ' +
    'domain address env environment stage level debug insecure tls ssl sslmode crt cer cert certs certificate certificates ca der csr ' +
    'chain bundle fingerprint checksum sha digest hash pub owner group image tag registry repository repo branch arn method strategy ' +
    'auto generate create key_id keyid'
  ).split(' '),
)
