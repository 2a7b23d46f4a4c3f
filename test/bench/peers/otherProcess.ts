import { fork, type ChildProcess } from 'node:child_process';
import { type Contestant } from './contestant';
import { peakMemoryOf } from './ours';

/** A peer's script and what it is told at the start. */
export interface PeerOptions {
	readonly name: string;
	readonly script: string;
	readonly options: Readonly<Record<string, string | number | boolean>>;
}

type Call = 'load' | 'firstToken' | 'decode' | 'keystroke' | 'greedy';

/** A peer in a process of its own that answers one call at a time. */
export class OtherProcess implements Contestant {
	readonly name: string;
	private readonly child: ChildProcess;

	constructor({ name, script, options }: PeerOptions) {
		this.name = name;
		this.child = fork(script, [JSON.stringify(options)], {
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
	}

	async load(): Promise<void> {
		await this.call('load');
	}

	async firstToken(ids: readonly number[]): Promise<void> {
		await this.call('firstToken', ids);
	}

	async decode(ids: readonly number[], count: number): Promise<number> {
		return (await this.call('decode', ids, count)) as number;
	}

	async keystroke(ids: readonly number[], fresh: number, count: number): Promise<void> {
		await this.call('keystroke', ids, fresh, count);
	}

	async greedy(ids: readonly number[], count: number): Promise<readonly number[]> {
		return (await this.call('greedy', ids, count)) as readonly number[];
	}

	get pid(): number {
		return this.child.pid!;
	}

	peakMemory(): number {
		return peakMemoryOf(this.pid);
	}

	dispose(): void {
		this.child.kill('SIGKILL');
	}

	private call(method: Call, ...values: readonly unknown[]): Promise<unknown> {
		return new Promise((resolve, reject) => {
			const ended = (): void => reject(new Error(`${this.name} ended during ${method}`));
			this.child.once('exit', ended);
			this.child.once('message', (answer: { readonly result?: unknown; readonly error?: string }) => {
				this.child.off('exit', ended);
				if (answer.error === undefined) resolve(answer.result);
				else reject(new Error(`${this.name}: ${answer.error}`));
			});
			this.child.send({ method, values });
		});
	}
}
