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

	test('rests where what it suggests is never what is typed, and asks again after some keys', async () => {
		const harness = new Harness('first();\n');
		const outcomes: string[] = [];
		for (let typed = 0; typed < 120; typed++) {
			const outcome = await harness.ask(`abc ${'x'.repeat(typed)}▮`);
			outcomes.push(outcome.kind === 'none' ? outcome.reason : outcome.kind);
		}
		const first = outcomes.indexOf('resting');
		expect(first).toBeGreaterThan(10);
		const afterwards = outcomes.slice(60);
		expect(afterwards).toContain('resting');
		const asked = afterwards.filter(each => each !== 'resting').length;
		expect(asked).toBeGreaterThan(0);
		expect(asked / afterwards.length).toBeLessThan(0.2);
	});

	test('does not rest when asked by hand', async () => {
		const harness = new Harness('first();\n');
		for (let typed = 0; typed < 40; typed++) await harness.ask(`abc ${'x'.repeat(typed)}▮`);
		const asked = harness.generator.asked.length;
		await harness.ask('call(▮)');
		expect(harness.generator.asked).toHaveLength(asked);
		await harness.ask('call(▮)', { trigger: 'manual' });
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
