import { assertNever, type Log } from '../../base';
import { GenerationError, type Device } from '../../generation';
import { type DecoderConfig, type EncoderDecoderConfig, type InspectedModel, type ModelGraphs } from '../../models';
import { Session } from '../runtime';
import { type NamedGraph } from './crossLayout';
import { DecoderOnly } from './decoderOnly';
import { EncoderDecoder } from './encoderDecoder';
import { type ModelFamily } from './family';
import { Gpt2 } from './gpt2';
import { MergedDecoder } from './mergedDecoder';
import { fastestGraph, type OpenSession } from './preparedGraph';
import { PrefixLanguageModel } from './prefixLanguageModel';
import { Recurrent } from './recurrent';

/** Loads a model as what its config.json and its graphs say it is. Nothing stays loaded when that fails.
 * @throws GenerationError that names the file, the reason and the next step */
export async function loadFamily(
	model: InspectedModel,
	device: Device,
	threads: number,
	log: Log,
): Promise<ModelFamily> {
	if (device !== 'cpu' && model.config.family !== 'decoder-only')
		throw new GenerationError(
			'unsupportedModel',
			`'${model.id}' is ${model.config.family}, which only runs on the CPU. Choose inkling.model.device: cpu.`,
		);
	const opened: Session[] = [];
	const create = (file: string): Promise<Session> => Session.create({ graphFile: file, device, threads }, log);
	const open = async (file: string): Promise<NamedGraph> => {
		const session = await create(file);
		opened.push(session);
		return { session, file };
	};
	try {
		const fastest = device === 'cpu' ? await withFastestGraph(model, create, log) : model;
		return await openFamily(fastest, open, device === 'cpu', log);
	} catch (error) {
		for (const session of opened) await session.release();
		throw error;
	}
}

async function withFastestGraph(model: InspectedModel, create: OpenSession, log: Log): Promise<InspectedModel> {
	const { config, graphs } = model;
	if (config.family !== 'decoder-only') return model;
	return { ...model, graphs: { ...graphs, main: await fastestGraph(graphs.main, config, create, log) } };
}

type Open = (file: string) => Promise<NamedGraph>;

async function openFamily(model: InspectedModel, open: Open, onCpu: boolean, log: Log): Promise<ModelFamily> {
	const { config, graphs } = model;
	switch (config.family) {
		case 'decoder-only':
			return openDecoderOnly(await open(graphs.main), config, onCpu, log);
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
	onCpu: boolean,
	log: Log,
): Promise<ModelFamily> {
	const isMerged = MergedDecoder.recognises(session);
	if (!isMerged && !Gpt2.recognises(session))
		return DecoderOnly.load(session, { config, graphFile: file, allowInPlace: onCpu }, log);
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
