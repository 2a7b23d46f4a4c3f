import DOMPurify, { type Config } from 'dompurify';

/** Everything that an answer may be made of. No element here can load, run, submit or follow anything. */
export const allowedTags = [
	'a',
	'blockquote',
	'br',
	'code',
	'em',
	'h1',
	'h2',
	'h3',
	'h4',
	'h5',
	'h6',
	'hr',
	'li',
	'ol',
	'p',
	'pre',
	's',
	'span',
	'strong',
	'table',
	'tbody',
	'td',
	'th',
	'thead',
	'tr',
	'ul',
] as const;

const config: Config = {
	ALLOWED_TAGS: ['#text', ...allowedTags],
	ALLOWED_ATTR: ['class', 'data-address', 'data-language', 'data-place', 'role', 'start', 'tabindex', 'title'],
	ALLOW_ARIA_ATTR: false,
	ALLOW_DATA_ATTR: false,
	KEEP_CONTENT: true,
	RETURN_DOM_FRAGMENT: true,
};

/** What each attribute may say; anything else goes. */
const attributeRules: Readonly<Record<string, RegExp>> = {
	class:
		/^(?:hljs-[\w-]+_*|language_|function_|class_|inherited__|constant_|title_|align-(?:left|right|center))(?: (?:hljs-[\w-]+|\w+_+))*$/,
	'data-address': /^https?:\/\//i,
	'data-place': /^[^\p{Cc}]{1,400}#L\d{1,7}(?:-L\d{1,7})?$/u,
	'data-language': /^[\w+#.-]{0,40}$/,
	role: /^link$/,
	start: /^\d{1,9}$/,
	tabindex: /^0$/,
};

/** The elements of an HTML text, without anything that is not allowed. The second wall: the Markdown renderer makes nothing else. */
export function sanitize(html: string): DocumentFragment {
	const fragment = DOMPurify.sanitize(html, config) as unknown as DocumentFragment;
	for (const element of fragment.querySelectorAll('*')) {
		for (const { name, value } of [...element.attributes]) {
			const rule = attributeRules[name];
			if (rule && !rule.test(value)) element.removeAttribute(name);
		}
	}
	return fragment;
}
