import * as v from 'valibot';
import { answerStates, contextKinds, type SessionRecord } from '../chat';
import { generationErrorCodes } from '../generation';

const identifier = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const time = v.pipe(v.number(), v.finite());

const contextItem = v.object({
	kind: v.picklist(contextKinds),
	id: v.string(),
	label: v.string(),
	detail: v.string(),
	path: v.exactOptional(v.string()),
	lines: v.exactOptional(v.object({ first: v.number(), last: v.number() })),
});

const sent = v.object({
	tokens: v.number(),
	isEstimate: v.boolean(),
	reused: v.exactOptional(v.number()),
	host: v.string(),
});
const older = v.object({
	turns: v.number(),
	summarized: v.number(),
	before: identifier,
	upTo: v.exactOptional(identifier),
});

const record = v.variant('type', [
	v.object({ type: v.literal('session'), id: identifier, workspace: v.string(), at: time }),
	v.object({
		type: v.literal('question'),
		id: identifier,
		parent: v.optional(identifier),
		text: v.string(),
		context: v.array(contextItem),
		at: time,
	}),
	v.object({
		type: v.literal('answer'),
		id: identifier,
		parent: v.string(),
		model: v.string(),
		device: v.string(),
		given: v.exactOptional(v.array(contextItem)),
		older: v.exactOptional(older),
		at: time,
	}),
	v.object({ type: v.literal('text'), answer: identifier, text: v.string() }),
	v.object({
		type: v.literal('end'),
		answer: identifier,
		text: v.string(),
		state: v.picklist(answerStates),
		error: v.exactOptional(v.picklist([...generationErrorCodes, 'unknown'])),
		sent: v.exactOptional(sent),
		reasoning: v.exactOptional(v.string()),
	}),
	v.object({
		type: v.literal('summary'),
		upTo: identifier,
		text: v.string(),
		model: v.string(),
		device: v.string(),
		sent: v.exactOptional(sent),
		at: time,
	}),
	v.object({ type: v.literal('choose'), turn: identifier }),
	v.object({ type: v.literal('rename'), name: v.string() }),
	v.object({ type: v.literal('pin'), pinned: v.boolean() }),
]);

/** A record if it is one that this version knows; undefined for anything else. */
export function parseRecord(value: unknown): SessionRecord | undefined {
	const { success, output } = v.safeParse(record, value);
	if (!success) return undefined;
	return output.type === 'question' ? { ...output, parent: output.parent } : output;
}
