/** A language people translate to, under its BCP 47 tag. */
export interface Language {
	readonly tag: string;
	/** For prompts. */
	readonly english: string;
	/** For people, in the language itself. */
	readonly own: string;
}

/** The languages offered first; any other BCP 47 tag works too. */
export const languages: readonly Language[] = [
	{ tag: 'en', english: 'English', own: 'English' },
	{ tag: 'zh-CN', english: 'Simplified Chinese', own: '简体中文' },
	{ tag: 'zh-TW', english: 'Traditional Chinese', own: '繁體中文' },
	{ tag: 'ja', english: 'Japanese', own: '日本語' },
	{ tag: 'ko', english: 'Korean', own: '한국어' },
	{ tag: 'fr', english: 'French', own: 'Français' },
	{ tag: 'de', english: 'German', own: 'Deutsch' },
	{ tag: 'es', english: 'Spanish', own: 'Español' },
	{ tag: 'pt-BR', english: 'Brazilian Portuguese', own: 'Português (Brasil)' },
	{ tag: 'it', english: 'Italian', own: 'Italiano' },
	{ tag: 'ru', english: 'Russian', own: 'Русский' },
	{ tag: 'pl', english: 'Polish', own: 'Polski' },
	{ tag: 'cs', english: 'Czech', own: 'Čeština' },
	{ tag: 'tr', english: 'Turkish', own: 'Türkçe' },
	{ tag: 'vi', english: 'Vietnamese', own: 'Tiếng Việt' },
	{ tag: 'ar', english: 'Arabic', own: 'العربية' },
	{ tag: 'hi', english: 'Hindi', own: 'हिन्दी' },
];

/** A language in English words for a prompt: 'zh-CN' is 'Simplified Chinese', '' is 'the language of the text'. */
export function languageName(tag: string): string {
	if (tag === '') return 'the language of the text';
	const known = languages.find(language => language.tag.toLowerCase() === maximal(tag).toLowerCase());
	if (known) return known.english;
	try {
		return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
	} catch {
		// Not a tag at all: the user wrote the name of a language, 'Latin', which is what a prompt needs.
		return tag;
	}
}

/** Whether a model's target language serves a wanted one: 'zh' serves 'zh-CN' but not 'zh-TW'. */
export function servesLanguage(offered: string, wanted: string): boolean {
	const [ours, theirs] = [maximal(offered).toLowerCase(), maximal(wanted).toLowerCase()];
	if (ours === theirs) return true;
	const [ourBase, theirBase] = [ours.split('-')[0], theirs.split('-')[0]];
	return ourBase === theirBase && ourBase !== 'zh';
}

/** Written without spaces between words, so sentences are joined without one as well. */
export function joinsWithoutSpaces(tag: string): boolean {
	return /^(zh|ja|th|lo|km|my)\b/i.test(tag);
}

/** Chinese needs its script to be told apart; a bare 'zh' means the simplified one. */
function maximal(tag: string): string {
	if (/^(zh|zh-(cn|sg|my)|zh-hans(-\w+)?)$/i.test(tag)) return 'zh-CN';
	if (/^zh-(tw|hk|mo|hant(-\w+)?)$/i.test(tag)) return 'zh-TW';
	return tag;
}
