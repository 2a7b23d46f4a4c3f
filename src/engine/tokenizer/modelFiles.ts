import { GenerationError } from '../../generation';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** The small text files of a model folder, unparsed; undefined when the folder does not have them. */
export interface ModelFiles {
	/** Where they came from, for error messages. */
	readonly folder: string;
	readonly config: string | undefined;
	readonly generationConfig: string | undefined;
	readonly tokenizer: string | undefined;
	readonly tokenizerConfig: string | undefined;
	readonly chatTemplate: string | undefined;
	readonly vocabulary: string | undefined;
	readonly merges: string | undefined;
}

/** Largest file that is read, in bytes: the biggest public tokenizer.json (Gemma 3) has 33 MB. */
export const maxFileBytes = 64 * 1024 * 1024;

const names = {
	config: 'config.json',
	generationConfig: 'generation_config.json',
	tokenizer: 'tokenizer.json',
	tokenizerConfig: 'tokenizer_config.json',
	chatTemplate: 'chat_template.jinja',
	vocabulary: 'vocab.json',
	merges: 'merges.txt',
} as const;

/** The name a file has in the folder. */
export const fileNames: Readonly<Record<keyof typeof names, string>> = names;

/** Reads the text files of a model folder. @throws GenerationError badModel for a file that is too large or not a regular file */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
	const keys = Object.keys(names) as (keyof typeof names)[];
	const texts = await Promise.all(keys.map(key => readText(join(folder, names[key]))));
	const entries = keys.map((key, index) => [key, texts[index]] as const);
	return { folder, ...(Object.fromEntries(entries) as Record<keyof typeof names, string | undefined>) };
}

async function readText(path: string): Promise<string | undefined> {
	const file = await open(path, 'r').catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		throw new GenerationError('badModel', `${path} cannot be read: ${String(error)}. Check the folder's permissions.`, {
			cause: error,
		});
	});
	if (!file) return undefined;
	try {
		const { size } = await file.stat();
		if (size > maxFileBytes)
			throw new GenerationError(
				'badModel',
				`${path} has ${size} bytes, more than the ${maxFileBytes} a tokenizer file may have.`,
			);
		return await file.readFile('utf8');
	} finally {
		await file.close();
	}
}
