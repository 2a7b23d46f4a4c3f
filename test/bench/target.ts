import { join } from 'node:path';
import { silentLog } from '../../src/base';
import { type RunOptions } from '../../src/cli/arguments';
import { CliEngines } from '../../src/cli/engines';
import { readManifestDefaults } from '../../src/cli/manifestDefaults';
import { type TextGenerator } from '../../src/generation';

/** What is measured: one model in the engine process that ships. */
export class Target {
	private constructor(
		readonly root: string,
		private readonly makeEngines: () => CliEngines,
	) {}

	static async open(
		root: string,
		cwd: string,
		options: Pick<RunOptions, 'model' | 'device' | 'threads'>,
	): Promise<Target> {
		const defaults = await readManifestDefaults(root);
		const all = { ...options, batch: false, verbose: false, help: false };
		return new Target(root, () => new CliEngines({ root, cwd, options: all, defaults, log: silentLog }));
	}

	/** Runs something with an engine process of its own, which has not started yet. */
	async withEngine<T>(work: (load: () => Promise<TextGenerator>) => Promise<T>): Promise<T> {
		const engines = this.makeEngines();
		try {
			return await work(() => engines.load(engines.completionFolder()));
		} finally {
			engines.dispose();
		}
	}

	/** Excerpts of one real session: a file written from nothing, a settings file, a large test file. */
	get defaultRecordings(): readonly string[] {
		return ['excerpt.json', 'more.json'].map(name => join(this.root, 'test', 'fixtures', 'typing', name));
	}
}
