import { b64, each, PEM, rows, type Row } from './row.ts'

/** What runs, and what configures it. */
export const WORKLOADS: readonly Row[] = [
  ...rows(
    [
      'env of a Deployment',
      'deploy.yaml',
      `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: app}
spec:
  template:
    spec:
      containers:
        - name: web
          image: web:1
          env:
            - name: DB_USER
              value: aura
            - name: DB_PASSWORD
              value: «Tr0ub4dor-3x»
            - name: LOG_LEVEL
              value: debug
            - {name: API_TOKEN, value: "«k9Fz2LwQ7bX1»"}
            - name: OTHER_PASSWORD
              valueFrom:
                secretKeyRef: {name: db-password4711x, key: password4711x}
`,
    ],
    [
      'value before name',
      'deploy.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - env:
        - value: «Tr0ub4dor-3x»
          name: DB_PASSWORD
`,
    ],
    [
      'initContainers and ephemeralContainers',
      'pod.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  initContainers:
    - name: init
      env: [{name: PGPASSWORD, value: «Tr0ub4dor-3x»}]
  ephemeralContainers:
    - name: debug
      env:
      - name: SMTP_PASSWORD
        value: «k9Fz2LwQ7bX1»
`,
    ],
    [
      'a CronJob',
      'cron.yaml',
      `
apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: c
            env:
            - name: CLIENT_SECRET
              value: '«k9Fz2LwQ7bX1»'
`,
    ],
    [
      'a custom resource with a pod template',
      'rollout.yaml',
      `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: r}
spec:
  template:
    spec:
      containers:
        - env:
            - name: ADMIN_PASSWORD
              value: «Tr0ub4dor-3x»
`,
    ],
    [
      'a custom resource with a password of its own',
      'grafana.yaml',
      `
apiVersion: grafana.integreatly.org/v1beta1
kind: Grafana
metadata: {name: g}
spec:
  config:
    security:
      admin_user: root
      admin_password: «Tr0ub4dor-3x»
`,
    ],
    [
      'Tekton parameters',
      'run.yaml',
      `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: r}
spec:
  params:
    - name: registry-password
      value: «Tr0ub4dor-3x»
    - name: revision
      value: main
`,
    ],
    [
      'an address with a password in env',
      'deploy.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - env:
        - name: DATABASE_URL
          value: postgresql+psycopg://aura:«Tr0ub4dor-3x»@postgres:5432/aura
        - name: REDIS_URL
          value: redis://redis:6379/0
        - name: MONGO_URL
          value: mongodb://root:\${MONGO_PASSWORD}@mongo/app
        - name: AMQP_URL
          value: amqp://guest:guest@rabbit
`,
    ],
    [
      'args',
      'deploy.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - command: [server]
      args:
        - --listen=:8080
        - --admin-password=«Tr0ub4dor-3x»
        - --api-token
        - «k9Fz2LwQ7bX1»
        - --token-file=/run/secrets/token
        - --password=$(DB_PASSWORD)
        - --secret-name=db-credentials
`,
    ],
    [
      'a shell in a command',
      'job.yaml',
      `
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  template:
    spec:
      containers:
        - command: ["sh", "-c", "mysql -h db -uroot -p«Tr0ub4dor-3x» app < /dump.sql"]
        - command:
            - /bin/sh
            - -c
            - |
              set -e
              export PGPASSWORD=«k9Fz2LwQ7bX1»
              psql -h db -U aura -c 'select 1'
              curl -u admin:«s0meth1ngElse» http://api/
        - command: ["redis-server", "--requirepass", "«Tr0ub4dor-3x»"]
        - command: ["sh", "-c", "redis-cli -a $REDIS_PASSWORD ping"]
`,
    ],
    [
      'a probe',
      'deploy.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - livenessProbe:
        exec:
          command: [redis-cli, -a, "$(REDIS_PASSWORD)", ping]
      readinessProbe:
        exec:
          command: ["sh", "-c", "mysqladmin ping -u root -p«Tr0ub4dor-3x»"]
`,
    ],
    [
      'only references',
      'deploy.yaml',
      `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {checksum/secret: 8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4}
spec:
  template:
    spec:
      serviceAccountName: secret-reader
      automountServiceAccountToken: false
      imagePullSecrets: [{name: registry-token-4711x}]
      containers:
        - env:
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: db4711x, key: password}}
            - name: TOKEN_PATH
              value: /var/run/secrets/token
            - name: SECRET_NAME
              value: prod-db-4711x
            - name: OAUTH_TOKEN_URL
              value: https://login.example.com/oauth/token
            - name: MAX_TOKENS
              value: "128000"
            - name: AUTH_TYPE
              value: oauth2
            - name: PASSWORD_MIN_LENGTH
              value: "16"
            - name: AWS_ACCESS_KEY_ID_FILE
              value: /aws/id
          envFrom: [{secretRef: {name: web-secrets-4711x}}]
          volumeMounts: [{name: secret-volume, mountPath: /run/secrets}]
      volumes:
        - name: secret-volume
          secret: {secretName: web-4711x-secret}
        - name: token
          projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}
`,
    ],
    [
      'RBAC and CRDs',
      'rbac.yaml',
      `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: secret-reader}
rules:
  - resources: [secrets]
    resourceNames: [db-password-4711x]
    verbs: [get]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  versions:
    - schema:
        openAPIV3Schema:
          properties:
            password: {type: string, default: Tr0ub4dor-3x, description: the password}
`,
    ],
    [
      'certificates and issuers',
      'cert.yaml',
      `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls-4711x
  privateKey: {algorithm: ECDSA, size: 256, rotationPolicy: Always}
  issuerRef: {name: letsencrypt, kind: ClusterIssuer}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt}
spec:
  acme:
    privateKeySecretRef: {name: letsencrypt-account-key-4711x}
    solvers:
      - dns01: {cloudflare: {apiTokenSecretRef: {name: cloudflare-api-token, key: api-token}}}
`,
    ],
    [
      'an Ingress with basic auth',
      'ingress.yaml',
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: basic-auth-4711x
    nginx.ingress.kubernetes.io/auth-realm: Authentication Required
spec:
  tls: [{hosts: [a.example.com], secretName: web-tls-4711x}]
`,
    ],
    [
      'a ConfigMap',
      'cm.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: app}
data:
  LOG_LEVEL: info
  DB_PASSWORD: «Tr0ub4dor-3x»
  DATABASE_URL: postgres://aura:«k9Fz2LwQ7bX1»@db/aura
  SECRET_NAME: web-secret
  PASSWORD_FILE: /run/secrets/password
`,
    ],
    [
      'files in a ConfigMap',
      'cm.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  application.properties: |
    server.port=8080
    spring.datasource.username=aura
    spring.datasource.password=«Tr0ub4dor-3x»
    spring.mail.password=\${MAIL_PASSWORD}
  settings.ini: |
    [smtp]
    host = mail.example.com
    password = «k9Fz2LwQ7bX1»
  app.json: |
    {
      "apiKey": "«z8Kq2Lw9xYt4»",
      "url": "https://example.com"
    }
  nginx.conf: |
    server {
      listen 80;
      location /token { proxy_pass http://auth; }
    }
`,
    ],
    [
      'a private key in a ConfigMap',
      'cm.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  server.pem: |
    «${PEM.split('\n').join('\n    ')}»
`,
    ],
    [
      'a ConfigMap with translations',
      'cm.yaml',
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: i18n}
data:
  de.properties: |
    login.password=Bitte geben Sie Ihr Passwort ein
    login.passwordHint=mindestens zwölf Zeichen
  policy: at least 12 characters
`,
    ],
    [
      'a kubeconfig',
      'kubeconfig',
      `
apiVersion: v1
kind: Config
clusters:
  - name: prod
    cluster: {server: https://10.0.0.1, certificate-authority-data: ${b64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')}}
users:
  - name: admin
    user:
      client-certificate-data: ${b64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')}
      client-key-data: «${b64(PEM)}»
  - name: robot
    user: {token: «eyJh9x.k9Fz2LwQ7bX1»}
  - name: old
    user:
      username: me
      password: «Tr0ub4dor-3x»
  - name: files
    user: {tokenFile: /var/run/token, client-key: /etc/key.pem}
`,
    ],
    [
      'a kubeconfig with a plug-in',
      'kubeconfig.yaml',
      `
apiVersion: v1
kind: Config
users:
  - name: aws
    user:
      exec:
        command: aws
        args: [eks, get-token, --cluster-name, prod]
        env: [{name: AWS_PROFILE, value: prod}]
`,
    ],
    [
      'a kubeadm token',
      'kubeadm.yaml',
      `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
  - token: abcdef.0123456789abcdef
    ttl: 24h0m0s
certificateKey: "«e6a2eb8581237ab72a4f494f30285ec12a9694d750b9785706a83bfcbbbd2204»"
`,
    ],
    [
      'a Docker configuration',
      '.docker/config.json',
      `{
  "auths": {
    "ghcr.io": { "auth": "«${b64('me:Tr0ub4dor-3x')}»" },
    "quay.io": {},
    "docker.io": { "username": "me", "password": "«k9Fz2LwQ7bX1»" }
  },
  "credsStore": "osxkeychain"
}`,
    ],
    [
      'a Docker configuration without log-ins',
      '.docker/config.json',
      '{"auths": {"ghcr.io": {}}, "credHelpers": {"x": "ecr-login"}}',
    ],
  ),
  ...each(
    [
      'PASSWORD',
      'DB_PASSWORD',
      'POSTGRES_PASSWORD',
      'MYSQL_ROOT_PASSWORD',
      'REDIS_PASSWORD',
      'JWT_SECRET',
      'SECRET_KEY',
      'API_KEY',
      'GITHUB_TOKEN',
      'AWS_SECRET_ACCESS_KEY',
      'CLIENT_SECRET',
      'ENCRYPTION_KEY',
      'DJANGO_SECRET_KEY',
      'SMTP_PASS',
      'PGPASSWORD',
      'SESSION_SECRET',
      'AZURE_CLIENT_SECRET',
      'STRIPE_API_KEY',
      'WEBHOOK_SECRET',
      'NEXTAUTH_SECRET',
      'dbPassword',
    ],
    (name) => [
      `env ${name}`,
      'pod.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      env:
        - name: ${name}
          value: «k9Fz2LwQ7bX1»
        - name: HOST
          value: k9Fz2LwQ7bX1
`,
    ],
  ),
  ...each(
    [
      'SECRET_NAME',
      'PASSWORD_FILE',
      'TOKEN_PATH',
      'SECRET_ARN',
      'KEY_ID',
      'TOKEN_TTL',
      'API_KEY_HEADER',
      'AUTH_MODE',
      'SECRET_STORE',
      'PUBLIC_KEY',
      'EXISTING_SECRET',
      'PASSWORD_RESET_URL',
      'TOKENIZER',
      'KEYCLOAK_REALM',
      'AUTHOR',
      'SECRETS_DIR',
      'OAUTH_CLIENT_ID',
      'MONKEY',
      'PASSENGER_COUNT',
      'TOKEN_ISSUER',
    ],
    (name) => [
      `env that names something: ${name}`,
      'pod.yaml',
      `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      env:
        - name: ${name}
          value: k9Fz2LwQ7bX1
`,
    ],
  ),
]
