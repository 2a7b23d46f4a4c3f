import { describe, expect, test } from 'vitest';
import { requestAt } from '../../helpers/cursorMark';
import { Harness } from './harness';

const live = (): AbortSignal => new AbortController().signal;

describe('a cursor that rests', () => {
	const marked = 'const heights = [1, 2];\nconst total = ▮\nconst after = 1;';

	async function rest(harness: Harness, signal = live()): Promise<void> {
		const reading = harness.completer.readAhead(requestAt(marked), signal);
		await harness.clock.advance(5000);
		await reading;
	}

	test('has the model read the text around it when there is nothing else to do', async () => {
		const harness = new Harness('first + second;\n', { keptPrompts: 4 });
		await rest(harness);
		expect(harness.generator.asked).toHaveLength(1);
		expect(harness.generator.asked[0]!.request).toMatchObject({ priority: 'idle', maxTokens: 1 });
		await harness.ask(marked);
		// The same prompt, so that all of it was read already.
		expect(harness.generator.asked[1]!.prompt).toEqual(harness.generator.asked[0]!.prompt);
	});

	test('shows nothing and counts as no request of the person', async () => {
		const harness = new Harness('first + second;\n');
		await rest(harness);
		expect(harness.completer.recent).toEqual([]);
		expect(harness.completer.stats.engineRequests).toBe(0);
	});

	test.each([
		['on a server', { device: 'remote' }],
		['with a model that cannot complete', { roles: ['chat'] }],
	] as const)('asks nothing %s', async (_, changes) => {
		const harness = new Harness('first;\n');
		harness.generator.model = { ...harness.generator.model, ...changes };
		await rest(harness);
		expect(harness.generator.asked).toEqual([]);
	});

	test('asks nothing where suggestions are off', async () => {
		const harness = new Harness('first;\n');
		const request = { ...requestAt(marked), enabled: false, disabledReason: 'secretFile' } as const;
		await harness.completer.readAhead(request, live());
		expect(harness.generator.asked).toEqual([]);
	});

	test('is forgotten when it moves on, and a model that cannot start is no error', async () => {
		const harness = new Harness('first;\n', { prefillMs: 1000 });
		const abort = new AbortController();
		const reading = harness.completer.readAhead(requestAt(marked), abort.signal);
		await harness.clock.advance(10);
		abort.abort();
		await harness.clock.advance(10);
		await reading;
		expect(harness.generator.asked[0]!.aborted).toBe(true);
		harness.fail = new Error('no engine');
		await harness.completer.readAhead(requestAt(marked), live());
	});
});
