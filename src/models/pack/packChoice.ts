import { type GenerationErrorCode } from '../../generation';
import { type PackDamage } from './packProof';

/** What is known about the pack on this machine. */
export type PackState =
	| { readonly kind: 'missing' }
	/** It is there; whether every byte is right is being found out. */
	| { readonly kind: 'checking'; readonly folder: string }
	| { readonly kind: 'damaged'; readonly folder: string; readonly damage: PackDamage }
	/** Its model could not be loaded, for another reason than memory. */
	| { readonly kind: 'failed'; readonly folder: string; readonly code: GenerationErrorCode }
	/** Every byte is right. */
	| { readonly kind: 'sound'; readonly folder: string; /** In memory, once it runs. */ readonly needBytes: number };

/** What the automatic choice of a model depends on. */
export interface ChoiceFacts {
	readonly pack: PackState;
	/** Its model is loaded or about to be, and has its memory already. */
	readonly isLoaded: boolean;
	/** Loading it was refused for want of memory a moment ago. */
	readonly wasTooLarge: boolean;
	/** Memory that programs can still get, and all there is, in bytes. */
	readonly memory: { readonly available: number; readonly total: number };
}

/** Why the pack cannot be used now. */
export type PackObstacle =
	| Exclude<PackState, { readonly kind: 'sound' }>
	| { readonly kind: 'memory'; readonly neededBytes: number; readonly availableBytes: number };

/** The model of the pack, or what is built in. */
export type AutomaticModel = 'pack' | 'builtIn';

/** Below this share of the memory, or so few bytes, the system begins to swap. */
const shortShare = 0.05;
const shortBytes = 300e6;

/** Free memory below which a machine has none to give, in bytes. */
export const shortMemory = (totalBytes: number): number => Math.max(totalBytes * shortShare, shortBytes);

/** What stands in the way of the pack; undefined where it can be used. It must leave the rest of the machine enough memory: otherwise
 * it would be unloaded at the first pause, and loaded again at the next key. */
export function packObstacle({ pack, isLoaded, wasTooLarge, memory }: ChoiceFacts): PackObstacle | undefined {
	if (pack.kind !== 'sound') return pack;
	if (isLoaded) return undefined;
	const neededBytes = pack.needBytes + shortMemory(memory.total);
	const fits = !wasTooLarge && memory.available >= neededBytes;
	return fits ? undefined : { kind: 'memory', neededBytes, availableBytes: memory.available };
}

/** Which model completes where the user chose none. */
export function modelForCompletions(facts: ChoiceFacts): AutomaticModel {
	return packObstacle(facts) ? 'builtIn' : 'pack';
}

/** Tasks that a built-in model is better at, by the figures in docs/quality.md. */
const betterBuiltIn: ReadonlySet<string> = new Set();

/** Which model does a task such as 'translate' where the user chose none and the built-in one was trained for it. */
export function modelForTask(task: string, facts: ChoiceFacts): AutomaticModel {
	return packObstacle(facts) || betterBuiltIn.has(task) ? 'builtIn' : 'pack';
}
