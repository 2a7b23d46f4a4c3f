import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../src/completions';
import { requestAt } from '../../helpers/cursorMark';
import { Harness } from './harness';
import { countingSnapshot, replay, type Recording } from './replay';
import { inPieces } from './scriptedGenerator';

/** A longer recording of the same form can take the excerpt's place. */
const recordingFile = process.env.TYPING_RECORDING ?? join(import.meta.dirname, '../../fixtures/typing/excerpt.json');
const speed = { prefillMs: 120, pieceMs: 10 };

/** A file of about this many lines of code. */
const longFile = (lines: number): string =>
	Array.from({ length: lines }, (_, index) => `\tconst value${index} = compute(${index}, 'text ${index}');`).join('\n');

/** Types a text one character at a time at the end of a document, with a closing line below. */
async function type(harness: Harness, text: string): Promise<void> {
	const above = `${longFile(60)}\n`;
	let previous = new AbortController();
	for (let length = 1; length <= text.length; length++) {
		previous.abort();
		previous = new AbortController();
		void harness.completer.complete(
			requestAt(`${above}${text.slice(0, length)}▮\n}\n${longFile(20)}`),
			previous.signal,
		);
		// A rhythm with pauses, so that some keystrokes reach the model.
		await harness.clock.advance(length % 7 === 0 ? 700 : 110);
	}
}

describe('typing through the pipeline', () => {
	test('a real session asks the model at most 15 times for 100 keystrokes, even if it is never right', async () => {
		const recording = JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording;
		const harness = new Harness(() => inPieces('neverRight(one, two);\n'), speed);
		const { keystrokes } = await replay(recording, harness);
		const { engineRequests, suggestions } = harness.completer.stats;
		expect(keystrokes).toBeGreaterThan(300);
		expect((100 * engineRequests) / keystrokes).toBeLessThanOrEqual(15);
		expect(suggestions.model).toBeGreaterThan(keystrokes / 50);
	});

	test('at most one generation runs at a time', async () => {
		let running = 0;
		let most = 0;
		const harness = new Harness(() => inPieces('neverRight(one, two);\n'), { prefillMs: 600, pieceMs: 60 });
		const generate = harness.generator.generate.bind(harness.generator);
		harness.generator.generate = async function* (request, signal) {
			running++;
			const end = (): void => {
				running--;
			};
			signal.addEventListener('abort', end, { once: true });
			most = Math.max(most, running);
			yield* generate(request, signal);
			if (!signal.aborted) end();
		};
		await type(harness, 'const first = second + third;\nconst fourth = fifth(sixth, seventh);\n');
		expect(harness.generator.asked.length).toBeGreaterThan(3);
		expect(most).toBe(1);
	});

	test('nine tenths of the prompt are the same as before, brackets and new lines included', async () => {
		const harness = new Harness(() => inPieces('neverRight(one, two);\n'), speed);
		await type(
			harness,
			'const total = prices.reduce((sum, price) => sum + price, 0);\nif (total > limit) {\n\treport(total, limit);\n}\nreturn total',
		);
		const { promptCharacters, reusedCharacters, asked } = harness.generator;
		expect(asked.length).toBeGreaterThan(8);
		// The first prompt has nothing to reuse.
		const first = asked[0]!.prompt.prefix.length + asked[0]!.prompt.suffix.length;
		expect(reusedCharacters / (promptCharacters - first)).toBeGreaterThanOrEqual(0.9);
	});

	test('a keystroke in a file of 8,000 lines reads a few hundred lines and takes less than 2 ms', async () => {
		const text = longFile(8000);
		const { snapshot, reads } = countingSnapshot(snapshotOf(text, 'typescript', 'ts'));
		const harness = new Harness(() => inPieces('neverRight(one, two);\n'), { prefillMs: 0, pieceMs: 0 });
		const template = requestAt('▮');
		const times: number[] = [];
		for (let index = 0; index < 60; index++) {
			const line = 4000 + index;
			const request = {
				...template,
				document: snapshot,
				position: { line, character: snapshot.lineAt(line).length - 3 },
			};
			const before = performance.now();
			void harness.completer.complete(request, new AbortController().signal);
			times.push(performance.now() - before);
			await harness.clock.advance(700);
		}
		expect(harness.generator.asked.length).toBeGreaterThan(10);
		expect(reads() / 60).toBeLessThan(3000);
		times.sort((first, second) => first - second);
		expect(times[30]).toBeLessThan(2);
	});
});
