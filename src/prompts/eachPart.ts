import { type DoneReason } from '../generation';
import { isSourceCode } from './comments';
import { divideContext } from './budgets';
import { lineAt } from './lines';
import { type ModelCalls } from './modelCalls';
import { blockSegments, type Segment } from './segments';
import { splitText, type TextPart } from './split';
import { sameStructure } from './structure';
import { type TaskEvent } from './taskEvents';

/** A translation may need this many tokens for one token of the original. */
const answerPerText = 1.6;

/**
 * Answers part by part, in order, so that paragraphs stay aligned; code fences, front matter, blank lines and, in source
 * code, everything but comments go into the result unchanged and are never shown to the model.
 */
export async function* eachPart(calls: ModelCalls): AsyncGenerator<TaskEvent, DoneReason> {
	const { text, template, document, signal } = calls.run;
	const budget = await divideContext(calls, 'ask', answerPerText);
	// A translation leaves code as it is; a rewriting of code is about the code.
	const isCode = isSourceCode(document.languageId);
	const languageId = isCode && template.name !== 'translate' ? 'plaintext' : document.languageId;
	const groups = groupBlocks(blockSegments(text, languageId));
	if (isCode && languageId !== 'plaintext') {
		yield {
			type: 'note',
			note: { kind: 'commentsOnly', comments: groups.filter(group => group.kind === 'text').length },
		};
	}
	const pieces: (Segment | (TextPart & { readonly kind: 'text' }))[] = [];
	for (const group of groups) {
		if (group.kind === 'keep') pieces.push(group);
		else
			for (const part of await splitText(group.text, budget.part, signal)) {
				pieces.push({ kind: 'text', text: part.text, start: group.start + part.start });
			}
	}
	const total = pieces.filter(piece => piece.kind === 'text').length;
	let done = 0;
	for (const piece of pieces) {
		if (signal.aborted) return 'cancelled';
		if (piece.kind === 'keep') {
			yield { type: 'text', text: piece.text };
			continue;
		}
		yield { type: 'progress', stage: 'parts', done, total };
		const reason = yield* answerPiece(calls, piece, budget.maxTokens, { part: ++done, parts: total });
		if (reason === 'cancelled') return reason;
	}
	return 'stop';
}

/** White space around a piece is the document's; what stands between is checked against the original. */
async function* answerPiece(
	calls: ModelCalls,
	piece: TextPart,
	maxTokens: number,
	numbers: { readonly part: number; readonly parts: number },
): AsyncGenerator<TaskEvent, DoneReason> {
	const words = piece.text.trim();
	const lead = piece.text.slice(0, piece.text.indexOf(words));
	yield { type: 'text', text: lead };
	let answer = '';
	const stream = calls.stream({ text: words, maxTokens, ...numbers });
	for (;;) {
		const next = await stream.next();
		if (next.done) {
			if (next.value === 'cancelled') return next.value;
			break;
		}
		if (next.value.type === 'text') answer += next.value.text;
		yield next.value;
	}
	yield { type: 'text', text: piece.text.slice(lead.length + words.length) };
	if (!sameStructure(words, answer)) {
		const firstLine = lineAt(calls.run.text, piece.start + lead.length);
		const lastLine = firstLine + words.split('\n').length - 1;
		yield { type: 'note', note: { kind: 'structureChanged', firstLine, lastLine } };
	}
	return 'stop';
}

/** Joins paragraphs with only white space between them: a model translates better when it sees its surroundings. */
function groupBlocks(blocks: readonly Segment[]): readonly Segment[] {
	const groups: Segment[] = [];
	for (const block of blocks) {
		const last = groups.at(-1);
		const isBlank = block.text.trim() === '';
		if (last?.kind === 'text' && (block.kind === 'text' || isBlank)) {
			groups[groups.length - 1] = { ...last, text: last.text + block.text };
		} else groups.push(block);
	}
	return groups;
}
