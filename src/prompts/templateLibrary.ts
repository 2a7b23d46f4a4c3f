import { mergeLayers, type Layer } from './layers';
import { parseTemplate, type Template, type TemplateFile, type TemplateOrigin } from './template';
import { TemplateError } from './templateError';

/** The files of the three places templates come from, already read. */
export interface TemplateSources {
	readonly builtIn: readonly TemplateFile[];
	/** The user's own folder. */
	readonly user: readonly TemplateFile[];
	/** `.inkling/prompts` of the open folders. */
	readonly workspace: readonly TemplateFile[];
	/** Whoever wrote the repository may not put words in the user's mouth: without trust, `workspace` is ignored. */
	readonly workspaceTrusted: boolean;
}

/** All usable templates by name, and what is wrong with the rest. */
export interface TemplateLibrary {
	readonly templates: ReadonlyMap<string, Template>;
	readonly problems: readonly TemplateError[];
}

/** Merges built-in < user < workspace. A broken file never hides a working one: the next lower of its name stays. */
export function buildTemplateLibrary(sources: TemplateSources): TemplateLibrary {
	const layer = (origin: TemplateOrigin, files: readonly TemplateFile[]): Layer<Template> => ({
		files,
		parse: file => parseTemplate(file, origin),
	});
	const { items, problems } = mergeLayers([
		layer('builtIn', sources.builtIn),
		layer('user', sources.user),
		layer('workspace', sources.workspaceTrusted ? sources.workspace : []),
	]);
	return { templates: items, problems };
}

/**
 * The template of a name.
 * @throws TemplateError `missing`
 */
export function findTemplate(library: TemplateLibrary, name: string): Template {
	const template = library.templates.get(name);
	if (template) return template;
	const known = [...library.templates.keys()].join(', ');
	throw new TemplateError('missing', `${name}.md`, 1, `There is no template "${name}". Known: ${known}.`);
}
