import { dirname } from 'node:path';
import { env, InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node';
import { type Log } from '../base';
import { type Device } from '../generation';
import { devices } from '../protocol';
import { toGenerationError } from './runtimeErrors';

export type TensorType = Tensor.Type;

/** A dense array the graph reads or writes, as much of a `Tensor` as the binding looks at: a plain object costs it less than one whose
 * fields are getters, which counts with a whole cache at every token. Its data may be shared with the graph: see `Session.runInPlace`. */
export interface EngineTensor {
	readonly type: TensorType;
	readonly data: Tensor['data'];
	readonly dims: readonly number[];
	readonly location: Tensor['location'];
	/** Only of what a run made. */
	dispose?(): void;
}

type Tensors = Readonly<Record<string, EngineTensor>>;

/** What lies below the library's `InferenceSession`, which looks through all names of feeds and results once more before it asks this. */
interface Handler {
	run(feeds: Tensors, results: Readonly<Record<string, EngineTensor | null>>, options: object): Promise<unknown>;
}

/** One input or output of a graph. Dimensions that vary are names. */
export interface ValueFacts {
	readonly name: string;
	/** Undefined for values that are no tensors. */
	readonly type: TensorType | undefined;
	readonly dims: readonly (number | string)[];
}

export interface SessionOptions {
	readonly graphFile: string;
	/** The graph, where it is not what the file holds; weights that it keeps in other files lie beside that one. */
	readonly graph?: Uint8Array | undefined;
	readonly device: Device;
	readonly threads: number;
	/** Outputs that stay in the device's memory, to be fed to the next run. Reading their numbers ends the process. */
	readonly onDevice?: readonly string[] | undefined;
}

/** Makes a tensor around existing numbers without copying them. */
export function tensor(type: TensorType, data: Tensor['data'], dims: readonly number[]): EngineTensor {
	return { type, data, dims, location: 'cpu' };
}

/** Devices that this build has providers for, whether they work or not. */
export function devicesInBuild(): readonly Device[] {
	const names = new Set(listSupportedBackends().map(({ name }) => name));
	return devices.filter(device => names.has(device));
}

/** Version of the runtime. */
export const runtimeVersion = (): string => env.versions.node ?? env.versions.common;

/** Computes a whole small graph on one device, and fails rather than let the CPU compute any of it. @throws the runtime's own error */
export async function runOnlyOn(
	device: Device,
	graph: Uint8Array,
	feeds: Tensors,
	outputs: readonly string[],
): Promise<Tensors> {
	turnTelemetryOff();
	const options = sessionOptions({ device, threads: 1 });
	const extra = { ...options.extra, ...(device === 'cpu' ? {} : { 'session.disable_cpu_ep_fallback': '1' }) };
	const session = await InferenceSession.create(graph, { ...options, extra });
	try {
		return await session.run(feeds as InferenceSession.FeedsType, outputs);
	} finally {
		await session.release();
	}
}

/** Since 1.29 the official libraries for Linux and macOS report to Microsoft unless this is set before the first session. */
function turnTelemetryOff(): void {
	process.env.ORT_DISABLE_TELEMETRY = '1';
}

/** A loaded graph. Each call blocks this process's event loop for its whole length, so calls are kept short. */
export class Session {
	readonly inputs: readonly ValueFacts[];
	readonly outputs: readonly ValueFacts[];
	private readonly handler: Handler;
	private released = false;

	private constructor(
		private readonly session: InferenceSession,
		private readonly graphFile: string,
		private readonly log: Log,
	) {
		this.inputs = session.inputMetadata.map(readFacts);
		this.outputs = session.outputMetadata.map(readFacts);
		// Private in its types only. In a version without it no run in place is possible, which the proof at load finds out.
		this.handler = (session as unknown as { readonly handler: Handler }).handler;
	}

	/** Loads a graph. @throws GenerationError badModel, unsupportedModel or outOfMemory */
	static async create(options: SessionOptions, log: Log): Promise<Session> {
		turnTelemetryOff();
		const { graph, graphFile } = options;
		try {
			const session =
				graph === undefined
					? await InferenceSession.create(graphFile, sessionOptions(options))
					: await InferenceSession.create(graph, withWeightsIn(dirname(graphFile), sessionOptions(options)));
			return new Session(session, graphFile, log);
		} catch (error) {
			throw toGenerationError(error, options.graphFile, log);
		}
	}

	/** Computes the named outputs and copies each into a new tensor. @throws GenerationError */
	async run(feeds: Tensors, outputs: readonly string[]): Promise<Tensors> {
		try {
			return await this.session.run(feeds as InferenceSession.FeedsType, outputs);
		} catch (error) {
			throw toGenerationError(error, this.graphFile, this.log);
		}
	}

	/**
	 * Computes into the given tensors without copying any. onnxruntime-node 1.30 copies every output it returns, in the graph's order,
	 * but writes into preallocated ones first; a first output that is no tensor makes it throw between the two. A trick, so whoever
	 * uses it proves at load that the numbers are the same (families/decoderOnly.ts).
	 * @param results tensors to write into by output; null for that first output
	 * @throws GenerationError also when the binding did return, because then it has copied everything
	 */
	async runInPlace(feeds: Tensors, results: Readonly<Record<string, EngineTensor | null>>): Promise<void> {
		try {
			await this.handler.run(feeds, results, {});
		} catch (error) {
			if (error instanceof Error && error.message.includes('Non tensor type')) return;
			throw toGenerationError(error, this.graphFile, this.log);
		}
		throw toGenerationError(new Error('the run did not end at its first output'), this.graphFile, this.log);
	}

	/** May be called again. */
	async release(): Promise<void> {
		if (this.released) return;
		this.released = true;
		await this.session.release();
	}
}

function sessionOptions({
	device,
	threads,
	onDevice,
}: Omit<SessionOptions, 'graphFile'>): InferenceSession.SessionOptions {
	const locations = onDevice && Object.fromEntries(onDevice.map(name => [name, 'gpu-buffer'] as const));
	return {
		...(locations && { preferredOutputLocation: locations }),
		executionProviders: [device],
		// Without an explicit number the library pins its workers to cores.
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		executionMode: 'sequential',
		graphOptimizationLevel: 'all',
		// Plans are kept per input shape, and here the shape changes with every token.
		enableMemPattern: false,
		logSeverityLevel: 3,
		extra: {
			// Workers spin between the operators of one token, which is worth 20 %, but not for long after it.
			'session.intra_op.allow_spinning': '1',
			'session.intra_op.spin_duration_us': '500',
		},
	};
}

function withWeightsIn(folder: string, options: InferenceSession.SessionOptions): InferenceSession.SessionOptions {
	return { ...options, extra: { ...options.extra, 'session.model_external_initializers_file_folder_path': folder } };
}

const readFacts = (value: InferenceSession.ValueMetadata): ValueFacts =>
	value.isTensor
		? { name: value.name, type: value.type, dims: value.shape }
		: { name: value.name, type: undefined, dims: [] };
