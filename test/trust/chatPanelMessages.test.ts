import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFromChatPanel } from '../../src/protocol';
import { draws } from '../helpers/draws';

const kinds = [
	'ready',
	'send',
	'stop',
	'regenerate',
	'edit',
	'choose',
	'copy',
	'code',
	'link',
	'suggest',
	'attach',
	'detach',
	'drop',
	'act',
	'newChat',
	'chooseModel',
];
const fields = [
	'text',
	'turn',
	'code',
	'action',
	'language',
	'address',
	'query',
	'key',
	'addresses',
	'command',
	'__proto__',
];

describe('S15: whatever a page posts', () => {
	test('is one of the known messages with nothing more in it, or nothing', () => {
		const value = fc.oneof(
			fc.string(),
			fc.constantFrom('copy', 'insert', 'replace', 'newFile', 'workbench.action.terminal.new'),
			fc.array(fc.string()),
			fc.anything(),
		);
		const message = fc
			.tuple(
				fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...kinds) }, { weight: 1, arbitrary: fc.string() }),
				fc.dictionary(fc.constantFrom(...fields), value),
			)
			.map(([type, rest]) => ({ ...rest, type }));
		let known = 0;
		fc.assert(
			fc.property(fc.oneof({ weight: 4, arbitrary: message }, { weight: 1, arbitrary: fc.anything() }), posted => {
				const parsed = parseFromChatPanel(posted);
				if (!parsed) return;
				known++;
				expect(kinds).toContain(parsed.type);
				for (const [name, held] of Object.entries(parsed)) {
					expect([
						'type',
						'text',
						'turn',
						'code',
						'action',
						'language',
						'address',
						'query',
						'key',
						'addresses',
					]).toContain(name);
					const texts: readonly unknown[] = Array.isArray(held) ? held : [held];
					for (const text of texts) expect(typeof text).toBe('string');
				}
				if (parsed.type === 'code') expect(['copy', 'insert', 'replace', 'newFile']).toContain(parsed.action);
			}),
			{ numRuns: draws(500, 10_000) },
		);
		expect(known).toBeGreaterThan(0);
	});

	test('longer texts and lists than a panel needs are nothing', () => {
		expect(parseFromChatPanel({ type: 'send', text: 'a'.repeat(4_000_001) })).toBeUndefined();
		expect(parseFromChatPanel({ type: 'link', address: `https://a/${'a'.repeat(4000)}` })).toBeUndefined();
		expect(parseFromChatPanel({ type: 'drop', addresses: Array.from({ length: 51 }, () => 'a') })).toBeUndefined();
	});
});
