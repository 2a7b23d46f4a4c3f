import MarkdownIt from 'markdown-it';

/** A parser and renderer for the Markdown that models write. */
export type Markdown = InstanceType<typeof MarkdownIt>;

/** Only addresses that a person can judge become links; everything else stays text. */
function isWebAddress(address: string): boolean {
	return /^https?:\/\//i.test(address.trim());
}

/**
 * Markdown without HTML, pictures or `href`: a link names its address for the page's own question about it, so nothing in the page
 * can be followed, dragged or fetched by itself.
 * @param linkLabel tooltip of a link, with `{address}`
 */
export function createMarkdown(linkLabel: string): Markdown {
	const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false, breaks: false });
	const { escapeHtml } = markdown.utils;
	markdown.validateLink = isWebAddress;
	markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
	for (const scheme of ['ftp:', 'mailto:', '//']) markdown.linkify.add(scheme, null);
	const { rules } = markdown.renderer;
	const openLink = (address: string): string => {
		const tooltip = linkLabel.replace('{address}', address);
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
