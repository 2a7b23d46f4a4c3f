import { type Disposable, type Log } from '../../base';
import { GenerationError } from '../../generation';
import { systemClock, type Clock } from '../clock';
import { type EngineState } from '../engineState';
import { type DeviceChooser } from './deviceChooser';

/** An engine as this sees it. */
export interface WatchedEngine {
	readonly state: EngineState;
	onStateChange(listener: (state: EngineState) => void): Disposable;
	restart(): Promise<void>;
}

interface Parts {
	readonly folder: string;
	readonly chooser: Pick<DeviceChooser, 'decide'>;
	readonly log: Log;
	/** Whether the machine has power and memory to spare; asked again after a pause while it has not. */
	readonly mayMeasure?: () => boolean;
	readonly clock?: Clock;
}

/** Nobody has asked for anything for so long: a pause, not one between two words. */
const pauseMs = 20_000;

/** Has the device for a model measured once it has answered and then rests, so that nobody waits for it; a request ends the measurement,
 * and the next pause begins it anew. Where another device than the present one turns out to be faster, the engine is started on it. */
export function decideWhenIdle(
	engine: WatchedEngine,
	{ folder, chooser, log, mayMeasure = () => true, clock = systemClock }: Parts,
): Disposable {
	let hasAnswered = false;
	let isOver = false;
	let timer: Disposable | undefined;
	let running: AbortController | undefined;
	const stop = (): void => {
		timer?.dispose();
		running?.abort();
	};
	const decide = async (): Promise<void> => {
		const { signal } = (running = new AbortController());
		const verdict = await chooser.decide(folder, signal);
		if (!verdict) return;
		isOver = true;
		const { state } = engine;
		// A device that was tried and given up is not tried again in this session.
		if (state.kind !== 'ready' || signal.aborted || state.model.fallbackReason !== undefined) return;
		if (state.model.device !== verdict.device) await engine.restart();
	};
	const waitForPause = (): void => {
		timer = clock.after(pauseMs, () => {
			if (!mayMeasure()) {
				waitForPause();
				return;
			}
			decide().catch((error: unknown) => {
				// No room for a second copy now says nothing about the device; everything else would come again.
				isOver = !(error instanceof GenerationError && error.code === 'outOfMemory');
				log.info(`The device of ${folder} was not measured: ${String(error)}`);
			});
		});
	};
	const listening = engine.onStateChange(({ kind }) => {
		if (isOver) return;
		stop();
		hasAnswered ||= kind === 'generating';
		if (kind !== 'ready' || !hasAnswered) return;
		waitForPause();
	});
	return {
		dispose: () => {
			isOver = true;
			stop();
			listening.dispose();
		},
	};
}
