import { type Disposable } from '../base';
import { GenerationError } from '../generation';
import { type Clock } from './clock';

const loadLimitMs = 120_000;

/** A model that loads, for so long. @throws GenerationError engineTimeout */
export async function withinLoadLimit<T>(loading: Promise<T>, clock: Clock): Promise<T> {
	let timer: Disposable | undefined;
	const limit = new Promise<never>((_, reject) => {
		const error = new GenerationError(
			'engineTimeout',
			`The model did not load within ${loadLimitMs / 1000} s. Restart the engine or choose a smaller model.`,
		);
		timer = clock.after(loadLimitMs, () => reject(error));
	});
	return Promise.race([loading, limit]).finally(() => timer?.dispose());
}
