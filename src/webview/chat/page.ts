import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type ChatLabels, type FromChatPanel } from '../../protocol';
import { type markdownRenderer } from './markdownRenderer';

/** What draws answers. */
export interface MarkdownModule {
	readonly markdownRenderer: typeof markdownRenderer;
}

/** What every part of the panel needs. */
export interface Page {
	readonly labels: ChatLabels;
	readonly post: (message: FromChatPanel) => void;
	/** What the panel can do without until there is an answer. */
	readonly loadMarkdown: () => Promise<MarkdownModule>;
}

export const PageContext = createContext<Page | undefined>(undefined);

/** The page around this component. */
export function usePage(): Page {
	const page = useContext(PageContext);
	if (!page) throw new Error('There is no page around this component.');
	return page;
}

/** Fills the place holders of a label: `{count} tokens`. */
export function fill(label: string, values: Readonly<Record<string, string>>): string {
	return label.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
