import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildChatPrompt, contextText, type ContextItem, type ContextText } from '../../src/chat';
import { draws } from '../helpers/draws';
import { hiddenClasses } from '../helpers/hiddenClasses';

const root = join(import.meta.dirname, '..', '..');
const item: ContextItem = { kind: 'file', id: 'a', label: 'a.md', detail: '', path: 'a.md' };
const countTokens = (text: string): Promise<number> => Promise.resolve(Math.ceil(text.length / 4));

/** Lines of code, prose in two languages and data, as people have them. */
function legitimateLines(): readonly string[] {
	const files = ['src', 'docs', 'media', 'l10n', 'test/fixtures/sample'].flatMap(folder =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter(name => /\.(?:tsx?|md|json|py|css|txt)$/.test(name))
			.map(name => join(root, folder, name)),
	);
	const lines = files.flatMap(file => readFileSync(file, 'utf8').split('\n'));
	return lines.filter(line => line.trim() !== '');
}

async function inPrompt(text: ContextText): Promise<string> {
	const messages = [{ role: 'user', text: 'What is this?' }] as const;
	const { prompt } = await buildChatPrompt({ system: '', context: [text], messages, budgetTokens: 4000 }, countTokens);
	return prompt.messages.map(message => message.text).join('\n');
}

describe('what cannot be seen in attached text', () => {
	test.each(hiddenClasses)('%s is flagged wherever it stands', (_, hidden) => {
		const word = fc.stringMatching(/^[a-z]{1,8}$/);
		fc.assert(
			fc.property(word, word, (before, after) => {
				expect(contextText(item, `${before}${hidden}${after}`)).toMatchObject({ notices: ['hiddenCharacters'] });
			}),
			{ numRuns: draws(20, 2000) },
		);
	});

	test('a thousand legitimate lines are neither flagged nor changed', async () => {
		const lines = legitimateLines();
		expect(lines.length).toBeGreaterThan(1000);
		const step = Math.max(1, Math.floor(lines.length / draws(1000, 10_000)));
		for (const line of lines.filter((_, index) => index % step === 0)) {
			const read = contextText(item, line);
			expect(read).toEqual({ item, text: line, notices: [] });
			expect(await inPrompt(read as ContextText)).toContain(`\n${line}\n`);
		}
	});
});
