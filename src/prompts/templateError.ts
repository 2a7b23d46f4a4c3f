import { GenerationError } from '../generation';

/** What is wrong with a prompt template, so that the editor can say it in the user's language. */
export type TemplateProblem =
	| 'tooLarge'
	| 'hiddenCharacters'
	| 'noFrontMatter'
	| 'badYaml'
	| 'unknownKey'
	| 'badValue'
	| 'badSection'
	| 'noUserSection'
	| 'noText'
	| 'noInstructions'
	| 'unknownName'
	| 'duplicate'
	| 'missing';

/** A prompt template that cannot be used. The message names file, line, reason and the way to mend it. */
export class TemplateError extends GenerationError {
	constructor(
		readonly problem: TemplateProblem,
		readonly file: string,
		/** Counts from 1. */
		readonly line: number,
		/** The reason and the next step, one or two sentences. */
		readonly reason: string,
	) {
		super('badRequest', `${file}:${line}: ${reason}`);
	}
}
