import type { Secret } from '../secret.ts'
import { NO_FINDINGS, problem, type Finding, type Findings } from './finding.ts'

/** One `-----BEGIN label-----` … `-----END label-----`, with its lines. */
export interface PemBlock {
  readonly label: string
  readonly pem: string
}

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----[ \t\r]*\n(?:(?!-----)[^\n]*\n)*-----END \1-----/gm
const ARMOUR = '-----BEGIN '

/** The blocks of a PEM text, in order: those only whose lines are where Go and OpenSSH look for them. */
export function parsePem(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([pem, label = '']) => ({ label, pem: `${pem}\n` }))
}

/**
 * What happens to PEM on its way through variables and copy-and-paste. `what` names it: `tls.crt`. Problems keep it from
 * being read at all; warnings don't, here and now.
 */
export function checkArmour(value: Secret, what: string): Findings {
  if (!value.isText)
    return problem(
      `${what} is not text`,
      'convert it from DER or PKCS #12 to PEM: openssl x509, pkey or pkcs12',
    )
  const text = value.reveal()
  const broken = ARMOUR_FAULTS.find(({ hits }) => hits(text))
  if (broken !== undefined) return problem(`${what} ${broken.message}`, broken.hint)
  const [blocks, begun] = [parsePem(text).length, text.split(ARMOUR).length - 1]
  if (begun === 0) return problem(`${what} is not PEM`, 'it begins with `-----BEGIN …-----`')
  if (blocks < begun)
    return problem(
      `${what} holds PEM of which a part can’t be read`,
      'every `-----BEGIN …-----` and `-----END …-----` stands on a line of its own: was it cut, or joined without a line end?',
    )
  return NO_FINDINGS
}

/** Line ends that some readers stumble over. */
export function lineEndFindings(value: Secret, what: string): readonly Finding[] {
  const text = value.reveal()
  const crlf = {
    message: `${what} has Windows line ends (CRLF)`,
    hint: 'save it with LF; some readers refuse CR',
  }
  const open = {
    message: `${what} does not end in a line end`,
    hint: `what is put after it would stand on the same line: ${NEWLINE_HINT}`,
  }
  return [...(text.includes('\r') ? [crlf] : []), ...(text.endsWith('\n') ? [] : [open])]
}

/** How a value gets its last line end back. */
export const NEWLINE_HINT =
  'keep it when the value is stored, or write the template as "${value}\\n" in double quotes'

interface ArmourFault extends Finding {
  readonly hits: (text: string) => boolean
}

const ARMOUR_FAULTS: readonly ArmourFault[] = [
  {
    hits: (text) => text.trim() === '',
    message: 'is empty',
    hint: 'give it a value',
  },
  {
    hits: (text) => text.startsWith('\uFEFF'),
    message: 'begins with a byte order mark',
    hint: 'save it as UTF-8 without BOM',
  },
  {
    hits: (text) => text.includes(ARMOUR) && text.includes('\\n'),
    message: 'holds the characters `\\n` where lines should end',
    hint: 'store it with real line ends; in a .env file, double quotes turn \\n into one',
  },
  {
    hits: (text) => /-----BEGIN [A-Z0-9 ]+-----[^\n-]*-----END /.test(text),
    message: 'stands on one line',
    hint: 'its line ends were lost, often in an unquoted shell variable: store it with them',
  },
  {
    hits: (text) => /^[ \t]+-----(?:BEGIN|END) /m.test(text),
    message: 'is indented',
    hint: 'PEM begins at the start of a line: take the spaces away, often those of a YAML block',
  },
  {
    hits: (text) => !text.includes(ARMOUR) && decodesToArmour(text),
    message: 'is in base64 twice',
    hint: 'give the PEM itself: base64 is put on when the Secret is written',
  },
]

function decodesToArmour(text: string): boolean {
  return Buffer.from(text, 'base64').toString('latin1').trimStart().startsWith(ARMOUR)
}
