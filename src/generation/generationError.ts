/** Everything that can go wrong while generating, as the user will see it. `editor/userErrors.ts` has the words. */
export const generationErrorCodes = [
	'modelMissing',
	'badModel',
	'unsupportedModel',
	'unsupportedTask',
	'notSure',
	'promptTooLong',
	'outOfMemory',
	'engineStopped',
	'engineCrashing',
	'engineTimeout',
	'badRequest',
	'unauthorized',
	'network',
	'offline',
	'mustNotLeave',
	'serverBusy',
	'badResponse',
] as const;

export type GenerationErrorCode = (typeof generationErrorCodes)[number];

/** A coded failure. `message` is for the log, in English, and names file, reason and next step where there are any. */
export class GenerationError extends Error {
	override readonly name = 'GenerationError';

	constructor(
		readonly code: GenerationErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}
