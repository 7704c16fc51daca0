import * as z from 'zod'
import { bool, duration, integer, template, text } from './scalars.ts'

/** How often a check may be tried again, and what is a status of HTTP. */
const RETRIES = integer(0, 100)
const STATUS = integer(100, 599)

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const expectation = z
  .strictObject({
    status: z
      .union([STATUS, z.array(STATUS).min(1)])
      .optional()
      .describe('One status, or a list. Default: 200 to 299.'),
    json: z
      .union([text(), z.array(text()).min(1)])
      .optional()
      .describe(
        'Fields that the JSON of the answer must have, and not as `null`: a name, or a pointer such as `/data/token`.',
      ),
  })
  .describe('What a good answer is.')

const http = z
  .strictObject({
    url: text().describe(
      'Where to ask: `https://…`, or a path where `through` is set. Never holds a value: URLs end up in logs.',
    ),
    through: text()
      .optional()
      .describe(
        '`service/NAME:PORT`, or `deployment`, `statefulset`, `daemonset` or `pod`: the request goes through the API server into a ready pod of it, as with `kubectl port-forward`.',
      ),
    method: z.enum(METHODS).optional().describe('The method. Default: GET, with a `body` POST.'),
    headers: z.record(z.string(), template()).optional().describe('Headers by name. May hold values.'),
    'basic-auth': z
      .strictObject({ username: template(), password: template() })
      .optional()
      .describe('Makes the header `Authorization: Basic …`.'),
    body: template()
      .optional()
      .describe(
        'The body. May hold values, in JSON with `|json`, which brings the quotes; in a form with `|uri`.',
      ),
    expect: expectation.optional(),
    insecure: bool
      .optional()
      .describe('Values may go over plain HTTP to a place outside the cluster. Default: false.'),
  })
  .describe('A request, and what its answer must be. Redirects are not followed, answers are not printed.')

const exec = z
  .strictObject({
    in: text()
      .optional()
      .describe('`deployment/NAME`, `statefulset/NAME`, `daemonset/NAME` or `pod/NAME`: a ready pod of it.'),
    selector: text().optional().describe('Instead of `in`: a label selector, `app=backend,tier=web`.'),
    container: text().optional().describe('The container. Default: the pod’s default one, else its first.'),
    command: z
      .array(text())
      .min(1)
      .describe(
        'The command and its arguments. Never hold a value: they land in the API server’s audit log.',
      ),
    stdin: template().optional().describe('What the command reads. May hold values.'),
    'show-logs': bool
      .optional()
      .describe('Shows the last lines that a failing command printed, without values. Default: false.'),
  })
  .describe('A command in a pod, which must end with exit code 0.')

export const checkSchema = z.strictObject({
  name: text().optional().describe('What reports call it. Default: made of what it does.'),
  namespace: text()
    .optional()
    .describe('Where its pod or service is. Default: that of the Secret, or of the file.'),
  when: z
    .enum(['changed', 'always'])
    .optional()
    .describe(
      '`changed` (default): when the Secret (of the run: any Secret) was written, or a workload restarted. `always`: in runs that change nothing too.',
    ),
  http: http.optional(),
  exec: exec.optional(),
  retries: RETRIES.optional().describe('How often a check that failed is tried again. Default: 5.'),
  interval: duration().optional().describe('How long to wait between two attempts. Default: 3s.'),
  timeout: duration().optional().describe('How long one attempt may take. Default: 10s.'),
})

export type CheckDeclaration = z.output<typeof checkSchema>

export const verify = z.array(checkSchema).min(1)
