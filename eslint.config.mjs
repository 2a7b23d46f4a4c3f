import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Typed lint for the TypeScript rooms, plain lint for the build and test scripts; zero warnings are allowed. */
export default tseslint.config(
	{ ignores: ['node_modules/', 'dist/', 'out/', '.cache/', 'test-results/', 'test/fixtures/', 'models/'] },
	js.configs.recommended,
	{
		files: ['**/*.{ts,tsx}'],
		extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
		languageOptions: {
			parserOptions: {
				project: ['./tsconfig.json', './src/webview/tsconfig.json'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
			'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
			'max-params': 'off',
			'@typescript-eslint/max-params': ['error', { max: 4 }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/prefer-readonly': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
			// "x is defined because the loop bound says so" is clearer than a branch that cannot run; the rest stays checked.
			'@typescript-eslint/no-non-null-assertion': 'off',
			// Leaving a property out of a copy names it.
			'@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
		},
	},
	{
		// Test titles are statements and suites are long by nature.
		files: ['test/**/*.ts'],
		rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
	},
	{
		files: ['**/*.mjs'],
		languageOptions: { globals: globals.node, ecmaVersion: 2025, sourceType: 'module' },
	},
);
