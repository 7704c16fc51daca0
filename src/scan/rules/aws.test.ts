import { testRules } from '../../../test/support/rule-tests.ts'
import { BASE32, BASE64, chars, form, LOWER_WORD, UUID, without } from '../../../test/support/token-forms.ts'
import { AWS } from './aws.ts'

const secret = 'q7XkZ/3VbMw9gF+pY2uDc5lHr0nIs1tOa8eEo4Qj'
const session = ['IQoJb3Jp', 'Z2lu', BASE64, BASE64].join('')
const padded = ['ABSK', 'QmVkcm9ja0FQSUtleS', BASE64, BASE64].join('')
const shortTerm = ['bedrock-api-key-', 'YmVkcm9jay5hbWF6b25hd3MuY29t', BASE64, BASE64].join('')
const keyId = (prefix: string, account: string): string => `${prefix}${account}`

testRules(AWS, {
  'aws-access-key-id': {
    forms: [
      without(form('AKIA', 'I', chars(BASE32, 15)), 'altered'),
      without(form('AKIA', 'Q', chars(BASE32, 15)), 'altered'),
    ],
    hits: [[`x = "${keyId('AKIA', 'Y3FJ5LRPCKWZ7QTX')}"`, keyId('AKIA', 'Y3FJ5LRPCKWZ7QTX')]],
    misses: [
      keyId('AKIA', 'IOSFODNN7EXAMPLE'),
      keyId('AKIA', '7777777777ABCDEF'),
      keyId('AKI', 'AIOSFODNN7QTXKWZ').replace('AKIA', 'AKIX'),
      keyId('ABIA', 'IOSFODNN7QTXKWZL'),
      keyId('XKIA', 'IOSFODNN7QTXKWZL'),
    ],
  },
  'aws-temporary-access-key-id': {
    forms: [without(form('ASIA', 'I', chars(BASE32, 15)), 'altered')],
    misses: [
      keyId('ASIA', 'IOSFODNN7EXAMPLE'),
      keyId('ASIA', '7777777777ABCDEF'),
      keyId('ASIX', 'IOSFODNN7QTXKWZL'),
    ],
  },
  'aws-secret-access-key': {
    forms: [],
    hits: [
      [`aws_secret_access_key = ${secret}\n`, secret],
      [`AWS_SECRET_ACCESS_KEY="${secret}"`, secret],
      [`"secretAccessKey": "${secret}",`, secret],
      [`secret-key: ${secret}\n# aws`, secret],
      [`<awsSecretKey>${secret}</awsSecretKey>`, secret],
      [`aws_${'x'.repeat(15)}key=${secret}`, secret],
      [`secret_AK-access_0key=${secret} aws`, secret],
      [`secret_access_key=${secret}`, secret],
      [`secret-access-key=${secret}`, secret],
      [`secretaccesskey=${secret}`, secret],
      [`awskey=${secret}`, secret],
    ],
    misses: [
      `aws_secret_access_key = ${secret}x`,
      `aws_secret_access_key = ${secret}+`,
      `aws_secret_access_key = ${secret}/`,
      `aws_secret_access_key = ${secret}=`,
      `aws_secret_access_key = ${secret.slice(1)}`,
      `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
      `aws_secret_access_key = 0123456789abcdef0123456789abcdef01234567`,
      `aws_secret_access_key = ${secret.toUpperCase()}`,
      `aws_secret_access_key = ${secret.toLowerCase()}`,
      `aws_secret_access_key = ${secret.replace(/\d/g, 'x')}`,
      `aws_secret_access_key = ${secret.replace('3', '-')}`,
      `aws_secret_access_key = ${secret.replace('3', '_')}`,
      `aws_secret_access_key = home/Runner/work/documentation/2aB4cd5Ef`,
      `aws_secret_access_key = a/B/c/D/3/f/gHiJkLmNoPqRsTuVwXyZ12345678`,
      `aws_${'x'.repeat(16)}key=${secret}`,
      `aws_x.key=${secret}`,
      `awskex=${secret}`,
      `#ws_key=${secret}`,
      `#ecret_key=${secret}`,
      `secre#_key=${secret}`,
      `#secre0key=${secret}`,
    ],
  },
  'aws-session-token': {
    forms: [
      ...['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz'].map((start) =>
        without(form(start, chars(BASE64, 88, 2000)), 'strange'),
      ),
      without(form('IQoJb3JpZ2lu', chars(BASE64, 88), '='), 'short', 'altered', 'strange', 'long'),
      without(form('IQoJb3JpZ2lu', chars(BASE64, 88), '=='), 'short', 'altered', 'strange', 'long'),
    ],
    misses: [`${session}===`, session.replace('+', '_'), session.replace('+', '-')],
  },
  'aws-bedrock-api-key': {
    forms: [
      form('ABSKQmVkcm9ja0FQSUtleS', chars(BASE64, 90, 260)),
      without(form('ABSKQmVkcm9ja0FQSUtleS', chars(BASE64, 90, 260), '=='), 'altered', 'short'),
    ],
    misses: [`${padded}===`],
  },
  'aws-bedrock-short-term-api-key': {
    forms: [
      form('bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t', chars(BASE64, 80, 3000)),
      without(
        form('bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t', chars(BASE64, 80, 3000), '=='),
        'altered',
        'short',
      ),
    ],
    misses: [`${shortTerm}===`],
  },
  'aws-appsync-api-key': { forms: [form('da2-', chars(LOWER_WORD, 26))] },
  'amazon-mws-token': { forms: [form('amzn.mws.', UUID)] },
})
