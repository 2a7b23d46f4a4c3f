import { totalmem } from 'node:os';

/** Memory that programs can still get, and all there is, in bytes. macOS counts what it would give up as used, and compresses before it
 * swaps: only the others can be short. */
export function systemMemory(): { readonly available: number; readonly total: number } {
	const total = totalmem();
	return { available: process.platform === 'darwin' ? total : process.availableMemory(), total };
}
