interface Options {
	readonly id?: string;
	readonly shards?: number;
}
export function makeStandInPack(parent: string, options?: Options): string;
export function makePackExtension(parent: string, options?: Options): string;
export function flipBit(file: string, at?: number): void;
export function copyPack(folder: string, parent: string): string;
export function sha256(bytes: Uint8Array): string;
