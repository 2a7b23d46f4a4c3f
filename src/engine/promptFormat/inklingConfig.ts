import { type MinimumConfidence, type ModelRole } from '../../generation';
import { type PromptPart } from '../../prompts';
import { badModel, fileNames, isObject, type Tokenizer } from '../tokenizer';
import { type TaskFormat } from './modelDescription';

/** The "inkling" object of a model folder's config.json, checked. */
export interface InklingConfig {
	readonly roles?: readonly ModelRole[];
	readonly contextTokens?: number;
	readonly fill?: readonly PromptPart[];
	readonly continue?: readonly PromptPart[];
	readonly tasks?: readonly TaskFormat[];
	readonly minimumConfidence?: MinimumConfidence;
}

const roles: readonly ModelRole[] = ['fill', 'task', 'chat'];
const maxParts = 64;

/** @throws GenerationError badModel that says which entry is wrong */
export function readInkling(value: unknown, tokenizer: Tokenizer): InklingConfig | undefined {
	if (value === undefined) return undefined;
	if (!isObject(value)) throw wrong('must be an object');
	const { roles: named, contextTokens, fill, tasks, minimumConfidence } = value;
	const after: unknown = value.continue;
	return {
		...(named !== undefined && { roles: readRoles(named) }),
		...(contextTokens !== undefined && { contextTokens: readContextTokens(contextTokens) }),
		...(fill !== undefined && { fill: readPrompt(fill, 'fill', ['{prefix}'], tokenizer) }),
		...(after !== undefined && { continue: readPrompt(after, 'continue', ['{text}'], tokenizer) }),
		...(tasks !== undefined && { tasks: readTasks(tasks, tokenizer) }),
		...(minimumConfidence !== undefined && { minimumConfidence: readMinimumConfidence(minimumConfidence) }),
	};
}

function wrong(reason: string): Error {
	return badModel(fileNames.config, `"inkling" ${reason}`);
}

function readRoles(value: unknown): readonly ModelRole[] {
	const known = Array.isArray(value) ? roles.filter(role => value.includes(role)) : [];
	if (!Array.isArray(value) || known.length !== value.length)
		throw wrong(`"roles" must be a list of ${roles.join(', ')}`);
	return known;
}

function readContextTokens(value: unknown): number {
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 16 || value > 2 ** 24)
		throw wrong('"contextTokens" must be a whole number from 16 on');
	return value;
}

function readMinimumConfidence(value: unknown): MinimumConfidence {
	if (!isObject(value)) throw wrong('"minimumConfidence" must be an object');
	const share = (name: keyof MinimumConfidence): number => {
		const number = value[name];
		if (typeof number === 'number' && number >= 0 && number <= 1) return number;
		throw wrong(`"minimumConfidence" needs a "${name}" from 0 to 1`);
	};
	return { code: share('code'), prose: share('prose'), denseProse: share('denseProse') };
}

function readTasks(value: unknown, tokenizer: Tokenizer): readonly TaskFormat[] {
	if (!Array.isArray(value)) throw wrong('"tasks" must be a list');
	return value.map((entry: unknown, index) => {
		const name = `tasks[${index}]`;
		if (!isObject(entry) || typeof entry.task !== 'string') throw wrong(`${name} needs a "task"`);
		const { task, to, unit, minimumLogProbability } = entry;
		if (to !== undefined && typeof to !== 'string') throw wrong(`${name} "to" must be a language`);
		if (unit !== 'line' && unit !== 'document') throw wrong(`${name} "unit" must be line or document`);
		if (minimumLogProbability !== undefined && typeof minimumLogProbability !== 'number')
			throw wrong(`${name} "minimumLogProbability" must be a number`);
		return {
			task,
			...(to !== undefined && { to }),
			unit,
			...(minimumLogProbability !== undefined && { minimumLogProbability }),
			prompt: readPrompt(entry, name, ['{text}'], tokenizer),
		};
	});
}

/** Checks the parts of a prompt; every text in `needed` must stand in exactly one of them. */
function readPrompt(
	value: unknown,
	name: string,
	needed: readonly string[],
	tokenizer: Tokenizer,
): readonly PromptPart[] {
	const parts: unknown = isObject(value) ? value.prompt : undefined;
	if (!Array.isArray(parts) || parts.length === 0 || parts.length > maxParts)
		throw wrong(`${name} needs a list "prompt"`);
	const prompt = parts.map((part: unknown): PromptPart => {
		if (isObject(part) && typeof part.text === 'string') return { text: part.text };
		if (!isObject(part) || typeof part.token !== 'string') throw wrong(`${name}: every part has a "token" or a "text"`);
		if (tokenizer.token(part.token) === undefined)
			throw wrong(`${name} uses ${JSON.stringify(part.token)}, which is no control token of ${fileNames.tokenizer}`);
		return { token: part.token };
	});
	for (const placeholder of needed) {
		const count = prompt.filter(part => 'text' in part && part.text.includes(placeholder)).length;
		if (count !== 1) throw wrong(`${name} must have ${placeholder} in one part`);
	}
	return prompt;
}
