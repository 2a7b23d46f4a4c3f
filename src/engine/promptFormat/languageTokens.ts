import { servesLanguage } from '../../prompts';
import { isTokenId, type JsonObject, type Tokenizer } from '../tokenizer';
import { type TaskFormat } from './modelDescription';

/** The control tokens that name a language, by its BCP 47 tag. */
export type LanguageTokens = ReadonlyMap<string, number>;

/** Networks that are told by a token which language they read, and by a forced first one which they write. */
const modelTypes: ReadonlySet<unknown> = new Set(['m2m_100', 'nllb-moe', 'mbart']);

/** Scripts that tell a language; Latin letters do not. Kana comes before the characters Japanese shares with Chinese. */
const scripts: readonly (readonly [RegExp, tag: string])[] = [
	[/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
	[/\p{Script=Hangul}/u, 'ko'],
	[/\p{Script=Han}/u, 'zh'],
	[/\p{Script=Cyrillic}/u, 'ru'],
	[/\p{Script=Arabic}/u, 'ar'],
	[/\p{Script=Devanagari}/u, 'hi'],
	[/\p{Script=Hebrew}/u, 'he'],
	[/\p{Script=Greek}/u, 'el'],
	[/\p{Script=Thai}/u, 'th'],
];

/** The language tokens of M2M100 ('__zh__'), NLLB ('zho_Hans') and mBART ('zh_CN'); undefined for other models. */
export function readLanguageTokens(
	config: JsonObject,
	tokenizerConfig: JsonObject,
	tokenizer: Tokenizer,
): LanguageTokens | undefined {
	if (!modelTypes.has(config.model_type)) return undefined;
	const listed = tokenizerConfig.additional_special_tokens;
	const names = Array.isArray(listed) ? (listed as readonly unknown[]) : tokenizer.controlTokens;
	const tokens = names.flatMap((name): readonly (readonly [string, number])[] => {
		const tag = typeof name === 'string' ? languageTag(name) : undefined;
		const id = tag === undefined ? undefined : tokenizer.token(name as string);
		return tag !== undefined && isTokenId(id) ? [[tag, id]] : [];
	});
	return tokens.length === 0 ? undefined : new Map(tokens);
}

/** A translation into each of the languages. */
export function languageTasks(languages: LanguageTokens): readonly TaskFormat[] {
	return [...languages.keys()].map(to => ({ task: 'translate', to, unit: 'line', prompt: [{ text: '{text}' }] }));
}

/** The ids of a framed text with its own language in the frame: the one its script tells, else the tokenizer's default. */
export function withSourceLanguage(ids: readonly number[], text: string, languages: LanguageTokens): readonly number[] {
	const tag = scripts.find(([script]) => script.test(text))?.[1];
	const source = [...languages].find(([offered]) => tag !== undefined && servesLanguage(offered, tag))?.[1];
	if (source === undefined) return ids;
	const known = new Set(languages.values());
	return ids.some(id => known.has(id)) ? ids.map(id => (known.has(id) ? source : id)) : [source, ...ids];
}

/** 'zho_Hans' is zh-Hans, '__zh__' zh, 'zh_CN' zh-CN, 'en_XX' en. */
function languageTag(name: string): string | undefined {
	const match = /^(?:__([a-z]{2,3})__|([a-z]{2,3})_([A-Z][a-z]{3}|[A-Z]{2}))$/.exec(name);
	if (!match) return undefined;
	const [, marked, language = marked ?? '', region] = match;
	return Intl.getCanonicalLocales(region === undefined || region === 'XX' ? language : `${language}-${region}`)[0];
}
