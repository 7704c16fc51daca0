import type { Problem } from '../error.ts'
import type { LiveSecret } from './cluster.ts'
import { identifySet, SET_ANNOTATION, SET_LABEL, type SetIdentity } from './set.ts'
import type { TakeOver } from './take-over.ts'
import { isKubectl, TOOLS, type Tool } from './tools.ts'

/** What is taken from others: whose fields become ours, and which of their signs go. */
export interface Taking {
  /** Their names, as reports show them. */
  readonly from: readonly string[]
  /** Whether what this field manager owns becomes ours. */
  readonly takes: (manager: string) => boolean
  readonly tools: readonly Tool[]
}

/** Somebody who has a claim to an object. */
interface Claim {
  readonly who: string
  /** What to do instead of taking it over. */
  readonly instead: string
  /** The words of `adopt-from` that name it, the best first; empty where nothing can be taken from it so. */
  readonly words: readonly string[]
  /** Whether `adopt: true` is enough. */
  readonly plain?: boolean
}

/** What a judgement needs to know beside the object. */
export interface Judging {
  readonly set: SetIdentity
  readonly scrub: (text: string) => string
  readonly takeOver: TakeOver
}

/**
 * Why a live Secret is not this set's to change, or else what is taken from whom (undefined: nothing). Never decided by
 * conflicts: equal keys raise none.
 */
export function judgeOwnership(
  live: LiveSecret,
  judging: Judging,
): { readonly problem: Problem } | { readonly taking: Taking | undefined } {
  const { set, scrub, takeOver } = judging
  const refused = claimsOn(live, set).filter((claim) => !isGranted(claim, takeOver))
  const [first] = refused
  if (first === undefined) return { taking: takingOf(live, judging) }
  return {
    problem: {
      code: 'OWNED_BY_OTHER',
      message: `${live.namespace}/${live.name} belongs to ${scrub(first.who)}`,
      hint: scrub(hintFor(first, refused)),
    },
  }
}

/** Whether what the inputs or the file name is this; a set is named by its name, and known by its field manager. */
function isNamed(word: string, { adoptFrom }: TakeOver): boolean {
  return adoptFrom.some((name) => name === word || identifySet(name).manager === word)
}

function isGranted({ words, plain = false }: Claim, takeOver: TakeOver): boolean {
  return (plain && takeOver.adopt) || words.some((word) => isNamed(word, takeOver))
}

function hintFor({ instead }: Claim, refused: readonly Claim[]): string {
  if (refused.some(({ words, plain }) => words.length === 0 && plain !== true)) return instead
  const words = [...new Set(refused.flatMap(({ words, plain }) => (plain === true ? [] : words.slice(0, 1))))]
  const asks = [
    ...(words.length === 0 ? [] : [`\`adopt-from: [${words.join(', ')}]\``]),
    ...(refused.some(({ plain }) => plain) ? ['`adopt: true`'] : []),
  ]
  return `${instead}; or take it over with ${asks.join(' and ')}`
}

function claimsOn(live: LiveSecret, set: SetIdentity): readonly Claim[] {
  return [
    ...live.ownerReferences.map(referenceClaim),
    ...otherSet(live, set),
    ...TOOLS.flatMap((tool) => toolClaim(tool, live, set)),
    ...managerClaims(live, set),
  ]
}

const THERE = 'change it there, or give this one another name'

function referenceClaim({ kind, name }: { kind: string; name: string }): Claim {
  const word = TOOLS.find((each) => each.kind === kind)?.word
  const who = `${kind} ${name} (ownerReferences)`
  return { who, instead: THERE, words: word === undefined ? [] : [word] }
}

function toolClaim(tool: Tool, live: LiveSecret, set: SetIdentity): readonly Claim[] {
  const sign = signOf(tool, live, set)
  if (sign === undefined) return []
  const who = sign === '' ? tool.owner : `${tool.owner} (${sign})`
  return [{ who, instead: THERE, words: tool.word === undefined ? [] : [tool.word] }]
}

function signOf({ signs }: Tool, live: LiveSecret, { manager }: SetIdentity): string | undefined {
  return signs.map((sign) => sign(live, manager)).find((each) => each !== undefined)
}

function otherSet(live: LiveSecret, set: SetIdentity): readonly Claim[] {
  const name = otherSetOf(live, set)
  if (name === undefined) return []
  // Its name is believed where it has the digest, for it is what has to be written in `adopt-from`.
  const known = identifySet(name).digest === live.labels[SET_LABEL]
  const instead = 'use the same `set` input there and here, or another name'
  return [{ who: `the set ${name}`, instead, words: known ? [name] : [] }]
}

/** The name of the other set that an object is of, else its digest; undefined: of none. */
function otherSetOf({ labels, annotations }: LiveSecret, { digest }: SetIdentity): string | undefined {
  const label = labels[SET_LABEL]
  return label === undefined || label === digest ? undefined : (annotations[SET_ANNOTATION] ?? label)
}

/** Whoever made an object that is not ours yet: kubectl, somebody without a name, and others who have data in it. */
function managerClaims(live: LiveSecret, set: SetIdentity): readonly Claim[] {
  const names = [...new Set(live.managedFields.map(({ manager }) => manager))]
  if (names.includes(set.manager)) return []
  const instead = 'it existed before: delete it yourself, or use another name'
  if (names.length === 0) return [{ who: 'somebody who left no name', instead, words: [], plain: true }]
  const who = `whoever made it with ${names.join(', ')}`
  const owners = live.managedFields.filter(({ dataKeys, ownsType }) => dataKeys.size > 0 || ownsType)
  const strangers = new Set(owners.map(({ manager }) => manager).filter((name) => !isKubectl(name)))
  const byHand = names.some(isKubectl) || strangers.size === 0
  return [
    ...[...strangers].map((name): Claim => ({
      who,
      instead,
      words: [...wordsOf(name), ...setsOf(name, live), name],
    })),
    ...(byHand ? [{ who, instead, words: names, plain: true }] : []),
  ]
}

/** The set that a field manager is of, where the object names it. */
function setsOf(manager: string, { annotations }: LiveSecret): readonly string[] {
  const name = annotations[SET_ANNOTATION]
  return name !== undefined && identifySet(name).manager === manager ? [name] : []
}

/** The tools that a field manager is of, as `adopt-from` names them. */
function wordsOf(manager: string): readonly string[] {
  return TOOLS.flatMap(({ word, managers }) =>
    word !== undefined && managers?.test(manager) === true ? [word] : [],
  )
}

function takingOf(live: LiveSecret, { set, scrub, takeOver }: Judging): Taking | undefined {
  const takes = (manager: string): boolean =>
    manager !== set.manager &&
    (isNamed(manager, takeOver) ||
      (takeOver.adopt && isKubectl(manager)) ||
      wordsOf(manager).some((word) => isNamed(word, takeOver)))
  const tools = TOOLS.filter(
    (tool) =>
      tool.word !== undefined &&
      isNamed(tool.word, takeOver) &&
      (signOf(tool, live, set) !== undefined || live.ownerReferences.some(({ kind }) => kind === tool.kind)),
  )
  const other = otherSetOf(live, set)
  const from = [
    ...tools.map(({ owner }) => owner),
    ...(other === undefined ? [] : [`the set ${other}`]),
    ...new Set(live.managedFields.map(({ manager }) => manager).filter(takes)),
    ...(takeOver.adopt && live.managedFields.length === 0 ? ['somebody who left no name'] : []),
  ]
  return from.length === 0 ? undefined : { from: from.map(scrub), takes, tools }
}
