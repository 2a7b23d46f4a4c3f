import { type DoneReason } from '../generation';
import { divideContext, type CallBudget } from './budgets';
import { type ModelCalls } from './modelCalls';
import { splitText, type TextPart } from './split';
import { type TaskEvent } from './taskEvents';

/** Answers on the whole text: directly where it fits, else on its parts first and then on their answers. */
export async function* combineParts(calls: ModelCalls): AsyncGenerator<TaskEvent, DoneReason> {
	const { text, signal } = calls.run;
	const budget = await divideContext(calls, 'ask');
	let parts = await splitText(text, budget.part, signal);
	if (parts.length === 1) return yield* calls.stream({ text, maxTokens: budget.maxTokens });

	yield { type: 'note', note: { kind: 'split', parts: parts.length } };
	const combineBudget = await divideContext(calls, 'combine');
	for (let combine = false; ; combine = true) {
		// Answers of a third of a part each make every round at most half as long as the one before.
		const { part, maxTokens } = combine ? combineBudget : budget;
		const answers = yield* answerParts(
			calls,
			parts,
			{ part, maxTokens: Math.min(maxTokens, Math.floor(part.tokens / 3)) },
			combine,
		);
		if (answers === undefined) return 'cancelled';
		const joined = answers.join('\n\n');
		const next = await splitText(joined, combineBudget.part, signal);
		if (next.length === 1) {
			yield { type: 'progress', stage: 'combine', done: answers.length, total: answers.length + 1 };
			return yield* calls.stream({
				text: joined,
				maxTokens: combineBudget.maxTokens,
				combine: true,
				parts: answers.length,
			});
		}
		if (next.length >= parts.length) {
			yield { type: 'text', text: joined };
			yield { type: 'note', note: { kind: 'notCombined', parts: answers.length } };
			return 'stop';
		}
		parts = next;
	}
}

/** One answer a part, undefined when cancelled. */
async function* answerParts(
	calls: ModelCalls,
	parts: readonly TextPart[],
	budget: CallBudget,
	combine: boolean,
): AsyncGenerator<TaskEvent, readonly string[] | undefined> {
	const answers: string[] = [];
	const numbered = { maxTokens: budget.maxTokens, parts: parts.length, combine };
	for (const [index, part] of parts.entries()) {
		yield { type: 'progress', stage: 'parts', done: index, total: parts.length + 1 };
		if (part.text.trim() === '') continue;
		const answer = await calls.gather({ ...numbered, text: part.text, part: index + 1 });
		for (const note of answer.notes) yield { type: 'note', note };
		if (answer.reason === 'cancelled') return undefined;
		answers.push(answer.text);
	}
	return answers;
}
