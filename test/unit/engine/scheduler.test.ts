import { expect, test } from 'vitest';
import { type Priority } from '../../../src/generation';
import { Scheduler, type Job } from '../../../src/engine/scheduler';

/** A job of some steps that writes what happens to it into a common journal. */
class FakeJob implements Job {
	constructor(
		private readonly journal: string[],
		readonly name: string,
		readonly priority: Priority,
		private readonly work: { steps: number; readonly during?: (stepsLeft: number) => void },
	) {}

	step(isCancelled: () => boolean): Promise<boolean> {
		this.work.during?.(this.work.steps);
		if (isCancelled()) return Promise.resolve(false);
		this.journal.push(this.name);
		return Promise.resolve(--this.work.steps === 0);
	}

	cancelled(): void {
		this.journal.push(`${this.name} cancelled`);
	}
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

async function idle(scheduler: Scheduler): Promise<void> {
	while (!scheduler.isIdle) await nextTurn();
}

test('runs the highest priority first and equals in order of arrival', async () => {
	const journal: string[] = [];
	const scheduler = new Scheduler(nextTurn);
	for (const [name, priority] of [
		['idle', 'idle'],
		['chat', 'chat'],
		['command', 'command'],
		['typing 1', 'typing'],
		['typing 2', 'typing'],
	] as const)
		scheduler.add(new FakeJob(journal, name, priority, { steps: 2 }));
	await idle(scheduler);
	expect(journal).toEqual(['typing 1', 'typing 2', 'command', 'chat', 'idle'].flatMap(name => [name, name]));
});

test('pauses a job between two steps for one of a higher priority and then goes on with it', async () => {
	const journal: string[] = [];
	const scheduler = new Scheduler(nextTurn);
	const typing = new FakeJob(journal, 'typing', 'typing', { steps: 2 });
	scheduler.add(
		new FakeJob(journal, 'chat', 'chat', {
			steps: 4,
			during: left => {
				if (left === 3) scheduler.add(typing);
			},
		}),
	);
	await idle(scheduler);
	expect(journal).toEqual(['chat', 'chat', 'typing', 'typing', 'chat', 'chat']);
});

test('cancels a waiting job at once', async () => {
	const journal: string[] = [];
	const scheduler = new Scheduler(nextTurn);
	scheduler.add(new FakeJob(journal, 'first', 'chat', { steps: 1 }));
	const cancel = scheduler.add(new FakeJob(journal, 'second', 'chat', { steps: 1 }));
	cancel();
	cancel();
	expect(journal).toEqual(['second cancelled']);
	await idle(scheduler);
	expect(journal).toEqual(['second cancelled', 'first']);
});

test('cancels a running job when its step ends, without another result', async () => {
	const journal: string[] = [];
	const scheduler = new Scheduler(nextTurn);
	let cancel = (): void => undefined;
	cancel = scheduler.add(
		new FakeJob(journal, 'job', 'chat', {
			steps: 5,
			during: left => {
				if (left === 4) cancel();
			},
		}),
	);
	await idle(scheduler);
	expect(journal).toEqual(['job', 'job cancelled']);
	cancel();
	expect(journal).toHaveLength(2);
});

test('starts again after it was idle', async () => {
	const journal: string[] = [];
	const scheduler = new Scheduler(nextTurn);
	for (const name of ['one', 'two']) {
		scheduler.add(new FakeJob(journal, name, 'typing', { steps: 1 }));
		await idle(scheduler);
		await nextTurn();
	}
	expect(journal).toEqual(['one', 'two']);
});
