import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModelConfig } from './modelConfig';

/** What every decoder of the last years can do, for a model whose files do not say. */
const usualContextTokens = 2048;

/** Longest prompt plus answer of the model in a folder, in tokens, without loading it. @throws GenerationError badModel */
export async function contextLength(folder: string): Promise<number> {
	const file = join(folder, 'config.json');
	return parseModelConfig(await readFile(file, 'utf8'), file).contextTokens ?? usualContextTokens;
}
