import { GenerationError } from '../../../src/generation';

const mostAttempts = 5;

/** Asks once more when the engine process ended on the way: on a machine that is busy enough, its heartbeat is taken for lost. The
 * next process gives the same answer. @throws GenerationError of any other kind, or when it keeps happening */
export async function askAgain<T>(ask: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await ask();
		} catch (error) {
			const lost = error instanceof GenerationError && error.code === 'engineStopped';
			if (!lost || attempt === mostAttempts) throw error;
		}
	}
}
