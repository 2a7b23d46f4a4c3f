import ignore, { type Ignore } from 'ignore';

/** The rules of one .gitignore file, for the paths below its folder. */
interface Rules {
	/** Path of the folder, ending in a slash. */
	readonly folder: string;
	readonly matcher: Ignore;
}

/** What the .gitignore files of a workspace leave out. A path is left out when any file above it says so. */
export class IgnoreFiles {
	private readonly all: Rules[] = [];

	/** @param folder path of the folder the file is in, with or without a slash at its end */
	add(folder: string, text: string): void {
		this.all.push({ folder: folder.endsWith('/') ? folder : `${folder}/`, matcher: ignore().add(text) });
	}

	/** @param path of a file, with slashes */
	ignores(path: string): boolean {
		return this.all.some(
			({ folder, matcher }) => path.startsWith(folder) && matcher.ignores(path.slice(folder.length)),
		);
	}
}
