import { type LogLevel } from '../base';
import {
	generationErrorCodes,
	mostBeams,
	type Alternative,
	type Delivery,
	type DoneReason,
	type ModelInfo,
	type ModelRole,
	type Score,
	type Usage,
} from '../generation';
import { isDeviceProbe } from './deviceProtocol';
import { devices, maxMessageBytes, type CallId, type FromEngine, type MemoryTotals } from './engineProtocol';
import { isPackCompared } from './packProtocol';
import { isSampling, type Parsed } from './parseToEngine';
import {
	isAbsentOr,
	isBoolean,
	isCount,
	isFiniteNumber,
	isListOf,
	isOneOf,
	isRecord,
	isString,
	measureBytes,
	type PlainRecord,
} from './plainData';

const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];
const doneReasons: readonly DoneReason[] = ['stop', 'length', 'cancelled'];
const roles: readonly ModelRole[] = ['fill', 'task', 'chat'];
const mostItems = 1 << 20;

/** Checks a message of the engine process before the extension host acts on it. Never throws. */
export function parseFromEngine(value: unknown): Parsed<FromEngine> {
	if (!isRecord(value)) return { ok: false, reason: 'not a message' };
	if (measureBytes(value, maxMessageBytes) > maxMessageBytes)
		return { ok: false, reason: `larger than ${maxMessageBytes} bytes`, ...callOf(value) };
	const message = value.type === 'log' ? readLog(value) : readAnswer(value);
	return message ? { ok: true, message } : { ok: false, reason: 'not a valid engine message', ...callOf(value) };
}

const callOf = (value: PlainRecord): { call?: CallId } => (isCount(value.call) ? { call: value.call } : {});

function readLog({ type, level, message }: PlainRecord): FromEngine | undefined {
	return type === 'log' && isOneOf(level, logLevels) && isString(message) ? { type, level, message } : undefined;
}

function readAnswer(value: PlainRecord): FromEngine | undefined {
	const { type, call, pieces } = value;
	if (!isCount(call)) return undefined;
	switch (type) {
		case 'text':
			return isListOf(pieces, isDelivery, mostItems) ? { type, call, pieces } : undefined;
		case 'done':
			return readDone(value, call);
		case 'pong':
			return { type, call };
		default:
			return readRareAnswer(value, call);
	}
}

const isDelivery = (value: unknown): value is Delivery =>
	isRecord(value) && isString(value.text) && isFiniteNumber(value.logProbability);

function readDone(
	{ reason, usage, tokenIds, alternatives }: PlainRecord,
	call: CallId,
): Extract<FromEngine, { type: 'done' }> | undefined {
	if (!isOneOf(reason, doneReasons) || !isUsage(usage) || !isListOf(tokenIds, isTokenId, mostItems)) return undefined;
	const done = { type: 'done', call, reason, usage, tokenIds } as const;
	if (alternatives === undefined) return done;
	return isListOf(alternatives, isAlternative, mostBeams) ? { ...done, alternatives } : undefined;
}

const isAlternative = (value: unknown): value is Alternative =>
	isRecord(value) &&
	isString(value.text) &&
	isFiniteNumber(value.logProbability) &&
	isFiniteNumber(value.score) &&
	isListOf(value.tokenIds, isTokenId, mostItems);

function readRareAnswer(
	{ type, fraction, model, count, score, totals, probe, comparison, code, message }: PlainRecord,
	call: CallId,
): FromEngine | undefined {
	switch (type) {
		case 'loading':
			return isFiniteNumber(fraction) && fraction >= 0 && fraction <= 1 ? { type, call, fraction } : undefined;
		case 'loaded':
			return isModelInfo(model) ? { type, call, model } : undefined;
		case 'tokenCount':
			return isCount(count) ? { type, call, count } : undefined;
		case 'score':
			return isScore(score) ? { type, call, score } : undefined;
		case 'remembered':
			return isMemoryTotals(totals) ? { type, call, totals } : undefined;
		case 'probed':
			return isDeviceProbe(probe) ? { type, call, probe } : undefined;
		case 'packCompared':
			return isPackCompared(comparison) ? { type, call, comparison } : undefined;
		case 'failed':
			return isOneOf(code, generationErrorCodes) && isString(message) ? { type, call, code, message } : undefined;
		default:
			return undefined;
	}
}

const isTokenId = (value: unknown): value is number => isCount(value, 0x7fffffff);

const isMemoryTotals = (value: unknown): value is MemoryTotals =>
	isRecord(value) && isCount(value.documents) && isCount(value.tokens);

function isUsage(value: unknown): value is Usage {
	return (
		isRecord(value) &&
		[value.promptTokens, value.reusedTokens, value.cutTokens, value.newTokens].every(count => isCount(count)) &&
		[value.prefillMs, value.decodeMs].every(isFiniteNumber)
	);
}

const isScore = (value: unknown): value is Score =>
	isRecord(value) && isFiniteNumber(value.logProbability) && isCount(value.tokens);

function isModelInfo(value: unknown): value is ModelInfo {
	return (
		isRecord(value) &&
		isString(value.id) &&
		isString(value.name) &&
		isListOf(value.roles, isRole, roles.length) &&
		isListOf(value.tasks, isTaskAbility, 1000) &&
		isCount(value.contextTokens) &&
		isOneOf(value.device, [...devices, 'remote']) &&
		isAbsentOr(value.suffixFirst, isBoolean) &&
		isAbsentOr(value.taskSampling, isSampling) &&
		isAbsentOr(value.fallbackReason, isString) &&
		isFiniteNumber(value.loadMs)
	);
}

const isRole = (value: unknown): value is ModelRole => isOneOf(value, roles);
const isTaskAbility = (value: unknown): value is ModelInfo['tasks'][number] =>
	isRecord(value) &&
	isString(value.task) &&
	isAbsentOr(value.to, isString) &&
	isOneOf(value.unit, ['line', 'document']) &&
	isAbsentOr(value.minimumLogProbability, isFiniteNumber);
