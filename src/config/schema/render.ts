import * as z from 'zod'
import { SCOPES } from '../../seal/scope.ts'
import { template, text } from './scalars.ts'

export const outputDirectory = z
  .string()
  .min(1)
  .describe('`mode: render`: the directory that the files are written to, in the workspace or RUNNER_TEMP.')

export const allowPlaintext = z
  .string()
  .min(1)
  .describe(
    '`mode: render`: a directory of the workspace that Secrets may be written to as they are, readable by everybody who reads it.',
  )

export const scope = z
  .enum(SCOPES)
  .describe(
    'Where a sealed value can be unsealed: under its own name, in its namespace, or anywhere. Default: strict.',
  )

/** How Secrets are sealed: at the top of the file, and in an environment. */
export const sealing = z
  .strictObject({
    certificate: text()
      .describe(
        'A file of the repository (best), an `https://` URL, or `controller`: asked through the API server.',
      )
      .optional(),
    'certificate-fingerprint': text()
      .describe('The SHA-256 of the certificate, which then is refused where it is another. A URL needs it.')
      .optional(),
    controller: z
      .strictObject({
        namespace: text().describe('Its namespace. Default: kube-system.').optional(),
        name: text()
          .describe('The name of its Service. Default: `sealed-secrets-controller`, then `sealed-secrets`.')
          .optional(),
        port: text().describe('The name of its port. Default: none, then `http`.').optional(),
      })
      .optional()
      .describe('Where the controller is, for `certificate: controller` and `verify-sealed`.'),
    scope: scope.optional(),
    'fingerprint-key': template()
      .describe(
        'A secret of 32 bytes and more, by which unchanged values are known and keep their ciphertext: `${env://FINGERPRINT_KEY}`.',
      )
      .optional(),
    reseal: z
      .enum(['on-new-certificate', 'never'])
      .optional()
      .describe(
        'Whether a new certificate seals everything anew. `never`: what has not changed stays as it is. Default: on-new-certificate.',
      ),
    'existing-secret': z
      .enum(['refuse', 'replace', 'merge'])
      .optional()
      .describe(
        'What the controller does where it finds the Secret and has not made it: `replace` takes it over, `merge` adds to it. Default: refuse.',
      ),
  })
  .describe('`deliver: sealed-secret`: how values are sealed.')

export type SealingDeclaration = z.output<typeof sealing>

export const kustomization = z
  .enum(['auto', 'create', 'off'])
  .describe(
    'The kustomization of the output directory: kept in step where there is one (`auto`), made where there is none (`create`), left alone (`off`). Default: auto.',
  )
