import { parseAssistant, type Assistant } from './assistant';
import { mergeLayers } from './layers';
import { type TemplateFile } from './template';
import { type TemplateError } from './templateError';

/** The files of the two places assistants come from, already read. */
export interface AssistantSources {
	readonly user: readonly TemplateFile[];
	/** `.inkling/assistants` of the open folders. */
	readonly workspace: readonly TemplateFile[];
	/** Whoever wrote the repository may not tell the model what to do: without trust, `workspace` is ignored. */
	readonly workspaceTrusted: boolean;
}

/** All usable assistants by name, and what is wrong with the rest. */
export interface AssistantLibrary {
	readonly assistants: ReadonlyMap<string, Assistant>;
	readonly problems: readonly TemplateError[];
}

/** Merges user < workspace. A broken file never hides a working one. */
export function buildAssistantLibrary({ user, workspace, workspaceTrusted }: AssistantSources): AssistantLibrary {
	const layers = [
		{ files: user, parse: (file: TemplateFile) => parseAssistant(file, 'user') },
		{ files: workspaceTrusted ? workspace : [], parse: (file: TemplateFile) => parseAssistant(file, 'workspace') },
	];
	const { items, problems } = mergeLayers(layers);
	return { assistants: items, problems };
}
