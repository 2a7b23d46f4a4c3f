import { type GenerationError } from '../../generation';
import { variantNames, type VariantName } from '../catalogueEntry';
import { namesChatTemplate } from '../chatTemplateFile';
import { graphSets } from '../graphFiles';
import { parseModelConfig, type ModelConfig } from '../modelConfig';
import { modelTextFiles } from '../textFiles';
import { ContentHash } from './contentHash';
import { DownloadError } from './downloadError';
import { whyRefused } from './fileNames';
import { fileUrl, type Hub } from './hub';
import { listRepository, type ListedFile, type ListedRepository } from './hubListing';
import { hubRequest, readWhole } from './hubRequest';

/** One way to get a model: the files of one variant and what every variant needs. */
export interface RepositoryVariant {
	readonly variant: VariantName;
	readonly files: readonly ListedFile[];
	readonly bytes: number;
}

/** What a repository is, before anything but its config.json is fetched. */
export interface InspectedRepository {
	readonly repository: string;
	readonly commit: string;
	readonly licence: string | undefined;
	readonly config: ModelConfig;
	/** A chat template or a mention of one is there. */
	readonly chat: boolean;
	/** Smallest first; at least one. */
	readonly variants: readonly RepositoryVariant[];
}

const largestConfigBytes = 4 * 1024 * 1024;

/**
 * Looks at a repository before it is downloaded: which files, how large, which family, supported or why not.
 * @throws DownloadError, or GenerationError badModel or unsupportedModel from its config.json
 */
export async function inspectRepository(
	hub: Hub,
	repository: string,
	revision: string,
	signal: AbortSignal,
): Promise<InspectedRepository> {
	const listed = await listRepository(hub, repository, revision, signal);
	const configFile = listed.files.find(({ path }) => path === 'config.json');
	if (!configFile)
		throw new DownloadError('noModel', `${repository} has no config.json, so it is no model. Choose another one.`);
	const text = await readVerified(hub, listed, configFile, signal);
	const config = parseModelConfig(text, `${repository}/config.json`);
	const variants = variantsOf(listed, config.family);
	if (variants.length === 0) throw noGraphs(listed, config.family);
	const tokenizerConfig = listed.files.find(({ path }) => path === 'tokenizer_config.json');
	const chat =
		listed.files.some(({ path }) => path === 'chat_template.jinja') ||
		(tokenizerConfig !== undefined &&
			tokenizerConfig.bytes <= largestConfigBytes &&
			namesChatTemplate(await readVerified(hub, listed, tokenizerConfig, signal)));
	return { repository, commit: listed.commit, licence: listed.licence, config, chat, variants };
}

async function readVerified(
	hub: Hub,
	{ repository, commit }: ListedRepository,
	file: ListedFile,
	signal: AbortSignal,
): Promise<string> {
	const answer = await hubRequest(hub, fileUrl(hub, repository, commit, file.path), {}, signal);
	const bytes = await readWhole(answer, largestConfigBytes, hub.silenceMs);
	const hash = new ContentHash(file);
	hash.update(bytes);
	if (hash.finish() === undefined)
		throw new DownloadError('corrupt', `${repository}/${file.path} is not what the host listed. Try another mirror.`);
	return bytes.toString('utf8');
}

function variantsOf({ files }: ListedRepository, family: ModelConfig['family']): readonly RepositoryVariant[] {
	const usable = files.filter(({ path }) => whyRefused(path) === undefined);
	const text = usable.filter(({ path }) => modelTextFiles.includes(path));
	const inOnnx = usable.filter(({ path }) => /^onnx\/[^/]+$/.test(path));
	const names = new Set(inOnnx.map(({ path }) => path.slice('onnx/'.length)));
	const found = variantNames.flatMap(variant => {
		const sets = graphSets(names, family, variant).map(graphs => {
			// 'model.onnx' with its weights in 'model.onnx_data', 'model.onnx_data_1' ...
			const own = inOnnx.filter(({ path }) => graphs.some(graph => isPartOf(path.slice('onnx/'.length), graph)));
			const all = [...text, ...own];
			return { variant, files: all, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
		});
		// A merged decoder is smaller than the two it does the work of.
		return sets.sort(bySize).slice(0, 1);
	});
	return found.sort(bySize);
}

const bySize = (one: RepositoryVariant, other: RepositoryVariant): number => one.bytes - other.bytes;

const isPartOf = (name: string, graph: string): boolean =>
	name === graph || (name.startsWith(`${graph}_data`) && /^(_\d+)?$/.test(name.slice(graph.length + '_data'.length)));

/** Says which graphs there would have to be. */
function noGraphs(
	{ repository, files }: ListedRepository,
	family: ModelConfig['family'],
): DownloadError | GenerationError {
	const onnx = files.filter(({ path }) => path.endsWith('.onnx'));
	const needed =
		family === 'decoder-only' || family === 'prefix-lm'
			? 'onnx/model*.onnx'
			: 'onnx/encoder_model*.onnx with onnx/decoder_model_merged*.onnx';
	const there =
		onnx.length === 0
			? 'no ONNX file'
			: `only ${onnx
					.slice(0, 3)
					.map(file => file.path)
					.join(', ')}`;
	return new DownloadError('noModel', `${repository} has ${there}; the engine needs ${needed}. Choose another model.`);
}
