import { type DoneReason } from '../generation';
import { divideContext } from './budgets';
import { lineAt } from './lines';
import { type ModelCalls } from './modelCalls';
import { keepEnd } from './split';
import { type TaskEvent } from './taskEvents';

/** Works on the end of a text and says how much of its beginning was left out. */
export async function* continueText(
	calls: ModelCalls,
	kind: 'raw' | 'instructed',
): AsyncGenerator<TaskEvent, DoneReason> {
	const { text } = calls.run;
	const budget = await divideContext(calls, 'ask');
	const kept = await keepEnd(text, budget.part);
	if (kept.start > 0) {
		yield { type: 'note', note: { kind: 'leftOut', characters: kept.start, lastLine: lineAt(text, kept.start - 1) } };
	}
	if (kind === 'instructed') yield { type: 'text', text: separatorAfter(text) };
	return yield* calls.stream({ text: kept.text, maxTokens: budget.maxTokens });
}

/** An answer in messages starts without the space that the text may need before its next word. */
function separatorAfter(text: string): string {
	if (text === '' || /\s$/.test(text)) return '';
	if (/[。！？…；：，、”」』）】]$/.test(text) || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(text))
		return '';
	return /[\p{L}\p{N}.,;:!?…)\]"'”’`*_]$/u.test(text) ? ' ' : '';
}
