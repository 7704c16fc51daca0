import { testRules } from '../../../test/support/rule-tests.ts'
import {
  BASE32,
  chars,
  form,
  HEX,
  hex,
  LOWER,
  spoiledOf,
  url64,
  UUID,
  within,
  without,
  word,
} from '../../../test/support/token-forms.ts'
import { base62Sum } from './checksum.ts'
import { REGISTRIES } from './registries.ts'

const ID = '7c3a9f0b-2e5d-1846-7c3a-9f0b2e5d1846'

testRules(REGISTRIES, {
  'npm-access-token': { forms: [form('npm_', word(30), (before) => base62Sum(before.slice(4)))] },
  'npm-legacy-token': {
    forms: [without(within(':_authToken=', '\n', UUID), 'name')],
    hits: [
      [`:_authToken   =   "${ID}"`, ID],
      [`:_authToken=${ID}`, ID],
    ],
    misses: [
      `:_authToken    =${ID}`,
      `:_authToken=    ${ID}`,
      `_authToken=${ID}`,
      `:authToken=${ID} _authtoken`,
      `:_authToken ${ID}`,
      ...spoiledOf(':_authToken=').map((name) => `${name}${ID}`),
      ...Array.from(
        '_authToken',
        (_, at) => `:${'_authToken'.slice(0, at)}${'_authToken'.slice(at + 1)}=${ID}`,
      ),
    ],
  },
  'pypi-token': { forms: [form('pypi-AgEIcHlwaS5vcmc', url64(50, 1000))] },
  'test-pypi-token': { forms: [form('pypi-AgENdGVzdC5weXBpLm9yZw', url64(50, 1000))] },
  'rubygems-api-key': { forms: [form('rubygems_', hex(48))] },
  'crates-io-token': { forms: [form('cio', word(32))], misses: ['cioabcdefghijklmnopqrstuvwxyzabcdef'] },
  'nuget-api-key': { forms: [form('oy2', chars(BASE32.toLowerCase(), 43))] },
  'clojars-deploy-token': { forms: [form('CLOJARS_', hex(60))] },
  'packagist-token': {
    forms: [
      without(form('packagist_', chars(LOWER, 3), '_', hex(64, 68)), 'altered'),
      form('packagist_', chars(LOWER, 3), '_', chars(LOWER, 4, 6), '_', hex(64, 68)),
    ],
    misses: spoiledOf('packagist_')
      .concat(['packagist', 'ackagist_'])
      .map((name) => `${name}ack_${HEX.repeat(4)}`)
      .concat([`packagist_ack${HEX.repeat(4)}`, `packagist_ackread_${HEX.repeat(4)}`]),
  },
  'docker-access-token': { forms: [form('dckr_pat_', url64(27))] },
  'docker-organization-token': { forms: [form('dckr_oat_', url64(27, 32))] },
  'jfrog-api-key': { forms: [form('AKCp', word(69))] },
  'jfrog-reference-token': { forms: [form('cmVmdGtuOj', word(54))] },
})
