import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog, type Log } from '../../src/base';
import { LocalEngine, startSharedEngine, type LocalEngineOptions } from '../../src/backends';
import { maxHelloBytes, sharingVersion, SocketChannel, type EngineRecord } from '../../src/sharing';
import { buildEngine } from '../helpers/buildEngine';
import { buildHost, startHost } from '../helpers/hostProcess';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { isRunning, until } from '../helpers/processes';
import { modelFolder, readReferences } from '../helpers/references';

const { promptIds, continuationIds } = readReferences('tiny-gqa').find(one => one.stopId === null)!;
const load = { folder: modelFolder('tiny-gqa'), device: 'cpu', threads: 1, cacheBytes: 1e8 } as const;
/** So many long answers that a fast machine is not done before it is looked at. */
const endless = requestFor(promptIds, {
	maxTokens: 480,
	candidates: 16,
	sampling: { temperature: 2 },
	priority: 'chat',
});

let entry: string;
let folder: string;
const engines: LocalEngine[] = [];
beforeAll(async () => void (entry = await buildEngine()));
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'inkling-shared-'))));
afterEach(async () => {
	const pids = new Set(engines.map(({ pid }) => pid).filter(pid => pid !== undefined));
	engines.splice(0).forEach(engine => engine.dispose());
	for (const pid of pids) await until(() => !isRunning(pid), 10_000);
	rmSync(folder, { recursive: true, force: true });
});

/** What a window has: an engine that it shares with others who look into the same folder. */
function openWindow(changes: Partial<LocalEngineOptions> = {}): LocalEngine {
	const engine = new LocalEngine({
		entry,
		load: () => load,
		idleUnloadMs: 0,
		log: silentLog,
		startProcess: (file, log) => startSharedEngine(folder, file, log),
		...changes,
	});
	engines.push(engine);
	return engine;
}

async function expectWorking(engine: LocalEngine): Promise<void> {
	const { done } = await collect((await engine.ready()).generate(requestFor(promptIds, { maxTokens: 8 }), never));
	expect(done.tokenIds).toEqual(continuationIds.slice(0, 8));
}

/** All have noticed that the process has gone and found another. */
async function untilReplaced(windows: readonly LocalEngine[], pid: number): Promise<void> {
	await until(() => windows.every(window => window.pid !== pid && window.state.kind === 'ready'), 20_000);
	await Promise.all(windows.map(expectWorking));
	expect(new Set(windows.map(window => window.pid)).size).toBe(1);
}

const files = (end: string): readonly string[] => readdirSync(folder).filter(name => name.endsWith(end));
const record = (): EngineRecord => JSON.parse(readFileSync(join(folder, files('.json')[0]!), 'utf8')) as EngineRecord;

describe('windows of one machine', () => {
	test('that start at the same time share one process, which ends with the last of them and leaves nothing', async () => {
		const windows = Array.from({ length: 4 }, () => openWindow());
		await Promise.all(windows.map(expectWorking));
		const [pid, ...others] = windows.map(window => window.pid!);
		expect(new Set(others)).toEqual(new Set([pid]));
		windows.slice(1).forEach(window => window.dispose());
		await expectWorking(windows[0]!);
		expect(windows[0]!.pid).toBe(pid);
		windows[0]!.dispose();
		await until(() => !isRunning(pid!), 10_000);
		expect(readdirSync(folder)).toEqual([]);
	});

	test('leave it when they rest, and it ends with the last that does', async () => {
		const [brief, other] = [openWindow({ idleUnloadMs: 100 }), openWindow()];
		await expectWorking(brief);
		await expectWorking(other);
		const { pid } = other;
		await until(() => brief.state.kind === 'stopped', 10_000);
		await expectWorking(other);
		expect(other.pid).toBe(pid);
		await expectWorking(brief);
		expect(other.pid).toBe(pid);
	});

	test('wait less when they type than others do with long work', async () => {
		const [writer, typist] = [openWindow(), openWindow()];
		await expectWorking(typist);
		const order: string[] = [];
		const long = collect((await writer.ready()).generate(endless, never)).then(() => order.push('long'));
		await until(() => writer.state.kind === 'generating', 10_000);
		for (let key = 0; key < 3; key++) {
			const typing = requestFor([...promptIds, 100 + key], { maxTokens: 4, priority: 'typing' });
			await collect((await typist.ready()).generate(typing, never));
			order.push('typing');
		}
		await long;
		expect(order).toEqual(['typing', 'typing', 'typing', 'long']);
	});

	test('see nothing of what others have remembered, and forget only their own', async () => {
		const [one, other] = [openWindow(), openWindow()];
		await Promise.all([expectWorking(one), expectWorking(other)]);
		const text = 'const total = items.length;\n'.repeat(20);
		expect(await one.remember({ id: 'file:///a.ts', kind: 'open', text })).toMatchObject({ documents: 1 });
		expect(await other.forget()).toEqual({ documents: 0, tokens: 0 });
		expect(await one.forget('file:///b.ts')).toMatchObject({ documents: 1 });
	});

	test('have an engine of their own for other options and for another build of the extension', async () => {
		const build = `${entry}.other.js`;
		copyFileSync(entry, build);
		const windows = [
			openWindow(),
			openWindow({ load: () => ({ ...load, cacheBytes: 2e8 }) }),
			openWindow({ entry: build }),
		];
		await Promise.all(windows.map(expectWorking));
		expect(new Set(windows.map(({ pid }) => pid)).size).toBe(3);
	});
});

describe('when something dies', () => {
	test('a window that is killed takes nothing from the others, and its work ends', async () => {
		const survivor = openWindow();
		await expectWorking(survivor);
		const host = await startHost(await buildHost(), [entry, load.folder, '5', folder]);
		expect(host.enginePid).toBe(survivor.pid);
		process.kill(host.pid, 'SIGKILL');
		await until(() => !isRunning(host.pid), 10_000);
		await expectWorking(survivor);
		expect(survivor.pid).toBe(host.enginePid);
		survivor.dispose();
		await until(() => !isRunning(host.enginePid), 10_000);
	});

	test('the window that started it, it goes on for the others', async () => {
		const host = await startHost(await buildHost(), [entry, load.folder, '5', folder]);
		const survivor = openWindow();
		await expectWorking(survivor);
		expect(survivor.pid).toBe(host.enginePid);
		process.kill(host.pid, 'SIGKILL');
		await until(() => !isRunning(host.pid), 10_000);
		await expectWorking(survivor);
		expect(survivor.pid).toBe(host.enginePid);
	});

	test('the engine, all requests end with a code and all windows find the same new one', async () => {
		const windows = [openWindow(), openWindow()];
		await Promise.all(windows.map(expectWorking));
		const { pid } = windows[0]!;
		const requests = windows.map(async window => collect((await window.ready()).generate(endless, never)));
		await until(() => windows.every(({ state }) => state.kind === 'generating'), 10_000);
		process.kill(pid!, 'SIGKILL');
		for (const result of await Promise.allSettled(requests))
			expect(result).toMatchObject({ status: 'rejected', reason: { code: 'engineStopped' } });
		await untilReplaced(windows, pid!);
		expect(files('.sock')).toHaveLength(1);
	});

	test('an engine that hangs is replaced for all', async () => {
		const windows = [openWindow(), openWindow()];
		await Promise.all(windows.map(expectWorking));
		const { pid } = windows[0]!;
		process.kill(pid!, 'SIGSTOP');
		const answer = collect((await windows[0]!.ready()).generate(endless, never));
		await expect(answer).rejects.toMatchObject({ code: 'engineStopped' });
		await untilReplaced(windows, pid!);
		expect(isRunning(pid!)).toBe(false);
	});

	test('a restart by one window gives all a new one', async () => {
		const windows = [openWindow(), openWindow()];
		await Promise.all(windows.map(expectWorking));
		const { pid } = windows[0]!;
		await windows[0]!.restart();
		await untilReplaced(windows, pid!);
	});
});

describe('what is left of others', () => {
	/** The files that windows would use here. */
	async function names(): Promise<string> {
		const first = openWindow();
		await expectWorking(first);
		const name = files('.json')[0]!.replace('.json', '');
		const { pid } = first;
		first.dispose();
		await until(() => !isRunning(pid!), 10_000);
		return join(folder, name);
	}

	test.each([
		['a lock of a process that is gone', '.lock', '{"pid":4194303}'],
		['a lock of a process whose number somebody else has now', '.lock', `{"pid":${process.pid},"started":"1"}`],
		['a record of an engine that is gone', '.json', '{"pid":4194303,"socket":"/nowhere/x.sock","token":"x"}'],
		['a damaged record', '.json', '{"pid":'],
	])('%s stops nobody', async (_, end, content) => {
		const base = await names();
		writeFileSync(`${base}${end}`, content, { mode: 0o600 });
		const windows = [openWindow(), openWindow()];
		await Promise.all(windows.map(expectWorking));
		expect(windows[1]!.pid).toBe(windows[0]!.pid);
		expect(files('.json')).toHaveLength(1);
	});

	test('the files of engines that were killed and are not asked for again are cleared away', async () => {
		const socket = join(folder, 'old.sock');
		writeFileSync(socket, '');
		writeFileSync(join(folder, 'old.json'), JSON.stringify({ pid: 4194303, socket, token: 'x' }), { mode: 0o600 });
		writeFileSync(join(folder, 'old.json.errors'), '');
		await expectWorking(openWindow());
		expect(readdirSync(folder).filter(name => name.startsWith('old'))).toEqual([]);
	});
});

describe('who may come in', () => {
	/** What becomes of a connection that begins like this. */
	function greet(message: unknown): Promise<string> {
		return new Promise(resolve => {
			const channel = new SocketChannel<unknown>(connect(record().socket), maxHelloBytes);
			channel.onMessage(answer => {
				resolve(JSON.stringify(answer));
				channel.close('the test has seen enough');
			});
			channel.onClose(() => resolve('closed'));
			channel.send(message);
		});
	}

	test('only who has read the token and speaks this version, whatever else is tried', async () => {
		const window = openWindow();
		await expectWorking(window);
		const { token, pid } = record();
		const hello = { type: 'hello', version: sharingVersion, token };
		for (const wrong of [
			{ ...hello, token: `${token}0` },
			{ ...hello, token: '' },
			{ ...hello, token: undefined },
			{ ...hello, version: sharingVersion + 1 },
			{ type: 'load', call: 1, options: load },
			'hello',
			null,
			{ ...hello, more: 'x'.repeat(maxHelloBytes) },
		])
			expect(await greet(wrong)).toBe('closed');
		expect(await greet(hello)).toBe(JSON.stringify({ type: 'welcome', version: sharingVersion, pid }));
		await expectWorking(window);
		expect(window.pid).toBe(pid);
	});

	test('nobody, where the folder is open to others: every window has its own engine and says so', async () => {
		chmodSync(folder, 0o755);
		const warnings: string[] = [];
		const log: Log = { ...silentLog, warn: message => void warnings.push(message) };
		const windows = [openWindow({ log }), openWindow({ log })];
		await Promise.all(windows.map(expectWorking));
		expect(windows[0]!.pid).not.toBe(windows[1]!.pid);
		expect(warnings.join('\n')).toContain('open to others');
		expect(readdirSync(folder)).toEqual([]);
	});
});
