import { type Disposable, type Log } from '../base';
import {
	maxCountedCharacters,
	parseFromTokenCounter,
	type FromTokenCounter,
	type OpenAiVocabulary,
	type ToTokenCounter,
} from '../protocol';
import { startOwnProcess, type OwnProcess } from './engineProcess';

/** Counts tokens of OpenAI's vocabularies. */
export interface OpenAiTokens {
	/** Undefined when it could not be counted, for reasons that are logged. */
	count(vocabulary: OpenAiVocabulary, text: string): Promise<number | undefined>;
}

export interface TokenProcessOptions {
	/** Absolute path of the bundle, dist/openAiTokens.js. */
	readonly entry: string;
	readonly log: Log;
	/** How long it may have nothing to do before it is ended, in milliseconds. */
	readonly idleMs?: number;
	/** How long an answer may take. */
	readonly answerMs?: number;
	/** Replaced in tests. */
	readonly start?: (entry: string, log: Log) => OwnProcess<ToTokenCounter>;
}

/** A process that fails this often is not started again. */
const mostFailures = 3;

/** The process that owns OpenAI's vocabularies, which take tens of megabytes and would keep the extension host busy: started by the
 * first text, ended when there was none for a while. */
export class TokenProcess implements OpenAiTokens, Disposable {
	private running: Running | undefined;
	private idle: NodeJS.Timeout | undefined;
	private failures = 0;

	constructor(private readonly options: TokenProcessOptions) {}

	async count(vocabulary: OpenAiVocabulary, text: string): Promise<number | undefined> {
		if (text.length > maxCountedCharacters || this.failures >= mostFailures) return undefined;
		clearTimeout(this.idle);
		const running = this.process();
		const count = await running.ask({ vocabulary, text }, this.options.answerMs ?? 10_000);
		if (count === undefined) this.failed(running);
		else this.failures = 0;
		if (this.running?.isIdle === true) this.endWhenIdle();
		return count;
	}

	dispose(): void {
		clearTimeout(this.idle);
		this.running?.end('it was closed');
		this.running = undefined;
	}

	private process(): Running {
		if (this.running?.isOver !== false) {
			const { entry, log, start = startOwnProcess<ToTokenCounter> } = this.options;
			this.running = new Running(start(entry, log));
		}
		return this.running;
	}

	/** Whatever it is stuck in, its next text gets a fresh one. Of several calls that failed together the first counts. */
	private failed(running: Running): void {
		if (this.running !== running) return;
		this.failures++;
		running.end('it did not answer');
		this.running = undefined;
		this.options.log.warn(`Tokens could not be counted and are estimated: ${running.reason}.`);
	}

	private endWhenIdle(): void {
		clearTimeout(this.idle);
		this.idle = setTimeout(() => this.dispose(), this.options.idleMs ?? 60_000);
		this.idle.unref();
	}
}

/** One process and the calls that wait for it. */
class Running {
	reason = '';
	private calls = 0;
	private readonly waiting = new Map<number, (count: number | undefined) => void>();

	constructor(private readonly process: OwnProcess<ToTokenCounter>) {
		process.channel.onMessage(value => {
			const answer: FromTokenCounter | undefined = parseFromTokenCounter(value);
			if (answer) this.waiting.get(answer.call)?.(answer.count);
		});
		process.channel.onClose(reason => this.end(reason));
	}

	get isOver(): boolean {
		return this.reason !== '';
	}

	get isIdle(): boolean {
		return this.waiting.size === 0;
	}

	async ask(message: Omit<ToTokenCounter, 'call'>, longestMs: number): Promise<number | undefined> {
		const call = this.calls++;
		let timer: NodeJS.Timeout | undefined;
		try {
			return await new Promise<number | undefined>(resolve => {
				this.waiting.set(call, resolve);
				timer = setTimeout(() => resolve(undefined), longestMs);
				this.process.channel.send({ call, ...message });
			});
		} finally {
			clearTimeout(timer);
			this.waiting.delete(call);
		}
	}

	end(reason: string): void {
		if (this.isOver) return;
		this.reason = reason;
		this.process.dispose();
		for (const resolve of [...this.waiting.values()]) resolve(undefined);
	}
}
