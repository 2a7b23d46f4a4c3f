import { GenerationError } from '../generation';
import { type PackCompared } from '../protocol';
import { inOwnProcess, type ProcessParts } from './devices/ownProcess';

/** Half a gigabyte from the slowest disk or network folder there is, in milliseconds. */
const limitMs = 600_000;

/**
 * Compares the bytes of a pack with its checksums in a process of its own, or finds out that this was done before.
 * @param proofsFolder where the outcome is kept, for all windows
 * @returns undefined when aborted
 * @throws GenerationError engineStopped when the process ended before it was done
 */
export async function comparePackApart(
	parts: ProcessParts,
	{ folder, proofsFolder }: { readonly folder: string; readonly proofsFolder: string },
	signal: AbortSignal,
): Promise<PackCompared | undefined> {
	const result = await inOwnProcess(parts, limitMs, client => client.comparePack(folder, proofsFolder), signal);
	if (result.kind === 'done') return result.value;
	if (result.kind === 'aborted') return undefined;
	const reason = result.kind === 'crashed' ? result.detail : `it took more than ${limitMs / 1000} s`;
	throw new GenerationError('engineStopped', `The process that compared ${folder} was not done: ${reason}. Try again.`);
}
