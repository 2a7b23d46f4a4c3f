import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutFence } from '../../../src/prompts';

test.each([
	['```ts\nlet a;\n```', 'let b;', 'let a;'],
	['\n```\nlet a;\nlet b;\n```\n', 'x', 'let a;\nlet b;'],
	['let a;', 'x', 'let a;'],
	['```ts\nlet a;\n```', '```ts\nlet b;\n```', '```ts\nlet a;\n```'],
	['```ts\nlet a;', 'x', '```ts\nlet a;'],
	['```\na\n```\ntext\n```\nb\n```', 'x', '```\na\n```\ntext\n```\nb\n```'],
	['Here it is:\n```\na\n```', 'x', 'Here it is:\n```\na\n```'],
])('%j for %j is %j', (result, original, expected) => expect(withoutFence(result, original)).toBe(expected));

test('what has no fence stays as it is, and code comes back from a fence', () => {
	const code = fc.string().filter(text => !/`{3}|~{3}|^\s*$/.test(text));
	fc.assert(
		fc.property(code, text => {
			expect(withoutFence(text, '')).toBe(text);
			expect(withoutFence(`\`\`\`ts\n${text}\n\`\`\``, '')).toBe(text);
		}),
	);
});
