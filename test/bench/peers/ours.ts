import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalEngine } from '../../../src/backends';
import { silentLog } from '../../../src/base';
import { greedy, type GenerateEvent, type TextGenerator } from '../../../src/generation';
import { type Contestant } from './contestant';

/** The engine that ships, through its process protocol. */
export class Ours implements Contestant {
	readonly name: string;
	private readonly engine: LocalEngine;
	private generator: TextGenerator | undefined;

	constructor(root: string, folder: string, threads: number, name = 'Inkling') {
		this.name = name;
		this.engine = new LocalEngine({
			entry: join(root, 'dist', 'engine.js'),
			load: () => ({
				folder,
				device: 'cpu',
				cacheBytes: 256 << 20,
				threads,
				proofsFolder: join(root, '.cache', 'proofs'),
			}),
			idleUnloadMs: 0,
			log: silentLog,
		});
	}

	async load(): Promise<void> {
		this.generator = await this.engine.ready();
		await this.greedy([1], 1);
	}

	async firstToken(ids: readonly number[]): Promise<void> {
		await this.greedy(ids, 1);
	}

	async decode(ids: readonly number[], count: number): Promise<number> {
		// All but the last token of the prompt is in the cache from here on, as it is for the others.
		await this.greedy(ids, 1);
		const start = performance.now();
		const tokens = await this.greedy(ids, count);
		return (performance.now() - start) / tokens.length;
	}

	async keystroke(ids: readonly number[], _fresh: number, count: number): Promise<void> {
		await this.greedy(ids, count);
	}

	async greedy(ids: readonly number[], count: number): Promise<readonly number[]> {
		const request = {
			prompt: { kind: 'tokens', ids },
			maxTokens: count,
			sampling: greedy,
			stop: [],
			priority: 'typing',
			// Random weights soon repeat themselves, which would flatter us.
			drafts: false,
		} as const;
		let done: GenerateEvent | undefined;
		for await (const event of this.generator!.generate(request, new AbortController().signal)) done = event;
		if (done?.type !== 'done') throw new Error('the engine did not finish');
		return done.tokenIds;
	}

	get pid(): number {
		return this.engine.pid!;
	}

	peakMemory(): number {
		return peakMemoryOf(this.pid);
	}

	dispose(): void {
		this.engine.dispose();
	}
}

/** Highest resident memory of a process so far, in bytes. Linux only, as the benchmark is. */
export function peakMemoryOf(pid: number): number {
	const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	return Number(line?.[1] ?? 0) * 1024;
}
