import { type DoneReason } from '../generation';
import { divideContext } from './budgets';
import { lineAt } from './lines';
import { isSourceCode } from './comments';
import { type Call, type ModelCalls } from './modelCalls';
import { RepeatedSentences } from './repeatedSentences';
import { keepEnd } from './split';
import { type TaskEvent } from './taskEvents';

/** Works on the end of a text and says how much of its beginning was left out. */
export async function* continueText(
	calls: ModelCalls,
	kind: 'raw' | 'instructed',
): AsyncGenerator<TaskEvent, DoneReason> {
	const { text, document } = calls.run;
	const budget = await divideContext(calls, 'ask');
	const kept = await keepEnd(text, budget.part);
	if (kept.start > 0) {
		yield { type: 'note', note: { kind: 'leftOut', characters: kept.start, lastLine: lineAt(text, kept.start - 1) } };
	}
	const separator = kind === 'instructed' ? separatorAfter(text) : '';
	if (separator !== '') yield { type: 'text', text: separator };
	const call = { text: kept.text, maxTokens: budget.maxTokens };
	return yield* isSourceCode(document.languageId) ? calls.stream(call) : withoutRepeats(calls, call, text + separator);
}

/** Streams an answer up to the first sentence that was there before. */
async function* withoutRepeats(calls: ModelCalls, call: Call, before: string): AsyncGenerator<TaskEvent, DoneReason> {
	const repeats = new RepeatedSentences(before);
	const end = new AbortController();
	const stream = calls.stream({ ...call, end: end.signal });
	// White space waits for what follows it, which may be dropped.
	let space = '';
	const show = (text: string): TaskEvent => {
		const shown = (space + text).trimEnd();
		space = (space + text).slice(shown.length);
		return { type: 'text', text: shown };
	};
	for (;;) {
		const next = await stream.next();
		if (next.done) {
			yield show(repeats.flush());
			return repeats.stopped && !calls.run.signal.aborted ? 'stop' : next.value;
		}
		yield next.value.type === 'text' ? show(repeats.push(next.value.text)) : next.value;
		if (!repeats.stopped || end.signal.aborted) continue;
		end.abort();
		yield { type: 'note', note: { kind: 'repeated' } };
	}
}

/** An answer in messages starts without the space that the text may need before its next word. */
function separatorAfter(text: string): string {
	if (text === '' || /\s$/.test(text)) return '';
	if (/[。！？…；：，、”」』）】]$/.test(text) || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(text))
		return '';
	return /[\p{L}\p{N}.,;:!?…)\]"'”’`*_]$/u.test(text) ? ' ' : '';
}
