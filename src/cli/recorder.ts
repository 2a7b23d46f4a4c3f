import {
	type Alternative,
	type DoneReason,
	type GenerateEvent,
	type GenerateRequest,
	type TextGenerator,
	type Usage,
} from '../generation';

/** What one call to the model came to. */
export interface RecordedCall {
	readonly text: string;
	readonly tokenIds: readonly number[];
	/** Where several answers were looked for, best first. */
	readonly alternatives?: readonly Alternative[];
	/** Absent when the call failed or its end was never read. */
	readonly reason?: DoneReason;
	readonly usage?: Usage;
	/** From the call to its first text. */
	readonly firstTextMs?: number;
}

/** Passes everything through to a model and remembers what it answered, for the program's output. */
export class Recorder implements TextGenerator {
	private readonly recorded: RecordedCall[] = [];
	/** The last failure of a call. */
	error: Error | undefined;

	constructor(private readonly generator: TextGenerator) {}

	get model(): TextGenerator['model'] {
		return this.generator.model;
	}

	/** In the order in which the calls ended. */
	get calls(): readonly RecordedCall[] {
		return this.recorded;
	}

	countTokens(text: string): Promise<number> {
		return this.generator.countTokens(text);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void> {
		const start = performance.now();
		let call: RecordedCall = { text: '', tokenIds: [] };
		try {
			for await (const event of this.generator.generate(request, signal)) {
				if (event.type === 'done') {
					const { reason, usage, tokenIds, alternatives } = event;
					call = { ...call, reason, usage, tokenIds, ...(alternatives && { alternatives }) };
				} else if (event.type === 'text') {
					const firstTextMs = call.firstTextMs ?? performance.now() - start;
					call = { ...call, text: call.text + event.text, firstTextMs };
				}
				yield event;
			}
		} catch (error) {
			this.error = error instanceof Error ? error : new Error(String(error));
			throw error;
		} finally {
			this.recorded.push(call);
		}
	}
}
