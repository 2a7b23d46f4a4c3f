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
	const templates = new Map<string, Template>();
	const problems: TemplateError[] = [];
	addLayer('builtIn', sources.builtIn);
	addLayer('user', sources.user);
	if (sources.workspaceTrusted) addLayer('workspace', sources.workspace);
	return { templates, problems };

	function addLayer(origin: TemplateOrigin, files: readonly TemplateFile[]): void {
		for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
			const template = parseOrReport(file, origin);
			if (!template) continue;
			const other = templates.get(template.name);
			if (other?.origin === origin) {
				const reason = `"${template.name}" is already defined in ${other.file}. Give one of them another name.`;
				problems.push(new TemplateError('duplicate', file.path, 1, reason));
			} else templates.set(template.name, template);
		}
	}

	function parseOrReport(file: TemplateFile, origin: TemplateOrigin): Template | undefined {
		try {
			return parseTemplate(file, origin);
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			problems.push(error);
			return undefined;
		}
	}
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
