import { readFile, writeFile } from 'node:fs/promises';
import { type BitsFigures } from './bits';
import { type HeldOutFigures } from './completion';
import { type InfillingFigures } from './infilling';
import { type SummaryFigures } from './summary';
import { type TranslationFigures } from './translation';

/** Figures of the parts that ran. */
export interface QualityFigures {
	readonly bits?: BitsFigures;
	readonly completion?: HeldOutFigures;
	readonly infilling?: InfillingFigures;
	readonly translation?: TranslationFigures;
	readonly summary?: SummaryFigures;
}

/** A row of the table in docs/quality.md, under `releaseColumns`; a dash stands for what was not measured. */
export function releaseLine(
	name: string,
	{ bits, completion, infilling, translation, summary }: QualityFigures,
): string {
	const pair = (read: (set: string) => number | undefined): string =>
		['unseen_files', 'unseen_packages'].map(set => read(set) ?? '–').join(' / ');
	const strings = translation?.['en to zh, software strings'];
	const cells = [
		name,
		pair(set => bits?.[set]?.bitsPerByte),
		pair(set => completion?.sets[set]?.wordEnd.modelExactPercent),
		pair(set => completion?.sets[set]?.wordEnd.exactPercent),
		pair(set => completion?.sets[set]?.wordEnd.offeredPercent),
		pair(set => completion?.sets[set]?.wordEnd.charactersRightPercent),
		`${infilling?.modelExactPercent ?? '–'} / ${infilling?.exactPercent ?? '–'}`,
		`${strings?.shownPercent ?? '–'} / ${strings?.scores?.chrF ?? '–'}`,
		summary?.['extractive, one sentence']?.rougeL ?? '–',
	];
	return `| ${cells.join(' | ')} |`;
}

/** Where the next line goes. */
const mark = '<!-- next release above this line -->';
const afterTable = new RegExp(`\\n*${mark}`);

/** Writes a line under the others. @throws Error when the document has lost its mark */
export async function appendReleaseLine(document: string, line: string): Promise<void> {
	const text = await readFile(document, 'utf8');
	if (!text.includes(mark))
		throw new Error(`${document} has no line "${mark}". Put it back under the table of releases.`);
	await writeFile(
		document,
		// A blank line before the mark would end the table before the new row.
		text.replace(afterTable, () => `\n${line}\n\n${mark}`),
	);
}
