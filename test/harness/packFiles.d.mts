/** See packFiles.mjs. */
export interface PackFile {
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
}
export interface FoundPack {
	readonly id: string;
	readonly folder: string;
	readonly manifest: { readonly format: number; readonly id: string; readonly files: readonly PackFile[] };
	readonly missing: readonly string[];
}
export function findPack(models?: string): FoundPack | undefined;
export function findWholePack(models?: string): FoundPack | undefined;
export function verifiedFiles(pack: FoundPack): readonly string[];
export function writePackManifest(folder: string): FoundPack['manifest'];
