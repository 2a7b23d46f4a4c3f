import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type GenerateRequest } from '../../../src/generation';
import { readLines } from './heldOut';

/** A piece of an answer and its log-probability; an empty one is the model's own end. */
export type Piece = readonly [text: string, logProbability: number];

/** The answers of one model in a file, found by what was asked. */
export class AnswerFile {
	private constructor(
		private readonly path: string,
		private readonly answers: Map<string, readonly Piece[]>,
	) {}

	/** The answers of a model's folder, as it is now, in a folder of such files. */
	static async open(folder: string, modelFolder: string): Promise<AnswerFile> {
		const path = join(folder, `${basename(modelFolder)}-${await stampOf(modelFolder)}.jsonl`);
		const entries = ((await readLines(path)) ?? []).map(line => JSON.parse(line) as [string, readonly Piece[]]);
		return new AnswerFile(path, new Map(entries));
	}

	find(request: GenerateRequest): readonly Piece[] | undefined {
		return this.answers.get(keyOf(request));
	}

	/** Writes an answer down at once, so that a run that is ended loses nothing. */
	async add(request: GenerateRequest, pieces: readonly Piece[]): Promise<readonly Piece[]> {
		const key = keyOf(request);
		this.answers.set(key, pieces);
		await mkdir(dirname(this.path), { recursive: true });
		await appendFile(this.path, `${JSON.stringify([key, pieces])}\n`);
		return pieces;
	}
}

function keyOf({ prompt, sampling, ngramCache }: GenerateRequest): string {
	return digest(JSON.stringify([prompt, sampling, ngramCache]));
}

/** Changes with every file of a model, but not with its settings for completions, which are what is tried. */
async function stampOf(folder: string): Promise<string> {
	const names = (await readdir(folder, { recursive: true })).filter(name => name !== 'config.json').sort();
	const files = await Promise.all(names.map(async name => ({ name, facts: await stat(join(folder, name)) })));
	const facts = files
		.filter(({ facts }) => facts.isFile())
		.map(({ name, facts: { size, mtimeMs } }) => [name, size, mtimeMs]);
	const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { inkling?: object };
	const inkling = { ...config.inkling, completion: undefined };
	return digest(JSON.stringify([facts, { ...config, inkling }])).slice(0, 12);
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
