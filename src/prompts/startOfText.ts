import { GenerationError, type DoneReason, type TaskAbility } from '../generation';
import { divideContext } from './budgets';
import { lineAt } from './lines';
import { type ModelCalls } from './modelCalls';
import { splitText } from './split';
import { type TaskEvent } from './taskEvents';

/**
 * Answers once, about as much of the start of a text as the model has room for, and says where that ends.
 * @param trained the format the model was trained on, whose threshold counts; undefined for instructions
 * @throws GenerationError `notSure` when the model is less sure of its answer than its own card asks for
 */
export async function* startOfText(
	calls: ModelCalls,
	trained: TaskAbility | undefined,
): AsyncGenerator<TaskEvent, DoneReason> {
	const { text, signal, generator } = calls.run;
	const budget = await divideContext(calls, 'ask');
	const [first] = await splitText(text, budget.part, signal);
	if (!first) return signal.aborted ? 'cancelled' : 'stop';
	const end = first.start + first.text.trimEnd().length;
	if (text.slice(end).trim() !== '')
		yield { type: 'note', note: { kind: 'endLeftOut', lastLine: lineAt(text, Math.max(0, end - 1)) } };
	const call = { text: first.text.trim(), maxTokens: budget.maxTokens };
	if (!trained) return yield* calls.stream(call);
	// Nothing is shown before it is known how sure the model was of all of it.
	const answer = await calls.gather(call);
	if (answer.reason === 'cancelled') return 'cancelled';
	if (answer.meanLogProbability < (trained.minimumLogProbability ?? -Infinity))
		throw new GenerationError(
			'notSure',
			`${generator.model.id} is not sure enough of its answer (mean log-probability ${answer.meanLogProbability.toFixed(2)}). Choose a larger model.`,
		);
	for (const note of answer.notes) yield { type: 'note', note };
	yield { type: 'text', text: answer.text };
	return answer.reason;
}
