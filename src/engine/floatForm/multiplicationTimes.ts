import { blockMultiplication, floatMultiplication, type Multiplication } from '../../models';
import { tensor, type EngineTensor, type Session } from '../runtime';

/** Loads a small graph of ours with the model's own device and threads. */
export type OpenGraph = (graph: Uint8Array) => Promise<Session>;

/** Best times of one multiplication, in milliseconds. */
export interface MultiplicationTimes {
	readonly blocksMs: number;
	readonly floatsMs: number;
}

/** As many as a prompt's runs have on a slow machine. */
const positions = 32;
/** The first of them warms up; of the others the best counts, because a disturbance only adds time. */
const rounds = 4;

/** Times the processor's multiplication of 32 positions by 8-bit blocks and by 32-bit floats, in turns. */
export async function multiplicationTimes(size: Multiplication, open: OpenGraph): Promise<MultiplicationTimes> {
	const input = numbers([1, positions, size.columns]);
	const blocks = await open(blockMultiplication(size));
	try {
		const floats = await open(floatMultiplication(size));
		try {
			const matrix = numbers([size.rows, size.columns]);
			const best = { blocksMs: Infinity, floatsMs: Infinity };
			for (let round = 0; round <= rounds; round++) {
				const blocksMs = await timed(() => blocks.run({ input }, ['output']));
				const floatsMs = await timed(() => floats.run({ input, matrix }, ['output']));
				if (round === 0) continue;
				best.blocksMs = Math.min(best.blocksMs, blocksMs);
				best.floatsMs = Math.min(best.floatsMs, floatsMs);
			}
			return best;
		} finally {
			await floats.release();
		}
	} finally {
		await blocks.release();
	}
}

/** Any numbers but those that make arithmetic slow. */
function numbers(dims: readonly number[]): EngineTensor {
	const count = dims.reduce((product, size) => product * size, 1);
	return tensor('float32', new Float32Array(count).fill(0.5), dims);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const startedAt = performance.now();
	await work();
	return performance.now() - startedAt;
}
