import { testRules } from '../../../test/support/rule-tests.ts'
import {
  chars,
  form,
  HEX,
  hex,
  LOWER_WORD,
  NUMBER,
  spoiledOf,
  UPPER_WORD,
  URL64,
  url64,
  within,
  without,
  WORD,
  word,
} from '../../../test/support/token-forms.ts'
import { CHAT } from './chat.ts'

const SLACK_NUMBER = chars(NUMBER, 10, 13)
const slackUser = (prefix: string) =>
  form(prefix, SLACK_NUMBER, '-', SLACK_NUMBER, '-', SLACK_NUMBER, '-', hex(28, 34))
const UUID_LIKE = chars(`${HEX}-`, 36)
const NUMBERED = 'the check knows the number in it'
const base64 = (number: string): string => Buffer.from(number).toString('base64url')
const ID17 = base64('39025184673902518')
const ID20 = base64('10251846739025184670')
const discord = (nth: number): string =>
  `${base64(`${['3', '9', '6'][nth] ?? ''}02518467390251846`)}.${WORD.slice(nth, nth + 6)}.${WORD.slice(10 + nth, 40)}`
const CHAT_URL = `chat.googleapis.com/v1/spaces/AAAA_-9x/messages?key=AIza${WORD.slice(0, 35)}&token=`

testRules(CHAT, {
  'slack-bot-token': {
    forms: [form('xoxb-', SLACK_NUMBER, '-', SLACK_NUMBER, '-', word(18, 34))],
  },
  'slack-user-token': {
    forms: [slackUser('xoxp-'), slackUser('xoxe-')],
    misses: [
      `xoxp-${'7390251846-'.repeat(2)}${HEX.repeat(2)}`,
      `xoxp-${'7390251846-'.repeat(4)}${HEX.repeat(2)}`,
    ],
  },
  'slack-app-token': {
    forms: [
      form('xapp-1-A', chars(UPPER_WORD, 8, 12), '-', chars(NUMBER, 10, 14), '-', chars(LOWER_WORD, 64)),
    ],
  },
  'slack-configuration-token': {
    forms: [
      without(form('xoxe.xoxb-', chars(NUMBER, 1), '-', word(163, 166)), 'short'),
      without(form('xoxe.xoxp-', chars(NUMBER, 1), '-', word(163, 166)), 'short'),
    ],
    misses: [`xoxe.xoxb-1-${WORD.repeat(3).slice(0, 162)}`, `xoxe.xoxb--${WORD.repeat(3).slice(0, 163)}`],
  },
  'slack-refresh-token': { forms: [form('xoxe-', chars(NUMBER, 1), '-', word(146))] },
  'slack-legacy-token': {
    forms: [
      form('xoxa-', chars(NUMBER, 1, 3), '-', chars(`${WORD}-`, 20, 72)),
      form('xoxo-', chars(NUMBER, 1, 3), '-', chars(`${WORD}-`, 20, 72)),
      form('xoxr-', chars(NUMBER, 1, 3), '-', chars(`${WORD}-`, 20, 72)),
      form('xoxs-', chars(NUMBER, 1, 3), '-', chars(`${WORD}-`, 20, 72)),
    ],
  },
  'slack-session-token': {
    forms: [
      form(
        'xoxc-',
        chars(NUMBER, 10, 14),
        '-',
        chars(NUMBER, 10, 14),
        '-',
        chars(NUMBER, 10, 14),
        '-',
        hex(64),
      ),
    ],
    misses: [
      `xoxc-${'7390251846-'.repeat(2)}${HEX.repeat(4)}`,
      `xoxc-${'7390251846-'.repeat(4)}${HEX.repeat(4)}`,
    ],
  },
  'slack-webhook': {
    forms: [
      within(
        'hooks.slack.com/services/',
        '"',
        chars(UPPER_WORD, 9, 14),
        '/',
        chars(UPPER_WORD, 9, 18),
        '/',
        word(18, 34),
      ),
      within(
        'hooks.slack-gov.com/workflows/',
        '"',
        chars(UPPER_WORD, 9, 14),
        '/',
        chars(UPPER_WORD, 9, 18),
        '/',
        word(18, 34),
      ),
      within(
        'hooks.slack.com/triggers/',
        '"',
        chars(UPPER_WORD, 9, 14),
        '/',
        chars(UPPER_WORD, 9, 18),
        '/',
        word(18, 34),
      ),
    ],
  },
  'discord-bot-token': {
    forms: [],
    hits: [0, 1, 2]
      .flatMap(
        (nth) =>
          [
            [`discord = ${discord(nth)}`, discord(nth)],
            [`bot = ${discord(nth)}`, discord(nth)],
          ] as [string, string][],
      )
      .concat([
        [`bot ${ID17}.a-_Z9z.${URL64.slice(0, 27)}`, `${ID17}.a-_Z9z.${URL64.slice(0, 27)}`],
        [`bot ${ID17}.abcdef.${URL64.slice(26, 64)}`, `${ID17}.abcdef.${URL64.slice(26, 64)}`],
        [`bot ${ID20}.abcdef.${WORD.slice(0, 38)}`, `${ID20}.abcdef.${WORD.slice(0, 38)}`],
      ]),
    misses: [
      `bot ${ID17}.abcde.${WORD.slice(0, 27)}`,
      `bot ${ID17}.abcdefg.${WORD.slice(0, 27)}`,
      `bot ${ID17}.abcdef.${WORD.slice(0, 26)}`,
      `bot ${ID17}.abcdef.${WORD.slice(0, 39)}`,
      `bot ${ID17}.abcdef.${WORD.slice(0, 27)}.x`,
      `bot ${ID17}.abcdef.${WORD.slice(0, 27)}+`
        .replace('+', '-x+')
        .replace(WORD.slice(0, 27), WORD.slice(0, 38)),
      `bot x${ID17}.abcdef.${WORD.slice(0, 27)}`,
      `bot ${ID17}xabcdef.${WORD.slice(0, 27)}`,
      `bot ${ID17}.abcdefx${WORD.slice(0, 27)}`,
      `bot ${ID17}abcdef.${WORD.slice(0, 27)}`,
      `bot ${ID17}.abcdef${WORD.slice(0, 27)}`,
      `bot MabcdefghijKLMNOPQRSTUVW.abcdef.${WORD.slice(0, 27)}`,
    ],
    equivalent: {
      'a-z added to [MNO]': NUMBERED,
      'A-Z added to [MNO]': NUMBERED,
      '0-9 added to [MNO]': NUMBERED,
      '_ added to [MNO]': NUMBERED,
      '\\- added to [MNO]': NUMBERED,
      '_ added to [A-Za-z0-9]': NUMBERED,
      '\\- added to [A-Za-z0-9]': NUMBERED,
      '{22,26}: ': NUMBERED,
    },
  },
  'discord-webhook': {
    forms: [
      within('discord.com/api/webhooks/', '"', chars(NUMBER, 17, 20), '/', url64(60, 72)),
      within('discordapp.com/api/webhooks/', '"', chars(NUMBER, 17, 20), '/', url64(60, 72)),
    ],
  },
  'telegram-bot-token': { forms: [form(chars(NUMBER, 8, 10), ':AA', url64(33))] },
  'microsoft-teams-webhook': {
    forms: [
      within(
        '.webhook.office.com/webhookb2/',
        '"',
        UUID_LIKE,
        '@',
        UUID_LIKE,
        '/IncomingWebhook/',
        hex(32),
        '/',
        UUID_LIKE,
      ),
    ],
  },
  'google-chat-webhook': {
    forms: [
      without(
        within(
          `chat.googleapis.com/v1/spaces/AAAA_-9x/messages?key=AIza${WORD.slice(0, 33)}_-&token=`,
          '"',
          url64(43),
        ),
        'name',
      ),
    ],
    hits: [
      [
        `chat.googleapis.com/v1/spaces/${WORD.slice(0, 20)}/messages?key=AIza${WORD.slice(27, 62)}&amp;token=${WORD.slice(0, 43)}`,
        WORD.slice(0, 43),
      ],
      [
        `chat.googleapis.com/v1/spaces/12345678/messages?key=AIza${WORD.slice(0, 35)}&token=${WORD.slice(0, 43)}`,
        WORD.slice(0, 43),
      ],
    ],
    misses: [
      `chat.googleapis.com/v1/spaces/${WORD.slice(0, 21)}/messages?key=AIza${WORD.slice(0, 35)}&token=${WORD.slice(0, 43)}`,
      `chat.googleapis.com/v1/spaces/${WORD.slice(0, 7)}/messages?key=AIza${WORD.slice(0, 35)}&token=${WORD.slice(0, 43)}`,
      `chat.googleapis.com/v1/spaces/${WORD.slice(0, 8)}/messages?key=AIza${WORD.slice(0, 36)}&token=${WORD.slice(0, 43)}`,
      `chat.googleapis.com/v1/spaces/${WORD.slice(0, 8)}/messages?key=AIza${WORD.slice(0, 34)}&token=${WORD.slice(0, 43)}`,
      ...['chat.googleapis.com/v1/spaces/', '/messages?key=AIza', '&token='].flatMap((piece) =>
        spoiledOf(piece).map((spoiled) => `${CHAT_URL}${WORD.slice(0, 43)}`.replace(piece, spoiled)),
      ),
    ],
  },
})
