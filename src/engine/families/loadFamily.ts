import { dirname, join } from 'node:path';
import { assertNever, type Log } from '../../base';
import { GenerationError, type Device } from '../../generation';
import {
	readGraphOutline,
	type DecoderConfig,
	type EncoderDecoderConfig,
	type InspectedModel,
	type ModelGraphs,
} from '../../models';
import { type OpenGraph } from '../floatForm';
import { ProofFiles, type Proof, type Subject } from '../proofs';
import { Session } from '../runtime';
import { type NamedGraph } from './crossLayout';
import { DecoderOnly, type DecoderOptions } from './decoderOnly';
import { EncoderDecoder } from './encoderDecoder';
import { type ModelFamily } from './family';
import { Gpt2 } from './gpt2';
import { MergedDecoder } from './mergedDecoder';
import { fastestGraph, type OpenSession } from './preparedGraph';
import { PrefixLanguageModel } from './prefixLanguageModel';
import { Recurrent } from './recurrent';

export interface LoadFamilyOptions {
	readonly device: Device;
	readonly threads: number;
	/** See `LoadOptions`. */
	readonly proofsFolder?: string | undefined;
}

export interface LoadedFamily {
	readonly family: ModelFamily;
	/** Gives back everything that was loaded. The family cannot be used afterwards. */
	readonly release: () => Promise<void>;
}

/** Loads a model as what its config.json and its graphs say it is. Nothing stays loaded when that fails.
 * @throws GenerationError that names the file, the reason and the next step */
export async function loadFamily(
	model: InspectedModel,
	{ device, threads, proofsFolder }: LoadFamilyOptions,
	log: Log,
): Promise<LoadedFamily> {
	if (device !== 'cpu' && model.config.family !== 'decoder-only')
		throw new GenerationError(
			'unsupportedModel',
			`'${model.id}' is ${model.config.family}, which only runs on the CPU. Choose inkling.model.device: cpu.`,
		);
	const opened: Session[] = [];
	const create = (file: string, onDevice?: readonly string[]): Promise<Session> =>
		Session.create({ graphFile: file, device, threads, onDevice }, log);
	const open: Open = async (file, onDevice) => {
		const session = await create(file, onDevice);
		opened.push(session);
		return { session, file };
	};
	const release = async (): Promise<void> => {
		for (const session of opened) await session.release();
	};
	try {
		const proofs = new ProofFiles(device === 'cpu' ? proofsFolder : undefined, log);
		const subject = subjectOf(model);
		const proof = await proofs.read(subject);
		const fastest = await withFastestGraph(model, { device, proof }, create, log);
		const onDevice = device === 'webgpu' ? await openOnDevice(fastest, open, log) : undefined;
		const openGraph: OpenGraph = async graph => {
			const session = await Session.create({ graphFile: fastest.graphs.main, graph, device, threads }, log);
			opened.push(session);
			return session;
		};
		if (onDevice) return { family: onDevice, release };
		const writesInPlace = model.outlines.get(model.graphs.main)?.operators.has('com.microsoft.GroupQueryAttention');
		const cacheToTry = writesInPlace ? 'in place' : 'alternating';
		const opening: Opening = { open, openGraph, onCpu: device === 'cpu', proven: proof?.cache, cacheToTry };
		const family = await openFamily(fastest, opening, log);
		if (!proof && family instanceof DecoderOnly && family.cacheStrategy !== 'on the device')
			await proofs.write(subject, { graphFile: fastest.graphs.main, cache: family.cacheStrategy });
		return { family, release };
	} catch (error) {
		await release();
		throw error;
	}
}

/** A decoder whose KV cache never leaves the device. Undefined when the graph or the device cannot do that. */
async function openOnDevice(
	{ config, graphs }: InspectedModel,
	open: Open,
	log: Log,
): Promise<ModelFamily | undefined> {
	if (config.family !== 'decoder-only') return undefined;
	const { operators, outputs } = readGraphOutline(graphs.main);
	const present = outputs.map(({ name }) => name).filter(name => name.startsWith('present.'));
	// The binding counts outputs from the first tensor on, so a graph that begins with something else gets the wrong ones.
	if (outputs[0]?.name !== 'logits' || !operators.has('com.microsoft.GroupQueryAttention')) return undefined;
	const { session, file } = await open(graphs.main, present);
	try {
		return await DecoderOnly.load(session, { config, graphFile: file, cache: 'on the device' }, log);
	} catch (error) {
		log.warn(`The KV cache of ${file} does not stay on the device: ${String(error)}`);
		await session.release();
		return undefined;
	}
}

async function withFastestGraph(
	model: InspectedModel,
	{ device, proof }: { readonly device: Device; readonly proof: Proof | undefined },
	create: OpenSession,
	log: Log,
): Promise<InspectedModel> {
	const { config, graphs } = model;
	if (config.family !== 'decoder-only') return model;
	if (proof) return { ...model, graphs: { ...graphs, main: proof.graphFile } };
	const target = { config, device: device === 'cpu' ? 'cpu' : 'gpu' } as const;
	return { ...model, graphs: { ...graphs, main: await fastestGraph(graphs.main, target, create, log) } };
}

/** What is proven about a model by running it. */
export function subjectOf({ config, graphs, outlines }: InspectedModel): Subject {
	const { externals } = outlines.get(graphs.main) ?? { externals: [] };
	const weightFiles = externals.map(({ location }) => join(dirname(graphs.main), location));
	return { graphFile: graphs.main, weightFiles, facts: [config] };
}

/** @param onDevice outputs that stay in the device's memory */
type Open = (file: string, onDevice?: readonly string[]) => Promise<NamedGraph>;

interface Opening {
	readonly open: Open;
	/** Loads another graph with the weights of the main one. */
	readonly openGraph: OpenGraph;
	readonly onCpu: boolean;
	/** See `DecoderOptions`. */
	readonly proven: DecoderOptions['proven'];
	/** What the attention of the graph could do. */
	readonly cacheToTry: 'in place' | 'alternating';
}

async function openFamily(model: InspectedModel, opening: Opening, log: Log): Promise<ModelFamily> {
	const { config, graphs } = model;
	const { open } = opening;
	switch (config.family) {
		case 'decoder-only':
			return openDecoderOnly(await open(graphs.main), config, opening, log);
		case 'prefix-lm':
			return PrefixLanguageModel.load((await open(graphs.main)).session, config, graphs.main);
		case 'encoder-decoder':
		case 'recurrent':
			return openEncoderDecoder(graphs, config, open);
		default:
			return assertNever(config);
	}
}

async function openDecoderOnly(
	{ session, file }: NamedGraph,
	config: DecoderConfig,
	{ onCpu, openGraph, proven, cacheToTry }: Opening,
	log: Log,
): Promise<ModelFamily> {
	const isMerged = MergedDecoder.recognises(session);
	if (!isMerged && !Gpt2.recognises(session))
		return DecoderOnly.load(
			session,
			{
				config,
				graphFile: file,
				cache: onCpu ? cacheToTry : 'growing',
				openGraph: onCpu ? openGraph : undefined,
				proven,
			},
			log,
		);
	if (!onCpu)
		throw new GenerationError(
			'unsupportedModel',
			`${file} ${isMerged ? 'is a merged decoder' : "has GPT-2's own layout"}, which only runs on the CPU. Choose inkling.model.device: cpu.`,
		);
	return isMerged ? MergedDecoder.load(session, config, file, log) : Gpt2.load(session, config, file);
}

async function openEncoderDecoder(graphs: ModelGraphs, config: EncoderDecoderConfig, open: Open): Promise<ModelFamily> {
	if (graphs.encoder === undefined) throw new Error('an encoder-decoder was inspected without its encoder');
	const encoder = await open(graphs.encoder);
	const first = await open(graphs.main);
	if (config.family === 'recurrent') return Recurrent.load(encoder, first, config);
	const next = graphs.withPast === undefined ? first : await open(graphs.withPast);
	return EncoderDecoder.load({ encoder, first, next }, config);
}
