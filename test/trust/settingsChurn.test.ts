import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Emitter, silentLog, type Log } from '../../src/base';
import { DeviceChooser } from '../../src/backends';
import { EgressRules } from '../../src/editor/egress';
import { Engines } from '../../src/editor/engines';
import { Pack } from '../../src/editor/pack/pack';
import { type TextGenerator } from '../../src/generation';
import { ModelStore } from '../../src/models';
import { buildTellingEngine } from '../helpers/buildEngine';
import { draws } from '../helpers/draws';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { modelFolder } from '../helpers/references';
import { FakeUser } from '../helpers/serverParts';

const request = {
	...requestFor([], { maxTokens: 24 }),
	prompt: { kind: 'continue', text: 'const total = ', extension: 'ts' },
} as const;
const folders = ['tiny-gqa', 'tiny-plain', 'tiny-qwen2', 'tiny-fp16cache'].map(modelFolder);
const scratch = mkdtempSync(join(tmpdir(), 'inkling-churn-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;

/** The settings of a person who cannot decide. */
class RestlessUser {
	private readonly changed = new Emitter<{ affectsConfiguration(section: string): boolean }>();
	readonly onChange = this.changed.event;
	completionModel = folders[0]!;
	tasksModel = '';
	chatModel = '';
	device: 'auto' | 'cpu' = 'auto';
	threads: number | undefined = 1;
	cacheBytes = 16 << 20;
	idleUnloadMs = 0;

	/** Some of the changes name a model that is not there, as a half-typed path does. */
	changeSomething(): void {
		const changes: readonly (() => string)[] = [
			() => ((this.completionModel = oneOf([...folders, '/nowhere'])), 'inkling.model.completion'),
			() => ((this.tasksModel = oneOf([...folders, '', 'no-such-model'])), 'inkling.model.tasks'),
			() => ((this.chatModel = oneOf([...folders, ''])), 'inkling.chat.model'),
			() => ((this.device = oneOf(['auto', 'cpu'])), 'inkling.model.device'),
			() => ((this.threads = oneOf([1, 2, undefined])), 'inkling.model.threads'),
			() => ((this.cacheBytes = oneOf([16, 32, 64]) << 20), 'inkling.model.cacheMegabytes'),
			() => ((this.idleUnloadMs = oneOf([0, 50, 60_000])), 'inkling.model.idleUnloadMinutes'),
			() => 'inkling.server.url',
		];
		this.tell(oneOf(changes)());
	}

	settle(): void {
		Object.assign(this, { completionModel: folders[2], tasksModel: folders[1], device: 'cpu', threads: 2 });
		Object.assign(this, { cacheBytes: 24 << 20, idleUnloadMs: 0 });
		this.tell('inkling.model.completion');
	}

	private tell(key: string): void {
		this.changed.fire({ affectsConfiguration: section => `${key}.`.startsWith(`${section}.`) });
	}
}

/** A machine without a model pack. */
const noPack = new Pack({
	find: () => Promise.resolve([]),
	look: () => Promise.resolve(undefined),
	compare: () => Promise.resolve(undefined),
	need: () => Promise.resolve(0),
	memory: () => ({ available: 1e9, total: 1e9 }),
	now: () => 0,
	log: silentLog,
});

interface Loading {
	readonly pid: number;
	readonly folder: string;
	readonly device: string;
	readonly threads: number;
	readonly cacheBytes: number;
}

/** Collects what engines were told to load. */
function loadingsIn(lines: Loading[]): Log {
	const read = (message: string): void => {
		for (const [, json] of message.matchAll(/loading: (\{.*\})/g)) lines.push(JSON.parse(json!) as Loading);
	};
	return { ...silentLog, warn: read };
}

/** Somebody who asks again and again, and counts how the requests ended, by code. */
class Asker {
	readonly ends = new Map<string, number>();
	private isOver = false;
	private readonly asking: Promise<void>;

	constructor(private readonly open: () => Promise<TextGenerator>) {
		this.asking = this.run();
	}

	get count(): number {
		return [...this.ends.values()].reduce((sum, count) => sum + count, 0);
	}

	/** Two ends from now: one may be that of a request before a change, the other is not. */
	async nextEnds(): Promise<void> {
		const { count } = this;
		await expect.poll(() => this.count, { timeout: 60_000 }).toBeGreaterThanOrEqual(count + 2);
	}

	async stop(): Promise<void> {
		this.isOver = true;
		await this.asking;
	}

	private async run(): Promise<void> {
		while (!this.isOver) {
			const end = await this.ask();
			this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
		}
	}

	private async ask(): Promise<string> {
		try {
			await collect((await this.open()).generate(request, never));
			return 'done';
		} catch (error) {
			await new Promise(resolve => setTimeout(resolve, 20));
			return String((error as { code?: string }).code ?? error);
		}
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

test('R18: settings that change all the time under load end in what they say at last, and block nothing', async () => {
	const loadings: Loading[] = [];
	const log = loadingsIn(loadings);
	const entry = await buildTellingEngine();
	const user = new RestlessUser();
	const store = new ModelStore({ root: scratch, log, delay: () => Promise.resolve(), now: Date.now });
	const chooser = new DeviceChooser({ root: join(scratch, 'devices'), entry, threads: () => user.threads, log });
	const egress = new EgressRules({ neverSend: [] }, String);
	const engines = new Engines({
		entry,
		modelsRoot: scratch,
		store,
		pack: noPack,
		settings: user,
		server: new FakeUser().server,
		egress,
		chooser,
		log,
	});
	const askers = [() => engines.completion(), () => engines.task('continue'), () => engines.completion()].map(
		open => new Asker(open),
	);
	const changes = draws(25, 500);
	for (let change = 0; change < changes; change++) {
		user.changeSomething();
		// Mostly faster than a model loads; now and then everybody gets an answer first, which a deadlock would prevent.
		if (change % 5 === 4) await Promise.all(askers.map(asker => asker.nextEnds()));
		else await new Promise(resolve => setTimeout(resolve, Math.random() * 150));
	}
	user.settle();
	await Promise.all(askers.map(asker => asker.nextEnds()));
	await Promise.all(askers.map(asker => asker.stop()));
	const ends = askers.map(asker => asker.ends);
	console.log(`${changes} changes, ${loadings.length} loads, requests: ${JSON.stringify(ends.map(one => [...one]))}`);
	for (const one of ends) {
		const known = ['done', 'engineStopped', 'modelMissing', 'badModel'];
		expect([...one.keys()].filter(end => !known.includes(end))).toEqual([]);
		expect(one.get('done')).toBeGreaterThan(0);
	}

	const [completion, task] = [await engines.completion(), await engines.task('continue')];
	await collect(completion.generate(request, never));
	expect([completion.model.id, task.model.id]).toEqual(['tiny-qwen2', 'tiny-plain']);
	const alive = loadings.filter(({ pid }) => isAlive(pid));
	expect(alive.map(({ folder }) => folder).sort()).toEqual([folders[1], folders[2]].sort());
	for (const { device, threads, cacheBytes } of alive)
		expect({ device, threads, cacheBytes }).toEqual({ device: 'cpu', threads: 2, cacheBytes: 24 << 20 });
	engines.dispose();
	await expect.poll(() => loadings.filter(({ pid }) => isAlive(pid)), { timeout: 10_000 }).toEqual([]);
});
