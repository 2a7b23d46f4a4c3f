import { describe, expect, test } from 'vitest';
import { type Log, silentLog } from '../../../src/base';
import { GenerationError } from '../../../src/generation';
import { Harness, textsOf } from './harness';
import { inPieces } from './scriptedGenerator';

describe('refusals', () => {
	test('a model that is not sure of its words stays silent', async () => {
		expect(textsOf(await new Harness('first();\n', { logProbability: -3 }).ask('a = ▮'))).toBe('lowConfidence');
	});

	test('nothing is shown after the time limit, and what was there by then is', async () => {
		expect(textsOf(await new Harness('first();\n', { prefillMs: 1500 }).ask('a = ▮'))).toBe('timeLimit');
		const slow = new Harness('price * count + shipping + tax + more\n', { pieceMs: 280 });
		expect(textsOf(await slow.ask('total = ▮'))).toEqual(['price']);
	});

	test('a prompt that took too long is worth something to the next keystroke', async () => {
		const harness = new Harness('first();\n', { prefillMs: 1300 });
		expect(textsOf(await harness.ask('a = ▮'))).toBe('timeLimit');
		expect(textsOf(await harness.ask('a = f▮'))).toEqual(['irst();']);
		expect(harness.generator.asked).toHaveLength(1);
	});

	test('a missing model is a reason, logged without any text of the document', async () => {
		const lines: string[] = [];
		const log: Log = { ...silentLog, warn: line => void lines.push(line) };
		const harness = new Harness('first();\n', {}, log);
		harness.fail = new GenerationError('modelMissing', 'No model in the folder models.');
		expect(textsOf(await harness.ask('secret = ▮'))).toBe('modelUnavailable');
		expect(lines).toEqual(['No completion. modelMissing: No model in the folder models.']);
	});

	test('an engine that stops while answering is a reason, and the next request works', async () => {
		let broken = true;
		const harness = new Harness(() =>
			broken ? new GenerationError('engineStopped', 'Gone.') : inPieces('first();\n'),
		);
		expect(textsOf(await harness.ask('a = ▮'))).toBe('modelUnavailable');
		broken = false;
		expect(textsOf(await harness.ask('a = ▮'))).toEqual(['first();']);
	});

	test('a model that cannot fill in is not asked', async () => {
		const harness = new Harness('first();\n');
		harness.generator.model = { ...harness.generator.model, roles: ['chat'] };
		expect(textsOf(await harness.ask('a = ▮'))).toBe('modelCannotComplete');
	});

	test('a dismissed suggestion does not come back while typing on, but does by hand', async () => {
		const harness = new Harness('first();\n');
		const outcome = await harness.ask('a = ▮');
		if (outcome.kind === 'suggestions') harness.completer.didReject(outcome.items[0]!.id);
		expect(textsOf(await harness.ask('a = f▮'))).toBe('dismissed');
		expect(textsOf(await harness.ask('a = ▮', { trigger: 'manual' }))).toEqual(['first();']);
	});

	test('a request nobody wants any more ends before it starts', async () => {
		const gone = new AbortController();
		gone.abort();
		expect(textsOf(await new Harness('a').ask('a▮', {}, gone.signal))).toBe('cancelled');
	});
});

describe('what is remembered', () => {
	test('the last twenty outcomes with reason, time and file name, and no text', async () => {
		const harness = new Harness('secret();\n');
		for (let index = 0; index < 25; index++) {
			await harness.ask(`hidden${index} = ▮`, { uri: 'file:///home/me/my%20project/main.ts', enabled: index !== 24 });
		}
		const { recent } = harness.completer;
		expect(recent).toHaveLength(20);
		expect(recent.at(-1)).toMatchObject({
			result: 'turnedOff',
			fileName: 'main.ts',
			languageId: 'typescript',
			trigger: 'typing',
		});
		expect(recent[0]).toMatchObject({ result: 'model', characters: 'secret();'.length });
		expect(JSON.stringify(recent)).not.toMatch(/secret|hidden|home/);
	});

	test('counts of requests, sources, tokens and what became of suggestions', async () => {
		const harness = new Harness('first + second;\n');
		const outcome = await harness.ask('a = ▮');
		await harness.ask('a = f▮');
		await harness.ask('ab▮cd');
		if (outcome.kind === 'suggestions') {
			const { id, text } = outcome.items[0]!;
			harness.completer.didShow(id);
			harness.completer.didPartiallyAccept(id, 5);
			harness.completer.didPartiallyAccept(id, text.length);
			harness.completer.didAccept(999);
		}
		expect(harness.completer.stats).toMatchObject({
			requests: 3,
			engineRequests: 1,
			suggestions: { model: 1, typed: 1, cache: 0, inFlight: 0 },
			refusals: { middleOfWord: 1 },
			promptTokens: 10,
			shown: 1,
			accepted: 1,
			partiallyAccepted: 1,
		});
	});
});
