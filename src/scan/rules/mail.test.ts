import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  HEX,
  hex,
  named,
  NUMBER,
  url64,
  UUID,
  without,
  word,
  write,
} from '../../../test/support/token-forms.ts'
import { MAIL } from './mail.ts'

const MAILGUN = `${HEX}${HEX}-${HEX.slice(0, 8)}-${HEX.slice(8)}`

testRules(MAIL, {
  'sendgrid-api-key': { forms: [form('SG.', url64(22), '.', url64(43))] },
  'mailgun-api-key': { forms: [form('key-', hex(32))] },
  'mailgun-signing-key': {
    forms: [named('mailgunkey', hex(32), '-', hex(8), '-', hex(8))],
    hits: [[`mailgun.api-x${'x'.repeat(14)}key=${MAILGUN}`, MAILGUN]],
    misses: [`mailgun${'x'.repeat(21)}key=${MAILGUN}`],
  },
  'mailchimp-api-key': {
    forms: [without(form(hex(32), '-us', chars(NUMBER, 1, 2)), 'strange')],
    misses: [
      `"${HEX.repeat(2)}-usx"`,
      `"${HEX.repeat(2)}-us-"`,
      `"${HEX.repeat(2)}-usX"`,
      `"${HEX.repeat(2)}-us_"`,
      ...['x', 'Q', '-', '_'].map((each) => `"${HEX}${each}${HEX.slice(1)}-us1"`),
    ],
  },
  'mandrill-api-key': {
    forms: [
      without({ ...form('md-', url64(22)), before: 'mandrill("' }, 'upper'),
      without({ ...form('md-', url64(22)), before: 'mailchimp("' }, 'upper'),
    ],
  },
  'brevo-api-key': { forms: [form('xkeysib-', hex(64), '-', word(16))] },
  'brevo-smtp-key': { forms: [form('xsmtpsib-', hex(64), '-', word(16))] },
  'resend-api-key': {
    forms: [form('re_', word(8), '_', word(24))],
    misses: ['re_function_abcdefghijklmnopqrstuvwx'],
  },
  'twilio-api-key': { forms: [without({ ...form('SK', hex(32)), before: 'twilio("' }, 'upper')] },
  'twilio-auth-token': {
    forms: [named('twiliotoken', hex(32))],
    hits: [[`twilio.api-x${'x'.repeat(14)}token=${HEX.repeat(2)}`, HEX.repeat(2)]],
    misses: [`twilio${'x'.repeat(21)}token=${HEX.repeat(2)}`],
  },
  'postmark-server-token': {
    forms: [named('postmarktoken', UUID)],
    hits: [[`postmark.api-x${'x'.repeat(14)}token=${write(UUID)}`, write(UUID)]],
    misses: [`postmark${'x'.repeat(21)}token=${write(UUID)}`],
  },
  'sparkpost-api-key': {
    forms: [named('sparkpostkey', hex(40))],
    hits: [[`sparkpost.api-x${'x'.repeat(14)}key=${HEX.repeat(3).slice(0, 40)}`, HEX.repeat(3).slice(0, 40)]],
    misses: [`sparkpost${'x'.repeat(21)}key=${HEX.repeat(3).slice(0, 40)}`],
  },
  'mailjet-secret-key': {
    forms: [
      named('mailjetsecret', hex(32)),
      named('mj_apikeyprivate', hex(32)),
      named('mailjetprivate', hex(32)),
    ],
    hits: [[`mailjet.api-x${'x'.repeat(14)}secret=${HEX.repeat(2)}`, HEX.repeat(2)]],
    misses: [`mailjet${'x'.repeat(21)}secret=${HEX.repeat(2)}`],
  },
  'klaviyo-private-key': { forms: [form('pk_', hex(34))] },
})
