import { b64, CERTIFICATE, each, PEM, rows, type Row } from './row.ts'

const indent = (text: string, by: string): string => text.split('\n').join(`\n${by}`)

/** Secrets, and what is like one. */
export const SECRETS: readonly Row[] = [
  ...rows(
    [
      'data',
      'k8s/secret.yaml',
      `
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: app
type: Opaque
data:
  username: ${b64('aura')}
  password: «${b64('Tr0ub4dor-3x')}»
`,
    ],
    [
      'stringData',
      'k8s/secret.yml',
      `
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: «Tr0ub4dor-3x»
  host: db.example.com
`,
    ],
    [
      'kind after a large data',
      's.yaml',
      `
apiVersion: v1
data:
  a-token: «${b64('z8Kq2Lw9xYt4'.repeat(60))}»
  b-token: «${b64('q8Kq2Lw9xYt4')}»
kind: Secret
metadata:
  name: late
`,
    ],
    [
      'quoted keys and values',
      's.yaml',
      `
"apiVersion": "v1"
"kind": "Secret"
"stringData":
  "password": "«Tr0ub4dor-3x»"
  'passphrase': '«It''s-Tr0ub4dor»'
`,
    ],
    [
      'several documents',
      's.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata:
  name: c
data:
  password-policy: strict
---
apiVersion: v1
kind: Secret
metadata:
  name: s
stringData:
  api-key: «k9Fz2LwQ7bX1»
---
apiVersion: v1
kind: Service
metadata:
  name: v
`,
    ],
    [
      'a List',
      's.yaml',
      `
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Secret
    metadata: {name: one}
    data: {password: «${b64('Tr0ub4dor-3x')}»}
  - apiVersion: v1
    kind: SealedSecret
    metadata: {name: two}
    spec: {encryptedData: {password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq}}
`,
    ],
    [
      'JSON',
      's.json',
      `{
  "apiVersion": "v1",
  "kind": "Secret",
  "metadata": { "name": "db", "namespace": "app" },
  "data": { "password": "«${b64('Tr0ub4dor-3x')}»" }
}`,
    ],
    [
      'JSON on one line',
      's.json',
      `{"kind":"Secret","apiVersion":"v1","stringData":{"a":"b","password":"«Tr0ub4dor-3x»"}}`,
    ],
    [
      'a JSON List',
      'all.json',
      `{"kind":"List","apiVersion":"v1","items":[
  {"kind":"Service","metadata":{"name":"x"}},
  {"kind":"Secret","metadata":{"name":"y"},"data":{"token":"«${b64('q8Kq2Lw9xYt4')}»"}}
]}`,
    ],
    [
      'a block scalar',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  password: |-
    «Tr0ub4dor-3x»
  note: plain
`,
    ],
    [
      'base64 over several lines',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  service-token: >-
    «${b64('z8Kq2Lw9xYt4'.repeat(4)).slice(0, 40)}
    ${b64('z8Kq2Lw9xYt4'.repeat(4)).slice(40)}»
`,
    ],
    [
      'a private key in stringData',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  tls.crt: |
    ${indent(CERTIFICATE, '    ')}
  tls.key: |
    «${indent(PEM, '    ')}»
`,
    ],
    [
      'a private key in data',
      's.yaml',
      `
kind: Secret
apiVersion: v1
type: kubernetes.io/tls
data:
  tls.crt: ${b64(CERTIFICATE)}
  tls.key: «${b64(PEM)}»
`,
    ],
    [
      'a configuration file with a password',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  config.yaml: |
    server: db.internal
    password: «Tr0ub4dor-3x»
    pool: 10
`,
    ],
    [
      'the same in base64',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  config.ini: «${b64('[db]\nhost = db\npassword = Tr0ub4dor-3x\n')}»
`,
    ],
    [
      'a .env file in base64',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  .env: «${b64('DB_HOST=db\nDB_PASSWORD=Tr0ub4dor-3x\n')}»
`,
    ],
    [
      'a configuration file without one',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  alertmanager.yaml: |
    route:
      receiver: "null"
    receivers:
      - name: "null"
`,
    ],
    [
      '.dockerconfigjson',
      's.yaml',
      `
kind: Secret
apiVersion: v1
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: «${b64(JSON.stringify({ auths: { 'ghcr.io': { auth: b64('me:Tr0ub4dor-3x') } } }))}»
`,
    ],
    [
      '.dockerconfigjson in plain',
      's.yaml',
      `
kind: Secret
apiVersion: v1
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '«{"auths":{"ghcr.io":{"username":"me","password":"Tr0ub4dor-3x"}}}»'
`,
    ],
    [
      '.dockerconfigjson without a log-in',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  .dockerconfigjson: ${b64('{"auths":{}}')}
`,
    ],
    [
      'an address with a password',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  DATABASE_URL: postgres://aura:«Tr0ub4dor-3x»@db:5432/aura
  CACHE_URL: redis://cache:6379
`,
    ],
    [
      'an address with a password in base64',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  url: «${b64('postgres://aura:Tr0ub4dor-3x@db:5432/aura')}»
`,
    ],
    [
      'an unknown name with something random',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  smtp: «k9Fz2LwQ7bX1»
`,
    ],
    [
      'bytes',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  keystore.jks: «${Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1]).toString('base64')}»
`,
    ],
    [
      'text under data that is no base64',
      's.yaml',
      `
kind: Secret
apiVersion: v1
data:
  password: «Tr0ub4dor-3x»
`,
    ],
    [
      'anchors and tags',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  password: &pw !!str «Tr0ub4dor-3x»
  again: *pw
`,
    ],
    [
      'comments and blank lines between',
      's.yaml',
      `
# the database
kind: Secret   # not sealed yet
apiVersion: v1

stringData:

  # rotate me
  password: «Tr0ub4dor-3x» # from the old cluster

  user: aura
`,
    ],
    [
      'CRLF',
      's.yaml',
      'kind: Secret\r\napiVersion: v1\r\nstringData:\r\n  password: «Tr0ub4dor-3x»\r\n  user: me\r\n',
    ],
    [
      'a Secret in a Template',
      'template.yaml',
      `
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: t}
objects:
  - kind: Secret
    apiVersion: v1
    metadata: {name: '\${NAME}'}
    stringData:
      password: «Tr0ub4dor-3x»
      token: \${TOKEN}
parameters:
  - name: NAME
    value: web
  - name: DB_PASSWORD
    value: «k9Fz2LwQ7bX1»
`,
    ],
    [
      'a Secret in a string of a ConfigMap',
      'cm.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: manifests}
data:
  secret.yaml: |
    apiVersion: v1
    kind: Secret
    metadata:
      name: inner
    stringData:
      password: «Tr0ub4dor-3x»
`,
    ],
    [
      'last-applied-configuration',
      's.yaml',
      `
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"«Tr0ub4dor-3x»"}}
data:
  password: «${b64('Tr0ub4dor-3x')}»
`,
    ],
    [
      'last-applied-configuration in JSON',
      's.json',
      `{"kind":"Secret","metadata":{"name":"db","annotations":{
"kubectl.kubernetes.io/last-applied-configuration":"«${JSON.stringify(JSON.stringify({ kind: 'Secret', stringData: { password: 'Tr0ub4dor-3x' } })).slice(1, -1)}»"
}}}`,
    ],
    [
      'a Secret encrypted by SOPS',
      's.enc.yaml',
      `
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A==,type:str]
sops:
  age:
    - recipient: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
      enc: |
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBQV0
        -----END AGE ENCRYPTED FILE-----
  mac: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A==,type:str]
`,
    ],
    [
      'a Secret that SOPS encrypted in part',
      's.enc.yaml',
      `
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A==,type:str]
  api-key: «k9Fz2LwQ7bX1»
sops:
  encrypted_regex: ^password$
`,
    ],
    [
      'a SealedSecret',
      'sealed.yaml',
      `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db}
spec:
  encryptedData:
    password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEqL3Pn2cmw0XWQ8pTf
    api-key: AgBghj7K8sK2mPw0Qq1fZ5bT3xV9uYcD4nLrE6iHgJkWsOa
  template:
    type: Opaque
`,
    ],
    [
      'an ExternalSecret',
      'es.yaml',
      `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target:
    name: db
    template:
      data:
        DATABASE_URL: "postgres://aura:{{ .password }}@db/aura"
        password: "{{ .password }}"
  data:
    - secretKey: password
      remoteRef:
        key: prod/db4711/credentials
        property: password
    - secretKey: API_KEY2
      remoteRef: {key: prod/api, property: apiKey}
`,
    ],
    [
      'a literal in the template of an ExternalSecret',
      'es.yaml',
      `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  target:
    template:
      data:
        admin-password: «Tr0ub4dor-3x»
`,
    ],
    [
      'a PushSecret and a SecretStore',
      'ps.yaml',
      `
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: push}
spec:
  selector:
    secret: {name: source-secret}
  data:
    - match: {secretKey: password, remoteRef: {remoteKey: prod-db4711-password}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault}
spec:
  provider:
    vault:
      auth:
        tokenSecretRef: {name: vault-token-4711x, key: token}
`,
    ],
    [
      'a SecretProviderClass',
      'spc.yaml',
      `
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: aws}
spec:
  parameters:
    objects: |
      - objectName: prod/db4711/password
        objectType: secretsmanager
  secretObjects:
    - secretName: db
      data: [{key: password, objectName: db4711password}]
`,
    ],
    [
      'empty values',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  password: ""
  token:
  api-key: ''
data:
  none: ""
`,
    ],
    [
      'only public certificates',
      's.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  ca.crt: |
    ${indent(CERTIFICATE, '    ')}
  bundle: |
    ${indent(CERTIFICATE, '    ')}
  known_hosts: github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
  id_ed25519.pub: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@host
`,
    ],
    [
      'a repository for Argo CD',
      's.yaml',
      `
kind: Secret
apiVersion: v1
metadata:
  name: repo
  labels: {argocd.argoproj.io/secret-type: repository}
stringData:
  type: git
  url: https://github.com/org/repo
  name: repo
  project: default
  enableOCI: "true"
`,
    ],
    [
      'a service account token that the cluster fills in',
      's.yaml',
      `
kind: Secret
apiVersion: v1
metadata:
  name: build-robot-token
  annotations:
    kubernetes.io/service-account.name: build-robot
type: kubernetes.io/service-account-token
`,
    ],
    [
      'a file marked as an example',
      'secret.example.yaml',
      `
kind: Secret
apiVersion: v1
stringData:
  password: Tr0ub4dor-3x
`,
    ],
    [
      'another file marked as one',
      'k8s/secret.yaml.template',
      `
kind: Secret
apiVersion: v1
stringData:
  password: Tr0ub4dor-3x
`,
    ],
    [
      'the kind in another case is no Secret',
      's.yaml',
      `
kind: secretly
apiVersion: v1
data:
  note: nothing
`,
    ],
    [
      'no kind at all',
      's.yaml',
      `
data:
  password: hidden-in-translation
`,
    ],
  ),
  ...each(
    [
      'password',
      'PASSWORD',
      'db-password',
      'dbPassword',
      'token',
      'secret',
      'api_key',
      'client-secret',
      'private.key',
      'JWT_SECRET_KEY',
      'passphrase',
      'auth',
      'credentials',
      'sharedKey',
      'pgpass',
      'AWS_SECRET_ACCESS_KEY',
      'salt',
    ],
    (key) => [
      `a Secret’s ${key}`,
      's.yaml',
      `
apiVersion: v1
kind: Secret
metadata: {name: s}
data:
  ${key}: «${b64('k9Fz2LwQ7bX1')}»
`,
    ],
  ),
  ...each(
    [
      'username',
      'user',
      'host',
      'port',
      'database',
      'POSTGRES_DB',
      'url',
      'region',
      'namespace',
      'sslmode',
      'client-id',
      'tls.crt',
      'email',
      'bucket',
    ],
    (key) => [
      `no secret: ${key}`,
      's.yaml',
      `
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  ${key}: aura4711x
`,
    ],
  ),
  ...each(
    [
      'changeme',
      'CHANGE_ME',
      '<password>',
      '<your-password-here>',
      'your-api-key',
      'example',
      'xxxxxxxx',
      '********',
      'TODO',
      'password',
      'my-secret-password',
      'test123',
      'postgres',
      'admin',
      '"{{ .Values.password }}"',
      '{{ .Values.password | b64enc | quote }}',
      '${DB_PASSWORD}',
      '$(DB_PASSWORD)',
      '$DB_PASSWORD',
      '"${{ secrets.DB_PASSWORD }}"',
      '%DB_PASSWORD%',
      '__DB_PASSWORD__',
      '@db.password@',
      '#{DB_PASSWORD}#',
      '[[ password ]]',
      'vault:secret/data/db#password',
      'ref+vault://secret/db#/password',
      'op://vault/item/password',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
      'REDACTED',
      'placeholder',
      'insert-password-here',
      'null',
      '12345678',
      '<%= ENV["PW"] %>',
      '{{ randAlphaNum 16 | b64enc }}',
      'dummy-token',
      'secretpassword',
      'super-secret',
      'replace-me-please',
    ],
    (value) => [
      `a placeholder: ${value}`,
      's.yaml',
      `
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  password: ${value}
`,
    ],
  ),
]
