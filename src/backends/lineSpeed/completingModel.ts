import { type EngineState } from '../engineState';
import { warmLineLimitMs } from './lineSpeed';

/** What is known about the larger of two models that could complete; that it is there, whole, and fits is settled before. */
export interface LargerModel {
	readonly state: EngineState['kind'];
	/** See `LineSpeed`; undefined where it was not measured on this machine yet. */
	readonly warmLineMs: number | undefined;
}

/** Which of the two completes now, and what is to be done so that the larger one may. */
export interface Completing {
	readonly model: 'larger' | 'smaller';
	readonly next: 'load' | 'measure' | 'nothing';
}

const smaller = (next: Completing['next']): Completing => ({ model: 'smaller', next });

/** The larger one completes where it is loaded and was measured to be fast enough; until then, and else, the smaller one does. */
export function completingModel({ state, warmLineMs }: LargerModel): Completing {
	if (warmLineMs !== undefined && warmLineMs > warmLineLimitMs) return smaller('nothing');
	// One that has failed says at once why, so that whoever relies on it learns of it.
	if (state === 'stopped' || state === 'failed') return smaller('load');
	if (state !== 'ready' && state !== 'generating') return smaller('nothing');
	return warmLineMs === undefined ? smaller('measure') : { model: 'larger', next: 'nothing' };
}
