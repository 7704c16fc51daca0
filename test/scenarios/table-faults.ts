import {
  anotherObject,
  badGateway,
  halved,
  notJson,
  redirect,
  status,
  throttled,
  tooManyRequests,
  type Fault,
  type FaultAnswer,
} from '../faults/fault.ts'

/** One way for a single request to go wrong. */
export interface TableFault {
  readonly name: string
  readonly fault: Fault
  /** Whether a create that it strikes may yet come, so that the run has to wait for it. */
  readonly late?: boolean
  /** When what was withheld lands: at the second request after it, or once the run is over. */
  readonly lands?: 'meanwhile' | 'afterwards'
}

const instead = (answer: FaultAnswer): Fault => ({ kind: 'answer', answer })
const inPlaceOfTheTrueOne = (answer: FaultAnswer): Fault => ({ kind: 'answer', answer, takesEffect: true })

/** Everything that the proxy can do to a request once. */
export const TABLE_FAULTS: readonly TableFault[] = [
  { name: 'is refused', fault: { kind: 'refuse' }, late: true },
  { name: 'is cut before it took effect', fault: { kind: 'swallow' }, late: true },
  { name: 'is cut after it took effect', fault: { kind: 'cut-after' } },
  { name: 'is cut in the middle of its answer', fault: { kind: 'cut-answer' } },
  { name: 'lands late, in the middle', fault: { kind: 'withhold' }, late: true, lands: 'meanwhile' },
  { name: 'lands late, when all is over', fault: { kind: 'withhold' }, late: true, lands: 'afterwards' },
  { name: 'is answered 429 with a time to wait', fault: instead(tooManyRequests()) },
  { name: 'is answered 429 without one', fault: instead(throttled()) },
  { name: 'is answered 500', fault: instead(status(500, 'InternalError')) },
  {
    name: 'is answered 500 after it took effect',
    fault: inPlaceOfTheTrueOne(status(500, 'InternalError')),
  },
  { name: 'is answered 503 in HTML', fault: instead(badGateway(503)), late: true },
  {
    name: 'is answered 503 in HTML after it took effect',
    fault: inPlaceOfTheTrueOne(badGateway(503)),
  },
  { name: 'is answered 504', fault: instead(status(504, 'Timeout')), late: true },
  { name: 'is answered 504 after it took effect', fault: inPlaceOfTheTrueOne(status(504, 'Timeout')) },
  { name: 'is answered 502 in HTML', fault: instead(badGateway(502)), late: true },
  { name: 'is answered 200 in HTML', fault: instead(notJson()) },
  { name: 'is answered 200 in HTML after it took effect', fault: inPlaceOfTheTrueOne(notJson()) },
  { name: 'is answered half a JSON', fault: { kind: 'alter', change: halved } },
  { name: 'is answered half a JSON of nothing', fault: instead(halved(anotherObject())) },
  { name: 'is redirected', fault: instead(redirect('https://elsewhere.example/')) },
  { name: 'is answered with another object', fault: instead(anotherObject()) },
  {
    name: 'is answered with another object after it took effect',
    fault: inPlaceOfTheTrueOne(anotherObject()),
  },
  {
    name: 'is answered with another object as if made after it took effect',
    fault: inPlaceOfTheTrueOne(anotherObject(201)),
  },
]
