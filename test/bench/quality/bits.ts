import { type Score, type TextGenerator } from '../../../src/generation';
import { askAgain } from './askAgain';
import { sampleOf } from './cursors';
import { readHeldOutSets, type HeldOutFile } from './heldOut';
import { sampleFolderOf, type Part, type PartContext, type PartResult } from './part';

/** By held-out set. */
export type BitsFigures = Readonly<Record<string, SetFigures>>;

interface SetFigures {
	readonly files: number;
	readonly bytes: number;
	readonly tokens: number;
	readonly bitsPerByte: number;
}

const filesOfSet = 40;
/** About 700 tokens of code: what fits the context of the built-in model with room to spare. */
const charactersOfFile = 2000;

/** How well the model predicts text it has never seen: what a byte of it would cost in a compressor, in bits. */
export const bitsPart: Part<BitsFigures> = {
	name: 'bits',
	run: measureBits,
};

async function measureBits(context: PartContext): Promise<PartResult<BitsFigures>> {
	const { options, engines, say } = context;
	const generator = await engines.load(engines.completionFolder());
	if (!generator.score) return { kind: 'skipped', reason: `${generator.model.id} cannot score given text.` };
	const figures: Record<string, SetFigures> = {};
	for (const { name, files } of await readHeldOutSets(options.heldOutFolder, sampleFolderOf(context))) {
		const chosen = sampleOf(files, options.samples ?? filesOfSet, options.seed);
		say(`bits: ${chosen.length} files of ${name}`);
		figures[name] = await bitsOf(chosen, generator);
	}
	const rows = Object.entries(figures).map(([name, { files, bytes, bitsPerByte }]) => [
		name,
		files,
		bytes,
		bitsPerByte,
	]);
	const title = 'Bits per byte, start of each file, left to right';
	return { kind: 'measured', figures, tables: [{ title, rows: [['set', 'files', 'bytes', 'bits/byte'], ...rows] }] };
}

async function bitsOf(files: readonly HeldOutFile[], generator: TextGenerator): Promise<SetFigures> {
	let [bytes, tokens, bits] = [0, 0, 0];
	for (const file of files) {
		const { score, text } = await askAgain(() => scoreStart(file, generator));
		bytes += Buffer.byteLength(text);
		tokens += score.tokens;
		bits -= score.logProbability / Math.LN2;
	}
	return { files: files.length, bytes, tokens, bitsPerByte: Math.round((bits / bytes) * 10_000) / 10_000 };
}

/** As much of the file's start as fits the model, in whole lines where it has any. */
async function scoreStart(
	{ text, extension }: HeldOutFile,
	generator: TextGenerator,
): Promise<{ readonly score: Score; readonly text: string }> {
	const room = generator.model.contextTokens - formatTokens;
	let start = wholeLines(text, charactersOfFile);
	while ((await generator.countTokens(start)) > room) start = wholeLines(start, Math.floor(start.length * 0.7));
	const prompt = { kind: 'continue', text: '', extension } as const;
	const score = await generator.score!({ prompt, text: start, priority: 'idle' }, new AbortController().signal);
	return { score, text: start };
}

/** For what stands before a file in the model's own format. */
const formatTokens = 24;

function wholeLines(text: string, longest: number): string {
	if (text.length <= longest) return text;
	const end = text.lastIndexOf('\n', longest - 1) + 1;
	return text.slice(0, end > 0 ? end : longest);
}
