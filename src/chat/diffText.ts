/** A diff without the files that may not be read, and their paths. */
export interface FilteredDiff {
	readonly text: string;
	readonly leftOut: readonly string[];
}

/** Takes the files out of a git diff that `isRefused` names. Both names of a renamed file count. */
export function filterDiff(diff: string, isRefused: (path: string) => boolean): FilteredDiff {
	const leftOut: string[] = [];
	const sections = diff.split(/^(?=diff --(?:git|cc|combined) )/m).filter(section => {
		const refused = pathsOf(section).find(isRefused);
		if (refused !== undefined) leftOut.push(refused);
		return refused === undefined;
	});
	return { text: sections.join(''), leftOut };
}

/** The names in the head of one file's section. What changes content always names both sides there. */
function pathsOf(section: string): readonly string[] {
	const head = section.split(/^@@/m, 1)[0] ?? '';
	return [...head.matchAll(/^(?:--- |\+\+\+ |(?:rename|copy) (?:from|to) |diff --(?:cc|combined) )(.+?)\t?$/gm)]
		.map(([, name]) => name!.replace(/^"(.*)"$/, '$1').replace(/^[abciow]\//, ''))
		.filter(name => name !== '/dev/null');
}
