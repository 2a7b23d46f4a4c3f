import { setTimeout as delay } from 'node:timers/promises';
import { type CompletionSettings, type CompletionStats } from '../../src/completions';
import { type TextGenerator } from '../../src/generation';
import { hostDelayDuring } from './hostDelay';
import { type Measurements } from './measurements';
import { stepsOf, type Recording, type Step } from './recording';
import { isModelAnswer, Typist, type Keystroke, type PromptTokens } from './typist';

/** Nothing happens any more this long after a keystroke, so longer pauses are cut to it. */
const longestPauseMs = 1500;

export function declareReplay(measurements: Measurements): void {
	measurements.declare('replay.answer.ms', 'ms', 'replay: keystroke to answer of the model, shown or not');
	measurements.declare('replay.suggestion.ms', 'ms', 'replay: keystroke to suggestion of the model, as felt');
	measurements.declare('replay.suggestion.paced.ms', 'ms', 'of it, wait for the next key (pace)');
	measurements.declare('replay.suggestion.withoutPace.ms', 'ms', 'the rest: model asked to suggestion');
	measurements.declare('replay.known.ms', 'ms', 'replay: keystroke to suggestion already known');
	measurements.declare('replay.reused.percent', '%', 'replay: prompt tokens reused, all requests of a round');
	measurements.declare('replay.reused.typingOn.percent', '%', 'of it, requests after typing on at the same place');
	measurements.declare(
		'replay.requests.per100Keystrokes',
		'/100',
		'replay: engine requests per 100 keystrokes, by round',
	);
	measurements.declare('replay.shown.per100Keystrokes', '/100', 'replay: keystrokes with a suggestion, by round');
	measurements.declare('host.replay.delay.p99.ms', 'ms', 'host event loop, replay: p99 delay of a round');
	measurements.declare('host.replay.delay.max.ms', 'ms', 'host event loop, replay: longest delay of a round');
	measurements.remark(
		`replay.*: the recorded gaps between keys in real time, pauses cut to ${longestPauseMs} ms; settings as they ship; nothing is accepted.`,
	);
}

/** Replays a typing session, a stretch of another document each round. Lives as long as the run: documents and caches go on. */
export class Replay {
	private readonly typist: Typist;
	private readonly documents: Iterator<Step, void>[];
	readonly totals = {
		keystrokes: 0,
		engineRequests: 0,
		promptTokens: 0,
		reusedTokens: 0,
		promptTokensTypingOn: 0,
		reusedTokensTypingOn: 0,
	};

	constructor(
		load: () => Promise<TextGenerator>,
		recording: Recording,
		settings: Partial<CompletionSettings>,
		private readonly measurements: Measurements,
	) {
		this.typist = new Typist(load, settings);
		this.documents = recording.documents.map(stepsOf);
	}

	/** False when fewer keystrokes were left. */
	async round(keystrokes: number): Promise<boolean> {
		const before = { stats: this.typist.stats, typingOn: this.typist.tokensTypingOn };
		let typed: readonly Keystroke[] = [];
		const { p99, max } = await hostDelayDuring(async () => {
			typed = await this.play(keystrokes);
		});
		if (typed.length === 0) return false;
		this.measurements.add('host.replay.delay.p99.ms', p99);
		this.measurements.add('host.replay.delay.max.ms', max);
		for (const keystroke of typed) this.addKeystroke(keystroke);
		this.addStats(before.stats, this.typist.stats, typed);
		this.addTypingOn(before.typingOn, this.typist.tokensTypingOn);
		return typed.length === keystrokes;
	}

	dispose(): void {
		this.typist.dispose();
	}

	private async play(keystrokes: number): Promise<readonly Keystroke[]> {
		const running: Promise<Keystroke>[] = [];
		while (this.documents[0] && running.length < keystrokes) {
			const next = this.documents[0].next();
			if (next.done) {
				this.documents.shift();
				continue;
			}
			const { path, text, cursor, jumped, gapMs } = next.value;
			await delay(Math.min(gapMs, longestPauseMs));
			if (jumped) this.typist.jump();
			if (cursor !== undefined) running.push(this.typist.type(path, text, cursor));
		}
		this.documents.push(...this.documents.splice(0, 1));
		const typed = await Promise.all(running);
		// The numbers of an answer that was cut short arrive after it.
		await delay(100);
		return typed;
	}

	private addKeystroke(keystroke: Keystroke): void {
		const { outcome, totalMs, pacedMs } = keystroke;
		if (isModelAnswer(keystroke)) this.measurements.add('replay.answer.ms', totalMs);
		if (outcome.kind !== 'suggestions') return;
		if (!isModelAnswer(keystroke)) {
			this.measurements.add('replay.known.ms', totalMs);
			return;
		}
		this.measurements.add('replay.suggestion.ms', totalMs);
		if (pacedMs === undefined) return;
		this.measurements.add('replay.suggestion.paced.ms', pacedMs);
		this.measurements.add('replay.suggestion.withoutPace.ms', totalMs - pacedMs);
	}

	private addTypingOn(before: PromptTokens, after: PromptTokens): void {
		const [all, reused] = [after.all - before.all, after.reused - before.reused];
		if (all > 0) this.measurements.add('replay.reused.typingOn.percent', (reused / all) * 100);
		this.totals.promptTokensTypingOn += all;
		this.totals.reusedTokensTypingOn += reused;
	}

	private addStats(before: CompletionStats, after: CompletionStats, typed: readonly Keystroke[]): void {
		const engineRequests = after.engineRequests - before.engineRequests;
		const promptTokens = after.promptTokens - before.promptTokens;
		const reusedTokens = after.reusedTokens - before.reusedTokens;
		const shown = typed.filter(({ outcome }) => outcome.kind === 'suggestions').length;
		this.measurements.add('replay.requests.per100Keystrokes', (engineRequests / typed.length) * 100);
		this.measurements.add('replay.shown.per100Keystrokes', (shown / typed.length) * 100);
		if (promptTokens > 0) this.measurements.add('replay.reused.percent', (reusedTokens / promptTokens) * 100);
		this.totals.keystrokes += typed.length;
		this.totals.engineRequests += engineRequests;
		this.totals.promptTokens += promptTokens;
		this.totals.reusedTokens += reusedTokens;
	}
}
