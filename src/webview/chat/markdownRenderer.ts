import { type ChatLabels } from '../../protocol';
import { type Highlighter } from './highlight';
import { createMarkdown, type Markdown } from './markdownRules';
import { sanitize } from './sanitize';

/** Turns the Markdown of answers into safe elements. */
export interface MarkdownRenderer {
	/** Safe elements for one block of Markdown. */
	render(source: string): DocumentFragment;
	/** Cuts a text that grows into blocks. */
	growing(): GrowingMarkdown;
	/** Colours the code in a block that is complete. */
	highlight(pre: HTMLPreElement): Promise<void>;
}

/** A renderer whose links have a tooltip in the user's language. */
export function markdownRenderer(labels: Pick<ChatLabels, 'link' | 'openPlace'>): MarkdownRenderer {
	const markdown = createMarkdown(labels);
	let highlighter: Promise<Highlighter> | undefined;
	return {
		render: source => sanitize(markdown.render(source)),
		growing: () => new GrowingMarkdown(markdown),
		highlight: pre => highlightCode(pre, () => (highlighter ??= loadHighlighter())),
	};
}

/**
 * A text that grows at its end, as blocks of Markdown source. Only what follows the last finished block is parsed again, so a
 * long answer costs as much per frame as a short one.
 */
export class GrowingMarkdown {
	private readonly finished: string[] = [];
	/** The text of all finished blocks. */
	private prefix = '';

	constructor(private readonly markdown: Markdown) {}

	/** The blocks of the whole text; all but the last are as they will stay. */
	blocks(text: string): readonly string[] {
		if (!text.startsWith(this.prefix)) {
			this.finished.length = 0;
			this.prefix = '';
		}
		const tail = text.slice(this.prefix.length);
		const parts = cutBlocks(this.markdown, tail);
		const last = parts.pop() ?? '';
		this.finished.push(...parts);
		this.prefix += parts.join('');
		return last === '' ? [...this.finished] : [...this.finished, last];
	}
}

/** Cuts a text where its top-level blocks begin; the pieces together are the text. */
function cutBlocks(markdown: Markdown, text: string): string[] {
	const starts = markdown
		.parse(text, {})
		.flatMap(({ level, nesting, map }) => (level === 0 && nesting >= 0 && map ? [map[0]] : []));
	const lines = text.split(/(?<=\n)/);
	const bounds = [0, ...starts.slice(1), lines.length];
	return bounds
		.slice(0, -1)
		.map((start, index) => lines.slice(start, bounds[index + 1]).join(''))
		.filter(block => block !== '');
}

/** Code longer than this stays black and white, in characters: colouring it would stop the page for a moment. */
const longestColoured = 50_000;

/** Loaded with the first code in a known language: most of what the panel weighs. */
const loadHighlighter = async (): Promise<Highlighter> => (await import('./highlight')).createHighlighter();

async function highlightCode(pre: HTMLPreElement, highlighter: () => Promise<Highlighter>): Promise<void> {
	const code = pre.querySelector('code');
	const language = pre.dataset.language ?? '';
	if (!code || language === '' || code.textContent.length > longestColoured || code.childElementCount > 0) return;
	const html = (await highlighter()).highlight(code.textContent, language);
	if (html !== undefined) code.replaceChildren(sanitize(html));
}
