import { describe, expect, test } from 'vitest';
import { requestAt } from '../../helpers/cursorMark';
import { settle } from './fakeClock';
import { Harness } from './harness';

const live = (): AbortSignal => new AbortController().signal;

describe('pace', () => {
	test('waits while typing, longer than the usual gap and never beyond its bounds', async () => {
		for (const [gap, least, most] of [
			[20, 75, 200],
			[120, 150, 350],
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

	/** Has a harness see so many suggestions that are not what is typed. */
	async function passOver(harness: Harness, times: number): Promise<void> {
		for (let typed = 0; typed < times; typed++) await harness.ask(`abc ${'x'.repeat(typed)}▮`);
	}

	/** Types one more key and says after how many milliseconds the model was asked: 10,000 for never. */
	async function askedAfter(harness: Harness, marked: string): Promise<number> {
		const asked = harness.generator.asked.length;
		void harness.completer.complete(requestAt(marked), live());
		for (let ms = 0; ms < 10_000; ms += 10) {
			await settle();
			if (harness.generator.asked.length > asked) return ms;
			await harness.clock.advance(10);
		}
		return 10_000;
	}

	test('rests after a run of suggestions that were not what was typed, and asks in a pause all the same', async () => {
		const harness = new Harness('first();\n');
		await passOver(harness, 4);
		expect(await askedAfter(harness, 'abc (▮)')).toBeLessThan(700);
		await passOver(harness, 8);
		expect(await askedAfter(harness, 'abc (▮)')).toBe(700);
	});

	test('says that it rests to whoever types on within the pause', async () => {
		const harness = new Harness('first();\n');
		await passOver(harness, 10);
		const early = harness.completer.complete(requestAt('abc y▮'), live());
		await harness.clock.advance(300);
		const late = harness.completer.complete(requestAt('abc yy▮'), live());
		await harness.clock.advance(5000);
		expect(await early).toEqual({ kind: 'none', reason: 'resting' });
		expect((await late).kind).toBe('suggestions');
	});

	const takes: readonly (readonly [string, (harness: Harness, id: number) => unknown, string])[] = [
		['accepted', ({ completer }, id) => completer.didAccept(id), 'other = first();\nabc (▮)'],
		['accepted in part', ({ completer }, id) => completer.didPartiallyAccept(id, 3), 'abc (▮)'],
		['typed', async harness => await harness.ask('other = first▮'), 'abc (▮)'],
	];
	test.each(takes)('does not rest any more once a suggestion is %s', async (_title, take, next) => {
		const harness = new Harness('first();\n');
		await passOver(harness, 10);
		const outcome = await harness.ask('other = ▮');
		if (outcome.kind !== 'suggestions') throw new Error('Nothing was suggested.');
		await take(harness, outcome.items[0]!.id);
		// The key right after an accepted suggestion is answered at once in any case.
		await harness.ask('something else▮');
		expect(await askedAfter(harness, next)).toBeLessThan(700);
	});

	test('concludes nothing from a cursor that went elsewhere, from deletions and from what was asked for by hand', async () => {
		const harness = new Harness('first();\n');
		for (let index = 0; index < 20; index++) {
			await harness.ask(`abc${index} ▮`, { uri: `file:///${index}.ts` });
			await harness.ask(`abc${index}▮`, { uri: `file:///${index}.ts` });
			await harness.ask(`abc${index}x▮`, { trigger: 'manual' });
			await harness.ask(`abc${index}xy = ▮`, { trigger: 'manual' });
		}
		expect(await askedAfter(harness, 'abc (▮)')).toBeLessThan(700);
	});

	test('does not rest when asked by hand', async () => {
		const harness = new Harness('first();\n');
		await passOver(harness, 10);
		const asked = harness.generator.asked.length;
		void harness.completer.complete(requestAt('call(▮)', { trigger: 'manual' }), live());
		await settle();
		expect(harness.generator.asked.length).toBeGreaterThan(asked);
	});

	test('waits its longest after a deletion', async () => {
		const harness = new Harness('first();\n');
		await harness.ask('const abc▮');
		harness.clock.delays.length = 0;
		void harness.completer.complete(requestAt('const a▮'), live());
		await settle();
		expect(harness.clock.delays[0]).toBe(350);
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
