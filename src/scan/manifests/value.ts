/** Whether a text is no secret whatever it is called: nothing, an example, a template, a reference, public. */
export function isHarmless(value: string): boolean {
  const text = value.trim()
  return text.length < 4 || isTemplate(text) || isReference(text) || isPublic(text) || isPlaceholder(text)
}

/** Made elsewhere: of a template, a variable, an encrypted value. */
export function isTemplate(text: string): boolean {
  return TEMPLATE.test(text) || ENCRYPTED.test(text)
}

const TEMPLATE =
  /\{\{|\}\}|\$\{|\$\(|\$\[|<%|%>|\[\[|\]\]|\{%|^\$[A-Za-z_]\w*$|^%[A-Za-z_]\w*%$|^@[A-Za-z_][\w.]*@$|^__\w+__$|^#\{[^}]*\}#?$|^\{[\w.-]+\}$|^<[^<>]{1,100}>$|^%\([\w.]+\)s$|^\*+$|^\.{3,}$|^!(?:Ref|Sub|GetAtt|secret|vault|env)\b/

const ENCRYPTED =
  /^ENC\[|^\$ANSIBLE_VAULT;|^-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)|^age1[a-z0-9]{50,}$|^enc:|^encrypted:|^\{cipher\}|^vault:v\d+:/

/** Where the value is kept, a path, or an address without a password. */
function isReference(text: string): boolean {
  if (/^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\)[^\s]*$/.test(text) && !/^\/[A-Za-z0-9+/]{30,}={0,2}$/.test(text))
    return true
  if (
    /^(?:arn:aws|vault:|secret:|secretref:|keyvault:|file:|env:|ssm:|sm:|projects\/[^/]+\/secrets\/)/i.test(
      text,
    )
  )
    return true
  return /^[a-z][a-z0-9+.-]{1,30}:\/\/\S*$/i.test(text)
}

function isPublic(text: string): boolean {
  if (/^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-ssh-\S+) AAAA/.test(text)) return true
  const blocks = text.match(/-----BEGIN [A-Z0-9 ]{1,40}-----/g) ?? []
  return blocks.length > 0 && blocks.every((block) => /CERTIFICATE|PUBLIC KEY|PARAMETERS|CRL/.test(block))
}

/** What stands for a value, or everybody knows. */
export function isPlaceholder(text: string): boolean {
  const bare = text.toLowerCase().replace(/[^a-z0-9]+/g, '')
  if (bare === '' || /^(.)\1*$/.test(bare) || SEQUENCES.includes(bare)) return true
  if (bare.length < 80 && PLACEHOLDER.test(bare)) return true
  const words = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
  return words.length > 0 && words.every((word) => WEAK.has(word)) && digitsOf(text) <= 4
}

const SEQUENCES =
  '0123456789012345678901234567890123456789 9876543210 abcdefghijklmnopqrstuvwxyz 0123456789abcdef 1q2w3e4r5t6y qwertyuiop abcdef0123456789abcdef'

const PLACEHOLDER =
  /changeme|changeit|changethis|replaceme|replacewith|replacethis|tobereplaced|putyour|your.{0,20}(?:here|key|token|secret|password|pass|value)|example|placeholder|dummy|redacted|insert|xxxx|notasecret|nosecret|notreal|notused|fakepassw|fakekey|faketoken|samplepassw|goeshere|youmust|pleaseset|setme|fillme|tobedefined|deadbeef(?:deadbeef)*$/

const WEAK = new Set(
  (
    'password passwd pass pwd secret secrets token tokens key keys api apikey access private auth admin administrator root user username ' +
    'guest test testing tests tester demo sample example my your the a an some this that is not real fake dummy default change changed me ' +
    'please it in for of to on production here value values string text foo bar baz qux quux foobar hello world postgres postgresql pg mysql ' +
    'mariadb mongo mongodb redis rabbitmq minio minioadmin keycloak grafana elastic kibana kafka opensearch vault consul app apps application db ' +
    'database dev develop development local localhost staging stage prod super very strong insecure unsafe temp temporary placeholder todo tbd ' +
    'none null nil empty unset undefined true false yes no off enabled disabled auto random generated abc qwerty letmein welcome operator ' +
    'credentials credential client service account login id name ssl tls mode jwt session cookie signing encryption master basic bearer base ' +
    'data any anything something nothing unknown optional required set get new old first second third one two three x xx xxx y z n fixme env file ' +
    'notsecret supersecret mysecret mypassword secretpassword passw p w rd github gitlab docker registry repo npm aws gcp azure web backend frontend'
  ).split(' '),
)

function digitsOf(text: string): number {
  return text.replace(/\D+/g, '').length
}

/** Whether it reads like words, a name, a number or a version, rather than like something random. */
export function isWordy(text: string): boolean {
  if (/^[-+]?[\d.,:]+%?$/.test(text)) return text.length < 12
  return text.split(/[-_./:,;\s@=&?!'"()[\]+]+/).every((word) => WORD.test(word))
}

const WORD =
  /^(?:[A-Z]?[a-z]+\d{0,2}|[A-Z]{1,16}\d{0,2}|[a-z]?\d{1,4}[a-z]?|(?:[A-Z]?[a-z]{2,}){1,8}|v?\d{1,4}|)$/

/** Sentences and lists: words with blanks between. */
export function isProse(text: string): boolean {
  return /\s/.test(text) && isWordy(text)
}
