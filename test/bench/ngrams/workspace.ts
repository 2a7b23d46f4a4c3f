import { type LoadedModel } from '../../../src/engine/loadedModel';
import { type MemoryKind } from '../../../src/protocol';
import { type SourceFile } from './texts';

/** This many files nearest to the one at hand count as open in the editor. */
const openFiles = 3;

/** One package as the workspace of each of its files in turn. */
export class Workspace {
	private readonly tokens = new Map<string, Int32Array>();

	constructor(
		private readonly model: LoadedModel,
		private readonly files: readonly SourceFile[],
	) {
		model.ngrams.clear();
		for (const file of files) {
			this.tokens.set(file.path, Int32Array.from(model.tokenizer.encode(file.text)));
			this.remember(file, 'workspace');
		}
	}

	/** Runs work with everything remembered but this file; its neighbours count as open. */
	async around<T>(current: SourceFile, work: () => Promise<T>): Promise<T> {
		const neighbours = nearest(this.files, current).slice(0, openFiles);
		this.model.ngrams.forget(current.path);
		for (const file of neighbours) this.remember(file, 'open');
		try {
			return await work();
		} finally {
			for (const file of [...neighbours, current]) if (this.tokens.has(file.path)) this.remember(file, 'workspace');
		}
	}

	private remember({ path }: SourceFile, kind: MemoryKind): void {
		this.model.ngrams.remember(path, kind, this.tokens.get(path)!);
	}
}

/** Other files, those that share the longest start of their path first. */
function nearest(files: readonly SourceFile[], current: SourceFile): readonly SourceFile[] {
	const shared = ({ path }: SourceFile): number => {
		let length = 0;
		while (length < path.length && path[length] === current.path[length]) length++;
		return length;
	};
	return files.filter(file => file !== current).sort((one, other) => shared(other) - shared(one));
}
