import * as z from 'zod'
import { refuseQuery } from './query.ts'
import { readFile } from './read-file.ts'
import { store } from './store.ts'

/** What a Secret can hold, and some room, so that a value just too large is named by the Secret that it does not fit. */
const LIMIT = 1_048_576 + 65_536

/** Files of the workspace: the key is a path, the value its bytes, exactly. */
export const file = store({
  settings: z.strictObject({}),
  addressing: 'key',
  open: (_settings, { files, secret, scrub }) => ({
    describe: 'files of the workspace',
    async read(at) {
      refuseQuery('file', at)
      const bytes = await readFile('file', at.key, { files, limit: LIMIT })
      return bytes === undefined ? undefined : { value: secret(bytes, `file://${scrub(at.key)}`) }
    },
  }),
})
