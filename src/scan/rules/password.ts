/** What stands for a password where there is none: templates of all kinds, ellipses, stars, references. */
const TEMPLATE =
  /\$\{|\$\(|\{\{|\}\}|<[^>]{0,80}>|%[({sdv]|#\{|\[\[|\$[A-Za-z_]|^\$|^%\w{1,40}%$|\.\.\.|…|\*{3}|x{4}|X{4}|__|^@|^&|\bnull\b|ENC\[|\\u\w{4}/
/** Words of which made-up passwords are made. Longer ones come first. */
const DUMMY =
  /password|passphrase|passwd|passw|pass|pwd|secret|username|user|administrator|admin|root|testing|tester|test|postgresql|postgres|mysql|mariadb|mongodb|mongo|redis|rabbitmq|rabbit|elastic|guest|foobar|foo|bar|baz|qux|example|changeme|change|replace|your|my|the|token|keystore|truststore|key|demo|develop|dev|local|database|db|hunter|letmein|welcome|qwerty|abcdefghij|abcdefgh|abcdef|abcd|abc|xyz|hello|world|default|dummy|sample|some|super|auth|login|name|here|placeholder|redacted|hidden|masked|value|string|app|api|git|basic|bearer|oauth|private|public|not|real|fake|invalid|wrong|correct|valid|insecure|secure|strong|weak|old|new|this|that|is|of|for|to|an|in|on|and|or|no|yes|service|server|client|account|bob|alice|john|jane|doe|cred|creds|credential|special|char|chars|with|unsafe|plain|text|encoded|proxy|http|https|host|port|pw|p|s|a|b|c|x|y|z/g
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
}

/** Whether a text may be somebody’s password, rather than what stands in its place. */
export function isPassword(text: string): boolean {
  if (TEMPLATE.test(text) || new Set(text).size < 4) return false
  const stem = text.replace(/[^A-Za-z]{1,12}$/, '')
  return !isDummy(text) && !isDummy(stem.replace(/[01345@$]/g, (each) => LEET[each] ?? each))
}

/** Nothing but such words, digits and signs. */
function isDummy(text: string): boolean {
  const letters = text.toLowerCase().replace(/[^a-z]/g, '')
  return letters.replace(DUMMY, '').length < 2
}

/** Hosts that are no one’s: this machine, documentation’s. */
const NO_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|\[|(?:host|hostname|server|proxy|domain|address|foo|bar)(?![\w.-])|some|your|my-|(?:[\w-]{1,40}\.){0,4}(?:example|test|invalid|localhost)\b)/i

/** Whether a host may be somebody’s. */
export function isHost(host: string): boolean {
  return !NO_HOST.test(host) && !TEMPLATE.test(host)
}
