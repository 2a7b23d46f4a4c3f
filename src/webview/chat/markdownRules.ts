import MarkdownIt from 'markdown-it';
import { placeScheme, type ChatLabels } from '../../protocol';

/** A parser and renderer for the Markdown that models write. */
export type Markdown = InstanceType<typeof MarkdownIt>;

/** Only addresses that a person can judge become links, and places that an answer cites; everything else stays text. */
function canBeLink(address: string): boolean {
	return /^https?:\/\//i.test(address.trim()) || address.startsWith(placeScheme);
}

/**
 * Markdown without HTML, pictures or `href`: a link names its address for the page's own question about it, so nothing in the page
 * can be followed, dragged or fetched by itself.
 * @param labels tooltips: of a link, with `{address}`, and of a cited place, with `{place}`
 */
export function createMarkdown(labels: Pick<ChatLabels, 'link' | 'openPlace'>): Markdown {
	const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false, breaks: false });
	const { escapeHtml } = markdown.utils;
	markdown.validateLink = canBeLink;
	markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
	for (const scheme of ['ftp:', 'mailto:', '//']) markdown.linkify.add(scheme, null);
	const { rules } = markdown.renderer;
	const openPlace = (place: string): string => {
		const tooltip = labels.openPlace.replace('{place}', () => place);
		return `<a role="link" tabindex="0" data-place="${escapeHtml(place)}" title="${escapeHtml(tooltip)}">`;
	};
	const openLink = (address: string): string => {
		if (address.startsWith(placeScheme)) return openPlace(decodePlace(address.slice(placeScheme.length)));
		const tooltip = labels.link.replace('{address}', () => address);
		return `<a role="link" tabindex="0" data-address="${escapeHtml(address)}" title="${escapeHtml(tooltip)}">`;
	};
	rules.link_open = (tokens, index) => openLink(String(tokens[index]?.attrGet('href') ?? ''));
	// A picture would be fetched from wherever the model said; its address can be opened like any other.
	rules.image = (tokens, index) => {
		const { content = '' } = tokens[index] ?? {};
		const address = String(tokens[index]?.attrGet('src') ?? '');
		return `${openLink(address)}${escapeHtml(content === '' ? address : content)}</a>`;
	};
	const code = (content: string, info: string): string => {
		const language = info.trim().split(/\s+/)[0] ?? '';
		return `<pre data-language="${escapeHtml(language)}" tabindex="0"><code>${escapeHtml(content)}</code></pre>`;
	};
	rules.fence = (tokens, index) => code(tokens[index]?.content ?? '', tokens[index]?.info ?? '');
	rules.code_block = (tokens, index) => code(tokens[index]?.content ?? '', '');
	for (const cell of ['th_open', 'td_open'])
		rules[cell] = (tokens, index) => {
			const align = /text-align:(\w+)/.exec(String(tokens[index]?.attrGet('style') ?? ''))?.[1];
			const tag = cell.slice(0, 2);
			return align === undefined ? `<${tag}>` : `<${tag} class="align-${align}">`;
		};
	return markdown;
}

/** The Markdown parser percent-encodes addresses; a label that is not what it was is found nowhere and opens nothing. */
function decodePlace(encoded: string): string {
	try {
		return decodeURIComponent(encoded);
	} catch {
		return encoded;
	}
}
