import { badValue, readInstructionFile, readName, readString, splitHead, type Head } from './markdownHead';
import { TemplateError } from './templateError';
import { type TemplateFile, type TemplateOrigin } from './template';

/** A persona that answers in the chat: who it is, what it looks things up in. Written as a Markdown file; the body is what it is told. */
export interface Assistant {
	/** Lower-case letters, digits and hyphens. */
	readonly name: string;
	readonly title: string;
	readonly description: string;
	/** What the model is told on top of the chat's own rules. */
	readonly instructions: string;
	/** Folders and files of the workspace whose passages go with every question, with forward slashes. */
	readonly context: readonly string[];
	/** Whose model answers: the one for the chat, or the one for commands on text. */
	readonly model: 'chat' | 'tasks';
	readonly file: string;
	readonly origin: Exclude<TemplateOrigin, 'builtIn'>;
}

const keys = ['name', 'title', 'description', 'context', 'model'];
const mostPaths = 16;

/**
 * Reads one assistant file.
 * @throws TemplateError with the line of the first thing that is wrong
 */
export function parseAssistant(file: TemplateFile, origin: Assistant['origin']): Assistant {
	const text = readInstructionFile(file.path, file.text);
	const { head, bodyLine, body } = splitHead(file.path, text, keys);
	const name = readName(head);
	const instructions = body.trim();
	if (instructions === '') {
		const reason = 'Nothing stands under the front matter. Write there what the assistant does and how it answers.';
		throw new TemplateError('noInstructions', file.path, bodyLine, reason);
	}
	return {
		name,
		title: readString(head, 'title', name),
		description: readString(head, 'description', ''),
		instructions,
		context: readContext(head),
		model: readModel(head),
		file: file.path,
		origin,
	};
}

function readContext(head: Head): readonly string[] {
	const value = head.entries.get('context') ?? [];
	const paths: readonly unknown[] = Array.isArray(value) ? value : [value];
	if (paths.length > mostPaths) throw badValue(head, 'context', `may name at most ${mostPaths} folders`);
	return paths.map(path => {
		if (typeof path !== 'string' || !isInside(path))
			throw badValue(head, 'context', 'must be folders of the workspace, such as "docs/"; they cannot lead out of it');
		return path.replace(/^\.\//, '');
	});
}

/** Whoever wrote the file may not point at what is beside the workspace. */
function isInside(path: string): boolean {
	const isRelative = path !== '' && path.length <= 500 && !/^(?:[\\/~]|[A-Za-z]:|\w+:\/\/)/.test(path);
	return isRelative && !path.includes('\\') && !path.split('/').includes('..');
}

function readModel(head: Head): Assistant['model'] {
	const value = head.entries.get('model') ?? 'chat';
	if (value === 'chat' || value === 'tasks') return value;
	throw badValue(head, 'model', 'must be chat or tasks');
}
