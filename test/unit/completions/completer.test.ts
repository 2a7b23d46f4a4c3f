import { describe, expect, test } from 'vitest';
import { accepted, requestAt } from '../../helpers/cursorMark';
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
