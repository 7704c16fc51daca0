import * as z from 'zod'
import { fileSchema } from './file.ts'

/** The JSON Schema of the file, for editors. */
export function publishedSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema['scalar'] === true) {
        delete jsonSchema['scalar']
        jsonSchema.type = ['string', 'number', 'boolean'] as never
      }
      const { integer } = jsonSchema
      if (integer !== undefined) {
        delete jsonSchema['integer']
        Object.assign(jsonSchema, { type: 'integer', ...integer })
      }
      if (Array.isArray(jsonSchema.enum) && jsonSchema.enum.join() === 'true,false') {
        delete jsonSchema.enum
        jsonSchema.type = 'boolean'
      }
      if (jsonSchema.const === '1') jsonSchema.enum = [1, '1']
      if (jsonSchema.const === '1') {
        delete jsonSchema.const
        delete jsonSchema.type
      }
    },
  })
  return {
    ...schema,
    title: 'Secretferry configuration',
    $id: 'https://secretferry.github.io/secretferry.schema.json',
  }
}
