import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Log } from '../../base';
import { prepareGraph, type DecoderConfig, type PreparedGraph } from '../../models';
import { type Session } from '../runtime';
import { DecoderGraph } from './decoderGraph';
import { readDecoderLayout } from './decoderLayout';
import { distanceOf, probeGraph } from './probe';

/** How a graph file is loaded. */
export type OpenSession = (file: string) => Promise<Session>;

/**
 * The file of a decoder's graph to load: the original, or a form of it beside it that runs faster (see `prepareGraph`). That one is
 * written once and compared with the original before it is first used; the verdict stays in a file with it. Whatever goes wrong,
 * the original is still there.
 */
export async function fastestGraph(
	file: string,
	{ config, device }: { readonly config: DecoderConfig; readonly device: 'cpu' | 'gpu' },
	open: OpenSession,
	log: Log,
): Promise<string> {
	const prepared = prepareGraph(file, device);
	if (!prepared) return file;
	const target = file.replace(/\.onnx$/, device === 'cpu' ? '.inkling.onnx' : '.gpu.inkling.onnx');
	const hash = createHash('sha256').update(prepared.bytes).digest('hex');
	try {
		const known = await verdictOn(target, hash);
		if (known !== undefined) return known ? target : file;
		await writeWhole(target, prepared.bytes);
		const accepted = await givesTheSame({ file, target, prepared }, config, open);
		await writeWhole(verdictFile(target), new TextEncoder().encode(JSON.stringify({ sha256: hash, accepted })));
		log.info(
			`Prepared ${file} (${prepared.changes.join(', ')}): ${accepted ? 'used' : 'not used, the numbers differ'}.`,
		);
		return accepted ? target : file;
	} catch (error) {
		// A folder that cannot be written to, a graph that a rewrite breaks: slower, and as right as before.
		log.info(`${file} is used as it is: ${error instanceof Error ? error.message : String(error)}`);
		return file;
	}
}

const verdictFile = (target: string): string => `${target}.json`;

/** What an earlier comparison said; undefined when there was none of this graph, or its file is not as it was. */
async function verdictOn(target: string, hash: string): Promise<boolean | undefined> {
	const text = await readFile(verdictFile(target), 'utf8').catch(() => undefined);
	if (text?.includes(hash) !== true) return undefined;
	const bytes = await readFile(target).catch(() => undefined);
	if (!bytes || createHash('sha256').update(bytes).digest('hex') !== hash) return undefined;
	return text.includes('"accepted":true');
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
	const part = `${file}.${process.pid}.part`;
	await writeFile(part, bytes);
	await rename(part, file);
}

interface Comparison {
	readonly file: string;
	readonly target: string;
	readonly prepared: PreparedGraph;
}

/** Largest distance between logits, as a share of their length: rounding of sums, or of activations to 8 bits. */
const exactLimit = 1e-3;
const roundedLimit = 0.05;

async function givesTheSame(
	{ file, target, prepared }: Comparison,
	config: DecoderConfig,
	open: OpenSession,
): Promise<boolean> {
	const expected = await logitsOf(file, config, open);
	const found = await logitsOf(target, config, open);
	const limit = prepared.isExact ? exactLimit : roundedLimit;
	return expected.every((row, index) => distanceOf(found[index]!, row) <= limit);
}

async function logitsOf(file: string, config: DecoderConfig, open: OpenSession): Promise<readonly Float32Array[]> {
	const session = await open(file);
	try {
		const graph = new DecoderGraph(session, readDecoderLayout(session, config, file), file);
		return await probeGraph(graph, 'growing', config.vocabularySize);
	} finally {
		await session.release();
	}
}
