import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TextGenerator } from '../../src/generation';
import { runTask } from '../../src/prompts';
import { shipped } from '../unit/prompts/jobs';
import { never, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';

let engine: InProcessEngine;
beforeAll(async () => void (engine = await startInProcess('inkling-code')));
afterAll(() => engine.dispose());

/** What Continue Writing makes of a text with the built-in model, as likely as it gets: where small models loop. */
async function continueGreedily(text: string, languageId: string): Promise<string> {
	const { client, model } = engine;
	const generator: TextGenerator = {
		model,
		countTokens: counted => client.countTokens(counted),
		generate: (request, signal) => client.generate(request, signal),
	};
	const template = { ...shipped('continue'), temperature: 0 };
	const document = { languageId, fileName: languageId === 'markdown' ? 'a.md' : 'a.ts' };
	let answer = '';
	for await (const event of runTask({ template, text, values: {}, document, generator, signal: never }))
		if (event.type === 'text') answer += event.text;
	return answer;
}

/** Whether a piece of so many characters, white space counted once, comes twice in the text and its answer, the second time in the answer. */
function repeatOf(length: number, before: string, answer: string): string | undefined {
	const narrow = (text: string): string => text.replace(/\s+/g, ' ');
	const [start, whole] = [narrow(before).length, narrow(before + answer)];
	for (let at = start; at + length <= whole.length; at++) {
		const piece = whole.slice(at, at + length);
		if (whole.indexOf(piece) < at) return piece;
	}
	return undefined;
}

describe('Continue Writing with the built-in model', () => {
	test.each([
		[
			'a text that loops already',
			'The model is fast. The model is small. The model is fast. The model is small. The model is',
		],
		[
			'a note',
			'# Trip to the sea\n\nWe left the house early. The road was empty and the air was cold. We walked down to the sea.\n\n',
		],
		['a list', '# Shopping\n\n- [ ] apples\n- [ ] bread\n- [ ] butter\n'],
		['a Chinese text', '那天早上路上空无一人，空气很冷。我们走到了海边，海水很平静。'],
	])('copies and repeats no passage of prose: %s', async (_, text) => {
		const answer = await continueGreedily(text, 'markdown');
		expect(answer.trim()).not.toBe('');
		expect(repeatOf(60, text, answer)).toBeUndefined();
	});

	test('goes on with code and copies no long passage of it', async () => {
		const text = "switch (kind) {\n\tcase 'a':\n\t\treturn one();\n\tcase 'b':\n\t\treturn two();\n\tcase ";
		const answer = await continueGreedily(text, 'typescript');
		expect(answer.trim()).not.toBe('');
		expect(repeatOf(120, text, answer)).toBeUndefined();
	});
});
