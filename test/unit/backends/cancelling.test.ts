import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeEngine, fakeRequest, fakeUsage, read } from '../../helpers/fakeEngine';
import { settle } from '../../helpers/manualClock';

let fake: FakeEngine;
beforeEach(() => void (fake = new FakeEngine()));
afterEach(() => fake.engine.dispose());

describe('cancelling', () => {
	test('delivers nothing after the abort, also when text was on its way', async () => {
		const abort = new AbortController();
		const { events, end } = read(await fake.engine.ready(), abort.signal);
		await settle();
		const call = fake.current.lastCall('generate');
		fake.current.send({ type: 'text', call, pieces: [{ text: 'late', logProbability: -1 }] });
		abort.abort();
		await settle();
		expect(fake.current.heard.at(-1)).toEqual({ type: 'cancel', call });
		fake.current.send({ type: 'text', call, pieces: [{ text: 'later', logProbability: -1 }] });
		fake.current.send({ type: 'done', call, reason: 'cancelled', usage: fakeUsage, tokenIds: [1] });
		expect(await end).toBe('ended');
		expect(events).toEqual([{ type: 'done', reason: 'cancelled', usage: fakeUsage, tokenIds: [1] }]);
	});

	test('ends well when the engine dies before it could answer', async () => {
		const abort = new AbortController();
		const { events, end } = read(await fake.engine.ready(), abort.signal);
		await settle();
		abort.abort();
		fake.current.die();
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
	});

	test('does not wait for a model that is loading', async () => {
		const generator = await fake.engine.ready();
		fake.onLoad = () => undefined;
		const restart = fake.engine.restart().catch(() => undefined);
		await settle();
		const abort = new AbortController();
		const { events, end } = read(generator, abort.signal);
		abort.abort();
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		fake.engine.dispose();
		await restart;
	});

	test('happens in the engine when the reader leaves the loop', async () => {
		const generator = await fake.engine.ready();
		const reading = (async () => {
			for await (const event of generator.generate(fakeRequest, new AbortController().signal))
				if (event.type === 'text') break;
		})();
		await settle();
		const call = fake.current.lastCall('generate');
		fake.current.send({ type: 'text', call, pieces: [{ text: 'enough', logProbability: -1 }] });
		await reading;
		await settle();
		expect(fake.current.heard.at(-1)).toEqual({ type: 'cancel', call });
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('never starts a request that was already aborted', async () => {
		const { events, end } = read(await fake.engine.ready(), AbortSignal.abort());
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		expect(fake.current.heard.map(message => message.type)).toEqual(['load']);
	});
});
