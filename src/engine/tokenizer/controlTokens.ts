import { tokenName, type JsonObject } from './checks';
import { type TokenizerDefinition } from './definition';

/** Control tokens of a vocabulary: the ones that only a model's own format may write into a prompt. */
export interface ControlTokens {
	readonly idOf: ReadonlyMap<string, number>;
	readonly ids: ReadonlySet<number>;
	readonly bosId?: number;
	readonly eosIds: readonly number[];
}

const roles = ['bos_token', 'eos_token', 'unk_token', 'pad_token', 'sep_token', 'cls_token', 'mask_token'];

/**
 * Every added token is a control token, also those not marked special (Qwen's `<|fim_prefix|>`), except runs of white space,
 * which some vocabularies add for code. So are the tokens that tokenizer_config.json names.
 */
export function findControlTokens(definition: TokenizerDefinition, config: JsonObject): ControlTokens {
	const idOf = new Map<string, number>();
	for (const { id, content } of definition.addedTokens) if (content.trim() !== '') idOf.set(content, id);
	const extra: unknown = config.additional_special_tokens;
	const named = [...roles.map(role => config[role]), ...(Array.isArray(extra) ? (extra as readonly unknown[]) : [])];
	for (const name of named.map(tokenName)) {
		const id = name === undefined ? undefined : definition.vocabulary.get(name);
		if (name !== undefined && id !== undefined && name.trim() !== '') idOf.set(name, id);
	}
	const bosId = findBos(definition, config, idOf);
	const eosId = idOf.get(tokenName(config.eos_token) ?? '');
	return {
		idOf,
		ids: new Set(idOf.values()),
		...(bosId !== undefined && { bosId }),
		eosIds: eosId === undefined ? [] : [eosId],
	};
}

/** A token is put first where the post-processor says so or the configuration asks for it; `add_bos_token: false` wins. */
function findBos(
	definition: TokenizerDefinition,
	config: JsonObject,
	idOf: ReadonlyMap<string, number>,
): number | undefined {
	const name = tokenName(config.bos_token);
	if (config.add_bos_token === false) return undefined;
	const asked = config.add_bos_token === true || firstOfTemplate(definition.json.post_processor) === name;
	return asked && name !== undefined ? idOf.get(name) : undefined;
}

/** Name of the special token at the start of a `TemplateProcessing` post-processor, alone or in a sequence. */
function firstOfTemplate(value: unknown): string | undefined {
	const text = JSON.stringify(value ?? null);
	const match = /"single":\[\{"SpecialToken":\{"id":("(?:[^"\\]|\\.)*")/.exec(text);
	return match ? (JSON.parse(match[1]!) as string) : undefined;
}
