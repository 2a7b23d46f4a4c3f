import { expect, test } from 'vitest';
import { redactor } from '../../../../src/editor/doctor/redaction';

const redact = redactor({
	home: '/home/lin',
	names: ['lin.wei', 'lins-laptop', 'secret-model'],
	folders: [
		{ path: '/home/lin/models/secret-model', name: '<model>' },
		{ path: '/home/lin/work/merger plan', name: '<workspace>' },
	],
});

test.each([
	["'/home/lin/models/secret-model/config.json' is missing", "'<model>/config.json' is missing"],
	['/home/lin/models/secret-model/onnx/model.onnx is damaged', '<model>/model.onnx is damaged'],
	['no such file: /home/lin/.ssh/id_rsa', 'no such file: <home>/id_rsa'],
	["open '/opt/acme corp/x y/z.json' failed", "open '<path>/z.json' failed"],
	["open 'C:\\Users\\lin\\z.json' failed", "open '<path>/z.json' failed"],
	["open '\\\\server\\share\\z.json' failed", "open '<path>/z.json' failed"],
	['/home/lin/work/merger plan/a b/notes.md', '<workspace>/notes.md'],
	['https://acme.example/v1?key=1 did not answer', '<address> did not answer'],
	['10.1.2.3:8000 and gpu.acme.example:8000 refused', '<address> and <address> refused'],
	['sent Bearer abcdef0123456789', 'sent <key>'],
	['hf_abcdefghijklmnop and sk-abcdefghijklmnop', '<key> and <key>'],
	['mail lin.wei@acme.example', 'mail <address>'],
	["'secret-model' of LIN.WEI on lins-laptop", "'<name>' of <name> on <name>"],
	[
		"'tiny' needs about 1054 MB of memory, but only 50 MB are free.",
		"'tiny' needs about 1054 MB of memory, but only 50 MB are free.",
	],
	['It ended with code 134 at 12:30 in 1.30.0', 'It ended with code 134 at 12:30 in 1.30.0'],
])('%s', (text, expected) => {
	expect(redact(text)).toBe(expected);
});

test('no part of a private fact is left, wherever it stands', () => {
	const facts = [
		'/home/lin/models/secret-model',
		'/home/lin/work/merger plan',
		'/home/lin',
		'/lin.wei',
		'/lins-laptop',
	];
	for (const fact of facts)
		for (const text of [
			fact,
			`"${fact}"`,
			`(${fact})`,
			`x ${fact}/deep/file.txt y`,
			`at ${fact}: no`,
			fact.toUpperCase(),
		])
			expect(redact(text)).not.toMatch(/lin\b|lin\.wei|laptop|secret|merger|deep/i);
});
