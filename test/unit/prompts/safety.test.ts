import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findHiddenCharacters, secretKind, steeringKind } from '../../../src/prompts';

describe('files that hold secrets', () => {
	test.each([
		'.env',
		'.env.local',
		'config/.env.production',
		'prod.env',
		'.envrc',
		'server.pem',
		'C:\\keys\\tls.KEY',
		'id_rsa',
		'id_ed25519',
		'id_rsa.old',
		'.npmrc',
		'home/.netrc',
		'.git-credentials',
		'.aws/credentials',
		'/home/a/.ssh/config',
		'secrets.yaml',
		'credentials.json',
		'service-account-prod.json',
		'terraform.tfstate',
		'vault.kdbx',
		'app.keystore',
		'.pypirc',
		'.htpasswd',
	])('%s is refused', path => expect(secretKind(path)).toBeDefined());

	test.each([
		'environment.ts',
		'.env.example',
		'.env.sample',
		'keyboard.ts',
		'id_rsa.pub',
		'monkey.md',
		'secretsManager.ts',
		'README.md',
		'src/env.ts',
		'turkey.txt',
		'a/keys.json',
		'Untitled-1',
	])('%s is not', path => expect(secretKind(path)).toBeUndefined());
});

describe('files whose change needs a second yes', () => {
	test.each([
		'/p/.vscode/settings.json',
		'.vscode/tasks.json',
		'C:\\p\\.git\\hooks\\pre-commit',
		'/p/AGENTS.md',
		'/p/CLAUDE.md',
		'.github/copilot-instructions.md',
		'.github/instructions/a.md',
		'.cursor/rules/a.mdc',
		'.cursorrules',
		'x.prompt.md',
		'.github/workflows/ci.yml',
		'a.code-workspace',
		'.inkling/prompts/a.md',
		'.mcp.json',
	])('%s', path => expect(steeringKind(path)).toBeDefined());

	test.each(['/p/src/agents.ts', 'README.md', 'docs/git.md', 'vscode/readme.md', '.gitignore', 'src/.github.ts'])(
		'%s does not',
		path => expect(steeringKind(path)).toBeUndefined(),
	);
});

describe('hidden characters', () => {
	test.each([
		['bidiOverride', 'a\u202Eb'],
		['bidiIsolate', 'a\u2066b'],
		['bidiMark', 'a\u200Fb'],
		['zeroWidthSpace', 'a\u200Bb'],
		['zeroWidthNonJoiner', 'a\u200Cb'],
		['zeroWidthJoiner', 'a\u200Db'],
		['invisibleOperator', 'a\u2063b'],
		['byteOrderMark', 'a\uFEFFb'],
		['softHyphen', 'a\u00ADb'],
		['tag', 'a\u{E0041}b'],
		['variationSelector', 'a\uFE01b'],
		['filler', 'a\u3164b'],
		['control', 'a\u001Bb'],
		['separator', 'a\u2028b'],
		['blank', 'a\u2800b'],
	])('%s is reported with its place', (kind, text) => {
		expect(findHiddenCharacters(`ok\n${text}`)).toMatchObject([{ kind, line: 2, column: 2 }]);
	});

	test.each([
		'👩‍💻 👨‍👩‍👧',
		'🏴󠁧󠁢󠁥󠁮󠁧󠁿',
		'❤️ ©️ 1️⃣',
		'می‌خواهم',
		'क्‍ष',
		'עברית\u200F (a)',
		'\uFEFFstart',
		'tab\tand\r\nline',
		'naïve Å 中文。',
	])('%j is ordinary writing', text => expect(findHiddenCharacters(text)).toEqual([]));

	test('nothing is reported in the lines of this project', () => {
		for (const file of ['../../../src/prompts/template.ts', '../../../media/prompts/summarize.md']) {
			expect(findHiddenCharacters(readFileSync(new URL(file, import.meta.url), 'utf8'))).toEqual([]);
		}
	});
});
