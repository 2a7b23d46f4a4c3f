import {
	mostBeams,
	priorities,
	scriptNames,
	type Beams,
	type Dry,
	type GenerateRequest,
	type Prompt,
	type Sampling,
	type ScoreRequest,
	type ScriptName,
	type ScriptRule,
} from '../generation';
import { isDevice } from './deviceProtocol';
import {
	devices,
	maxMemoryCharacters,
	maxMemoryIdCharacters,
	maxMessageBytes,
	memoryKinds,
	type CallId,
	type LoadOptions,
	type MemoryDocument,
	type ToEngine,
} from './engineProtocol';
import {
	isAbsentOr,
	isBoolean,
	isCount,
	isFiniteNumber,
	isListOf,
	isOneOf,
	isRecord,
	isString,
	isTextRecord,
	measureBytes,
	type PlainRecord,
} from './plainData';

/** A message that may be used, or why not. `call` is present when the refused message names one that waits for an answer. */
export type Parsed<T> =
	{ readonly ok: true; readonly message: T } | { readonly ok: false; readonly reason: string; readonly call?: CallId };

const answered = [
	'load',
	'generate',
	'countTokens',
	'score',
	'remember',
	'forget',
	'probe',
	'comparePack',
	'ping',
] as const;
const mostTokens = 1 << 24;
const mostItems = 100_000;

/** Checks a message of the extension host before the engine acts on it. Never throws. */
export function parseToEngine(value: unknown): Parsed<ToEngine> {
	if (!isRecord(value) || !isCount(value.call)) return { ok: false, reason: 'not a message with a call number' };
	const call = value.call;
	const refuse = (reason: string): Parsed<ToEngine> =>
		isOneOf(value.type, answered) ? { ok: false, reason, call } : { ok: false, reason };
	if (measureBytes(value, maxMessageBytes) > maxMessageBytes) return refuse(`larger than ${maxMessageBytes} bytes`);
	const message = readMessage(value, call);
	return message ? { ok: true, message } : refuse(`not a valid ${describeType(value.type)} message`);
}

const describeType = (type: unknown): string => (isOneOf(type, [...answered, 'cancel'] as const) ? type : 'known');

function readMessage(value: PlainRecord, call: CallId): ToEngine | undefined {
	const { type, options, request, text, document, id, device, folder, proofsFolder } = value;
	switch (type) {
		case 'load':
			return isLoadOptions(options) ? { type, call, options } : undefined;
		case 'generate':
			return isGenerateRequest(request) ? { type, call, request } : undefined;
		case 'countTokens':
			return isString(text) ? { type, call, text } : undefined;
		case 'score':
			return isScoreRequest(request) ? { type, call, request } : undefined;
		case 'remember':
			return isMemoryDocument(document) ? { type, call, document } : undefined;
		case 'forget':
			return isAbsentOr(id, isMemoryId) ? { type, call, ...(id === undefined ? {} : { id }) } : undefined;
		case 'probe':
			return isDevice(device) ? { type, call, device } : undefined;
		case 'comparePack':
			return isPath(folder) && isPath(proofsFolder) ? { type, call, folder, proofsFolder } : undefined;
		case 'cancel':
		case 'ping':
			return { type, call };
		default:
			return undefined;
	}
}

const isTextUpTo =
	(length: number) =>
	(value: unknown): value is string =>
		isString(value) && value.length <= length;
const isMemoryId = isTextUpTo(maxMemoryIdCharacters);
const isMemoryText = isTextUpTo(maxMemoryCharacters);

function isMemoryDocument(value: unknown): value is MemoryDocument {
	return isRecord(value) && isMemoryId(value.id) && isOneOf(value.kind, memoryKinds) && isMemoryText(value.text);
}

function isLoadOptions(value: unknown): value is LoadOptions {
	return (
		isRecord(value) &&
		isPath(value.folder) &&
		isOneOf(value.device, ['auto', ...devices]) &&
		isAbsentOr(value.threads, isThreadCount) &&
		isCount(value.cacheBytes) &&
		isAbsentOr(value.proofsFolder, isString)
	);
}

const isPath = (value: unknown): value is string => isString(value) && value !== '';
const isThreadCount = (value: unknown): value is number => isCount(value, 1024) && value > 0;

/** Whether a value has the shape and the ranges of a request; the limits keep one message from stalling the engine. */
export function isGenerateRequest(value: unknown): value is GenerateRequest {
	return (
		isRecord(value) &&
		isPrompt(value.prompt) &&
		isCount(value.maxTokens, mostTokens) &&
		isSampling(value.sampling) &&
		isAbsentOr(value.candidates, isBeamCount) &&
		isListOf(value.stop, isString, 64) &&
		isOneOf(value.priority, priorities) &&
		isAbsentOr(value.ngramCache, isBoolean) &&
		isAbsentOr(value.drafts, isBoolean) &&
		isAbsentOr(value.timeLimitMs, isPositive)
	);
}

function isScoreRequest(value: unknown): value is ScoreRequest {
	return (
		isRecord(value) &&
		isPrompt(value.prompt) &&
		isString(value.text) &&
		isOneOf(value.priority, priorities) &&
		isAbsentOr(value.ngramCache, isBoolean)
	);
}

const isPositive = (value: unknown): value is number => isFiniteNumber(value) && value > 0;
const isWithin =
	(low: number, high: number) =>
	(value: unknown): value is number =>
		isFiniteNumber(value) && value >= low && value <= high;

/** Whether a value has the shape and the ranges of sampling settings; what excludes what is the engine's to say. */
export function isSampling(value: unknown): value is Sampling {
	return (
		isRecord(value) &&
		isWithin(0, 100)(value.temperature) &&
		isAbsentOr(value.topK, isCountUpTo(mostTokens)) &&
		isAbsentOr(value.topP, isWithin(0, 1)) &&
		isAbsentOr(value.minP, isWithin(0, 1)) &&
		isAbsentOr(value.repetitionPenalty, isPositive) &&
		isAbsentOr(value.noRepeatNgramSize, isCountUpTo(mostTokens)) &&
		isAbsentOr(value.dry, isDry) &&
		isAbsentOr(value.minTokens, isCountUpTo(mostTokens)) &&
		isAbsentOr(value.script, isScriptRule) &&
		isAbsentOr(value.beams, isBeams) &&
		isAbsentOr(value.seed, isFiniteNumber)
	);
}

const isDry = (value: unknown): value is Dry =>
	isRecord(value) &&
	isFiniteNumber(value.multiplier) &&
	isFiniteNumber(value.base) &&
	isCount(value.allowedLength, mostTokens);

const isScriptRule = (value: unknown): value is ScriptRule =>
	isRecord(value) &&
	isListOf(value.letters, isScriptName, scriptNames.length) &&
	value.letters.length > 0 &&
	isListOf(value.allow, isAllowedWord, mostItems);

const isScriptName = (value: unknown): value is ScriptName => isOneOf(value, scriptNames);
const isAllowedWord = isTextUpTo(100);

const isBeams = (value: unknown): value is Beams =>
	isRecord(value) &&
	isBeamCount(value.count) &&
	isAbsentOr(value.lengthPenalty, isWithin(-100, 100)) &&
	isAbsentOr(value.earlyStopping, isEarlyStopping);

const isBeamCount = (value: unknown): value is number => isCount(value, mostBeams) && value > 0;
const isEarlyStopping = (value: unknown): value is boolean | 'never' => typeof value === 'boolean' || value === 'never';

const isCountUpTo =
	(largest: number) =>
	(value: unknown): value is number =>
		isCount(value, largest);

function isPrompt(value: unknown): value is Prompt {
	if (!isRecord(value)) return false;
	switch (value.kind) {
		case 'fill':
			return (
				[value.prefix, value.suffix, value.extension].every(isString) &&
				isSnippets(value.snippets) &&
				isAbsentOr(value.document, isString)
			);
		case 'continue':
			return isString(value.text) && isString(value.extension) && isAbsentOr(value.document, isString);
		case 'task':
			return isString(value.task) && isString(value.text) && isTextRecord(value.values) && isMessages(value.messages);
		case 'chat':
			return isMessages(value.messages);
		case 'tokens':
			return isListOf(value.ids, isCountUpTo(0x7fffffff), mostTokens);
		default:
			return false;
	}
}

const isSnippets = (value: unknown): boolean => isListOf(value, isSnippet, mostItems);
const isSnippet = (value: unknown): value is PlainRecord =>
	isRecord(value) && isString(value.path) && isString(value.text);

const isMessages = (value: unknown): boolean => isListOf(value, isMessage, mostItems);
const isMessage = (value: unknown): value is PlainRecord =>
	isRecord(value) && isOneOf(value.role, ['system', 'user', 'assistant']) && isString(value.text);
