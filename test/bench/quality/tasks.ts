import { silentLog } from '../../../src/base';
import { type CliEngines } from '../../../src/cli/engines';
import { taskCommand } from '../../../src/cli/task';
import { GenerationError } from '../../../src/generation';
import { askAgain } from './askAgain';

/** What the editor's command would show for a text. */
export interface TaskResult {
	readonly text: string;
	/** 'partly' when sentences were left as they were; 'none' when the model could do nothing with the text; 'unable' when no model
	 * can do the task at all. */
	readonly shown: 'whole' | 'partly' | 'none' | 'unable';
}

export interface TaskJob {
	readonly template: string;
	readonly text: string;
	/** 'name=value', as on the command line. */
	readonly set: readonly string[];
}

/** Runs one of the editor's commands on a text, by way of the command line's own code. @throws GenerationError but unsupportedTask */
export async function runTaskOn(job: TaskJob, engines: CliEngines, root: string): Promise<TaskResult> {
	const context = { root, cwd: root, engines, log: silentLog, signal: new AbortController().signal };
	try {
		const { text, notes } = await askAgain(() =>
			taskCommand.run(new Map<string, unknown>(Object.entries(job)), context),
		);
		const kinds = (notes as readonly { readonly kind: string }[]).map(({ kind }) => kind);
		return { text: String(text), shown: kinds.includes('untranslated') ? 'partly' : 'whole' };
	} catch (error) {
		if (!(error instanceof GenerationError) || error.code !== 'unsupportedTask') throw error;
		// "Nothing of this text" and "no model for this task" have the same code.
		return { text: '', shown: error.message.includes('could not translate any of') ? 'none' : 'unable' };
	}
}
