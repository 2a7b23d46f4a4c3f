import { describe, expect, test } from 'vitest';
import { type Log, silentLog } from '../../../src/base';
import { GenerationError } from '../../../src/generation';
import { accepted, requestAt } from '../../helpers/cursorMark';
import { settle } from './fakeClock';
import { Harness, textsOf } from './harness';
import { inPieces } from './scriptedGenerator';

const live = (): AbortSignal => new AbortController().signal;

describe('typing along a suggestion', () => {
	test('shows the rest without asking again', async () => {
		const harness = new Harness('first + second;\n');
		expect(textsOf(await harness.ask('total = ▮'))).toEqual(['first + second;']);
		const typed = await harness.ask('total = fir▮');
		expect(typed).toMatchObject({ kind: 'suggestions', source: 'typed', items: [{ text: 'st + second;' }] });
		expect(textsOf(await harness.ask('total = first + second▮'))).toEqual([';']);
		expect(harness.generator.asked).toHaveLength(1);
	});

	test('covers the bracket the editor adds on the way', async () => {
		const harness = new Harness('(first, second) {\n\treturn first;\n}\n');
		await harness.ask('function add▮');
		const request = requestAt('function add(▮)');
		const outcome = await harness.ask('function add(▮)');
		expect(outcome).toMatchObject({ source: 'typed' });
		expect(outcome.kind === 'suggestions' && accepted(request, outcome.items[0]!)).toBe(
			'function add(first, second) {\n\treturn first;\n}▮',
		);
	});

	test('shows it again after deleting and retyping', async () => {
		const harness = new Harness('first + second;\n');
		await harness.ask('total = ▮');
		await harness.ask('total = fi▮');
		await harness.ask('total = f▮');
		expect(textsOf(await harness.ask('total = fir▮'))).toEqual(['st + second;']);
		expect(harness.generator.asked).toHaveLength(1);
	});

	test('asks anew when something else is typed', async () => {
		const harness = new Harness(prompt => inPieces(prompt.prefix.endsWith('= ') ? 'first + second;\n' : 'other();\n'));
		await harness.ask('total = ▮');
		expect(textsOf(await harness.ask('total = g▮'))).toEqual(['other();']);
		expect(harness.generator.asked).toHaveLength(2);
	});
});

describe('the cache', () => {
	test('answers again at a place it knows, at once', async () => {
		const harness = new Harness(prompt => inPieces(prompt.prefix.endsWith('a = ') ? 'first();\n' : 'second();\n'));
		await harness.ask('const a = ▮');
		await harness.ask('const a = 1;\nconst b = ▮');
		const delays = harness.clock.delays.length;
		const outcome = await harness.completer.complete(requestAt('const a = fir▮'), live());
		expect(outcome).toMatchObject({ source: 'cache', items: [{ text: 'st();' }] });
		expect(harness.clock.delays).toHaveLength(delays);
	});

	test('does not answer where the text after the cursor is another', async () => {
		const harness = new Harness('first();\n');
		await harness.ask('const a = ▮\nb();');
		await harness.ask('const a = ▮\nc();');
		expect(harness.generator.asked).toHaveLength(2);
	});

	test('trims for the document as it is now', async () => {
		const harness = new Harness('first(x) + second\n');
		await harness.ask('const a = ▮;');
		await harness.ask('const b = ▮');
		const marked = 'const a = first(▮);';
		expect(await harness.result(marked)).toBe('const a = first(x) + second▮;');
		expect(harness.completer.stats.engineRequests).toBe(2);
	});

	test('forgets after five minutes', async () => {
		const harness = new Harness('first();\n');
		await harness.ask('const a = ▮');
		await harness.ask('const b = ▮');
		await harness.clock.advance(5 * 60_000 + 1);
		await harness.ask('const a = ▮');
		expect(harness.generator.asked).toHaveLength(3);
	});

	test('remembers that there was nothing to say', async () => {
		const harness = new Harness('');
		expect(textsOf(await harness.ask('a▮'))).toBe('empty');
		expect(textsOf(await harness.ask('a▮'))).toBe('empty');
		expect(harness.generator.asked).toHaveLength(1);
	});
});

describe('a running request', () => {
	const slow = { prefillMs: 200, pieceMs: 20 };

	test('is kept and shared while its text is being typed', async () => {
		const harness = new Harness('first + second;\n', slow);
		const early = new AbortController();
		const first = harness.completer.complete(requestAt('total = ▮'), early.signal);
		await harness.clock.advance(480);
		expect(harness.generator.asked).toHaveLength(1);
		early.abort();
		const second = harness.completer.complete(requestAt('total = f▮'), live());
		await harness.clock.advance(2000);
		expect(await first).toEqual({ kind: 'none', reason: 'cancelled' });
		expect(await second).toMatchObject({ source: 'inFlight', items: [{ text: 'irst + second;' }] });
		expect(harness.generator.asked).toHaveLength(1);
		expect(harness.generator.asked[0]!.delivered).toBeGreaterThan(3);
	});

	test('is given up as soon as its text goes another way', async () => {
		const harness = new Harness(
			prompt => inPieces(prompt.prefix.endsWith('= ') ? 'first + second;\n' : 'other();\n'),
			slow,
		);
		void harness.completer.complete(requestAt('total = ▮'), live());
		await harness.clock.advance(300);
		const second = harness.completer.complete(requestAt('total = g▮'), live());
		await harness.clock.advance(2000);
		expect(textsOf(await second)).toEqual(['other();']);
		expect(harness.generator.asked.map(asked => asked.aborted)).toEqual([true, true]);
		expect(harness.generator.asked[0]!.delivered).toBeLessThan(3);
	});

	test('ends soon after the last one who wanted it left', async () => {
		const harness = new Harness(inPieces('word '.repeat(40)).join('') + '\n', slow);
		const gone = new AbortController();
		const outcome = harness.completer.complete(requestAt('total = ▮'), gone.signal);
		await harness.clock.advance(500);
		gone.abort();
		expect(textsOf(await outcome)).toBe('cancelled');
		await harness.clock.advance(1000);
		expect(harness.generator.asked[0]).toMatchObject({ aborted: true });
		expect(harness.generator.asked[0]!.delivered).toBeLessThan(20);
	});

	test('ends as soon as what will be shown is there', async () => {
		const harness = new Harness('first();\nsecond();\nthird();\n');
		await harness.ask('const a = ▮');
		expect(harness.generator.asked[0]).toMatchObject({ aborted: true });
		expect(harness.generator.asked[0]!.delivered).toBe(inPieces('first();\n').length);
	});

	test('leaves the newest request alone in the end', async () => {
		const harness = new Harness('first();\n');
		const outcomes = ['a = ▮', 'a = b▮', 'a = bc▮'].map(marked =>
			harness.completer.complete(requestAt(marked), live()),
		);
		await harness.clock.advance(3000);
		expect((await Promise.all(outcomes)).map(textsOf)).toEqual(['superseded', 'superseded', ['first();']]);
		expect(harness.generator.asked).toHaveLength(1);
	});
});

describe('pace', () => {
	test('waits while typing, longer than the usual gap and never beyond its bounds', async () => {
		for (const [gap, least, most] of [
			[20, 75, 200],
			[120, 150, 400],
		] as const) {
			const harness = new Harness('first();\n');
			for (let typed = 0; typed < 20; typed++) {
				void harness.completer.complete(requestAt(`abc ${'x'.repeat(typed)}▮`), live());
				await harness.clock.advance(gap);
			}
			harness.clock.delays.length = 0;
			void harness.completer.complete(requestAt('other ▮'), live());
			await settle();
			expect(harness.clock.delays[0]).toBeGreaterThanOrEqual(least);
			expect(harness.clock.delays[0]).toBeLessThanOrEqual(most);
		}
	});

	test('slows down where what it suggests is never what is typed', async () => {
		const harness = new Harness('first();\n');
		for (let typed = 0; typed < 30; typed++) await harness.ask(`abc ${'x'.repeat(typed)}▮`);
		harness.clock.delays.length = 0;
		void harness.completer.complete(requestAt('call(▮)'), live());
		await settle();
		expect(harness.clock.delays[0]).toBe(800);
	});

	test('waits its longest after a deletion', async () => {
		const harness = new Harness('first();\n');
		await harness.ask('const abc▮');
		harness.clock.delays.length = 0;
		void harness.completer.complete(requestAt('const a▮'), live());
		await settle();
		expect(harness.clock.delays[0]).toBe(400);
	});

	test.each([
		['by hand', 'const a = ▮', 'manual'],
		['on a new line', 'a();\n\t▮', 'typing'],
		['after an opening bracket', 'call(▮)', 'typing'],
	] as const)('does not wait %s', async (_title, marked, trigger) => {
		const harness = new Harness('first();\n');
		void harness.completer.complete(requestAt(marked, { trigger }), live());
		await settle();
		expect(harness.generator.asked).toHaveLength(1);
	});

	test('does not wait after a suggestion was accepted', async () => {
		const harness = new Harness('first();\n');
		const outcome = await harness.ask('const a = ▮');
		if (outcome.kind === 'suggestions') harness.completer.didAccept(outcome.items[0]!.id);
		void harness.completer.complete(requestAt('const a = first();\nconst b▮'), live());
		await settle();
		expect(harness.generator.asked).toHaveLength(2);
	});
});

describe('a manual trigger', () => {
	test('offers a greedy suggestion and different variations of it', async () => {
		const harness = new Harness((_prompt, request) =>
			inPieces(request.sampling.seed === 2 ? 'second();\n' : 'first();\n'),
		);
		expect(textsOf(await harness.ask('const a = ▮', { trigger: 'manual' }))).toEqual(['first();', 'second();']);
		expect(harness.generator.asked.map(asked => asked.request.sampling)).toMatchObject([
			{ temperature: 0 },
			{ temperature: 0.4, seed: 1 },
			{ temperature: 0.4, seed: 2 },
		]);
	});

	test('is not answered with what typing left in the cache', async () => {
		const harness = new Harness('first();\n');
		await harness.ask('const a = ▮');
		await harness.ask('const a = ▮', { trigger: 'manual' });
		expect(harness.generator.asked).toHaveLength(4);
		await harness.ask('const a = ▮', { trigger: 'manual' });
		expect(harness.generator.asked).toHaveLength(4);
	});

	test('shows what typing would not: short and unsure suggestions', async () => {
		const harness = new Harness('1\n', { logProbability: -5 });
		expect(textsOf(await harness.ask('const a = ▮', { trigger: 'manual' }))).toEqual(['1']);
	});
});

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
