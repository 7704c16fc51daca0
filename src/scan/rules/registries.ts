import { hasBase62Sum } from './checksum.ts'
import { isMixed } from './mixed.ts'
import type { Rule } from './rule.ts'
import { token } from './token.ts'

/** Package and image registries. */
export const REGISTRIES = [
  /** github.blog, 2021-09-23: “npm has a new access token format”: 30 characters and their checksum. */
  {
    id: 'npm-access-token',
    description: 'npm access token',
    severity: 'critical',
    remedy: 'https://docs.npmjs.com/revoking-access-tokens',
    pattern: token(/npm_[A-Za-z0-9]{36}/),
    keywords: ['npm_'],
    check: hasBase62Sum,
  },
  /** docs.npmjs.com, “.npmrc”: UUIDs before the present form. */
  {
    id: 'npm-legacy-token',
    description: 'npm access token (legacy) in .npmrc',
    severity: 'high',
    remedy: 'https://docs.npmjs.com/revoking-access-tokens',
    pattern:
      /:_authToken\s{0,3}=\s{0,3}"?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9A-Za-z_])/,
    keywords: ['_authtoken'],
  },
  /** pypi.org/help: a macaroon in base64, whose location comes first; warehouse, `services/macaroon.py`. */
  {
    id: 'pypi-token',
    description: 'PyPI API token',
    severity: 'critical',
    remedy: 'https://pypi.org/help/#apitoken',
    pattern: token(/pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000}/, '-'),
    keywords: ['pypi-ageichlwas5vcmc'],
    reach: { before: 1, after: 1024 },
  },
  /** The same for test.pypi.org. */
  {
    id: 'test-pypi-token',
    description: 'TestPyPI API token',
    severity: 'low',
    remedy: 'https://test.pypi.org/help/#apitoken',
    pattern: token(/pypi-AgENdGVzdC5weXBpLm9yZw[A-Za-z0-9_-]{50,1000}/, '-'),
    keywords: ['pypi-agendgvzdc5wexbplm9yzw'],
    reach: { before: 1, after: 1024 },
  },
  /** guides.rubygems.org, “API key scopes”: 48 hexadecimal digits. */
  {
    id: 'rubygems-api-key',
    description: 'RubyGems API key',
    severity: 'critical',
    remedy: 'https://guides.rubygems.org/api-key-scopes/',
    pattern: token(/rubygems_[0-9a-f]{48}/),
    keywords: ['rubygems_'],
  },
  /** crates.io, `util/token.rs`: `cio` and 32 characters. */
  {
    id: 'crates-io-token',
    description: 'crates.io API token',
    severity: 'critical',
    remedy: 'https://crates.io/settings/tokens',
    pattern: token(/cio[A-Za-z0-9]{32}/),
    keywords: ['cio'],
    check: isMixed,
  },
  /** github.com/microsoft/security-utilities: `oy2` and 43 characters of base32. */
  {
    id: 'nuget-api-key',
    description: 'NuGet API key',
    severity: 'critical',
    remedy: 'https://learn.microsoft.com/nuget/nuget-org/scoped-api-keys',
    pattern: token(/oy2[a-z2-7]{43}/),
    keywords: ['oy2'],
  },
  /** clojars-web wiki, “Deploy tokens”: 60 hexadecimal digits. */
  {
    id: 'clojars-deploy-token',
    description: 'Clojars deploy token',
    severity: 'critical',
    remedy: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
    pattern: token(/CLOJARS_[0-9a-f]{60}/),
    keywords: ['clojars_'],
  },
  /** packagist.com, “Authentication tokens”: kind, then 64 to 68 hexadecimal digits. */
  {
    id: 'packagist-token',
    description: 'Private Packagist token',
    severity: 'high',
    remedy: 'https://packagist.com/docs/api-authentication',
    pattern: token(/packagist_[a-z]{3}(?:_[a-z]{4,6})?_[0-9a-f]{64,68}/),
    keywords: ['packagist_'],
  },
  /** docs.docker.com, “Personal access tokens”: `dckr_pat_` and 27 characters. */
  {
    id: 'docker-access-token',
    description: 'Docker personal access token',
    severity: 'critical',
    remedy: 'https://docs.docker.com/security/access-tokens/',
    pattern: token(/dckr_pat_[A-Za-z0-9_-]{27}/, '-'),
    keywords: ['dckr_pat_'],
  },
  /** docs.docker.com, “Organization access tokens”. */
  {
    id: 'docker-organization-token',
    description: 'Docker organization access token',
    severity: 'critical',
    remedy: 'https://docs.docker.com/enterprise/security/access-tokens/',
    pattern: token(/dckr_oat_[A-Za-z0-9_-]{27,32}/, '-'),
    keywords: ['dckr_oat_'],
  },
  /** jfrog.com, “API key”: 73 characters that begin with `AKCp`. */
  {
    id: 'jfrog-api-key',
    description: 'JFrog API key',
    severity: 'critical',
    remedy: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/revoke-api-keys',
    pattern: token(/AKCp[A-Za-z0-9]{69}/),
    keywords: ['akcp'],
  },
  /** jfrog.com, “Access tokens”: base64 of `reftkn:…`, 64 characters. */
  {
    id: 'jfrog-reference-token',
    description: 'JFrog reference token',
    severity: 'critical',
    remedy: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/revoke-access-tokens',
    pattern: token(/cmVmdGtuOj[A-Za-z0-9]{54}/),
    keywords: ['cmvmdgtuoj'],
  },
] as const satisfies readonly Rule[]
