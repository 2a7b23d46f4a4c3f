import { type FoundPack } from './packFiles.mjs';

interface Options {
	readonly folder?: string;
	readonly reuse?: boolean;
	readonly maxMegabytes?: number;
}
/** See packagePack.mjs. */
export function packExtensionId(): string;
export function makePackPackage(pack: FoundPack, options?: Options): Promise<string>;
