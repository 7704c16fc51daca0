import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Payment and commerce. */
export const PAYMENT = [
  /** docs.stripe.com, “API keys”: kind, mode, then 24 characters or some hundred. */
  {
    id: 'stripe-secret-key',
    description: 'Stripe secret key',
    severity: 'critical',
    remedy: 'https://docs.stripe.com/keys#rolling-keys',
    pattern: token(/sk_live_[A-Za-z0-9]{24,247}/),
    keywords: ['sk_live_'],
    reach: { before: 1, after: 300 },
  },
  /** The same page. */
  {
    id: 'stripe-restricted-key',
    description: 'Stripe restricted key',
    severity: 'high',
    remedy: 'https://docs.stripe.com/keys#rolling-keys',
    pattern: token(/rk_live_[A-Za-z0-9]{24,247}/),
    keywords: ['rk_live_'],
    reach: { before: 1, after: 300 },
  },
  /** The same page. */
  {
    id: 'stripe-test-key',
    description: 'Stripe secret key of the test mode',
    severity: 'low',
    remedy: 'https://docs.stripe.com/keys#rolling-keys',
    pattern: token(/[rs]k_test_[A-Za-z0-9]{24,247}/),
    keywords: ['sk_test_', 'rk_test_'],
    reach: { before: 1, after: 300 },
  },
  /** docs.stripe.com, “Webhooks”. */
  {
    id: 'stripe-webhook-secret',
    description: 'Stripe webhook signing secret',
    severity: 'medium',
    remedy: 'https://docs.stripe.com/webhooks#roll-endpoint-secrets',
    pattern: token(/whsec_[A-Za-z0-9]{32,64}/),
    keywords: ['whsec_'],
  },
  /** developer.squareup.com, “Access tokens”: 64 characters that begin with `EAAA`. */
  {
    id: 'square-access-token',
    description: 'Square access token',
    severity: 'critical',
    remedy: 'https://developer.squareup.com/docs/build-basics/access-tokens',
    pattern: token(/EAAA[A-Za-z0-9_-]{60}/, '-'),
    keywords: ['eaaa'],
  },
  /** developer.squareup.com, “OAuth”. */
  {
    id: 'square-oauth-secret',
    description: 'Square OAuth secret',
    severity: 'critical',
    remedy: 'https://developer.squareup.com/docs/oauth-api/best-practices',
    pattern: token(/sq0csp-[A-Za-z0-9_-]{43}/, '-'),
    keywords: ['sq0csp-'],
  },
  /** The same. */
  {
    id: 'square-legacy-token',
    description: 'Square access token (legacy)',
    severity: 'critical',
    remedy: 'https://developer.squareup.com/docs/build-basics/access-tokens',
    pattern: token(/sq0atp-[A-Za-z0-9_-]{22}/, '-'),
    keywords: ['sq0atp-'],
  },
  /** developer.paypal.com/braintree, “Access tokens”: environment, merchant, secret. */
  {
    id: 'braintree-access-token',
    description: 'PayPal Braintree access token',
    severity: 'critical',
    remedy: 'https://developer.paypal.com/braintree/docs/guides/extend/oauth/access-tokens',
    pattern: token(/access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}/),
    keywords: ['access_token$production$'],
  },
  /** plaid.com/docs, “Item”. */
  {
    id: 'plaid-access-token',
    description: 'Plaid access token',
    severity: 'high',
    remedy: 'https://plaid.com/docs/api/items/#itemaccess_tokeninvalidate',
    pattern: token(
      /access-(?:production|development)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    ),
    keywords: ['access-production-', 'access-development-'],
  },
  /** razorpay.com/docs, “API keys”. */
  {
    id: 'razorpay-key',
    description: 'Razorpay live key: its secret is likely to be near',
    severity: 'medium',
    remedy: 'https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/',
    pattern: token(/rzp_live_[A-Za-z0-9]{14}/),
    keywords: ['rzp_live_'],
  },
  /** docs.mollie.com, “Authentication”. */
  {
    id: 'mollie-api-key',
    description: 'Mollie live API key',
    severity: 'critical',
    remedy: 'https://docs.mollie.com/reference/authentication',
    pattern: token(/live_[A-Za-z0-9]{30}/),
    keywords: ['live_'],
    check: isMixed,
  },
  /** The same page. */
  {
    id: 'mollie-access-token',
    description: 'Mollie access token',
    severity: 'critical',
    remedy: 'https://docs.mollie.com/reference/authentication',
    pattern: token(/access_[A-Za-z0-9]{30}/),
    keywords: ['access_'],
    check: isMixed,
  },
  /** paystack.com/docs, “Authentication”: 40 hexadecimal digits. */
  {
    id: 'paystack-secret-key',
    description: 'Paystack secret key',
    severity: 'critical',
    remedy: 'https://paystack.com/docs/api/authentication/',
    pattern: token(/sk_live_[0-9a-f]{40}/),
    keywords: ['sk_live_'],
  },
  /** developer.flutterwave.com, “Authentication”. */
  {
    id: 'flutterwave-secret-key',
    description: 'Flutterwave secret key',
    severity: 'critical',
    remedy: 'https://developer.flutterwave.com/docs/authentication',
    pattern: token(/FLWSECK-[0-9a-z]{32}-(?:[0-9a-z]{11,13}vt-)?X/),
    keywords: ['flwseck-'],
  },
  /** shopify.dev, changelog 2020: “Length of the Shopify access token is increasing”: kind and 32 hexadecimal digits. */
  {
    id: 'shopify-access-token',
    description: 'Shopify access token',
    severity: 'critical',
    remedy:
      'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials',
    pattern: token(/shp(?:at|ca|pa|ua)_[0-9a-fA-F]{32}/),
    keywords: ['shpat_', 'shpca_', 'shppa_', 'shpua_'],
  },
  /** The same. */
  {
    id: 'shopify-shared-secret',
    description: 'Shopify app secret',
    severity: 'critical',
    remedy:
      'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials',
    pattern: token(/shpss_[0-9a-fA-F]{32}/),
    keywords: ['shpss_'],
  },
  /** duffel.com/docs, “Making requests”. */
  {
    id: 'duffel-token',
    description: 'Duffel access token',
    severity: 'high',
    remedy: 'https://duffel.com/docs/api/overview/authentication',
    pattern: token(/duffel_live_[A-Za-z0-9_=-]{43}/, '=-'),
    keywords: ['duffel_live_'],
  },
  /** docs.easypost.com, “Authentication”: `EZAK` and 54 characters. */
  {
    id: 'easypost-api-key',
    description: 'EasyPost API key',
    severity: 'high',
    remedy: 'https://docs.easypost.com/docs/authentication',
    pattern: token(/EZAK[A-Za-z0-9]{54}/),
    keywords: ['ezak'],
  },
  /** docs.goshippo.com, “Authentication”. */
  {
    id: 'shippo-token',
    description: 'Shippo API token',
    severity: 'high',
    remedy: 'https://docs.goshippo.com/docs/guides_general/authentication/',
    pattern: token(/shippo_live_[0-9a-f]{40}/),
    keywords: ['shippo_live_'],
  },
  /** docs.lob.com, “Authentication”. */
  {
    id: 'lob-api-key',
    description: 'Lob live API key',
    severity: 'high',
    remedy: 'https://help.lob.com/account-management/api-keys',
    pattern: token(/live_[0-9a-f]{35}/),
    keywords: ['live_'],
  },
  /** developer.gocardless.com, “Access tokens”: 40 characters. */
  {
    id: 'gocardless-token',
    description: 'GoCardless live access token',
    severity: 'critical',
    remedy: 'https://developer.gocardless.com/getting-started/api/making-your-first-request',
    pattern: token(/live_[A-Za-z0-9_-]{40}/, '-'),
    keywords: ['gocardless'],
  },
] as const satisfies readonly Rule[]
