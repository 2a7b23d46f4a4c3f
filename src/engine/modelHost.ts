import { type LoadOptions } from '../protocol';
import { loadModel as loadModelFolder, type LoadContext, type LoadedModel } from './loadedModel';
import { Scheduler } from './scheduler';

type Load = (options: LoadOptions, context: LoadContext) => Promise<LoadedModel>;

/** The one model of a process and the order in which it works, for all whom it serves. Who comes later shares a model that loads or
 * has loaded; a load that failed is tried again. */
export class ModelHost {
	readonly scheduler = new Scheduler(() => new Promise(resolve => setImmediate(resolve)));
	private readonly listeners = new Set<(fraction: number) => void>();
	private loading: Promise<LoadedModel> | undefined;

	constructor(private readonly loadModel: Load = loadModelFolder) {}

	/** @throws GenerationError */
	async load(options: LoadOptions, context: LoadContext): Promise<LoadedModel> {
		this.listeners.add(context.onProgress);
		const onProgress = (fraction: number): void => {
			for (const listener of [...this.listeners]) listener(fraction);
		};
		this.loading ??= this.loadModel(options, { ...context, onProgress });
		const { loading } = this;
		try {
			return await loading;
		} catch (error) {
			if (this.loading === loading) this.loading = undefined;
			throw error;
		} finally {
			this.listeners.delete(context.onProgress);
		}
	}
}
