import { b64, each, rows, type Row } from './row.ts'

/** Templates, generators and what stands beside the cluster. */
export const AROUND: readonly Row[] = [
  ...rows(
    [
      'a Helm template with a literal',
      'chart/templates/secret.yaml',
      `
{{- if .Values.enabled }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "chart.fullname" . }}
  labels:
    {{- include "chart.labels" . | nindent 4 }}
type: Opaque
data:
  password: {{ .Values.password | b64enc | quote }}
  {{- if .Values.legacy }}
  legacy-password: «${b64('Tr0ub4dor-3x')}»
  {{- else }}
  api-key: {{ "«k9Fz2LwQ7bX1»" | b64enc }}
  {{- end }}
  token: {{ .Values.token | default "«z8Kq2Lw9xYt4»" | b64enc }}
{{- end }}
`,
    ],
    [
      'a Helm template without',
      'chart/templates/secret.yaml',
      `
{{- $secret := lookup "v1" "Secret" .Release.Namespace "x" }}
{{/* the password
     is kept: password: Tr0ub4dor-3x */}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-db
stringData:
  {{- range $key, $value := .Values.secrets }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
  password: "{{ .Values.auth.password | default (randAlphaNum 24) }}"
  url: postgres://aura:{{ .Values.auth.password }}@{{ .Release.Name }}-db/aura
`,
    ],
    [
      'a Helm template of a Deployment',
      'chart/templates/deployment.yaml',
      `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          env:
            - name: DB_PASSWORD
              value: {{ .Values.password | quote }}
            {{- if .Values.smtp }}
            - name: SMTP_PASSWORD
              value: "«Tr0ub4dor-3x»"
            {{- end }}
            {{- with .Values.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
`,
    ],
    [
      'a file that does not parse',
      'broken.yaml',
      `
apiVersion: v1
kind: Secret
metadata:
  name: [unclosed
stringData:
  password: «Tr0ub4dor-3x»
   odd: indentation
  "unclosed: quote
  token: «k9Fz2LwQ7bX1»
`,
    ],
    [
      'tabs and garbage',
      'broken.yaml',
      `
kind: Secret
apiVersion: v1
}}}} ]]]
stringData:
	password: «Tr0ub4dor-3x»
`,
    ],
    [
      'kustomize literals',
      'overlays/prod/kustomization.yaml',
      `
resources: [../../base]
secretGenerator:
  - name: db
    literals:
      - username=aura
      - password=«Tr0ub4dor-3x»
      - "api-key=«k9Fz2LwQ7bX1»"
  - name: files
    files: [tls.key=secrets/tls.key]
    envs: [db.env]
configMapGenerator:
  - name: web
    literals:
      - LOG_LEVEL=debug
      - SMTP_PASSWORD=«z8Kq2Lw9xYt4»
generatorOptions: {disableNameSuffixHash: true}
`,
    ],
    [
      'kustomize patches',
      'kustomization.yaml',
      `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches:
  - target: {kind: Deployment, name: web}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          spec:
            containers:
              - name: web
                env:
                  - name: DB_PASSWORD
                    value: «Tr0ub4dor-3x»
  - target: {kind: Secret, name: db}
    patch: |-
      - op: replace
        path: /stringData/password
        value: «k9Fz2LwQ7bX1»
`,
    ],
    [
      'a kustomization without secrets',
      'kustomization.yaml',
      `
resources: [deployment.yaml, sealed-secret.yaml]
secretGenerator:
  - name: db
    envs: [secrets.env]
images: [{name: web, newTag: v1.2.3}]
`,
    ],
    [
      'an env file of a generator',
      'overlays/prod/db.env',
      'DB_USER=aura\nDB_PASSWORD=«Tr0ub4dor-3x»\n# DB_PASSWORD=old\nDB_HOST=db\n',
    ],
    [
      'Helm values',
      'chart/values.yaml',
      `
image: {repository: web, tag: v1}
auth:
  username: aura
  password: «Tr0ub4dor-3x»
  existingSecret: db-secret-4711x
  secretKeys: {adminPasswordKey: postgres-password-4711x}
adminPassword: ""
apiKey: "«k9Fz2LwQ7bX1»"
extraEnv:
  - name: SMTP_PASSWORD
    value: «z8Kq2Lw9xYt4»
  - name: TZ
    value: Europe/Berlin
tls: {enabled: true, secretName: web-tls-4711x}
serviceAccount: {create: true, automountToken: true}
database: {url: postgres://aura:«s0meth1ngElse»@db/aura}
`,
    ],
    [
      'Helm values for an environment',
      'deploy/production-values.yaml',
      `
global: {postgresql: {auth: {postgresPassword: «Tr0ub4dor-3x», database: aura}}}
`,
    ],
    [
      'Helm values without',
      'charts/web/values-prod.yaml',
      `
# -- password of the admin; generated where it is empty
adminPassword: ""
auth: {existingSecret: web-auth, existingSecretPasswordKey: password, enabled: true}
password: changeme
token: null
passwordUpdateJob: {enabled: false}
secretAnnotations: {}
rbac: {pspEnabled: false}
`,
    ],
    [
      'values within an Application',
      'app.yaml',
      `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: db, namespace: argocd}
spec:
  source:
    helm:
      parameters:
        - name: auth.password
          value: «Tr0ub4dor-3x»
      values: |
        auth:
          postgresPassword: «k9Fz2LwQ7bX1»
        replicas: 2
`,
    ],
    [
      'values within a HelmRelease',
      'release.yaml',
      `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: db}
spec:
  values:
    auth: {password: «Tr0ub4dor-3x»}
  valuesFrom:
    - kind: Secret
      name: db-values-4711x
      valuesKey: password
      targetPath: auth.password
`,
    ],
    [
      'Compose',
      'docker-compose.yml',
      `
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: aura
      POSTGRES_PASSWORD: «Tr0ub4dor-3x»
      POSTGRES_DB: aura
  web:
    image: web
    environment:
      - DB_HOST=db
      - DB_PASSWORD=«k9Fz2LwQ7bX1»
      - API_KEY=\${API_KEY}
      - JWT_SECRET=\${JWT_SECRET:-«z8Kq2Lw9xYt4»}
    command: ["web", "--admin-password", "«s0meth1ngElse»"]
    env_file: [.env]
    secrets: [db_password]
secrets:
  db_password: {file: ./db_password.txt}
`,
    ],
    [
      'Compose without',
      'compose.yaml',
      `
services:
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: postgres
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
      POSTGRES_HOST_AUTH_METHOD: trust
  minio:
    environment: [MINIO_ROOT_USER=minioadmin, MINIO_ROOT_PASSWORD=minioadmin]
    healthcheck: {test: ["CMD", "redis-cli", "-a", "$$REDIS_PASSWORD", "ping"]}
`,
    ],
    [
      'Compose under another name',
      'stack/prod.yml',
      `
version: "3.8"
services:
  db:
    environment:
      MYSQL_ROOT_PASSWORD: «Tr0ub4dor-3x»
`,
    ],
    [
      '.env',
      '.env',
      `
# database
DB_HOST=localhost
DB_PASSWORD=«Tr0ub4dor-3x»
export API_TOKEN="«k9Fz2LwQ7bX1»"
EMPTY_PASSWORD=
JWT_SECRET='«z8Kq2Lw9xYt4»' # 32 characters
DATABASE_URL=postgres://aura:«s0meth1ngElse»@localhost/aura
OTHER=\${DB_PASSWORD}
PASSWORD_MIN_LENGTH=12
`,
    ],
    ['.env.production', '.env.production', 'SECRET_KEY=«k9Fz2LwQ7bX1»\nDEBUG=false\n'],
    ['.env.example', '.env.example', 'SECRET_KEY=k9Fz2LwQ7bX1\n'],
    ['.env.sample in a folder', 'app/.env.sample', 'SECRET_KEY=k9Fz2LwQ7bX1\n'],
    [
      '.env encrypted by SOPS',
      '.env',
      'DB_PASSWORD=ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A==,type:str]\nsops_mac=ENC[AES256_GCM,data:zz==]\n',
    ],
    [
      'a tfvars file',
      'prod.tfvars',
      `
region      = "eu-west-1"
db_password = "«Tr0ub4dor-3x»"
api_keys    = { stripe_api_key = "x" }
`,
    ],
    [
      'defaults of Terraform variables',
      'variables.tf',
      `
variable "db_password" {
  description = "the password of the database"
  type        = string
  sensitive   = true
  default     = "«Tr0ub4dor-3x»"
}

variable "region" {
  default = "k9Fz2LwQ7bX1"
}

variable "token" {
  type = string
}
`,
    ],
    [
      'Terraform resources',
      'main.tf',
      `
resource "aws_db_instance" "db" {
  username = "aura"
  password = "«Tr0ub4dor-3x»"
}

resource "aws_db_instance" "other" {
  password = var.db_password
}

resource "kubernetes_secret" "s" {
  metadata { name = "db" }
  data = {
    api_key  = "«k9Fz2LwQ7bX1»"
    password = "\${random_password.db.result}"
    token    = data.vault_generic_secret.x.data["token"]
  }
}

locals {
  secret_name = "prod/db4711"
  token_url   = "https://login.example.com"
}
`,
    ],
    ['a tfvars file as JSON', 'prod.tfvars.json', '{"region": "eu-west-1", "db_password": "«Tr0ub4dor-3x»"}'],
    [
      'a workflow',
      '.github/workflows/deploy.yml',
      `
on: push
env:
  REGISTRY: ghcr.io
jobs:
  deploy:
    runs-on: ubuntu-latest
    env:
      DB_PASSWORD: \${{ secrets.DB_PASSWORD }}
      TEST_API_KEY: «k9Fz2LwQ7bX1»
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: {token: "\${{ github.token }}"}
      - run: |
          kubectl create secret generic db --from-literal=password=«Tr0ub4dor-3x» --from-literal=user=aura
          echo "\${{ secrets.TOKEN }}" | docker login -u me --password-stdin
`,
    ],
    [
      'plain YAML with a password is for the patterns',
      'config/app.yaml',
      'database:\n  password: Tr0ub4dor-3x\n',
    ],
    ['a translation', 'locales/de.yml', 'de:\n  password: Passwort\n  token: Zeichenkette\n'],
    [
      'an OpenAPI document',
      'openapi.json',
      '{"openapi":"3.0.0","components":{"schemas":{"Login":{"properties":{"password":{"type":"string","example":"Tr0ub4dor-3x"}}}}}}',
    ],
    [
      'package-lock.json',
      'package-lock.json',
      '{"name":"x","packages":{"":{"integrity":"sha512-k9Fz2LwQ7bX1"}}}',
    ],
    ['TypeScript', 'src/secret.ts', "const kind = 'Secret'\nconst password = 'Tr0ub4dor-3x'\n"],
    ['Markdown', 'README.md', '```yaml\nkind: Secret\nstringData:\n  password: Tr0ub4dor-3x\n```\n'],
  ),
  ...each(
    [
      'password',
      'adminPassword',
      'rootPassword',
      'secretKey',
      'clientSecret',
      'apiKey',
      'accessToken',
      'jwtSecret',
      'redisPassword',
    ],
    (key) => [
      `Helm values with ${key}`,
      'values.yaml',
      `
app:
  ${key}: «k9Fz2LwQ7bX1»
  ${key}File: /etc/k9Fz2LwQ7bX1
  enabled: true
`,
    ],
  ),
]
