/** What must not be in a report, as it is known on this machine. */
export interface PrivateFacts {
	/** The user's own folder. */
	readonly home: string;
	/** Of the user, of this machine, of models of the user's own. */
	readonly names: readonly string[];
	/** Folders and what to call each instead, the longest first or not. */
	readonly folders: readonly { readonly path: string; readonly name: string }[];
}

/** A shorter name would be found inside of ordinary words. */
const shortestName = 3;

/** Takes paths, addresses, keys and names out of a text that was written for the log.
 * @returns a function, because the private facts are the same for every line of a report */
export function redactor({ home, names, folders }: PrivateFacts): (text: string) => string {
	const known = [...folders, { path: home, name: '<home>' }]
		.filter(({ path }) => path.length > 1)
		.sort((one, other) => other.path.length - one.path.length);
	const telling = names.filter(name => name.length >= shortestName);
	return text => {
		let result = text;
		for (const { path, name } of known) result = replaceAll(result, path, name);
		result = result
			.replace(/\b[a-z][\w+.-]*:\/\/[^\s'"<>]+/gi, '<address>')
			.replace(/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, '<address>')
			.replace(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])/g, '<address>')
			.replace(/\b[a-z][\w-]*(?:\.[\w-]+)*:\d{2,5}\b/gi, '<address>')
			.replace(/\bBearer\s+\S+|\b(?:sk|hf|gh[a-z]|github_pat|xox[a-z]|AKIA)[-_]?[\w-]{8,}/g, '<key>')
			// What is below a known folder, and any other absolute path: the name of the file is what helps.
			.replace(/(<\w+>)[\\/](?:[^'"\n]*[\\/])?/g, '$1/')
			.replace(/(?<![\w<>./])(?:[A-Za-z]:[\\/]|\\\\|\/)(?:[^'"\n]*[\\/])?/g, '<path>/');
		for (const name of telling) result = replaceAll(result, name, '<name>');
		return result;
	};
}

/** On Windows and macOS a path may be written in another case. */
const replaceAll = (text: string, part: string, by: string): string =>
	text.replace(new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), () => by);
