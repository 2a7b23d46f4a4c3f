import { type TextGenerator } from '../../src/generation';
import { type Measurements } from './measurements';
import { isModelAnswer, Typist, type Keystroke } from './typist';

type Load = () => Promise<TextGenerator>;

/** Nothing waits and nothing is cut off: what is measured is the time to an answer. */
const settings = {
	minimumDelayMs: 0,
	maximumDelayMs: 0,
	initialDelayMs: 0,
	timeLimitMs: 10_000,
};

export function declareKeystrokes(measurements: Measurements): void {
	measurements.declare('keystroke.coldEngine.ms', 'ms', 'keystroke to answer: engine not started');
	measurements.declare('keystroke.coldDocument.ms', 'ms', 'keystroke to answer: engine ready, new document');
	measurements.declare('keystroke.warm.ms', 'ms', 'keystroke to answer: typing on (warm)');
	measurements.declare('keystroke.warm.firstText.ms', 'ms', 'of it, model asked to first text');
	measurements.declare('keystroke.cacheHit.ms', 'ms', 'keystroke to suggestion: cache hit');
	measurements.declare('keystroke.typed.ms', 'ms', 'keystroke to suggestion: typed as suggested');
	measurements.remark(
		'keystroke.*: without the wait for the next key; an answer counts whether or not it is good enough to be shown. replay.* has both as they ship.',
	);
}

/** The first keystroke of a person whose model is not running: start of the process, loading, prefill, decoding. */
export async function measureColdEngine(load: Load, source: string, measurements: Measurements): Promise<void> {
	const typist = new Typist(load, settings);
	try {
		const place = newPlace(source, 0);
		const keystroke = await typist.type(place.path, place.textAfter(1), place.cursorAfter(1));
		if (isModelAnswer(keystroke)) measurements.add('keystroke.coldEngine.ms', keystroke.totalMs);
	} finally {
		typist.dispose();
	}
}

/** Types the rest of a line in a document the engine has never seen, then deletes it and types it again. */
export async function measureKeystrokes(
	load: Load,
	source: string,
	round: number,
	measurements: Measurements,
): Promise<void> {
	const typist = new Typist(load, settings);
	try {
		const place = newPlace(source, round);
		const typed: Keystroke[] = [];
		for (let length = 1; length <= place.length; length++)
			typed.push(await typist.type(place.path, place.textAfter(length), place.cursorAfter(length)));
		for (const [index, keystroke] of typed.entries()) addTyped(keystroke, index === 0, measurements);
		// Back to where answers are known: each of these is in the cache or still shown.
		for (let length = place.length - 1; length >= 1; length--) {
			const keystroke = await typist.type(place.path, place.textAfter(length), place.cursorAfter(length));
			addKnown(keystroke, measurements);
		}
	} finally {
		typist.dispose();
	}
}

function addTyped(keystroke: Keystroke, first: boolean, measurements: Measurements): void {
	const { outcome, totalMs } = keystroke;
	if (!isModelAnswer(keystroke)) {
		addKnown(keystroke, measurements);
		return;
	}
	measurements.add(first ? 'keystroke.coldDocument.ms' : 'keystroke.warm.ms', totalMs);
	if (!first && outcome.kind === 'suggestions' && outcome.firstTextMs !== undefined)
		measurements.add('keystroke.warm.firstText.ms', outcome.firstTextMs);
}

function addKnown({ outcome, totalMs }: Keystroke, measurements: Measurements): void {
	if (outcome.kind !== 'suggestions') return;
	if (outcome.source === 'cache') measurements.add('keystroke.cacheHit.ms', totalMs);
	if (outcome.source === 'typed') measurements.add('keystroke.typed.ms', totalMs);
}

/** A line of a document that is typed from its indentation on. */
interface TypingPlace {
	readonly path: string;
	/** Characters that can be typed. */
	readonly length: number;
	textAfter(length: number): string;
	cursorAfter(length: number): number;
}

const mostTyped = 16;
let nextDocument = 0;

/** Takes another line each round, and marks the lines around it so that no cached prompt fits. */
function newPlace(source: string, round: number): TypingPlace {
	const lines = source.split('\n');
	const usable = lines.flatMap((line, index) => (/^\s*[A-Za-z][^{}]{20,}$/.test(line) && index > 20 ? [index] : []));
	const line = usable[(round * 7) % usable.length]!;
	const words = lines[line]!;
	const indent = words.length - words.trimStart().length;
	const mark = `${nextDocument++} ${Math.random().toString(36).slice(2)}`;
	const before = [`// ${mark}`, ...lines.slice(0, line)].join('\n') + '\n' + words.slice(0, indent);
	const after = ['', `// ${mark}`, ...lines.slice(line + 1)].join('\n');
	return {
		path: `bench${mark.replace(' ', '')}.ts`,
		length: Math.min(mostTyped, words.length - indent),
		textAfter: length => before + words.slice(indent, indent + length) + after,
		cursorAfter: length => before.length + length,
	};
}
