import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryNeed } from '../memoryNeed';
import { parseModelConfig } from '../modelConfig';
import { readPackManifest, weightBytesOf } from './packManifest';

/** What the model of a pack takes in memory once it runs, in bytes, see `memoryNeed`; 0 where its files do not say. */
export async function packNeed(folder: string): Promise<number> {
	const found = await readPackManifest(folder);
	const file = join(folder, 'config.json');
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (!found || text === undefined) return 0;
	try {
		const config = parseModelConfig(text, file);
		const shape = 'layers' in config ? config : { layers: 0, keyValueHeads: 0, headSize: 0 };
		const contextTokens = config.contextTokens ?? 0;
		return memoryNeed({ ...shape, contextTokens }, { variant: 'q4', megabytes: weightBytesOf(found.manifest) / 1e6 });
	} catch {
		// The engine refuses it with the reason.
		return 0;
	}
}
