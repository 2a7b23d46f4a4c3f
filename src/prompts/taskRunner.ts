import { assertNever } from '../base';
import { GenerationError, type DoneReason } from '../generation';
import { abilityFor, type Ability } from './ability';
import { combineParts } from './combineParts';
import { continueText } from './continueText';
import { eachLine } from './eachLine';
import { eachPart } from './eachPart';
import { startOfText } from './startOfText';
import { ModelCalls, type TaskRun } from './modelCalls';
import { type TaskEvent } from './taskEvents';

/**
 * Runs a template on a text of any length and streams the result, its progress and what the reader must know about it.
 * Aborting is not an error: the last event is then `done: cancelled`.
 * @throws GenerationError `unsupportedTask` when the model can do nothing of the kind, and whatever the generator throws
 */
export async function* runTask(run: TaskRun): AsyncGenerator<TaskEvent, void> {
	const { template, generator, values, signal } = run;
	const ability = abilityFor(generator.model, template, values);
	if (!ability) {
		const reason = `The model ${generator.model.name} can do no "${template.name}".`;
		throw new GenerationError('unsupportedTask', `${reason} Choose a model that follows instructions.`);
	}
	const calls = new ModelCalls(run, ability);
	let reason: DoneReason = 'cancelled';
	try {
		if (!signal.aborted) reason = yield* start(calls, ability);
	} catch (error) {
		if (!signal.aborted) throw error;
	}
	yield { type: 'done', reason, usage: calls.usage, tokenIds: calls.tokenIds };
}

function start(calls: ModelCalls, ability: Ability): AsyncGenerator<TaskEvent, DoneReason> {
	const { longText } = calls.run.template;
	switch (ability.kind) {
		case 'continuing':
			return continueText(calls, 'raw');
		case 'trained':
			if (ability.task.unit === 'line') return eachLine(calls, ability.task);
			break;
		case 'instructed':
			break;
		default:
			assertNever(ability);
	}
	switch (longText) {
		case 'combine':
			return combineParts(calls);
		case 'each':
			return eachPart(calls);
		case 'start':
			return startOfText(calls, ability.kind === 'trained' ? ability.task : undefined);
		case 'end':
			return continueText(calls, 'instructed');
		default:
			return assertNever(longText);
	}
}
