/**
 * The linter: typescript-eslint at its strictest, with types, for everything that is TypeScript. Formatting is
 * prettier's, imports between folders are tidy's (tools/layers.mjs).
 */
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What the plain JavaScript of tools/ and bin/ uses of Node without an import. */
const NODE_GLOBALS = ['process', 'console', 'performance', 'URL', 'Buffer', 'require'].concat([
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
]);

export default defineConfig(
  { ignores: ['dist/', 'lib/', 'build/', 'out/', 'bench/results/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['src/tsconfig.json', 'src/live/view/page/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-self-compare': 'error',
      'no-constant-binary-expression': 'error',
      // `typeof import('koffi')` types what is loaded only when it is needed.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/consistent-type-exports': 'error',
      // `${count} bytes` is how messages are written; everything else still needs a deliberate String().
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return this.#handle(frame)` ends a function that returns nothing, in a switch and in an early exit.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Loops that end from inside are written `for (;;)` or `while (true)`.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // A field's or parameter's type is said even where a literal shows it: such lists are what a reader looks for.
      '@typescript-eslint/no-inferrable-types': ['error', { ignoreProperties: true, ignoreParameters: true }],
      // `x as T` says what is there; `!` is for hot paths only, see below.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Either side may name them: the compiler wants the annotation on what is exported (isolatedDeclarations).
      '@typescript-eslint/consistent-generic-constructors': 'off',
      // The compiler's own check (noUnusedLocals) covers variables; parameters may be named to be understood.
      '@typescript-eslint/no-unused-vars': 'off',
      // The compiler wants brackets for index signatures (noPropertyAccessFromIndexSignature).
      '@typescript-eslint/dot-notation': 'off',
    },
  },
  {
    // Hot paths: an index that is known to be in range, and `undefined` checks that would cost, on every message.
    files: [
      'src/matching/**',
      'src/p2p/**',
      'src/transport/**',
      'src/engine/**',
      'src/wire/**',
      'src/live/update/**',
      'src/live/accumulate/**',
      'src/collectives/common/**',
      'src/collectives/operations/**',
      'src/collectives/**/common-*.ts',
    ],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Counted loops allocate no iterator.
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test collects what test(), describe() and it() return.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'describe', 'it', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      // Where an index is wrong the assertion that follows says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
    // The compiler does not see these files.
    rules: { eqeqeq: 'error', 'prefer-const': 'error', 'no-undef': 'error' },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
