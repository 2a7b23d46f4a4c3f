import { describe, expect, test } from 'vitest';
import { requestAt } from '../../helpers/cursorMark';
import { settle } from './fakeClock';
import { Harness } from './harness';

const live = (): AbortSignal => new AbortController().signal;

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
		expect(harness.clock.delays[0]).toBe(700);
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
