import { silentLog, type Log } from '../../../src/base';
import {
	Completer,
	defaultCompletionSettings,
	type CompletionOutcome,
	type CompletionSettings,
} from '../../../src/completions';
import { accepted, requestAt, type CursorOptions } from '../../helpers/cursorMark';
import { FakeClock } from './fakeClock';
import { inPieces, ScriptedGenerator, type Script, type ScriptTimes } from './scriptedGenerator';

/** A completer on a scripted model and a clock that stands still. */
export class Harness {
	readonly clock = new FakeClock();
	readonly generator: ScriptedGenerator;
	readonly completer: Completer;
	settings: CompletionSettings = defaultCompletionSettings;
	fail: Error | undefined;

	constructor(script: string | Script, times: ScriptTimes = {}, log: Log = silentLog) {
		this.generator = new ScriptedGenerator(
			this.clock,
			typeof script === 'string' ? () => inPieces(script) : script,
			times,
		);
		this.completer = new Completer({
			generator: () => (this.fail ? Promise.reject(this.fail) : Promise.resolve(this.generator)),
			clock: this.clock,
			settings: () => this.settings,
			log,
		});
	}

	/** Asks and lets enough time pass for an answer. */
	async ask(
		marked: string,
		options: CursorOptions = {},
		signal = new AbortController().signal,
	): Promise<CompletionOutcome> {
		const outcome = this.completer.complete(requestAt(marked, options), signal);
		await this.clock.advance(5000);
		return outcome;
	}

	/** The document after accepting the first suggestion, or the reason for none. */
	async result(marked: string, options: CursorOptions = {}): Promise<string> {
		const outcome = await this.ask(marked, options);
		return outcome.kind === 'none' ? outcome.reason : accepted(requestAt(marked, options), outcome.items[0]!);
	}
}

/** The texts of an outcome, or its reason. */
export function textsOf(outcome: CompletionOutcome): readonly string[] | string {
	return outcome.kind === 'none' ? outcome.reason : outcome.items.map(item => item.text);
}
