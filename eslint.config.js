import tseslint from 'typescript-eslint'

/** The ways that a value comes out of a Secret. */
const REVEAL = [
  {
    selector: "MemberExpression[property.name='reveal'], MemberExpression[property.name='bytes']",
    message: 'A value is not revealed where things are printed or decided for printing.',
  },
  {
    selector: "ObjectPattern > Property[key.name='reveal'], ObjectPattern > Property[key.name='bytes']",
    message: 'A value is not revealed where things are printed or decided for printing.',
  },
]

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'node_modules/', 'coverage/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      complexity: ['error', 10],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'exit',
          message: 'It loses piped output, masks too: set process.exitCode.',
        },
      ],
    },
  },
  {
    files: [
      'src/report/**/*.ts',
      'src/modes/**/*.ts',
      'src/main.ts',
      'src/kubernetes/**/*.ts',
      'src/verify/**/*.ts',
    ],
    ignores: [
      'src/**/*.test.ts',
      'src/kubernetes/http.ts',
      'src/kubernetes/objects.ts',
      'src/kubernetes/connect.ts',
      'src/kubernetes/streams/exec.ts',
      'src/verify/render.ts',
      'src/verify/send.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...REVEAL] },
  },
  {
    // What a server answers is `any` to a test, which asserts on it.
    files: ['test/**/*.ts', 'src/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['*.config.ts', 'eslint.config.js'],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, 'no-restricted-exports': 'off' },
  },
)
